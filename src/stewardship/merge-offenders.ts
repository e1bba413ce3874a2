import { Refusal } from '../domain/refusal'
import { identityRecordsOf, keepDecision, resettle, type Decided } from '../identity/resettle'
import type { Settled } from '../identity/settle'
import { badInput, run, type Command, type Done, type Transaction } from '../commands/command'
import { findCase } from '../commands/find-case'
import { sendDecisionsInForce } from '../notices/of-facts'
import type { Given } from '../query/roots'
import { stewardsOnly, type StewardshipDeps } from './deps'

interface MergeInput {
  readonly into: object
  readonly from: object
  readonly reason: string
}

/** A data steward says that two are one person. Reversible; what was recorded of either is the survivor's. */
export async function mergeOffenders(command: Command, { commands }: StewardshipDeps): Promise<Given | null> {
  stewardsOnly(command.plan)
  const input = command.args['input'] as MergeInput
  const reason = reasonOf(input.reason)
  return run(command, commands, async (tx, now): Promise<Done> => {
    const into = await findCase(tx, command, input.into, command.plan.rows, now)
    const from = await findCase(tx, command, input.from, command.plan.rows, now)
    if (into.id === undefined || from.id === undefined) return nobody(into.unseen, from.unseen)
    if (into.id === from.id) {
      const message = 'These are one person already: the one was merged into the other before.'
      throw new Refusal('CONFLICT', message, 'input.from', undefined, [into.id])
    }
    const [ones, others] = [await identityRecordsOf(tx, into.id), await identityRecordsOf(tx, from.id)]
    await keepDecision(tx, ones.values(), others.values(), decidedBy(command, 'JOIN', reason, now))
    const { offenderOf } = await resettleAndTell(tx, [...ones.values(), ...others.values()], now)
    const survivor = offenderOf.get([...ones.values()][0] ?? '') ?? into.id
    return done({ offender: survivor }, [into.id, from.id])
  })
}

interface UnmergeInput {
  readonly offender: object
  readonly records: readonly string[]
  readonly reason: string
}

/** A data steward takes records out of a person: they are somebody else, and never joined again by themselves. */
export async function unmergeOffenders(
  command: Command,
  { commands }: StewardshipDeps,
): Promise<Given | null> {
  stewardsOnly(command.plan)
  const input = command.args['input'] as UnmergeInput
  const reason = reasonOf(input.reason)
  return run(command, commands, async (tx, now): Promise<Done> => {
    const { id, unseen } = await findCase(tx, command, input.offender, command.plan.rows, now)
    if (id === undefined) return nobody(unseen)
    const held = await identityRecordsOf(tx, id)
    const taken = input.records.map((record) => held.get(record.toLowerCase()))
    const out = taken.filter((key) => key !== undefined)
    if (out.length < taken.length || out.length === 0) {
      const message = 'records names records of this person that say who somebody is (sourceRecords).'
      throw badInput('input.records', message, [id])
    }
    const staying = [...held.values()].filter((key) => !out.includes(key))
    if (staying.length === 0) throw badInput('input.records', 'At least one record stays.', [id])
    await keepDecision(tx, out, staying, decidedBy(command, 'SEPARATE', reason, now))
    const { offenderOf } = await resettleAndTell(tx, [...held.values()], now)
    const [offender, separated] = [offenderOf.get(staying[0] ?? '') ?? id, offenderOf.get(out[0] ?? '') ?? id]
    return done({ offender, separated }, [offender, separated])
  })
}

/** Works out anew who is who; who holds somebody by that is told of what was decided of them. */
export async function resettleAndTell(
  tx: Transaction,
  records: readonly string[],
  now: Date,
): Promise<Settled> {
  const settled = await resettle(tx, records)
  await sendDecisionsInForce(tx, [...new Set(settled.offenderOf.values())], now)
  return settled
}

export function reasonOf(text: string): string {
  if (text.trim() !== '') return text.trim()
  throw badInput('reason', 'Say why: the reason stays on record.')
}

export function decidedBy(command: Command, kind: Decided['kind'], reason: string, at: Date): Decided {
  const { person, agency } = command.caller
  return { kind, reason, by: person?.name ?? person?.username ?? '', agency, at }
}

function nobody(...unseen: (readonly string[])[]): Done {
  return { given: null, offenders: unseen.flat(), tables: [] }
}

function done(offenders: Readonly<Record<string, string>>, concerned: readonly string[]): Done {
  const entities = Object.fromEntries(
    Object.entries(offenders).map(([field, id]) => [field, { table: 'offender', id }]),
  )
  return {
    given: { values: {}, entities },
    offenders: [...new Set(concerned)],
    tables: ['identifier', 'person'],
  }
}
