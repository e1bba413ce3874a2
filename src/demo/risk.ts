import type { Calendar } from './calendar'
import { drawsFor, type Draws } from './draws'
import { PRISON_SYSTEM, PROBATION_SYSTEM, type Draft } from './draft'
import { narrativeOf } from './narrative'
import type { Profile, RoshIndex } from './profile'
import { scoresOf } from './scores'
import { isInTour } from './tour'

/** The list of assessments, and one summary of harm for each complete one that has it. */
export function riskDrafts(profile: Profile, calendar: Calendar): Draft[] {
  if (profile.assessed === 'UNKNOWN') return []
  const draws = drawsFor(profile.index, 'risk')
  const assessments = profile.assessed === 'NONE' ? [] : drawAssessments(profile, calendar, draws)
  const sender = profile.post === undefined ? PRISON_SYSTEM : PROBATION_SYSTEM
  const newest = assessments[0]
  const timeline: Draft = {
    format: 'assessment-timeline',
    sender,
    payload: {
      source: 'OASys',
      ...numbersOf(profile),
      limitedAccessOffender: profile.limit !== undefined,
      timeline: assessments.map((assessment) => timelineItem(assessment, calendar)),
    },
    day: Math.max(profile.firstSent, newest === undefined ? profile.firstSent : lastDayOf(newest) + 1),
    minutes: draws.int(600, 700),
  }
  const summaries = assessments.filter(({ status, type }) => status === 'COMPLETE' && type !== 'STANDALONE')
  return [
    timeline,
    ...scoreDrafts(profile, summaries, timeline, calendar),
    ...summaries.map((assessment): Draft => ({
      format: 'rosh-summary',
      sender,
      payload: summaryOf(profile, assessment, calendar),
      day: Math.max(profile.firstSent, assessment.completed + 1),
      minutes: draws.int(700, 1000),
    })),
  ]
}

/** The scores of some, sent with the list of their assessments. */
function scoreDrafts(
  profile: Profile,
  assessments: readonly Assessment[],
  { sender, day, minutes }: Draft,
  calendar: Calendar,
): Draft[] {
  if (assessments.length === 0 || isInTour(profile.index)) return []
  if (!drawsFor(profile.index, 'scored').chance(0.25)) return []
  const scored = assessments.map((assessment) => scoresOf(profile, assessment, calendar))
  const payload = { source: 'OASys', ...numbersOf(profile), assessments: scored }
  return [{ format: 'risk-predictors', sender, payload, day, minutes: minutes + 5 }]
}

interface Assessment {
  readonly pk: number
  readonly type: 'LAYER3' | 'LAYER1' | 'STANDALONE'
  readonly status: 'COMPLETE' | 'LOCKED_INCOMPLETE' | 'OPEN'
  /** Days from today. */
  readonly initiated: number
  readonly completed: number
  readonly minutes: number
  readonly rosh: RoshIndex
}

/** Newest first. The newest is often older than a year: overdue reviews are what a shared view must show. */
function drawAssessments(profile: Profile, calendar: Calendar, draws: Draws): Assessment[] {
  const { index, mappa, rosh, adultDays } = profile
  const isUrgent = mappa !== undefined || rosh >= 2
  const count = isUrgent ? draws.int(2, 5) : draws.weighted(COUNTS)
  let completed = draws.chance(isUrgent ? 0.88 : 0.7) ? -draws.int(4, 380) : -draws.int(381, 800)
  const found: Assessment[] = []
  for (let nth = 0; nth < count && completed > 30 - adultDays; nth += 1) {
    completed = calendar.workday(completed)
    const isOpen = nth === 0 && count > 1 && draws.chance(0.06)
    const isLocked = !isOpen && draws.chance(0.1)
    found.push({
      pk: 6_000_001 + index * 10 + nth,
      type: draws.weighted(isUrgent ? TYPES_URGENT : TYPES),
      status: isOpen ? 'OPEN' : isLocked ? 'LOCKED_INCOMPLETE' : 'COMPLETE',
      initiated: calendar.workday(completed - draws.int(3, 40)),
      completed,
      minutes: draws.int(540, 1050),
      rosh: nth === 0 ? rosh : formerLevel(rosh, draws),
    })
    completed -= draws.int(110, 400)
  }
  return found
}

const COUNTS = [
  [1, 35],
  [2, 35],
  [3, 18],
  [4, 8],
  [6, 4],
] as const

