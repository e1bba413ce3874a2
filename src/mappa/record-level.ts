import type { RelationshipName } from '../access/relationships'
import { londonDate } from '../domain/london-date'
import { Refusal } from '../domain/refusal'
import type { Given } from '../query/roots'
import {
  badInput,
  run,
  type Command,
  type CommandDeps,
  type Done,
  type Transaction,
} from '../commands/command'
import { findCase } from '../commands/find-case'
import { checkDecision, insertDecision, type LevelDecision } from './level-decision'
import { decisionWarnings } from './warnings'

interface LevelInput extends LevelDecision {
  readonly offender: unknown
  readonly expectedRevision?: number | null
}

/** Puts a level decision on record; null where the person is not there or may not be known of. */
export async function recordMappaLevel(command: Command, deps: CommandDeps): Promise<Given | null> {
  const input = command.args['input'] as LevelInput
  const relationship = mayDecide(command, input)
  checkDecision(input, londonDate(deps.now()))
  return run(command, deps, async (tx, now): Promise<Done> => {
    const { id, unseen } = await findCase(tx, command, input.offender, relationship, now)
    if (id === undefined) return { given: null, offenders: unseen, tables: [] }
    await refuseStale(tx, id, input.expectedRevision)
    if (command.caller.role !== 'MAPPA_COORDINATOR') await refuseLowering(tx, id, input, now)
    await refuseForeignArea(tx, command, input)
    const warnings = await decisionWarnings(tx, id, input, now)
    const { caller } = command
    const by = {
      subject: caller.person?.subject ?? caller.client,
      name: caller.person?.name ?? caller.person?.username,
      role: caller.role,
      agency: caller.agency,
    }
    const decision = await insertDecision(tx, id, input, by, now)
    return {
      given: {
        values: { warnings },
        entities: { decision: { table: 'mappa_level_decision', id: decision } },
      },
      offenders: [id],
      tables: ['mappa_level_decision', 'mappa_level', 'decision_assessment', 'mappa_communication'],
    }
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

async function refuseStale(
  tx: Transaction,
  offender: string,
  expected: number | null | undefined,
): Promise<void> {
  if (expected === null || expected === undefined) return
  const [row] = await tx.query(
    `select max(greatest(l.revision, coalesce(l.superseded_revision, 0))) as revision
     from record.mappa_level_ever l where l.offender_id = $1`,
    [offender],
  )
  const newest = Number(row?.['revision'] ?? 0)
  if (newest > expected) {
    throw new Refusal(
      'STALE_REVISION',
      `This person’s level changed at revision ${newest}; read it again and decide on that.`,
      'input.expectedRevision',
    )
  }
}

/** What a coordinator decided at level 2 or 3 is a coordinator's to change. */
async function refuseLowering(
  tx: Transaction,
  offender: string,
  { supersedes }: LevelInput,
  now: Date,
): Promise<void> {
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

/** A decision opens the case to its area's coordinators, so it names no area that is not the decider's own. */
async function refuseForeignArea(tx: Transaction, { caller }: Command, { area }: LevelInput): Promise<void> {
  if (area === null || area === undefined) return
  const rows = await tx.query('select m.area from record.mappa_area_agency m where m.agency = $1', [
    caller.agency ?? '',
  ])
  const covered = rows.map((row) => String(row['area']))
  const own = caller.mappaArea === undefined ? covered : [caller.mappaArea]
  if (own.length > 0 && !own.includes(area)) throw badInput('input.area', 'This is not an area of yours.')
}
