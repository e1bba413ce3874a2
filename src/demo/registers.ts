import type { Calendar } from './calendar'
import { drawsFor } from './draws'
import { PROBATION_SYSTEM, type Draft } from './draft'
import type { Profile } from './profile'
import { isInTour } from './tour'

/** For some of those at risk of harming others or themselves, the Delius registers beside MAPPA. */
export function registerDrafts(profile: Profile, calendar: Calendar): Draft[] {
  const { index, post, firstSent, identifiers, rosh } = profile
  const draws = drawsFor(index, 'registers')
  if (post === undefined || isInTour(index) || !draws.chance(rosh >= 2 ? 0.4 : 0.05)) return []
  const since = Math.max(-draws.int(20, 400), -profile.adultDays)
  const types = [ROSH[rosh], ...draws.pick(BESIDE[profile.offending])]
  const registrations = types.map(([code, description], nth) => ({
    registrationId: 3_000_001 + index * 10 + nth,
    type: { code, description },
    startDate: calendar.date(since),
    nextReviewDate: calendar.date(since + 183),
    active: true,
    notes: 'Registered after the assessment; see the risk management plan.',
    registeringTeam: { code: post.team, description: post.teamName },
    registeringOfficer: { code: post.staffCode, forenames: post.forenames, surname: post.surname },
    registeringProbationArea: { code: post.provider, description: post.providerName },
  }))
  const payload = { crn: identifiers.crn, registrations }
  const day = Math.max(firstSent, since + 1)
  return [{ format: 'mappa-detail', sender: PROBATION_SYSTEM, payload, day, minutes: draws.int(620, 640) }]
}

type Type = readonly [code: string, description: string]

const ROSH: readonly [Type, Type, Type, Type] = [
  ['RLRH', 'Low RoSH'],
  ['RMRH', 'Medium RoSH'],
  ['RHRH', 'High RoSH'],
  ['RVHR', 'Very High RoSH'],
]

const CHILDREN: Type = ['RCHD', 'Risk to Children']
const DOMESTIC: Type = ['ADVP', 'Domestic Abuse Perpetrator']
const SELF: Type = ['ALSH', 'Suicide/Self Harm']

const BESIDE: Readonly<Record<Profile['offending'], readonly (readonly Type[])[]>> = {
  SEXUAL: [[CHILDREN], [CHILDREN, SELF], []],
  VIOLENT: [[DOMESTIC], [DOMESTIC, CHILDREN], [['WEAP', 'Weapons']], [['STRG', 'Street Gangs']]],
  ACQUISITIVE: [[], [SELF]],
}
