import { applyStatements, type Located } from './apply-statements'
import { findPerson, type Found } from './find-person'
import { heldBy, joinAll, newOffenders, standingsOf } from './offenders'
import { readItem, type ItemError, type ItemResult, type ReadFormat, type ReadItem } from './item'
import { fetchKnown, identifiersOf, type Known } from './known'
import { factsNotOwned } from './ownership'
import { keepReceived, waitingFor, type Verdict } from './received'
import { findRepeats, resultOf } from './repeats'
import type { Transaction } from './store'
import type { FactKind, Warning } from './update'
import { inWaves } from './waves'

/** What a batch did: a result per item, and what it altered of whom. */
export interface Received {
  readonly results: ItemResult[]
  readonly altered: ReadonlyMap<string, ReadonlySet<FactKind>>
}

export interface ReceiveContext {
  readonly tx: Transaction
  readonly read: ReadFormat
  /** Arrival of the batch; each wave is a millisecond later, so that order of arrival is an order. */
  readonly arrivedAt: Date
}

/**
 * Applies a batch in the write transaction that is given, wave by wave. Items that waited for a person
 * who appears in it are tried again in the same transaction.
 */
export async function receive(context: ReceiveContext, batch: readonly ReadItem[]): Promise<Received> {
  const results: ItemResult[] = []
  const altered = new Map<string, Set<FactKind>>()
  const appeared = new Set<string>()
  let pending: readonly ReadItem[] = batch
  let tick = 0
  while (pending.length > 0) {
    for (const wave of inWaves(pending, context.arrivedAt)) {
      const arrivedAt = new Date(context.arrivedAt.getTime() + tick++)
      for (const [read, result] of await receiveWave({ ...context, arrivedAt }, wave, altered, appeared)) {
        if (read.receivedId === undefined) results.push(result)
      }
    }
    pending = appeared.size === 0 ? [] : await retried(context, appeared)
    appeared.clear()
  }
  await refresh(context.tx, altered)
  return { results: results.sort((a, b) => a.index - b.index), altered }
}

async function receiveWave(
  { tx, arrivedAt }: ReceiveContext,
  wave: readonly ReadItem[],
  altered: Map<string, Set<FactKind>>,
  appeared: Set<string>,
): Promise<Map<ReadItem, ItemResult>> {
  const results = new Map<ReadItem, ItemResult>()
  const repeats = await findRepeats(tx, wave)
  for (const [read, { result }] of repeats) if (result) results.set(read, result)
  for (const read of wave) if (!results.has(read)) rejectUnfit(read, results)
  const readable = wave.filter((read) => !results.has(read) && read.update !== undefined)
  const known = await fetchKnown(tx, readable, arrivedAt)
  const found = await locate(tx, readable, known, arrivedAt)
  const located = await settleFound(tx, readable, found, results)
  const verdicts = await applyStatements(tx, located, known, arrivedAt, altered)
  for (const read of wave) {
    if (!results.has(read) && !verdicts.has(read))
      verdicts.set(read, quarantine(read, found.get(read), arrivedAt))
  }
  await keepReceived(tx, verdicts, arrivedAt)
  for (const [read, verdict] of verdicts) {
    const warnings = [...verdict.warnings, ...(repeats.get(read)?.warnings ?? [])]
    results.set(read, {
      ...resultOf(read, verdict.outcome, verdict.offenderId),
      errors: verdict.errors,
      warnings,
    })
    if (verdict.outcome !== 'QUARANTINED')
      for (const identifier of identifiersOf(read, arrivedAt)) appeared.add(identifier)
  }
  return results
}

/** A fault of the envelope, or a fact that this sender may not state: nothing of the item is applied. */
function rejectUnfit(read: ReadItem, results: Map<ReadItem, ItemResult>): void {
  const facts = (read.update?.records ?? []).flatMap((record) =>
    factsNotOwned(read.sender.role, record).map((fact): ItemError => {
      const message = `${read.sender.role} may not state ${fact} in a ${record.system} record`
      return { code: 'NOT_OWNER', path: fact, message }
    }),
  )
  const errors = [...read.item.problems, ...facts]
  if (errors.length > 0) results.set(read, { ...resultOf(read, 'REJECTED', null), errors })
}

