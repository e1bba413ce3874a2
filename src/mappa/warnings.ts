import type { Transaction } from '../commands/command'
import type { Caller } from '../domain/caller'
import { londonDate } from '../domain/london-date'
import { MAPPA_RULES, missingCriteria, reviewBy } from '../domain/mappa-rules'
import type { LevelDecision } from './level-decision'
import { releaseDateSql } from '../query/release-date'

export interface DecisionWarning {
  readonly code: string
  readonly message: string
}

type Row = Readonly<Record<string, unknown>>

const { deadlines, frequentChanges } = MAPPA_RULES
const STALE = `${deadlines.assessmentCurrent.count} weeks`
const CHANGES = `${deadlines.frequentChanges.count} days`
const CONFIRM = `${deadlines.levelConfirmed.count} months`
const PANEL = `${deadlines.panelMember.count} days`

/** What the decision-maker should know; nothing here stops a decision. */
export async function decisionWarnings(
  tx: Transaction,
  offender: string,
  decision: LevelDecision,
  { agency, person }: Caller,
  now: Date,
): Promise<DecisionWarning[]> {
  if (decision.kind === 'TRANSFER') return []
  const [row = {}] = await tx.query(KNOWN, [
    offender,
    now.toISOString(),
    decision.level,
    decision.category,
    decision.supersedes?.toLowerCase() ?? null,
    londonDate(now),
    decision.area ?? null,
    agency ?? null,
    person?.subject ?? null,
    person?.username ?? null,
    decision.kind === 'EXIT',
  ])
  if (decision.kind === 'EXIT') return [...ofExit(row)]
  return [
    ...ofAssessments(decision, row),
    ...ofLevel(decision, row),
    ...ofForum(decision, row),
    ...ofReferral(decision, row),
  ]
}

const KNOWN = `select
  (select max(a.completed_at) from record.assessment a where a.offender_id = $1 and a.standing = 2)
    < $2::timestamptz - interval '${STALE}' as stale,
  exists (select from record.assessment a where a.offender_id = $1 and a.standing = 2) as assessed,
  (select r.overall from record.assessment a join record.rosh r on r.source_record_id = a.source_record_id
    where a.offender_id = $1 and r.overall is not null order by a.standing desc, a.assessed_at desc limit 1) as rosh,
  array(select ml.system from record.mappa_level ml where ml.offender_id = $1 and ml.system <> 'THROUGHCARE'
    and ml.period @> $2::timestamptz
    and ($11 or ml.level is distinct from $3::integer or ml.category <> $4::integer) order by ml.lead) as differing,
  (select count(*) from record.mappa_level_decision d where d.offender_id = $1 and d.kind = 'LEVEL'
    and d.decided_at > $2::timestamptz - interval '${CHANGES}' and d.to_level is distinct from d.from_level
    and d.id::text is distinct from $5 and not exists (select from record.mappa_level_decision c where c.supersedes = d.id)) as changes,
  (select ml.level from record.mappa_level ml where ml.offender_id = $1 and ml.period @> $2::timestamptz
    order by ml.lead, ml.stated_at desc limit 1) is distinct from $3::integer as changing,
  ${releaseDateSql('$1')} < $6::date + interval '${CONFIRM}' as release_near,
  exists (select from record.mappa_referral r where r.offender_id = $1 and r.area = $7 and r.state = 'ACCEPTED'
    and not exists (select from record.mappa_level_decision d where d.referral_id = r.id)) as referral_waits,
  exists (select from record.mappa_meeting m where m.area = $7 and m.at > $2::timestamptz - interval '${PANEL}'
    and (m.scheduled_by = $9 or exists (select from record.meeting_invitation i where i.meeting_id = m.id and i.agency = $8
      and (i.subject is null or i.subject = $9 or lower(i.subject) = lower($10))))) as on_panel`

function* when(condition: boolean, code: string, message: string): Generator<DecisionWarning> {
  if (condition) yield { code, message }
}

function* ofAssessments({ assessments }: LevelDecision, row: Row): Generator<DecisionWarning> {
  yield* when(assessments.length === 0, 'NO_ASSESSMENT', 'The decision cites no assessment.')
  yield* when(
    row['assessed'] !== true,
    'NEVER_ASSESSED',
    'No complete assessment of this person is on record.',
  )
  yield* when(
    row['stale'] === true,
    'STALE_ASSESSMENT',
    `The newest complete assessment is older than ${STALE}.`,
  )
}

/** Whoever left MAPPA here is still registered there, which is what is shown then. */
function* ofExit(row: Row): Generator<DecisionWarning> {
  for (const system of (row['differing'] as string[] | undefined) ?? [])
    yield { code: `STILL_REGISTERED_IN_${system}`, message: `${system} still has a level in force.` }
}

function* ofLevel(decision: LevelDecision, row: Row): Generator<DecisionWarning> {
  const { level, levelStatus, criteria, effectiveOn, nextReviewOn } = decision
  const isVeryHigh = row['rosh'] === 'VERY_HIGH' && level === 1
  yield* when(isVeryHigh, 'VERY_HIGH_AT_LEVEL_1', 'The risk of serious harm is assessed as very high.')
  for (const system of (row['differing'] as string[] | undefined) ?? [])
    yield { code: `DIFFERS_FROM_${system}`, message: `${system} has another category or level.` }
  const changes = Number(row['changes']) + (row['changing'] === true ? 1 : 0)
  const isFrequent = row['changing'] === true && changes >= frequentChanges
  yield* when(isFrequent, 'FREQUENT_CHANGES', `This is change ${changes} of the level within ${CHANGES}.`)
  const isLate = levelStatus === 'TBC' && row['release_near'] === true
  yield* when(
    isLate,
    'TO_BE_CONFIRMED',
    `Release is less than ${CONFIRM} away: the level is to be confirmed.`,
  )
  const missing = missingCriteria(level, criteria ?? [])
  const lacks = `What level ${String(level)} is for is not stated in full: ${missing.join(', ')}.`
  yield* when(missing.length > 0, 'CRITERIA_NOT_STATED', lacks)
  const latest = reviewBy(level, effectiveOn)
  const isLong = nextReviewOn !== null && nextReviewOn > latest
  yield* when(isLong, 'REVIEW_TOO_LATE', `By the interval for this level the review is due by ${latest}.`)
}

/** Whoever says that a meeting decided sat on a panel of the area: called one there, or was invited to one. */
function* ofForum({ forum, area }: LevelDecision, row: Row): Generator<DecisionWarning> {
  const isByMeeting = forum === 'LEVEL_2_MEETING' || forum === 'LEVEL_3_MEETING'
  const isStranger = isByMeeting && area != null && row['on_panel'] !== true
  yield* when(
    isStranger,
    'NOT_ON_PANEL',
    'You are on no panel of this area, as far as meetings are on record.',
  )
}

/** What an accepted referral led to is told by the decision that names it, and by nothing else. */
function* ofReferral({ referral }: LevelDecision, row: Row): Generator<DecisionWarning> {
  const isLeftOut = referral == null && row['referral_waits'] === true
  yield* when(
    isLeftOut,
    'REFERRAL_NOT_NAMED',
    'An accepted referral of this person to this area has no decision yet, and this one does not name it.',
  )
}
