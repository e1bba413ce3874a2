import { together } from '../domain/together'
import { sendNoticesOfFacts } from '../notices/of-facts'
import { applyStatements, mark, type Altered } from './apply-statements'
import { readItem, type ItemError, type ItemResult, type ReadFormat, type ReadItem } from './item'
import { fetchKnown, identifiersOf } from './known'
import { factsNotOwned } from './ownership'
import { giveUp, keepReceived, waitingFor } from './received'
import { findRepeats, resultOf } from './repeats'
import { settleWave } from './settle-wave'
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
  readonly results = new Map<number, ItemResult>()
  readonly altered: Altered = new Map()
  /** Identifiers of people that the items since the last retry were about. */
  appeared = new Set<string>()
  /** Items of this batch that wait, by their row: when they are tried again, the answer tells how that ended. */
  private readonly waiting = new Map<number, number>()

  note(read: ReadItem, result: ItemResult, receivedId: number | undefined): void {
    if (receivedId !== undefined) this.waiting.set(receivedId, result.index)
    const index = read.receivedId === undefined ? undefined : this.waiting.get(read.receivedId)
    if (index !== undefined) this.results.set(index, { ...result, index })
  }

  /** Takes over what an attempt came to that was not undone. */
  add({ altered, appeared, results }: Progress): void {
    for (const [id, facts] of altered) for (const fact of facts) mark(this.altered, id, fact)
    for (const identifier of appeared) this.appeared.add(identifier)
    for (const [index, result] of results) this.results.set(index, result)
  }

  /** For trying what was kept: knows the same items that wait. */
  attempt(): Progress {
    const attempt = new Progress()
    for (const [id, index] of this.waiting) attempt.waiting.set(id, index)
    return attempt
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
  await sendNoticesOfFacts(context.tx, progress.altered, context.arrive())
  const results = [...progress.results.values()].sort((a, b) => a.index - b.index)
  return { results: await withSuspicions(context.tx, results, progress.altered), altered: progress.altered }
}

async function receiveAll(
  context: ReceiveContext,
  items: readonly ReadItem[],
  progress: Progress,
): Promise<void> {
  for (const wave of inWaves(items)) if (wave.length > 0) await receiveWave(context, wave, progress)
}

/** A kept item that cannot be stored harms neither the person it waited for nor the others that waited. */
async function retry(context: ReceiveContext, kept: readonly ReadItem[], progress: Progress): Promise<void> {
  if (kept.length === 0 || (await succeeds(context, kept, progress))) return
  for (const read of kept) {
    if (await succeeds(context, [read], progress)) continue
    const errors: ItemError[] = [{ code: 'UNREADABLE', path: '', message: CANNOT_BE_STORED }]
    if (read.receivedId !== undefined) await giveUp(context.tx, read.receivedId, errors)
  }
}

async function succeeds(
  context: ReceiveContext,
  kept: readonly ReadItem[],
  progress: Progress,
): Promise<boolean> {
  const attempt = progress.attempt()
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

async function receiveWave(
  context: ReceiveContext,
  wave: readonly ReadItem[],
  progress: Progress,
): Promise<void> {
  const { tx } = context
  const now = context.arrive()
  const results = new Map<ReadItem, ItemResult>()
  for (const read of wave) rejectUnfit(read, results)
  const fit = wave.filter((read) => !results.has(read))
  const [repeats, known] = await together([findRepeats(tx, fit), fetchKnown(tx, fit)])
  for (const [read, { result }] of repeats) if (result) results.set(read, result)
  const fresh = fit.filter((read) => !results.has(read))
  const { verdicts, ofRecords, affected } = await settleWave(tx, fresh, known, results, now)
  const apply = async () => {
    await applyStatements(tx, ofRecords, known, progress.altered, now)
    await followSettled(tx, affected, progress.altered)
  }
  const [, kept] = await together([apply(), keepReceived(tx, verdicts, now)])
  for (const [read, verdict] of verdicts) {
    const warnings = [...verdict.warnings, ...(repeats.get(read)?.warnings ?? [])]
    const result = {
      ...resultOf(read, verdict.outcome, verdict.offenderId),
      errors: verdict.errors,
      warnings,
    }
    results.set(read, result)
    progress.note(read, result, kept.get(read))
    if (verdict.outcome !== 'QUARANTINED') {
      for (const identifier of identifiersOf(read, now)) progress.appeared.add(identifier)
    }
  }
  for (const [read, result] of results)
    if (read.receivedId === undefined) progress.results.set(result.index, result)
}

/** Records that were sent about somebody follow the records that say who that is. */
async function followSettled(tx: Transaction, affected: readonly string[], altered: Altered): Promise<void> {
  if (affected.length === 0) return
  await tx.query('select record.follow_named($1::uuid[])', [affected])
  for (const id of affected)
    for (const fact of ['person', 'registration', 'custody'] as const) mark(altered, id, fact)
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

async function keptFor({ tx, read }: ReceiveContext, appeared: ReadonlySet<string>): Promise<ReadItem[]> {
  const kept = await waitingFor(tx, [...appeared])
  return kept.map(({ receivedId, item, sender, arrivedAt }) => ({
    ...readItem(item, sender, read, arrivedAt),
    receivedId,
    arrivedAt,
  }))
}

/** What follows from the statements, worked out again for those whom they touched. */
async function refresh(tx: Transaction, altered: Altered): Promise<void> {
  const of = (...facts: FactKind[]) =>
    [...altered].filter(([, each]) => facts.some((fact) => each.has(fact))).map(([id]) => id)
  const named = of('person', 'identifiers')
  const registered = of('registration')
  const shown = of('person', 'identifiers', 'assessment', 'assessments')
  if (shown.length > 0) await tx.query('select record.refresh_offenders($1::uuid[])', [shown])
  if (named.length > 0) await tx.query('select record.refresh_suspected_matches($1::uuid[])', [named])
  if (registered.length > 0) await tx.query('select record.refresh_mappa_levels($1::uuid[])', [registered])
}

/** Tells the sender where somebody else has the same number; who else might be meant is for stewards alone. */
async function withSuspicions(
  tx: Transaction,
  results: readonly ItemResult[],
  altered: Altered,
): Promise<ItemResult[]> {
  const named = [...altered].filter(([, facts]) => facts.has('person') || facts.has('identifiers'))
  if (named.length === 0) return [...results]
  const rows = await tx.query(
    `select m.offender_id, m.other_offender_id from record.suspected_match m
     where (m.offender_id = any($1::uuid[]) or m.other_offender_id = any($1::uuid[]))
       and m.reasons && array['PNC', 'CRO', 'PRISON_NUMBER', 'CRN']`,
    [named.map(([id]) => id)],
  )
  const suspected = new Set(rows.flatMap((row) => [row['offender_id'], row['other_offender_id']]))
  const suspicion: Warning = {
    code: 'SUSPECTED_MATCH',
    message: 'another person on record has one of these identifiers; they are not joined without more proof',
  }
  return results.map((result) =>
    result.outcome === 'APPLIED' && suspected.has(result.offenderId)
      ? { ...result, warnings: [...result.warnings, suspicion] }
      : result,
  )
}
