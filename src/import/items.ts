import { z } from 'zod'
import type { RoleName } from '../domain/caller'
import { sha256 } from '../domain/digest'
import { documentsIn, recogniseFormat } from '../suppliers/recognise'
import type { Order } from './order'
import type { Source } from './sources'
import { TEXT_BYTES_MAX, TOO_LARGE } from './split'
import { parseJson, textsOf } from './texts'

/** How far a source has been answered: from here it goes on. */
export interface Position {
  /** Documents that were answered. */
  readonly documents: number
  /** A byte at which a text of the source begins, and how many documents come before it. */
  readonly offset: number
  readonly before: number
}

export const START: Position = { documents: 0, offset: 0, before: 0 }

/** A document and its place; with `fault` where it cannot be sent. */
export type Item = Place & (Sendable | { readonly fault: string })

export interface Place {
  readonly source: Source
  readonly index: number
  /** How far the source is answered once this is. */
  readonly after: Position
}

export interface Sendable {
  readonly fault?: undefined
  readonly sender: RoleName
  /** The document in its envelope. */
  readonly json: string
  readonly bytes: number
}

/** The documents of a source, from a position on. */
export async function* itemsOf(
  source: Source,
  order: Order,
  from: Position,
  stop: AbortSignal,
): AsyncGenerator<Item> {
  let { before, offset } = from
  for await (const { text, end, fault } of textsOf(source, offset, stop)) {
    const documents = documentsOf(text)
    const next = before + documents.length
    for (const [i, document] of documents.entries()) {
      const index = before + i
      if (index < from.documents) continue
      const after = index + 1 === next ? { documents: next, offset: end, before: next } : undefined
      const place = { source, index, after: after ?? { documents: index + 1, offset, before } }
      yield document === undefined
        ? { ...place, fault: fault ?? 'NOT_JSON' }
        : { ...place, ...sendable(document, place, order) }
    }
    before = next
    offset = end
  }
}

/** undefined stands for a text that is no JSON. */
function documentsOf(text: string): unknown[] {
  const json = parseJson(text)
  return json === undefined ? [undefined] : isEnvelope(json) ? [json] : documentsIn(json)
}

function isEnvelope(value: unknown): value is { readonly payload: unknown } {
  return typeof value === 'object' && value !== null && 'payload' in value && 'messageId' in value
}

function sendable(
  document: unknown,
  { source, index }: Place,
  { format, said, role }: Order,
): Sendable | { fault: string } {
  const payload = isEnvelope(document) ? document.payload : document
  const body = opened(payload)
  const sender = role ?? (isOfPrisons(body, format) ? 'PRISON_SYSTEM' : 'PROBATION_SYSTEM')
  // The same file said to be of another person or time is another message.
  const identity = [source.name, index, payload, ...(Object.keys(said).length > 0 ? [said] : [])]
  const messageId = sha256(canonical(identity))
  const json = JSON.stringify(isEnvelope(document) ? document : { messageId, ...said, payload })
  const bytes = Buffer.byteLength(json)
  return bytes > TEXT_BYTES_MAX ? { fault: TOO_LARGE } : { sender, json, bytes }
}

const queued = z.object({ Message: z.string() })

/** What a queue's envelope carries, where the payload is one. */
function opened(payload: unknown): unknown {
  const message = queued.safeParse(payload).data?.Message
  return message === undefined ? payload : parseJson(message)
}

const event = z.object({ eventType: z.string() })

/** Prison events look like probation's, but only the prison system may state them; a referral is that of the record it names. */
function isOfPrisons(body: unknown, format: string): boolean {
  const eventType = event.safeParse(body).data?.eventType ?? ''
  const recognised = format === 'auto' ? recogniseFormat(body) : format
  return recognised === 'prisoner-search' || /^(prison|[A-Z_-]+$)/.test(eventType)
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).sort(([one], [two]) => (one < two ? -1 : 1)))
  })
}
