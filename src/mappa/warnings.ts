import type { Transaction } from '../commands/command'
import type { LevelDecision } from './level-decision'

export interface DecisionWarning {
  readonly code: string
  readonly message: string
}

/** Weeks after which an assessment is stale: what the Ministry's own service still serves (domain 3.1). */
const STALE_WEEKS = 55

/** What the decision-maker should know; nothing here stops a decision. */
export async function decisionWarnings(
  tx: Transaction,
  offender: string,
  { level, category, assessments }: LevelDecision,
  now: Date,
): Promise<DecisionWarning[]> {
  const [row] = await tx.query(
    `select
       (select max(a.completed_at) from record.assessment a where a.offender_id = $1 and a.standing = 2)
         < $2::timestamptz - interval '${STALE_WEEKS} weeks' as stale,
       exists (select from record.assessment a where a.offender_id = $1 and a.standing = 2) as assessed,
       (select r.overall from record.assessment a join record.rosh r on r.source_record_id = a.source_record_id
         where a.offender_id = $1 and r.overall is not null order by a.standing desc, a.assessed_at desc limit 1) as rosh,
       array(select ml.system from record.mappa_level ml where ml.offender_id = $1 and ml.system <> 'THROUGHCARE'
         and ml.period @> $2::timestamptz
         and (ml.level is distinct from $3::integer or ml.category <> $4::integer) order by ml.lead) as differing`,
    [offender, now.toISOString(), level, category],
  )
  const warnings: DecisionWarning[] = []
  if (assessments.length === 0)
    warnings.push({ code: 'NO_ASSESSMENT', message: 'The decision cites no assessment.' })
  if (row?.['assessed'] !== true) {
    warnings.push({ code: 'NEVER_ASSESSED', message: 'No complete assessment of this person is on record.' })
  }
  if (row?.['stale'] === true) {
    warnings.push({
      code: 'STALE_ASSESSMENT',
      message: `The newest complete assessment is older than ${STALE_WEEKS} weeks.`,
    })
  }
  if (row?.['rosh'] === 'VERY_HIGH' && level === 1) {
    warnings.push({
      code: 'VERY_HIGH_AT_LEVEL_1',
      message: 'The risk of serious harm is assessed as very high.',
    })
  }
  for (const system of (row?.['differing'] as string[] | undefined) ?? []) {
    warnings.push({ code: `DIFFERS_FROM_${system}`, message: `${system} has another category or level.` })
  }
  return warnings
}
