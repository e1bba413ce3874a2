import { applyStatements, type Located } from './apply-statements'
import { candidatesOf, findPerson, type Candidates, type Found } from './find-person'
import { heldBy, joinAll, newOffenders, standingsOf } from './offenders'
import { readItem, type ItemError, type ItemResult, type ReadFormat, type ReadItem } from './item'
import { fetchKnown, identifiersOf, type Known } from './known'
import { factsNotOwned } from './ownership'
import { giveUp, keepReceived, waitingFor, type Verdict } from './received'
import { findRepeats, resultOf } from './repeats'
import { CANNOT_BE_STORED, isDataFault, type Transaction } from './store'
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
  /** The instant of arrival, later at each call, so that order of arrival is an order. */
  arrive(): Date
}

/** What happened so far. */
class Progress {
  readonly results: ItemResult[] = []
  readonly altered = new Map<string, Set<FactKind>>()
  /** Identifiers of people that the items since the last retry were about. */
  appeared = new Set<string>()

  add({ altered, appeared }: Progress): void {
    for (const [id, facts] of altered) {
      this.altered.set(id, new Set([...(this.altered.get(id) ?? []), ...facts]))
    }
    for (const identifier of appeared) this.appeared.add(identifier)
  }
}

/**
 * Applies a batch in the write transaction that is given, wave by wave. Items that waited for a person
 * who appears in it are tried again in the same transaction.
 */
export async function receive(context: ReceiveContext, batch: readonly ReadItem[]): Promise<Received> {
  const progress = new Progress()
  await receiveAll(context, batch, progress)
  while (progress.appeared.size > 0) {
    const { appeared } = progress
    progress.appeared = new Set()
    await retry(context, await keptFor(context, appeared), progress)
  }
  await refresh(context.tx, progress.altered)
  return { results: progress.results.sort((a, b) => a.index - b.index), altered: progress.altered }
}

async function receiveAll(
  context: ReceiveContext,
  items: readonly ReadItem[],
  progress: Progress,
): Promise<void> {
  for (const wave of inWaves(items, context.arrive())) {
    let rest: readonly ReadItem[] = wave
    while (rest.length > 0) rest = await receiveWave(context, rest, progress)
  }
}

/** A kept item that cannot be stored harms neither the person it waited for nor the others that waited. */
async function retry(context: ReceiveContext, kept: readonly ReadItem[], progress: Progress): Promise<void> {
  if (kept.length === 0 || (await succeeds(context, kept, progress))) return
  for (const read of kept) {
    if (await succeeds(context, [read], progress)) continue
    const errors = [{ code: 'UNREADABLE', path: '', message: CANNOT_BE_STORED }]
    if (read.receivedId !== undefined) await giveUp(context.tx, read.receivedId, errors)
  }
}

async function succeeds(
  context: ReceiveContext,
  kept: readonly ReadItem[],
  progress: Progress,
): Promise<boolean> {
  const attempt = new Progress()
  await context.tx.query('savepoint retry')
  try {
    await receiveAll(context, kept, attempt)
    await context.tx.query('release savepoint retry')
    progress.add(attempt)
    return true
  } catch (error) {
    if (!isDataFault(error)) throw error
    await context.tx.query('rollback to savepoint retry')
    return false
  }
}

/** Answers with the items that have to come after their neighbours. */
async function receiveWave(
  { tx, arrive }: ReceiveContext,
  wave: readonly ReadItem[],
  { results: given, altered, appeared }: Progress,
): Promise<ReadItem[]> {
  const arrivedAt = arrive()
  const results = new Map<ReadItem, ItemResult>()
  for (const read of wave) rejectUnfit(read, results)
  const repeats = await findRepeats(
    tx,
    wave.filter((read) => !results.has(read)),
  )
  for (const [read, { result }] of repeats) if (result) results.set(read, result)
  const readable = wave.filter((read) => !results.has(read) && read.update !== undefined)
  const known = await fetchKnown(tx, readable, arrivedAt)
  const { found, crowded } = await locate(tx, readable, known, arrivedAt)
  const located = await settleFound(tx, [...found.keys()], found, results)
  const verdicts = await applyStatements(tx, located, known, arrivedAt, altered)
  for (const read of wave) {
    if (!results.has(read) && !verdicts.has(read) && !crowded.includes(read))
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
  for (const [read, result] of results) if (read.receivedId === undefined) given.push(result)
  return crowded
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
): Promise<{ found: Map<ReadItem, Found>; crowded: ReadItem[] }> {
  const all = new Map(readable.map((read) => [read, candidatesOf(read, known, now)]))
  const crowded = crowdedOf(all)
  for (const read of crowded) all.delete(read)
  const people = new Set([...all.values()].flatMap(({ strong, weak }) => [...strong, ...weak]))
  const standings = await standingsOf(tx, [...people])
  const found = [...all].map(([read, each]) => [read, findPerson(read, each, standings, now)] as const)
  return { found: new Map(found), crowded }
}

/**
 * Items that have nothing in common may still concern one person, and what one of them makes of the
 * person (a prison number, a join) decides about the next: that one comes later.
 */
function crowdedOf(candidates: ReadonlyMap<ReadItem, Candidates>): ReadItem[] {
  const touched = new Set<string>()
  const decided = new Set<string>()
  return [...candidates].flatMap(([read, { strong, weak }]) => {
    const people = [...strong, ...weak]
    const decides = read.update?.createsPerson === true
    const waits = people.some((id) => (decides ? touched : decided).has(id))
    for (const id of people) {
      touched.add(id)
      if (decides) decided.add(id)
    }
    return waits ? [read] : []
  })
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

async function keptFor({ tx, read }: ReceiveContext, appeared: ReadonlySet<string>): Promise<ReadItem[]> {
  const kept = await waitingFor(tx, [...appeared])
  return kept.map(({ receivedId, item, sender, arrivedAt }) => ({
    ...readItem(item, sender, read, arrivedAt),
    receivedId,
    arrivedAt,
  }))
}

async function refresh(tx: Transaction, altered: ReadonlyMap<string, ReadonlySet<FactKind>>): Promise<void> {
  if (altered.size === 0) return
  await tx.query('select record.refresh_offenders($1::uuid[])', [[...altered.keys()]])
  const registered = [...altered].filter(([, facts]) => facts.has('registration')).map(([id]) => id)
  if (registered.length > 0) await tx.query('select record.refresh_mappa_levels($1::uuid[])', [registered])
}
