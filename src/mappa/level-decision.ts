import { badInput, type Transaction } from '../commands/command'

/** A level decision to be put on record (domain section 2.6), after its input was checked. */
export interface LevelDecision {
  readonly category: number
  readonly level: number | null
  readonly levelStatus: 'TBC' | 'CONFIRMED'
  readonly effectiveOn: string
  readonly nextReviewOn: string
  readonly forum: string
  readonly rationale: string
  readonly assessments: readonly string[]
  readonly area?: string | null
  readonly leadAgency?: string | null
  readonly criteria?: readonly string[] | null
  readonly dissent?: string | null
  readonly supersedes?: string | null
}

export interface DecisionMaker {
  readonly subject: string
  readonly name?: string | undefined
  readonly role: string
  readonly agency?: string | undefined
}

/** Refuses what no decision may say, naming the field; `today` is the day it is made on. */
export function checkDecision(decision: LevelDecision, today: string): void {
  const { category, level, levelStatus, effectiveOn, nextReviewOn, rationale } = decision
  if (rationale.trim() === '')
    throw badInput('input.rationale', 'A level decision needs its reasons: rationale is blank.')
  if (!(category >= 1 && category <= 4)) throw badInput('input.category', 'category is 1, 2, 3 or 4.')
  if (level !== null && !(level >= 1 && level <= 3))
    throw badInput('input.level', 'level is 1, 2 or 3; null while it is to be confirmed.')
  if (levelStatus === 'CONFIRMED' && level === null)
    throw badInput('input.level', 'A confirmed decision names its level.')
  if (levelStatus === 'TBC' && level !== null)
    throw badInput('input.level', 'While the level is to be confirmed it is null.')
  if (category === 3 && level === 1)
    throw badInput('input.level', 'Category 3 is managed at level 2 or 3, never at level 1.')
  if (nextReviewOn < today) throw badInput('input.nextReviewOn', 'The next review lies in the past.')
  if (nextReviewOn < effectiveOn)
    throw badInput('input.nextReviewOn', 'The next review comes before the decision takes effect.')
}

/** Appends the decision with the level it starts from, and addresses it. Answers with its id. */
export async function insertDecision(
  tx: Transaction,
  offender: string,
  decision: LevelDecision,
  by: DecisionMaker,
  decidedAt: Date,
): Promise<string> {
  await checkSuperseded(tx, offender, decision)
  const [row] = await tx.query(
    `insert into record.mappa_level_decision (offender_id, category, from_level, to_level, level_status, effective_on, next_review_on,
       forum, rationale, area, lead_agency, criteria, dissent, supersedes, decided_at, decided_by_subject, decided_by_name,
       decided_by_role, decided_by_agency)
     values ($1, $2, (select ml.level from record.mappa_level ml where ml.offender_id = $1 and ml.period @> $14::timestamptz
         order by ml.lead, ml.stated_at desc limit 1),
       $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
     returning id`,
    [
      offender,
      decision.category,
      decision.level,
      decision.levelStatus,
      decision.effectiveOn,
      decision.nextReviewOn,
      decision.forum,
      decision.rationale.trim(),
      decision.area ?? null,
      decision.leadAgency ?? null,
      decision.criteria ?? [],
      decision.dissent ?? null,
      decision.supersedes ?? null,
      decidedAt.toISOString(),
      by.subject,
      by.name ?? null,
      by.role,
      by.agency ?? null,
    ],
  )
  const id = String(row?.['id'])
  await citeAssessments(tx, offender, id, decision.assessments)
  await address(tx, offender, id, decision, decidedAt)
  await tx.query('select record.refresh_mappa_levels(array[$1::uuid])', [offender])
  return id
}

async function checkSuperseded(
  tx: Transaction,
  offender: string,
  { supersedes }: LevelDecision,
): Promise<void> {
  if (supersedes === null || supersedes === undefined) return
  const [row] = await tx.query(
    `select exists (select from record.mappa_level_decision c where c.supersedes = d.id) as corrected
     from record.mappa_level_decision d where d.id::text = lower($1) and d.offender_id = $2`,
    [supersedes, offender],
  )
  if (!row) throw badInput('input.supersedes', 'There is no such decision about this person.')
  if (row['corrected'] === true)
    throw badInput('input.supersedes', 'This decision was corrected already; correct its correction.')
}

async function citeAssessments(
  tx: Transaction,
  offender: string,
  decision: string,
  cited: readonly string[],
): Promise<void> {
  const wanted = [...new Set(cited.map((id) => id.toLowerCase()))]
  const rows = await tx.query(
    `insert into record.decision_assessment (decision_id, assessment_id, offender_id, tool, completed_at)
     select $1, a.id, a.offender_id, a.tool, a.completed_at from record.assessment a
     where a.id::text = any($2::text[]) and a.offender_id = $3 returning assessment_id`,
    [decision, wanted, offender],
  )
  const found = new Set(rows.map((row) => String(row['assessment_id'])))
  const unknown = cited.findIndex((id) => !found.has(id.toLowerCase()))
  if (unknown >= 0)
    throw badInput(`input.assessments.${unknown}`, 'There is no such assessment of this person.')
}

/** The agencies that must hear of it: the prison that holds the person, who holds the case, and the lead agency. */
async function address(
  tx: Transaction,
  offender: string,
  decision: string,
  { leadAgency }: LevelDecision,
  at: Date,
): Promise<void> {
  await tx.query(
    `insert into record.mappa_communication (decision_id, offender_id, agency, sent_at)
     select $1, $2::uuid, o.code, $3::timestamptz from record.organisation o where o.code in (
       select cu.establishment_code from record.custody cu where cu.offender_id = $2::uuid
       union select al.organisation_code from record.allocation al where al.offender_id = $2::uuid
         and (al.until is null or al.until > ($3::timestamptz at time zone 'Europe/London')::date)
       union select $4)`,
    [decision, offender, at.toISOString(), leadAgency ?? null],
  )
}
