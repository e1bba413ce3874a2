import { SETTINGS } from '../access/settings'
import { badInput, run, type Command, type CommandDeps, type Done } from '../commands/command'
import { findCase } from '../commands/find-case'
import { Refusal } from '../domain/refusal'
import type { Given } from '../query/roots'
import { lastDay } from './last-day'

interface ReferralInput {
  readonly offender: unknown
  readonly reason: string
  readonly until?: string | null
}

const REFERRERS: readonly string[] = [
  'PRISON_OFFENDER_MANAGER',
  'HEAD_OF_OFFENDER_MANAGEMENT',
  'PROBATION_OFFICER',
  'SENIOR_PROBATION_OFFICER',
]

/** Opens a case to the Parole Board, which reads it as it is now (paroleSummary); null where the person is not there or may not be known of. */
export async function referToParoleBoard(command: Command, deps: CommandDeps): Promise<Given | null> {
  const input = command.args['input'] as ReferralInput
  const { caller, plan } = command
  const { person } = caller
  if (!person || !REFERRERS.includes(caller.role) || plan.purpose !== 'PAROLE')
    throw new Refusal('FORBIDDEN', 'Offender managers refer to the Parole Board, under purpose PAROLE.')
  const reason = input.reason.trim()
  if (reason === '') throw badInput('input.reason', 'A referral needs its reason: reason is blank.')
  const until = lastDay(input.until, deps.now(), SETTINGS.paroleReferralDays)
  return run(command, deps, async (tx, now): Promise<Done> => {
    const { id, unseen } = await findCase(tx, command, input.offender, plan.rows, now)
    if (id === undefined) return { given: null, offenders: unseen, tables: [] }
    await tx.query(
      `insert into record.parole_referral (offender_id, referred_at, until, reason, referred_by_subject, referred_by_role,
         referred_by_agency, frozen_revision)
       values ($1, $2, $3, $4, $5, $6, $7, current_setting('throughcare.revision')::bigint)`,
      [id, now.toISOString(), until, reason, person.subject, caller.role, caller.agency ?? null],
    )
    return { given: { values: { until } }, offenders: [id], tables: ['parole_referral'] }
  })
}
