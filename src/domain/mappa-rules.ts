/** What an agency is told as. */
export type Capacity =
  'POLICE' | 'PROBATION' | 'PRISON' | 'HOLDING_PRISON' | 'CASE_HOLDER' | 'LEAD_AGENCY' | 'RAISED_BY'

export type NoticeKind =
  'LEVEL_DECISION' | 'REFERRAL' | 'HANDOVER' | 'RELEASE_DATE' | 'RISK_ESCALATION' | 'ESCALATION_ANSWER'

export type ReferralState = 'REFERRED' | 'RECEIVED' | 'SCREENED' | 'ACCEPTED' | 'DECLINED'

const GUIDANCE = 'MAPPA Guidance, chapter on levels: the tests for each level'
const PRACTICE = 'Common practice; no interval is fixed in the parts of the guidance that could be read'
const OURS = 'Set by the project until a Strategic Management Board sets another'
const ALERTS = 'NOMIS alert codes P11, P55, P100: level to be confirmed six months before release'
const AUTHORITIES =
  'Criminal Justice Act 2003, section 325: police, probation and prisons are the responsible authority of an area'

/**
 * What level decisions, referrals and notices are measured by: configuration, none of it law. A change of any
 * figure is a new version; what was measured keeps the version that it was measured by.
 */
export const MAPPA_RULES = {
  version: '2026-11',
  /** Weeks from when a decision takes effect to its review; `level` null: to be confirmed. */
  reviewIntervals: [
    { level: null, weeks: 13, source: PRACTICE },
    { level: 1, weeks: 26, source: PRACTICE },
    { level: 2, weeks: 12, source: PRACTICE },
    { level: 3, weeks: 6, source: PRACTICE },
  ],
  deadlines: {
    /** An older complete assessment is stale. */
    assessmentCurrent: {
      count: 55,
      unit: 'WEEKS',
      source: 'The age up to which the Ministry’s assess-risks-and-needs service serves an assessment',
    },
    /** A level is confirmed by so long before release. */
    levelConfirmed: { count: 6, unit: 'MONTHS', source: ALERTS },
    /** As many changes of level within so many days are too many. */
    frequentChanges: { count: 90, unit: 'DAYS', source: OURS },
    /** Who sat on a panel of an area so long ago still counts as on it. */
    panelMember: { count: 365, unit: 'DAYS', source: OURS },
    acknowledgeNotice: { count: 5, unit: 'WORKING_DAYS', source: OURS },
    escalateNotice: { count: 10, unit: 'WORKING_DAYS', source: OURS },
    answerEscalation: {
      count: 2,
      unit: 'WORKING_DAYS',
      source: 'PI 57/2014 has CRCs refer “without delay”; the days for the answer are the project’s own',
    },
    receiveReferral: { count: 2, unit: 'WORKING_DAYS', source: OURS },
    screenReferral: { count: 5, unit: 'WORKING_DAYS', source: OURS },
    settleReferral: { count: 10, unit: 'WORKING_DAYS', source: OURS },
  },
  frequentChanges: 3,
  criteria: [
    {
      code: 'LEAD_AGENCY_CAN_MANAGE',
      level: 1,
      says: 'The lead agency can manage the risks without formal meetings.',
      source: GUIDANCE,
    },
    {
      code: 'FORMAL_MEETINGS_ADD_VALUE',
      level: 2,
      says: 'Formal multi-agency meetings would add value.',
      source: GUIDANCE,
    },
    {
      code: 'HIGH_OR_VERY_HIGH_ROSH',
      level: 2,
      says: 'The risk of serious harm is assessed as high or very high.',
      source: GUIDANCE,
    },
    {
      code: 'LOWER_RISK_NEEDS_CO_ORDINATION',
      level: 2,
      says: 'Exceptionally, a lower risk needs active co-ordination.',
      source: GUIDANCE,
    },
    {
      code: 'STEPPING_DOWN_FROM_LEVEL_3',
      level: 2,
      says: 'The case was at level 3 and needs co-ordination still.',
      source: GUIDANCE,
    },
    {
      code: 'SENIOR_REPRESENTATION_NEEDED',
      level: 3,
      says: 'Senior staff must commit resources, often at short notice.',
      source: GUIDANCE,
    },
  ],
  addressing: {
    LEVEL_DECISION: {
      capacities: ['POLICE', 'PROBATION', 'PRISON', 'HOLDING_PRISON', 'CASE_HOLDER', 'LEAD_AGENCY'],
      source: AUTHORITIES,
    },
    REFERRAL: { capacities: ['PROBATION', 'POLICE', 'PRISON'], source: AUTHORITIES },
    HANDOVER: { capacities: ['HOLDING_PRISON', 'CASE_HOLDER'], source: OURS },
    RELEASE_DATE: {
      capacities: ['HOLDING_PRISON', 'CASE_HOLDER', 'POLICE', 'PROBATION', 'LEAD_AGENCY'],
      source: OURS,
    },
    RISK_ESCALATION: {
      capacities: ['PROBATION'],
      source: 'PI 57/2014: a CRC refers a risk that may have risen to the National Probation Service',
    },
    ESCALATION_ANSWER: { capacities: ['RAISED_BY'], source: OURS },
  },
  /** Who at an agency takes over what nobody acknowledged, by why the agency was told; the first that fits. */
  escalatesTo: [
    { capacity: 'HOLDING_PRISON', role: 'HEAD_OF_OFFENDER_MANAGEMENT' },
    { capacity: 'PRISON', role: 'HEAD_OF_OFFENDER_MANAGEMENT' },
    { capacity: 'PROBATION', role: 'SENIOR_PROBATION_OFFICER' },
    { capacity: 'CASE_HOLDER', role: 'SENIOR_PROBATION_OFFICER' },
  ],
  /** Who takes over where none of these fits. */
  escalatesElse: 'MAPPA_COORDINATOR',
  /** Which dates count as that of release: the first of these lists of which any date is stated, the earliest of it. */
  releaseDates: [['CONFIRMED_RELEASE'], ['RELEASE'], ['PED'], ['ARD', 'CRD'], ['TED']],
} as const satisfies MappaRules