const TYPES = [
  ['LAYER3', 62],
  ['LAYER1', 33],
  ['STANDALONE', 5],
] as const

const TYPES_URGENT = [
  ['LAYER3', 96],
  ['LAYER1', 4],
] as const

function formerLevel(rosh: RoshIndex, draws: Draws): RoshIndex {
  const change = draws.weighted([
    [0, 72],
    [-1, 20],
    [1, 8],
  ] as const)
  return Math.min(3, Math.max(0, rosh + change)) as RoshIndex
}

function lastDayOf({ status, initiated, completed }: Assessment): number {
  return status === 'OPEN' ? initiated : completed
}

function numbersOf({ identifiers, post, custody }: Profile): Draft['payload'] {
  return {
    ...(post === undefined ? {} : { crn: identifiers.crn }),
    ...(custody === undefined ? {} : { nomsId: identifiers.prisonNumber }),
  }
}

function timelineItem(assessment: Assessment, calendar: Calendar): Draft['payload'] {
  const { pk, type, status, initiated, completed, minutes } = assessment
  return {
    assessmentPk: pk,
    assessmentType: type,
    initiationDate: calendar.localTime(initiated, minutes - 35),
    status,
    ...(status === 'OPEN' ? {} : { completedDate: calendar.localTime(completed, minutes) }),
  }
}

function summaryOf(profile: Profile, assessment: Assessment, calendar: Calendar): Draft['payload'] {
  const { pk, type, status, initiated, completed, minutes, rosh } = assessment
  return {
    source: 'OASys',
    ...numbersOf(profile),
    limitedAccessOffender: profile.limit !== undefined,
    assessments: [
      {
        assessmentPk: pk,
        assessmentType: type,
        dateCompleted: calendar.localTime(completed, minutes),
        initiationDate: calendar.localTime(initiated, minutes - 35),
        assessmentStatus: status,
        ...levelsOf(profile, rosh, drawsFor(profile.index, 'levels', pk)),
        ...narrativeOf(profile, rosh, drawsFor(profile.index, 'narrative', pk)),
      },
    ],
  }
}

/** Overall is the worst of the groups (domain 3.1), so one group has the level and none has a higher one. */
function levelsOf({ offending }: Profile, rosh: RoshIndex, draws: Draws): Draft['payload'] {
  const [worst, second] = draws.pick(MOST_AT_RISK[offending])
  const community = (group: Group) => levelOf(group, { worst, second, rosh }, draws)
  const custody = (group: Group) => LEVELS[Math.min(draws.int(0, group === worst ? 1 : 0), rosh)]
  return {
    riskChildrenCommunity: community('Children'),
    riskPublicCommunity: community('Public'),
    riskKnownAdultCommunity: community('KnownAdult'),
    riskStaffCommunity: community('Staff'),
    riskChildrenCustody: custody('Children'),
    riskPublicCustody: custody('Public'),
    riskKnownAdultCustody: custody('KnownAdult'),
    riskStaffCustody: custody('Staff'),
    riskPrisonersCustody: LEVELS[draws.int(0, Math.min(rosh, 1))],
  }
}

interface AtRisk {
  readonly worst: Group
  readonly second: Group
  readonly rosh: RoshIndex
}

function levelOf(group: Group, { worst, second, rosh }: AtRisk, draws: Draws): string | undefined {
  if (group === worst) return LEVELS[rosh]
  return LEVELS[group === second ? draws.int(Math.max(0, rosh - 1), rosh) : draws.int(0, Math.min(rosh, 1))]
}

type Group = 'Children' | 'Public' | 'KnownAdult' | 'Staff'

const LEVELS = ['Low', 'Medium', 'High', 'Very High'] as const

const MOST_AT_RISK: Readonly<Record<Profile['offending'], readonly [Pair, ...Pair[]]>> = {
  SEXUAL: [
    ['Children', 'Public'],
    ['Children', 'KnownAdult'],
    ['Public', 'KnownAdult'],
  ],
  VIOLENT: [
    ['KnownAdult', 'Children'],
    ['Public', 'KnownAdult'],
    ['Public', 'Staff'],
  ],
  ACQUISITIVE: [
    ['Public', 'KnownAdult'],
    ['Public', 'Staff'],
  ],
}

type Pair = readonly [Group, Group]
