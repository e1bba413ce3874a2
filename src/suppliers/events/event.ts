import { z } from 'zod'
import { normaliseIdentifier, type IdentifierType } from '../../domain/identifiers'
import {
  Unreadable,
  type ItemErrorCode,
  type RecordStatement,
  type SourceSystem,
  type StatedIdentifier,
} from '../../updates/update'
import { isDocument, moment, parse, text, type Document, type Notes, type ReadingContext } from '../reading'
import { subjectOf, type Subject } from '../subject'
import { peopleIn } from './people'

/** An event as its readers see it. */
export interface DomainEvent {
  readonly type: string
  /** ISO instant; undefined where the event has no time of its own that can be read. */
  readonly occurredAt?: string
  readonly description?: string
  readonly detailUrl?: string
  /** `additionalInformation`; of events of the old kind, what they carry instead. */
  readonly information: Document
  readonly receivedOn: Date
  /** Whom the event is about. Throws Unreadable where it names nobody, or two. */
  subject(): Subject
}

/** What an event says. */
export interface EventReading {
  readonly records: readonly RecordStatement[]
  /** Whom it is about, where that is not its subject. */
  readonly person?: readonly StatedIdentifier[]
  /** It brings together people who are known as several. */
  readonly joins?: boolean
  /** It says that something changed, and not what: what would have to be fetched to know, and from where. */
  readonly needs?: string
  readonly status?: string
}

/** A kind of event: exact names, and families by how their names begin. */
export interface EventKind {
  /** `person.alert.*` stands for all that begin with `person.alert.`. */
  readonly type: string
  /** Whose system tells it, and in whose record it is noted; undefined: the sender's own. */
  readonly system: SourceSystem | undefined
  readonly fate: 'applied' | 'noted' | 'kept'
  /** What is stated, what would be needed, or what a person is to decide. */
  readonly what: string
  read(event: DomainEvent, notes: Notes): EventReading
}

/** An event of this kind states something. */
export function applied(
  type: string,
  system: SourceSystem,
  what: string,
  read: EventKind['read'],
): EventKind {
  return { type, system, fate: 'applied', what, read }
}

/** An event of this kind says that something changed, and not what. */
export function noted(
  type: string,
  system: SourceSystem | undefined,
  needs: string,
  read: EventKind['read'] = () => ({ records: [], needs }),
): EventKind {
  return { type, system, fate: 'noted', what: needs, read }
}

/** What an event of this kind asks for is for a person to decide: the event is kept, and nothing is done. */
export function kept(type: string, system: SourceSystem, code: ItemErrorCode, why: string): EventKind {
  const read = (): never => {
    throw new Unreadable(why, 'eventType', code)
  }
  return { type, system, fate: 'kept', what: `${why} (\`${code}\`)`, read }
}

const TYPE_MAX = 150
const DESCRIPTION_MAX = 200

const eventSchema = z.object({
  eventType: text,
  envelopeEventType: text,
  occurredAt: moment,
  eventDatetime: moment,
  description: text,
  detailUrl: text,
  additionalInformation: z.record(z.string(), z.unknown()).nullish(),
  personReference: z.unknown().optional(),
})

/** Throws Unreadable where the document does not say of what kind it is. */
export function eventFrom(document: Document, context: ReadingContext, notes: Notes): DomainEvent {
  if (isDocument(document.hearing)) {
    throw new Unreadable(
      'This is the message of a court about a hearing, which is no domain event',
      'hearing',
    )
  }
  const said = parse(eventSchema, document)
  const { eventType: type, envelopeEventType, description } = said
  if (type === undefined || type.length > TYPE_MAX) {
    throw new Unreadable('The event does not say of what kind it is', 'eventType')
  }
  if (envelopeEventType !== undefined) {
    notes.add('EVENT_TYPE_DIFFERS', 'The envelope names another kind of event: the event’s own counts')
  }
  const information = informationIn(document)
  const detailUrl = addressOf(said.detailUrl, notes)
  return {
    type,
    information,
    receivedOn: context.receivedOn,
    ...timeOf(said, context, notes),
    ...(description !== undefined && { description: description.slice(0, DESCRIPTION_MAX) }),
    ...(detailUrl !== undefined && { detailUrl }),
    subject: () => subjectOf(peopleIn(said.personReference, information, context), context),
  }
}

/** The fields of an event that say what it is, and not what happened. */
const FRAME = [...Object.keys(eventSchema.shape), 'version', 'publishedAt', 'nomisEventType']

function informationIn(document: Document): Document {
  const beside = Object.entries(document).filter(([name]) => !FRAME.includes(name))
  const inside = isDocument(document.additionalInformation) ? document.additionalInformation : {}
  return { ...Object.fromEntries(beside), ...inside }
}

const AHEAD_MAX_MS = 5 * 60_000

function timeOf(
  { occurredAt, eventDatetime }: z.infer<typeof eventSchema>,
  { receivedOn }: ReadingContext,
  notes: Notes,
): Pick<DomainEvent, 'occurredAt'> {
  const name = occurredAt === undefined ? 'eventDatetime' : 'occurredAt'
  const instant = notes.instant(occurredAt ?? eventDatetime, name)
  if (instant === undefined) return {}
  if (Date.parse(instant) > receivedOn.getTime() + AHEAD_MAX_MS) {
    notes.add('FUTURE_TIME', `${name} is still to come: the event takes its place by when it arrived`)
  }
  return { occurredAt: instant }
}

/** Without what follows the path, which may hold more than an address. */
function addressOf(detailUrl: string | undefined, notes: Notes): string | undefined {
  if (detailUrl === undefined) return undefined
  // A template's unfilled place is no part of an address.
  if (/^https?:[^{]*$/.test(detailUrl) && URL.canParse(detailUrl)) {
    const { protocol, host, pathname } = new URL(detailUrl)
    return `${protocol}//${host}${pathname}`
  }
  notes.add('PARTLY_READ', 'detailUrl is not an address that we can read and is left out')
  return undefined
}

/** The valid number of a kind that the event's subject is named by, in its normal form. */
export function numberOf(event: DomainEvent, type: IdentifierType): string | undefined {
  const numbers = event
    .subject()
    .person.map((each) => normaliseIdentifier(each.type, each.raw, event.receivedOn))
  return numbers.find((each) => each.type === type && each.valid)?.value
}
