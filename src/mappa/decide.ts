import { Refusal } from '../domain/refusal'
import type { RelationshipName } from '../access/relationships'
import { run, type Command, type CommandDeps, type Done, type Transaction } from '../commands/command'
import { findCase } from '../commands/find-case'
import type { Given } from '../query/roots'
import { insertDecision, type LevelDecision } from './level-decision'
import { decisionWarnings } from './warnings'

/** What a decision of any kind says of its case and of the state that it rests on. */
export interface DecisionInput {
  readonly offender: unknown
  readonly expectedRevision?: number | null
}

/** The case as it stands under the lock. */
export interface Standing {
  readonly tx: Transaction
  readonly offender: string
  readonly now: Date
}

/**
 * Puts one decision on record for a case of the relationship; null where the person is not there or may not be known
 * of. `decide` makes the decision of what stands, or refuses.
 */
export function decideOn(
  command: Command,
  deps: CommandDeps,
  input: DecisionInput,
  relationship: RelationshipName,
  decide: (standing: Standing) => Promise<LevelDecision>,
): Promise<Given | null> {
  return run(command, deps, async (tx, now): Promise<Done> => {
    const { id, unseen } = await findCase(tx, command, input.offender, relationship, now)
    if (id === undefined) return { given: null, offenders: unseen, tables: [] }
    await refuseStale(tx, id, input.expectedRevision)
    const decision = await decide({ tx, offender: id, now })
    const warnings = await decisionWarnings(tx, id, decision, command.caller, now)
    const decided = await insertDecision(tx, id, decision, decisionMaker(command), now)
    return {
      given: {
        values: { warnings },
        entities: { decision: { table: 'mappa_level_decision', id: decided } },
      },
      offenders: [id],
      tables: ['mappa_level_decision', 'mappa_level', 'decision_assessment', 'notice'],
    }
  })
}

function decisionMaker({ caller }: Command) {
  return {
    subject: caller.person?.subject ?? caller.client,
    name: caller.person?.name ?? caller.person?.username,
    role: caller.role,
    agency: caller.agency,
  }
}

async function refuseStale(
  tx: Transaction,
  offender: string,
  expected: number | null | undefined,
): Promise<void> {
  if (expected === null || expected === undefined) return
  const [row] = await tx.query(
    `select greatest(
       (select max(greatest(l.revision, l.superseded_revision)) from record.mappa_level_ever l where l.offender_id = $1),
       (select max(d.revision) from record.mappa_level_decision d where d.offender_id = $1)) as revision`,
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

/** The level in force by the leading register, and the area of the newest decision. */
export async function standingLevel({ tx, offender, now }: Standing): Promise<StandingLevel> {
  const [row] = await tx.query(
    `select l.category, l.level, l.level_status, l.lead_agency, l.system,
       (select d.area from record.mappa_level_decision d where d.offender_id = $1 and d.area is not null
         order by d.revision desc, d.ordinal desc limit 1) as area
     from (values (true)) one left join lateral (
       select ml.* from record.mappa_level ml where ml.offender_id = $1 and ml.period @> $2::timestamptz
       order by ml.lead, ml.stated_at desc limit 1) l on true`,
    [offender, now.toISOString()],
  )
  return {
    isInMappa: row?.['system'] != null,
    category: row?.['category'] as number | null,
    level: row?.['level'] as number | null,
    levelStatus: row?.['level_status'] as 'TBC' | 'CONFIRMED' | null,
    leadAgency: row?.['lead_agency'] as string | null,
    area: row?.['area'] as string | null,
  }
}

export interface StandingLevel {
  readonly isInMappa: boolean
  readonly category: number | null
  readonly level: number | null
  readonly levelStatus: 'TBC' | 'CONFIRMED' | null
  readonly leadAgency: string | null
  readonly area: string | null
}

/** Coordinators alone end or move a case; they act for the cases of their area. */
export function coordinatorsOnly({ caller, plan }: Command): RelationshipName {
  if (caller.person && caller.role === 'MAPPA_COORDINATOR') return plan.role.rows.relationship
  throw new Refusal('FORBIDDEN', `${caller.role} does not decide this: a MAPPA coordinator does.`)
}
