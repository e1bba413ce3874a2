import { setImmediate as othersTurn } from 'node:timers/promises'
import type { Caller } from '../domain/caller'
import type { EntryDraft } from '../journal/entry'
import { declarationOf } from './facts'
import { readItem, type Item, type ItemResult, type ReadFormat, type ReadItem, type Sender } from './item'
import { receive } from './receive'
import { CANNOT_BE_STORED, isDataFault, type Transaction } from './store'
import { Unreadable, type FactKind } from './update'

/** What pushing needs of the world. */
export interface PushDeps {
  /** Runs in one write transaction and commits; `append` is its last statement. */
  transact<T>(work: (tx: Transaction, append: (draft: EntryDraft) => Promise<void>) => Promise<T>): Promise<T>
  read: ReadFormat
  now(): Date
  /** Bits of the fields that rows of a table hold, for the journal. */
  fieldsOf(table: string): readonly number[]
  /** Notes what a batch tells of its feed, in its transaction; gives what the journal says of it. */
  note(tx: Transaction, pushed: Pushed): Promise<Readonly<Record<string, unknown>>>
}

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

/** Applies up to 500 items at one revision. Acknowledged means committed, journal entry included. */
export async function push(request: PushRequest, deps: PushDeps): Promise<PushAnswer> {
  const batch = await readItems(request, deps)
  try {
    return await applyBatch(request, batch, deps)
  } catch (error) {
    if (!isDataFault(error)) throw error
    return await applySingly(request, batch, deps)
  }
}

/** Reading hundreds of documents must not hold up the batch whose turn it is, nor those who ask. */
async function readItems({ items, sender }: PushRequest, { read, now }: PushDeps): Promise<ReadItem[]> {
  const batch: ReadItem[] = []
  for (const item of items) {
    await othersTurn()
    batch.push(readItem(item, sender, read, now()))
  }
  return batch
}

/** One item that the database cannot hold must not harm its neighbours. */
async function applySingly(
  request: PushRequest,
  batch: readonly ReadItem[],
  deps: PushDeps,
): Promise<PushAnswer> {
  let revision = 0
  const results: ItemResult[] = []
  for (const read of batch) {
    const answer = await applyBatch(request, [read], deps).catch((error: unknown) => {
      if (!isDataFault(error)) throw error
      const unreadable = new Unreadable(CANNOT_BE_STORED)
      const subjectKey = `unread:${read.digest}`
      return applyBatch(request, [{ ...read, update: undefined, rows: [], unreadable, subjectKey }], deps)
    })
    revision = answer.revision
    results.push(...answer.results)
  }
  return { revision, results }
}

let lastArrival = 0

/** No two waves arrive at once: order of arrival stays an order. */
function arrival(now: Date): Date {
  lastArrival = Math.max(now.getTime(), lastArrival + 1)
  return new Date(lastArrival)
}

async function applyBatch(
  request: PushRequest,
  batch: readonly ReadItem[],
  deps: PushDeps,
): Promise<PushAnswer> {
  return deps.transact(async (tx, append) => {
    const { client, agency } = request.sender
    await tx.query('select record.begin_revision(), record.act_as($1, $2, null)', [client, agency ?? null])
    const { results, altered } = await receive(
      { tx, read: deps.read, arrive: () => arrival(deps.now()) },
      batch,
    )
    const noted = await deps.note(tx, { request, batch, results })
    await tx.query('set constraints all immediate')
    const [row] = await tx.query('select record.end_revision() as revision')
    const revision = Number(row?.['revision'])
    await append(pushEntry(request, results, noted, altered, revision, deps))
    return { revision, results }
  })
}

function pushEntry(
  request: PushRequest,
  results: readonly ItemResult[],
  noted: Readonly<Record<string, unknown>>,
  altered: ReadonlyMap<string, ReadonlySet<FactKind>>,
  revision: number,
  deps: PushDeps,
): EntryDraft {
  const outcomes: Record<string, number> = {}
  for (const { outcome } of results) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  const refused = results.filter((result) => result.outcome === 'REJECTED')
  const concerned = new Set([...altered.keys(), ...results.flatMap(({ offenderId }) => offenderId ?? [])])
  return {
    kind: 'PUSH',
    outcome: refused.length === results.length && refused.length > 0 ? 'REJECTED' : 'DONE',
    at: deps.now(),
    viewer: request.caller,
    purpose: 'SYSTEM_UPDATE',
    operation: request.operation,
    requestId: request.requestId,
    parameters: {
      ...noted,
      outcomes,
      refused: refused.map(({ index, errors }) => ({ index, codes: errors.map(({ code }) => code) })),
    },
    revision,
    subjects: [...concerned].map((offender) => {
      const tables = [...(altered.get(offender) ?? [])].flatMap((fact) => declarationOf(fact).tables)
      return {
        offender,
        fields: [...new Set(tables.flatMap((table) => deps.fieldsOf(table)))],
        withheld: [],
        owners: [],
      }
    }),
  }
}
