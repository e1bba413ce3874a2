import type { MachineRole } from '../domain/caller'
import { canonicalJson } from '../domain/canonical-json'
import { sha256 } from '../domain/digest'
import type { ItemErrorCode } from './codes'
import { recordRows, type RecordRows } from './fact-rows'
import { ownRecord } from './ownership'
import { Unreadable, type StatedIdentifier, type Update, type Warning } from './update'

/** The system that sends, as its token says. */
export interface Sender {
  readonly client: string
  readonly role: MachineRole
  readonly agency?: string
}

/** One item out of its envelope, before anybody has tried to read it. */
export interface Item {
  readonly index: number
  readonly messageId?: string
  /** ISO instant. */
  readonly observedAt?: string
  readonly version?: number
  readonly person: readonly StatedIdentifier[]
  /** Our own id of the person, where the sender names it. */
  readonly personId?: string
  readonly format: string
  readonly payload: unknown
  /** Faults of the envelope: the item is not applied. */
  readonly problems: readonly ItemError[]
}

export interface ItemError {
  readonly code: ItemErrorCode
  readonly path: string
  readonly message: string
}

const MESSAGE_ID_MAX = 255

/** An id is kept in an index, so it has an end. */
export function messageIdProblem(messageId: string | undefined): ItemError | undefined {
  if (messageId === undefined || messageId.length <= MESSAGE_ID_MAX) return undefined
  return {
    code: 'BAD_USER_INPUT',
    path: 'messageId',
    message: `messageId has at most ${MESSAGE_ID_MAX} characters`,
  }
}

export type Outcome = 'APPLIED' | 'DUPLICATE' | 'LATE' | 'CONFLICT' | 'QUARANTINED' | 'REJECTED'

export interface ItemResult {
  readonly index: number
  readonly messageId: string | null
  readonly outcome: Outcome
  readonly offenderId: string | null
  readonly errors: readonly ItemError[]
  readonly warnings: readonly Warning[]
}

/** Reads a payload of a format; throws Unreadable. */
export type ReadFormat = (
  format: string,
  payload: unknown,
  context: {
    readonly person: readonly StatedIdentifier[]
    readonly personId?: string
    /** Whose system sends: our own inputs are stated in its record. */
    readonly role: MachineRole
    readonly receivedOn: Date
  },
) => Update

/** An item that was read, with what tells it from others. */
export interface ReadItem {
  readonly item: Item
  readonly sender: Sender
  readonly update: Update | undefined
  /** What it states, as rows, record by record. */
  readonly rows: readonly RecordRows[]
  readonly unreadable: Unreadable | undefined
  /** Of the content and of the person it is about: equal content about another person is another document. */
  readonly digest: string
  /** The record or person that the document is about, as it names them itself. */
  readonly subjectKey: string
  /** Set where this is an item kept earlier that is tried again: its row, and when it came first. */
  readonly receivedId?: number
  readonly arrivedAt?: Date
}

export function readItem(item: Item, sender: Sender, read: ReadFormat, receivedOn: Date): ReadItem {
  const digest = sha256(
    canonicalJson([item.format, item.payload ?? null, item.person, item.personId ?? null]),
  )
  try {
    const { person, personId } = item
    const stated = read(item.format, item.payload, {
      person,
      role: sender.role,
      receivedOn,
      ...(personId !== undefined && { personId }),
    })
    const update = {
      ...stated,
      records: stated.records.map((record) => ownRecord(sender, record)),
      warnings: [...stated.warnings, ...unused(item, stated)],
    }
    const rows = update.records.map((record) => recordRows(record, receivedOn))
    return { item, sender, update, rows, unreadable: undefined, digest, subjectKey: subjectKey(item, update) }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return {
      item,
      sender,
      update: undefined,
      rows: [],
      unreadable: error,
      digest,
      subjectKey: `unread:${digest}`,
    }
  }
}

/** A document that says whose it is needs nobody named beside it; naming another joins nobody to anybody. */
function unused({ person, personId }: Item, { createsPerson }: Update): Warning[] {
  if (!createsPerson || (person.length === 0 && personId === undefined)) return []
  const message = 'The document says itself whose it is: the person named beside it was not used'
  return [{ code: 'PERSON_NOT_USED', message }]
}

/** A document of one record is about that record; one of many is about the person. */
function subjectKey(item: Item, update: Update): string {
  const [only, ...others] = update.records
  if (only && others.length === 0) return `${only.system}:${only.localId}`
  const named = [...item.person, ...update.person].map(
    ({ type, raw }) => `${type}:${raw.trim().toUpperCase()}`,
  )
  return [...new Set(named)].sort().join('|') || (item.personId ?? 'nobody')
}
