import type { Caller } from '../domain/caller'
import type { EntryDraft } from '../journal/entry'
import { applyTogether, type Read } from './apply-batches'
import { readItem, type Item, type ItemResult, type ReadFormat, type ReadItem, type Sender } from './item'
import { SingleFile } from './single-file'
import { CANNOT_BE_STORED, isDataFault, type Transaction } from './store'
import { Turns } from './turns'
import { Unreadable } from './update'

/** What pushing needs of the world. */
export interface PushDeps {
  /** Runs in one write transaction and commits; its last statement puts entries on record. */
  transact<T>(work: (tx: Transaction, append: Append) => Promise<T>): Promise<T>
  read: ReadFormat
  now(): Date
  /** Bits of the fields that rows of a table hold, for the journal. */
  fieldsOf(table: string): readonly number[]
  /** Notes what batches of one sender tell of its feed, in their transaction; gives what the journal says of each. */
  note(tx: Transaction, group: readonly Pushed[]): Promise<readonly Readonly<Record<string, unknown>>[]>
}

type Append = (...drafts: readonly EntryDraft[]) => Promise<void>

/** A batch, and what became of it. */
export interface Pushed {
  readonly request: PushRequest
  readonly batch: readonly ReadItem[]
  readonly results: readonly ItemResult[]
}

/** What a request says of itself as a part of its sender's feed. */
export interface Feed {
  /** The number of the item with index 0; the others are numbered on from it. */
  readonly first?: number
  /** The snapshot that the items are a part of. */
  readonly snapshot?: string
}

export interface PushRequest {
  readonly caller: Caller
  readonly sender: Sender
  /** The door, e.g. `ingest/prisoner-search`. */
  readonly operation: string
  readonly requestId: string
  readonly items: readonly Item[]
  readonly feed?: Feed
}

export interface PushAnswer {
  readonly revision: number
  readonly results: readonly ItemResult[]
}

export const PUSH_ITEMS_MAX = 500

/**
 * Applies up to 500 items at one revision, one batch after the other. Those that a system sends while others are
 * applied are applied together, at one revision. Acknowledged means committed, journal entry included.
 */
export function pushing(deps: PushDeps): (request: PushRequest) => Promise<PushAnswer> {
  const file = new SingleFile<Read, PushAnswer>({
    isAlike: ({ request: { sender: one } }, { request: { sender: other } }) =>
      one.client === other.client && one.role === other.role && one.agency === other.agency,
    fits: (gathered, next) =>
      gathered.reduce((sum, { batch }) => sum + batch.length, next.batch.length) <= PUSH_ITEMS_MAX,
    run: (group) => applyGroup(group, deps),
  })
  return async (request) => file.do({ request, batch: await readItems(request, deps) })
}

const turns = new Turns()

/** Reading hundreds of documents must not hold up the batch whose turn it is, nor those who ask. */
async function readItems({ items, sender }: PushRequest, { read, now }: PushDeps): Promise<ReadItem[]> {
  const batch: ReadItem[] = []
  for (const [i, item] of items.entries()) {
    await turns.take(items.length - i)
    batch.push(readItem(item, sender, read, now()))
  }
  return batch
}

/** A batch that the database cannot hold must not harm its neighbours. */
async function applyGroup(group: readonly Read[], deps: PushDeps): Promise<PushAnswer[]> {
  try {
    return await applyTogether(group, deps)
  } catch (error) {
    if (!isDataFault(error)) throw error
    const answers: PushAnswer[] = []
    for (const each of group) answers.push(await applyAlone(each, deps))
    return answers
  }
}

async function applyAlone(each: Read, deps: PushDeps): Promise<PushAnswer> {
  try {
    return await applyOne(each, deps)
  } catch (error) {
    if (!isDataFault(error)) throw error
    return applySingly(each, deps)
  }
}

async function applyOne(each: Read, deps: PushDeps): Promise<PushAnswer> {
  const [answer] = await applyTogether([each], deps)
  if (!answer) throw new Error('a batch has no answer')
  return answer
}

/** Nor must one item. */
async function applySingly({ request, batch }: Read, deps: PushDeps): Promise<PushAnswer> {
  let revision = 0
  const results: ItemResult[] = []
  for (const read of batch) {
    const answer = await applyOne({ request, batch: [read] }, deps).catch((error: unknown) => {
      if (!isDataFault(error)) throw error
      const unreadable = new Unreadable(CANNOT_BE_STORED)
      const subjectKey = `unread:${read.digest}`
      const unread = { ...read, update: undefined, rows: [], unreadable, subjectKey }
      return applyOne({ request, batch: [unread] }, deps)
    })
    revision = answer.revision
    results.push(...answer.results)
  }
  return { revision, results }
}
