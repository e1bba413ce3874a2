import type { Calendar } from './calendar'
import { drawsFor, type Draws } from './draws'
import type { MappaLevel, Profile } from './profile'
import { coordinatorOf } from './staff'

export interface DemoDecision {
  readonly crn: string
  readonly input: {
    readonly category: number
    readonly level: number | null
    readonly levelStatus: 'TBC' | 'CONFIRMED'
    readonly effectiveOn: string
    readonly nextReviewOn: string
    readonly forum: string
    readonly rationale: string
    readonly area: string
    readonly leadAgency?: string
    readonly criteria: string[]
    readonly dissent?: string
  }
  /** ISO instant. */
  readonly decidedAt: string
  readonly decidedBy: { readonly subject: string; readonly name: string; readonly agency: string }
}

/** The decisions about one person's level, oldest first; the newest is at the register's level. */
export function decisionsOf(profile: Profile, calendar: Calendar): DemoDecision[] {
  const { mappa, post, area, identifiers } = profile
  if (mappa === undefined || post === undefined) return []
  const decidedBy = coordinatorOf(area, post.provider)
  return stepsOf(profile, calendar).map((step, nth, steps) => {
    const draws = drawsFor(profile.index, 'decision', nth)
    const before = steps[nth - 1]?.level
    return {
      crn: identifiers.crn,
      input: {
        category: mappa.category,
        level: step.level === 0 ? null : step.level,
        levelStatus: step.level === 0 ? 'TBC' : 'CONFIRMED',
        effectiveOn: calendar.date(step.day),
        nextReviewOn: calendar.date(step.nextReview),
        forum: forumOf(step.level, before, draws),
        rationale: rationaleOf(step.level, before, draws),
        area,
        leadAgency: post.provider,
        criteria: criteriaOf(step.level, before, profile),
        ...(step.level >= 2 && draws.chance(0.12) ? { dissent: draws.pick(DISSENT) } : {}),
      },
      decidedAt: calendar.instant(step.day, draws.int(600, 960)),
      decidedBy,
    }
  })
}

/** One decision in time; days from today. */
export interface Step {
  readonly level: MappaLevel
  readonly day: number
  readonly nextReview: number
}

/** Drawn from the newest back, each about when the one before was due for review; oldest first. */
export function stepsOf({ index, mappa, adultDays }: Profile, calendar: Calendar): Step[] {
  if (mappa === undefined || mappa.decisions === 0) return []
  const draws = drawsFor(index, 'steps')
  const steps: Step[] = []
  let level: MappaLevel = mappa.level
  const isOverdue = draws.chance(0.12)
  let day = -(isOverdue ? REVIEW_DAYS[level] + draws.int(4, 60) : draws.int(2, REVIEW_DAYS[level] - 7))
  for (let nth = 0; nth < mappa.decisions && day > -adultDays; nth += 1) {
    day = calendar.workday(day)
    steps.unshift({ level, day, nextReview: day + REVIEW_DAYS[level] })
    level = draws.pick(mappa.category === 3 ? BEFORE_IN_CATEGORY_3[level] : BEFORE[level])
    day -= REVIEW_DAYS[level] - draws.int(-5, 12)
  }
  return steps
}

/** By level; the intervals are common practice and no rule (domain 2.4). */
const REVIEW_DAYS: Readonly<Record<MappaLevel, number>> = { 0: 90, 1: 168, 2: 84, 3: 42 }

type Levels = readonly [MappaLevel, ...MappaLevel[]]

const BEFORE: Readonly<Record<MappaLevel, Levels>> = {
  0: [0],
  1: [1, 1, 2, 0],
  2: [2, 2, 1, 0, 3],
  3: [3, 2],
}

/** Never at level 1 (domain 2.2). */
const BEFORE_IN_CATEGORY_3: Readonly<Record<MappaLevel, Levels>> = { 0: [2], 1: [2], 2: [2, 3], 3: [3, 2] }

/** A step down is for the meeting of the higher level to decide. */
function forumOf(level: MappaLevel, before: MappaLevel | undefined, draws: Draws): string {
  const highest = Math.max(level, before ?? 0)
  if (highest === 3) return 'LEVEL_3_MEETING'
  if (highest === 2) return 'LEVEL_2_MEETING'
  return before === undefined || draws.chance(0.2) ? 'SCREENING' : 'LEAD_AGENCY_REVIEW'
}

/** After the tests for each level in domain 2.3. */
function criteriaOf(level: MappaLevel, before: MappaLevel | undefined, { rosh }: Profile): string[] {
  if (level === 0) return []
  if (level === 1) return ['LEAD_AGENCY_CAN_MANAGE']
  const reason = rosh >= 2 ? 'HIGH_OR_VERY_HIGH_ROSH' : 'LOWER_RISK_NEEDS_CO_ORDINATION'
  const isSteppingDown = level === 2 && before === 3
  return [
    'FORMAL_MEETINGS_ADD_VALUE',
    isSteppingDown ? 'STEPPING_DOWN_FROM_LEVEL_3' : reason,
    ...(level === 3 ? ['SENIOR_REPRESENTATION_NEEDED'] : []),
  ]
}

function rationaleOf(level: MappaLevel, before: MappaLevel | undefined, draws: Draws): string {
  if (before === undefined || before === 0) return draws.pick(FIRST[level])
  if (level > before) return draws.pick(UP)
  return level < before ? draws.pick(DOWN) : draws.pick(KEPT[level])
}

type Reasons = readonly [string, ...string[]]

const FIRST: Readonly<Record<MappaLevel, Reasons>> = {
  0: [
    'Release is more than six months away. The level will be confirmed at six months.',
    'The prison has still to send its report. The level stays to be confirmed until then.',
  ],
  1: [
    'The risks can be managed by the lead agency. Other agencies share information without formal meetings.',
    'A stable address and steady compliance; nothing that a formal meeting would add.',
    'The conditions and the notification requirements cover the risks that were identified.',
  ],
  2: [
    'High risk of serious harm and several active agencies. Formal meetings will keep them together.',
    'Release to approved premises needs police, housing and health to agree one plan.',
    'Child safeguarding and probation both have actions that depend on each other.',
  ],
  3: [
    'Very high risk and intensive monitoring on release. Senior staff must commit resources at short notice.',
    'Public interest is expected and several agencies must commit staff before the day of release.',
  ],
}

const UP: Reasons = [
  'New information from the police shows attempts at contact. Active co-ordination is needed.',
  'A condition was broken and accommodation was lost. The plan no longer holds without formal meetings.',
  'The latest assessment puts the risk of serious harm higher, and more agencies have become involved.',
]

const DOWN: Reasons = [
  'All actions of the plan are done and the risks have been stable since the last meeting.',
  'Work on offending behaviour is complete and compliance was good. Less needs to be co-ordinated.',
]

const KEPT: Readonly<Record<MappaLevel, Reasons>> = {
  0: ['The level stays to be confirmed.'],
  1: [
    'Reviewed by the lead agency. Nothing has changed that would call for formal meetings.',
    'Reviewed against the latest assessment; the plan works and level 1 remains right.',
  ],
  2: [
    'Actions on accommodation and disclosure are still open. Meetings continue to add value.',
    'The risk stays high and the plan still depends on several agencies.',
  ],
  3: ['Senior commitment is still needed: monitoring continues and the risk has not come down.'],
}

const DISSENT: Reasons = [
  'The police would have set a higher level because of recent intelligence.',
  'The prison thought level 1 enough in view of good conduct in custody.',
  'Children’s services would have preferred a shorter time to the next review.',
]
