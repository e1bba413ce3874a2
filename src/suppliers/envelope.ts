import { readInstant } from '../domain/dates'
import { referenceType } from '../domain/identifiers'
import { storable } from '../domain/storable'
import type { ItemErrorCode, StatedIdentifier } from '../updates/update'
import { isDocument, text, type Document } from './reading'

/** A fault in an envelope, in the form in which it is answered. */
export interface Problem {
  readonly code: ItemErrorCode
  readonly path: string
  readonly message: string
}

export interface OpenedEnvelope {
  readonly messageId?: string
  /** ISO instant. */
  readonly observedAt?: string
  readonly version?: number
  readonly person: readonly StatedIdentifier[]
  /** Our own id, where the envelope names the person by it. */
  readonly personId?: string
  readonly payload: unknown
  /** Not empty: the item is not to be applied. */
  readonly problems: readonly Problem[]
}

/**
 * Takes an item out of the contract's envelope `{messageId, observedAt, version, person, payload}` and out
 * of an SNS/SQS envelope, also where one holds the other; the outer message id counts. An item without
 * either is its own payload. Never throws: faults are listed.
 */
export function openEnvelope(item: unknown): OpenedEnvelope {
  const opened = open(item)
  if (!isDeeperThan(opened.payload, DEPTH_MAX)) return opened
  const message = `The document is nested deeper than ${DEPTH_MAX} levels, which no format is`
  return { ...opened, payload: null, problems: [...opened.problems, problem('', message)] }
}

/** Far beyond any document, and far within what can be walked by recursion. */
const DEPTH_MAX = 100

/** Goes no deeper than it asks, as the nesting may be as deep as the body is long. */
function isDeeperThan(value: unknown, depth: number): boolean {
  if (depth < 0) return true
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value as Document).some((each) => isDeeperThan(each, depth - 1))
}

function open(item: unknown): OpenedEnvelope {
  if (!isDocument(item)) return { person: [], payload: item, problems: [] }
  if (!('payload' in item)) return openNotification(item)
  const problems: Problem[] = []
  const inner = isDocument(item.payload) ? openNotification(item.payload, 'payload.') : undefined
  const messageId = messageIdFrom(item, problems) ?? inner?.messageId
  const observedAt = observedAtFrom(item, problems) ?? inner?.observedAt
  const version = versionFrom(item, problems)
  return {
    ...(messageId === undefined ? {} : { messageId }),
    ...(observedAt === undefined ? {} : { observedAt }),
    ...(version === undefined ? {} : { version }),
    ...personFrom(item, problems),
    payload: inner === undefined ? item.payload : inner.payload,
    problems: [...problems, ...(inner?.problems ?? [])],
  }
}

function openNotification(item: Document, at = ''): OpenedEnvelope {
  const body = item.Message ?? item.Body
  const messageId = text.safeParse(item.MessageId).data
  if (messageId === undefined || body === undefined) return { person: [], payload: item, problems: [] }
  const inner = openMessage(body, `${at}${item.Message === undefined ? 'Body' : 'Message'}`)
  const observedAt = inner.observedAt ?? publishedAt(item, inner.payload)
  const payload = withEventType(inner.payload, item.MessageAttributes)
  return { ...inner, messageId, payload, ...(observedAt === undefined ? {} : { observedAt }) }
}

/**
 * Some events name their kind on the envelope alone, and some name another there than inside. It goes with
 * the payload (as `eventType`, or beside it as `envelopeEventType`), so that a payload that is kept can be read later.
 */
function withEventType(payload: unknown, attributes: unknown): unknown {
  if (!isDocument(payload) || !EVENT_FIELDS.some((name) => name in payload)) return payload
  const attribute = isDocument(attributes) ? attributes.eventType : undefined
  const outside = isDocument(attribute) ? text.safeParse(attribute.Value).data : undefined
  const inside = text.safeParse(payload.eventType).data
  if (outside === undefined || outside === inside) return payload
  return { ...payload, ...(inside === undefined ? { eventType: outside } : { envelopeEventType: outside }) }
}

const EVENT_FIELDS = ['eventType', 'occurredAt', 'eventDatetime', 'additionalInformation']

function openMessage(body: unknown, path: string): OpenedEnvelope {
  if (typeof body !== 'string') return { person: [], payload: body, problems: [] }
  try {
    const payload: unknown = JSON.parse(body)
    // An SQS queue that is fed by a topic holds the whole notification as text.
    return isDocument(payload) ? openNotification(payload, `${path}.`) : { person: [], payload, problems: [] }
  } catch {
    return { person: [], payload: undefined, problems: [problem(path, `${path} is not JSON`)] }
  }
}

/** Publishing may lag an event by 45 minutes, so the event's own time, if any, is the truer order. */
function publishedAt(item: Document, payload: unknown): string | undefined {
  const own = isDocument(payload) ? readInstant(payload.occurredAt ?? payload.eventDatetime) : undefined
  return own === undefined ? readInstant(item.Timestamp) : undefined
}

function messageIdFrom(item: Document, problems: Problem[]): string | undefined {
  const { data, success } = text.safeParse(item.messageId)
  if (!success) problems.push(problem('messageId', 'messageId must be text'))
  return data
}

function observedAtFrom(item: Document, problems: Problem[]): string | undefined {
  if (item.observedAt === undefined || item.observedAt === null) return undefined
  const instant = readInstant(item.observedAt)
  if (instant === undefined) problems.push(problem('observedAt', 'observedAt must be an ISO 8601 instant'))
  return instant
}

function versionFrom({ version }: Document, problems: Problem[]): number | undefined {
  if (version === undefined || version === null) return undefined
  const number = typeof version === 'string' && /^\d+$/.test(version.trim()) ? Number(version) : version
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number
  problems.push(problem('version', 'version must be a whole number, 0 or more'))
  return undefined
}

function personFrom(item: Document, problems: Problem[]): Pick<OpenedEnvelope, 'person' | 'personId'> {
  if (item.person === undefined || item.person === null) return { person: [] }
  const named = isDocument(item.person)
    ? Object.entries(item.person).filter(([, value]) => value !== null)
    : []
  const [[name, value] = ['', undefined]] = named
  const raw = typeof value === 'string' && value.trim() !== '' ? storable(value) : undefined
  const type = referenceType(name)
  if (named.length === 1 && raw !== undefined && name === 'id') return { person: [], personId: raw.trim() }
  if (named.length === 1 && raw !== undefined && type !== undefined) return { person: [{ type, raw }] }
  problems.push(problem('person', 'person must name exactly one of id, crn, prisonNumber, pnc, cro'))
  return { person: [] }
}

function problem(path: string, message: string): Problem {
  return { code: 'BAD_USER_INPUT', path, message }
}
