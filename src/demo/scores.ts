import type { Calendar } from './calendar'
import { drawsFor, type Draws } from './draws'
import type { Draft } from './draft'
import type { Profile } from './profile'

/** What the scores of an assessment need to know of it. */
export interface Scored {
  readonly pk: number
  readonly type: string
  readonly status: string
  readonly initiated: number
  readonly completed: number
  readonly minutes: number
}

/** The scores of some assessments, as OASys lists them: bands as the tools give them (domain 3.2). */
export function scoresOf(profile: Profile, assessment: Scored, calendar: Calendar): Draft['payload'] {
  const { pk, type, status, initiated, completed, minutes } = assessment
  const draws = drawsFor(profile.index, 'scores', pk)
  const twoYears = draws.int(4, 92)
  const rsr = draws.int(4, profile.rosh >= 2 ? 1400 : 500) / 100
  return {
    assessmentPk: pk,
    assessmentType: type,
    dateCompleted: calendar.localTime(completed, minutes),
    initiationDate: calendar.localTime(initiated, minutes - 35),
    assessmentStatus: status,
    OGRS: {
      ogrs31Year: Math.round(twoYears * 0.6),
      ogrs32Year: twoYears,
      ogrs3RiskRecon: bandOf(twoYears, [50, 75, 90]),
    },
    RSR: {
      rsrStaticOrDynamic: type === 'LAYER3' ? 'DYNAMIC' : 'STATIC',
      rsrAlgorithmVersion: 5,
      rsrPercentageScore: rsr,
      scoreLevel: bandOf(rsr, [3, 6.9]),
    },
    OSP: ospOf(profile, draws),
  }
}

/** For men with a sexual offence; for others the tool says that it does not apply. */
function ospOf({ sex, offending }: Profile, draws: Draws): Draft['payload'] {
  if (sex !== 'Male' || offending !== 'SEXUAL') {
    return { ospContactScoreLevel: 'NOT_APPLICABLE', ospImageScoreLevel: 'NOT_APPLICABLE' }
  }
  const contact = draws.int(5, 40)
  return {
    ospContactPercentageScore: contact,
    ospContactScoreLevel: bandOf(contact, [22, 30, 36]),
    ospImageScoreLevel: draws.pick(['Low', 'Low', 'Medium', 'High']),
  }
}

const BANDS = ['Low', 'Medium', 'High', 'Very High'] as const

function bandOf(score: number, edges: readonly number[]): string | undefined {
  return BANDS[edges.filter((edge) => score >= edge).length]
}