async function locate(
  tx: Transaction,
  readable: readonly ReadItem[],
  known: Known,
  now: Date,
): Promise<Map<ReadItem, Found>> {
  const candidates = new Set<string>()
  for (const record of known.records.values()) candidates.add(record.offenderId)
  for (const owners of known.owners.values()) for (const owner of owners) candidates.add(owner)
  const standings = await standingsOf(tx, [...candidates])
  return new Map(readable.map((read) => [read, findPerson(read, known, standings, now)]))
}

/** Brings the found persons into being and together; a CRC speaks of the cases it holds and of no others. */
async function settleFound(
  tx: Transaction,
  readable: readonly ReadItem[],
  found: ReadonlyMap<ReadItem, Found>,
  results: Map<ReadItem, ItemResult>,
): Promise<Located[]> {
  const held = await heldBy(tx, readable, found)
  for (const read of readable) {
    const person = found.get(read)
    if (read.sender.role !== 'CRC_SYSTEM' || (person?.kind === 'known' && held.has(read))) continue
    // Alike for people it does not hold and for people nobody knows, so that pushing is no way to find out.
    const errors = [
      { code: 'NOT_OWNER', path: 'person', message: 'this is no case that your organisation holds' },
    ]
    results.set(read, { ...resultOf(read, 'REJECTED', null), errors })
  }
  const welcome = readable.filter((read) => !results.has(read))
  const created = await newOffenders(
    tx,
    welcome.filter((read) => found.get(read)?.kind === 'new'),
  )
  const survivors = await joinAll(
    tx,
    welcome.flatMap((read) => {
      const person = found.get(read)
      return person?.kind === 'known' ? [person] : []
    }),
  )
  return welcome.flatMap((read): Located[] => {
    const person = found.get(read)
    if (person?.kind !== 'new' && person?.kind !== 'known') return []
    const id = person.kind === 'known' ? person.offenderId : created.get(read)
    if (id === undefined) return []
    const joined = person.kind === 'known' && person.join.length > 0
    return [{ read, offenderId: survivors.get(id) ?? id, joined, warnings: person.warnings }]
  })
}

function quarantine(read: ReadItem, found: Found | undefined, now: Date): Verdict {
  const warnings: readonly Warning[] = read.update?.warnings ?? []
  if (read.unreadable) {
    const { path, message } = read.unreadable
    return {
      outcome: 'QUARANTINED',
      offenderId: null,
      warnings,
      errors: [{ code: 'UNREADABLE', path, message }],
      waitingFor: [],
    }
  }
  const ambiguous = found?.kind === 'ambiguous'
  const message = found && 'reason' in found ? found.reason : 'the document names nobody we know'
  return {
    outcome: 'QUARANTINED',
    offenderId: null,
    warnings,
    errors: [{ code: ambiguous ? 'PERSON_AMBIGUOUS' : 'PERSON_UNKNOWN', path: 'person', message }],
    waitingFor: found && 'waitingFor' in found ? found.waitingFor : identifiersOf(read, now),
  }
}

async function retried(
  { tx, read, arrivedAt }: ReceiveContext,
  appeared: ReadonlySet<string>,
): Promise<ReadItem[]> {
  const kept = await waitingFor(tx, [...appeared])
  return kept.map(({ receivedId, item, sender, receivedAt }) => ({
    ...readItem(item, sender, read, receivedAt ?? arrivedAt),
    receivedId,
  }))
}

async function refresh(tx: Transaction, altered: ReadonlyMap<string, ReadonlySet<FactKind>>): Promise<void> {
  if (altered.size === 0) return
  await tx.query('select record.refresh_offenders($1::uuid[])', [[...altered.keys()]])
  const registered = [...altered].filter(([, facts]) => facts.has('registration')).map(([id]) => id)
  if (registered.length > 0) await tx.query('select record.refresh_mappa_levels($1::uuid[])', [registered])
}