interface Deadline {
  readonly count: number
  readonly unit: 'WORKING_DAYS' | 'WEEKS' | 'DAYS' | 'MONTHS'
  readonly source: string
}

interface MappaRules {
  readonly version: string
  readonly reviewIntervals: readonly {
    readonly level: number | null
    readonly weeks: number
    readonly source: string
  }[]
  readonly deadlines: Readonly<Record<string, Deadline>>
  readonly frequentChanges: number
  readonly criteria: readonly {
    readonly code: string
    readonly level: number
    readonly says: string
    readonly source: string
  }[]
  readonly addressing: Readonly<
    Record<NoticeKind, { readonly capacities: readonly Capacity[]; readonly source: string }>
  >
  readonly escalatesTo: readonly { readonly capacity: Capacity; readonly role: string }[]
  readonly escalatesElse: string
  readonly releaseDates: readonly (readonly string[])[]
}

/** The last day for the review of a decision that takes effect on a day. */
export function reviewBy(level: number | null, effectiveOn: string): string {
  const interval = MAPPA_RULES.reviewIntervals.find((each) => each.level === level)
  if (!interval) throw new Error(`no rule says when level ${String(level)} is reviewed`)
  return addDays(effectiveOn, interval.weeks * 7)
}

/** What a level's tests lack in the criteria that were stated (domain 2.3); empty where they are met. */
export function missingCriteria(level: number | null, stated: readonly string[]): string[] {
  const has = (code: string) => stated.includes(code)
  const reasons = ['HIGH_OR_VERY_HIGH_ROSH', 'LOWER_RISK_NEEDS_CO_ORDINATION', 'STEPPING_DOWN_FROM_LEVEL_3']
  if (level === null || level < 2) return []
  return [
    ...(has('FORMAL_MEETINGS_ADD_VALUE') ? [] : ['FORMAL_MEETINGS_ADD_VALUE']),
    ...(reasons.some(has) ? [] : [reasons.join(' or ')]),
    ...(level === 3 && !has('SENIOR_REPRESENTATION_NEEDED') ? ['SENIOR_REPRESENTATION_NEEDED'] : []),
  ]
}

/** The day so many working days later; weekends do not count, public holidays are not known here. */
export function addWorkingDays(day: string, count: number): string {
  let left = count
  let reached = day
  while (left > 0) {
    reached = addDays(reached, 1)
    if (![0, 6].includes(new Date(`${reached}T12:00:00Z`).getUTCDay())) left -= 1
  }
  return reached
}

function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10)
}
