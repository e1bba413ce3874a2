import { badInput, type Transaction } from '../commands/command'
import { MAPPA_RULES, reviewBy } from '../domain/mappa-rules'
import { sendNotices } from '../notices/send'

/** A decision to be put on record (domain section 2.6), after its input was checked. */
export interface LevelDecision {
  /** `EXIT`: from MAPPA altogether; `TRANSFER`: to another area, at the level that stands. */
  readonly kind: 'LEVEL' | 'EXIT' | 'TRANSFER'
  readonly category: number
  readonly level: number | null
  /** Null for an exit alone, like the next review. */
  readonly levelStatus: 'TBC' | 'CONFIRMED' | null
  readonly effectiveOn: string
  readonly nextReviewOn: string | null
  readonly forum: string | null
  readonly rationale: string
  readonly assessments: readonly string[]
  readonly area?: string | null
  /** The area that a transfer moves the case from. */
  readonly fromArea?: string | null
  readonly leadAgency?: string | null
  readonly criteria?: readonly string[] | null
  readonly dissent?: string | null
  readonly supersedes?: string | null
  /** The accepted referral that it follows. */
  readonly referral?: string | null
}

export interface DecisionMaker {
  readonly subject: string
  readonly name?: string | undefined
  readonly role: string
  readonly agency?: string | undefined
}

/** Refuses what no decision may say, naming the field; `today` is the day it is made on. */
export function checkDecision(decision: LevelDecision, today: string): void {
  const { kind, category, level, levelStatus, effectiveOn, nextReviewOn, rationale } = decision
  if (rationale.trim() === '')
    throw badInput('input.rationale', 'A level decision needs its reasons: rationale is blank.')
  if (kind === 'EXIT') return
  if (!(category >= 1 && category <= 4)) throw badInput('input.category', 'category is 1, 2, 3 or 4.')
  if (level !== null && !(level >= 1 && level <= 3))
    throw badInput('input.level', 'level is 1, 2 or 3; null while it is to be confirmed.')
  if (levelStatus === 'CONFIRMED' && level === null)
    throw badInput('input.level', 'A confirmed decision names its level.')
  if (levelStatus === 'TBC' && level !== null)
    throw badInput('input.level', 'While the level is to be confirmed it is null.')
  if (category === 3 && level === 1)
    throw badInput('input.level', 'Category 3 is managed at level 2 or 3, never at level 1.')
  checkReview(nextReviewOn ?? '', effectiveOn, today)
}

function checkReview(nextReviewOn: string, effectiveOn: string, today: string): void {
  if (nextReviewOn < today) throw badInput('input.nextReviewOn', 'The next review lies in the past.')
  if (nextReviewOn < effectiveOn)
    throw badInput('input.nextReviewOn', 'The next review comes before the decision takes effect.')
}

/** Appends the decision with the level it starts from, and tells whom it concerns. Answers with its id. */
export async function insertDecision(
  tx: Transaction,
  offender: string,
  decision: LevelDecision,
  by: DecisionMaker,
  decidedAt: Date,
): Promise<string> {
  await checkSuperseded(tx, offender, decision)
  const row = { ...columnsOf(decision, by), offender_id: offender, decided_at: decidedAt.toISOString() }
  const names = Object.keys(row)
  const [inserted] = await tx.query(
    `insert into record.mappa_level_decision (from_level, ${names.join(', ')})
     select ${FROM_LEVEL}, ${names.map((name) => `s.${name}`).join(', ')}
     from jsonb_populate_record(null::record.mappa_level_decision, $1::jsonb) s returning id`,
    [JSON.stringify(row)],
  )
  const id = String(inserted?.['id'])
  await citeAssessments(tx, offender, id, decision.assessments)
  await tell(tx, offender, id, decision, decidedAt)
  await tx.query('select record.refresh_mappa_levels(array[$1::uuid])', [offender])
  return id
}

/** The level in force; a correction starts where the decision that it corrects did. */
const FROM_LEVEL = `case when s.supersedes is not null
    then (select c.from_level from record.mappa_level_decision c where c.id = s.supersedes)
    else (select ml.level from record.mappa_level ml where ml.offender_id = s.offender_id and ml.period @> s.decided_at
      order by ml.lead, ml.stated_at desc limit 1) end`

function columnsOf(decision: LevelDecision, by: DecisionMaker): Record<string, unknown> {
  const { kind, level, effectiveOn } = decision
  return {
    kind,
    category: decision.category,
    to_level: level,
    level_status: decision.levelStatus,
    effective_on: effectiveOn,
    next_review_on: decision.nextReviewOn,
    review_by: kind === 'EXIT' ? null : reviewBy(level, effectiveOn),
    forum: decision.forum,
    rationale: decision.rationale.trim(),
    area: decision.area,
    from_area: decision.fromArea,
    lead_agency: decision.leadAgency,
    criteria: decision.criteria ?? [],
    dissent: decision.dissent,
    supersedes: decision.supersedes,
    referral_id: decision.referral,
    rules_version: MAPPA_RULES.version,
    decided_by_subject: by.subject,
    decided_by_name: by.name,
    decided_by_role: by.role,
    decided_by_agency: by.agency,
  }
}

/** Only the newest decision is corrected: what was decided since rests on it, and is decided anew instead. */
async function checkSuperseded(
  tx: Transaction,
  offender: string,
  { supersedes }: LevelDecision,
): Promise<void> {
  if (supersedes === null || supersedes === undefined) return
  const [row] = await tx.query(
    `select exists (select from record.mappa_level_decision c where c.supersedes = d.id) as corrected,
       exists (select from record.mappa_level_decision c where c.offender_id = d.offender_id
         and (c.revision, c.ordinal) > (d.revision, d.ordinal)) as followed
     from record.mappa_level_decision d where d.id::text = lower($1) and d.offender_id = $2`,
    [supersedes, offender],
  )
  if (!row) throw badInput('input.supersedes', 'There is no such decision about this person.')
  if (row['corrected'] === true)
    throw badInput('input.supersedes', 'This decision was corrected already; correct its correction.')
  if (row['followed'] === true)
    throw badInput('input.supersedes', 'Another decision followed this one; decide anew instead.')
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

/** Notices of decisions that this one takes the place of are awaited no more. */
async function tell(
  tx: Transaction,
  offender: string,
  decision: string,
  { area, fromArea, leadAgency }: LevelDecision,
  at: Date,
): Promise<void> {
  await tx.query(
    `update record.notice n set lapsed_at = $2 where n.offender_id = $1 and n.kind = 'LEVEL_DECISION'
     and n.agency is not null and n.acknowledged_at is null and n.lapsed_at is null`,
    [offender, at.toISOString()],
  )
  const areas = [area, fromArea].filter((each) => typeof each === 'string')
  await sendNotices(
    tx,
    'LEVEL_DECISION',
    [{ offender, occasion: `decision:${decision}`, decision, areas, leadAgency: leadAgency ?? null }],
    at,
  )
}
