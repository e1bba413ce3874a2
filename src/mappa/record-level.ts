import type { RelationshipName } from '../access/relationships'
import { londonDate } from '../domain/london-date'
import { Refusal } from '../domain/refusal'
import type { Given } from '../query/roots'
import { badInput, type Command, type CommandDeps } from '../commands/command'
import { ownAreas, refuseUnknownArea } from './areas'
import { decideOn, standingLevel, type DecisionInput, type Standing } from './decide'
import { checkDecision, type LevelDecision } from './level-decision'
import { referralFollowed } from './referral-followed'

type LevelInput = Omit<LevelDecision, 'kind'> & DecisionInput

/** Puts a level decision on record; null where the person is not there or may not be known of. */
export async function recordMappaLevel(command: Command, deps: CommandDeps): Promise<Given | null> {
  const input = command.args['input'] as LevelInput
  const relationship = mayDecide(command, input)
  const decision: LevelDecision = { ...input, kind: 'LEVEL' }
  checkDecision(decision, londonDate(deps.now()))
  return decideOn(command, deps, input, relationship, async (standing) => {
    if (command.caller.role !== 'MAPPA_COORDINATOR') await refuseLowering(standing, input)
    const area = await areaOf(standing, command, input)
    return { ...decision, area, referral: await referralFollowed(standing, input, area) }
  })
}

const AT_LEVEL_1: readonly string[] = [
  'PROBATION_OFFICER',
  'SENIOR_PROBATION_OFFICER',
  'POLICE_OFFENDER_MANAGER',
]

/** Who decides (contract: roles): coordinators in their area; probation and police at level 1 for own cases. */
function mayDecide({ caller, plan }: Command, { level }: LevelInput): RelationshipName {
  if (caller.person && caller.role === 'MAPPA_COORDINATOR') return plan.role.rows.relationship
  if (caller.person && AT_LEVEL_1.includes(caller.role) && level === 1) return 'inOwnCaseload'
  throw new Refusal('FORBIDDEN', `${caller.role} may not record this level decision.`)
}

/** What a coordinator decided at level 2 or 3 is a coordinator's to change. */
async function refuseLowering({ tx, offender, now }: Standing, { supersedes }: LevelInput): Promise<void> {
  const [row] = await tx.query(
    `select (select ml.level from record.mappa_level ml where ml.offender_id = $1 and ml.period @> $2::timestamptz
         order by ml.lead, ml.stated_at desc limit 1) > 1 as formal,
       exists (select from record.mappa_level_decision d where d.id::text = lower($3) and d.offender_id = $1
         and d.decided_by_role = 'MAPPA_COORDINATOR') as theirs`,
    [offender, now.toISOString(), supersedes ?? ''],
  )
  if (row?.['formal'] === true || row?.['theirs'] === true) {
    throw new Refusal(
      'FORBIDDEN',
      'A case at level 2 or 3, and a coordinator’s decision, are changed by a coordinator.',
      undefined,
      undefined,
      [offender],
    )
  }
}

/**
 * The area that is named, else that of the decision before, else the decider's only one. A decision opens the case to
 * its area's coordinators, so it names no area that is not the decider's own; another area takes a transfer.
 */
async function areaOf(
  standing: Standing,
  { caller }: Command,
  { area: named }: LevelInput,
): Promise<string | null> {
  const { tx, now } = standing
  const own = await ownAreas(tx, caller, now)
  if (named === null || named === undefined) {
    const { area } = await standingLevel(standing)
    return area ?? (own.length === 1 ? (own[0] ?? null) : null)
  }
  await refuseUnknownArea(tx, named, 'input.area', now)
  if (own.length > 0 && !own.includes(named)) throw badInput('input.area', 'This is not an area of yours.')
  return named
}
