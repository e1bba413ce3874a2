import { together } from '../domain/together'
import type { EntryDraft, Subject } from '../journal/entry'
import { declarationOf } from './facts'
import type { ItemResult, ReadItem } from './item'
import type { PushAnswer, PushDeps, PushRequest } from './push'
import { receive, type Received } from './receive'
import type { FactKind } from './update'

/** A request and its items as they were read. */
export interface Read {
  readonly request: PushRequest
  readonly batch: readonly ReadItem[]
}

let lastArrival = 0

/** No two waves arrive at once: order of arrival stays an order. */
function arrival(now: Date): Date {
  lastArrival = Math.max(now.getTime(), lastArrival + 1)
  return new Date(lastArrival)
}

/** Applies the batches of one sender in one transaction; each has an answer, and an entry in the journal. */
export async function applyTogether(group: readonly Read[], deps: PushDeps): Promise<PushAnswer[]> {
  const [first] = group
  if (!first) return []
  const { client, agency } = first.request.sender
  return deps.transact(async (tx, append) => {
    await tx.query('select record.begin_revision(), record.act_as($1, $2, null)', [client, agency ?? null])
    const received = await receive(
      { tx, read: deps.read, arrive: () => arrival(deps.now()) },
      numbered(group.flatMap(({ batch }) => batch)),
    )
    const answered = sharedOut(group, received.results)
    const told = await deps.note(tx, answered)
    const noted = answered.map((each, i): Noted => ({ ...each, noted: told[i] ?? {} }))
    const [, [row]] = await together([
      tx.query('set constraints all immediate'),
      tx.query('select record.end_revision() as revision'),
    ])
    const revision = Number(row?.['revision'])
    await append(...entriesOf(noted, received.altered, revision, deps))
    return answered.map(({ results }) => ({ revision, results }))
  })
}

/** Items of several batches have the same numbers, so here they have others. */
function numbered(batch: readonly ReadItem[]): ReadItem[] {
  return batch.map((read, index) => ({ ...read, item: { ...read.item, index } }))
}

interface Answered extends Read {
  readonly results: readonly ItemResult[]
}

interface Noted extends Answered {
  readonly noted: Readonly<Record<string, unknown>>
}

/** The results of each batch, under the numbers that its sender gave. */
function sharedOut(group: readonly Read[], results: readonly ItemResult[]): Answered[] {
  const byNumber = new Map(results.map((result) => [result.index, result]))
  let from = 0
  return group.map(({ request, batch }) => {
    const own = batch.flatMap(({ item: { index } }, i) => {
      const result = byNumber.get(from + i)
      return result ? [{ ...result, index }] : []
    })
    from += batch.length
    return { request, batch, results: own }
  })
}

function entriesOf(
  answered: readonly Noted[],
  altered: Received['altered'],
  revision: number,
  deps: PushDeps,
): EntryDraft[] {
  const named = answered.map(({ results }) => new Set(results.flatMap(({ offenderId }) => offenderId ?? [])))
  // Whom no item names was altered by what follows from several: each batch answers for it.
  const others = [...altered.keys()].filter((id) => !named.some((ids) => ids.has(id)))
  const fieldsOf = fieldsOfFacts(deps)
  return answered.map((each, i) => {
    const subjects = [...(named[i] ?? []), ...others].map((offender) => {
      return { offender, fields: fieldsOf(altered.get(offender)), withheld: [], owners: [] }
    })
    return entryOf(each, subjects, revision, deps)
  })
}

/** The fields of what was altered; most are altered alike, so it is worked out once for all of those. */
function fieldsOfFacts(deps: PushDeps): (facts: ReadonlySet<FactKind> | undefined) => readonly number[] {
  const known = new Map<string, readonly number[]>()
  return (facts = new Set()) => {
    const alike = [...facts].sort().join()
    const fields = known.get(alike) ?? [
      ...new Set([...facts].flatMap((fact) => declarationOf(fact).tables).flatMap(deps.fieldsOf)),
    ]
    known.set(alike, fields)
    return fields
  }
}

function entryOf(
  { request, results, noted }: Noted,
  subjects: readonly Subject[],
  revision: number,
  deps: PushDeps,
): EntryDraft {
  const outcomes: Record<string, number> = {}
  for (const { outcome } of results) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  const refused = results.filter((result) => result.outcome === 'REJECTED')
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
    subjects,
  }
}
