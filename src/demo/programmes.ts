import type { Calendar } from './calendar'
import { PRISON_SYSTEM, PROBATION_SYSTEM, type Draft } from './draft'
import { drawsFor, type Draws } from './draws'
import type { Profile } from './profile'
import { DEMO_PEOPLE } from './tour'

/** A referral for whom a prison holds for a sexual offence, and a licence for a few of those who left. */
export function programmeDrafts(profile: Profile, calendar: Calendar): Draft[] {
  const draws = drawsFor(profile.index, 'programmes')
  return [...referralDrafts(profile, calendar, draws), ...licenceDrafts(profile, calendar, draws)]
}

type Path = readonly [states: readonly string[], weight: number]

/** How far a referral got: the states behind it, and the one it is in. */
const PATHS: readonly [Path, ...Path[]] = [
  [['REFERRAL_STARTED', 'REFERRAL_SUBMITTED'], 35],
  [['REFERRAL_STARTED', 'REFERRAL_SUBMITTED', 'AWAITING_ASSESSMENT', 'ASSESSED_SUITABLE'], 25],
  [['REFERRAL_STARTED', 'REFERRAL_SUBMITTED', 'ASSESSED_SUITABLE', 'ON_PROGRAMME'], 20],
  [['REFERRAL_STARTED', 'REFERRAL_SUBMITTED', 'WITHDRAWN'], 20],
]

function referralDrafts(profile: Profile, calendar: Calendar, draws: Draws): Draft[] {
  const { index, custody, offending, identifiers, rosh, firstSent } = profile
  if (custody?.state !== 'IN' || offending !== 'SEXUAL') return []
  const states = draws.weighted(PATHS)
  const began = firstSent - draws.int(states.length * 20, 150)
  const payload = {
    id: `referral-${index + 1}`,
    offeringId: `offering-${custody.prison.code}`,
    prisonNumber: identifiers.prisonNumber,
    courseName: rosh >= 2 ? 'Kaizen' : 'Horizon',
    audience: 'Sexual offence',
    organisationId: custody.prison.code,
    organisationName: custody.prison.name,
    hasLdc: draws.chance(0.1),
    submittedOn: calendar.localTime(began + 20, 600),
    status: states.at(-1),
    closed: states.at(-1) === 'WITHDRAWN',
    statusHistory: states.map((status, nth) => ({
      status,
      statusStartDate: calendar.instant(began + nth * 20, 600),
      ...(status === 'WITHDRAWN' && { category: 'W_ADMIN', reason: 'W_NOT_ENOUGH_TIME' }),
    })),
  }
  const day = firstSent + draws.int(1, 40)
  return [{ format: 'programme-referral', sender: PRISON_SYSTEM, payload, day, minutes: 660 }]
}

function licenceDrafts(profile: Profile, calendar: Calendar, draws: Draws): Draft[] {
  const { index, custody, post, mappa, identifiers, firstSent } = profile
  const isShown = mappa !== undefined || index === DEMO_PEOPLE.heldByCrc.index
  if (custody?.state !== 'RELEASED' || post === undefined || !isShown) return []
  const day = firstSent + draws.int(1, 40)
  const payload = {
    id: 5_000_001 + index,
    kind: 'CRD',
    licenceType: 'AP',
    policyVersion: 'V3_0',
    version: '1.0',
    statusCode: 'ACTIVE',
    crn: identifiers.crn,
    createdDateTime: calendar.localTime(day - 30, 600),
    updatedDateTime: calendar.localTime(day, 600),
    isInPssPeriod: false,
    conditions: {
      AP: {
        standard: STANDARD_CONDITIONS.map(([code, text]) => ({ code, text })),
        additional: mappa === undefined ? [] : [ZONE],
        bespoke: [],
      },
      PSS: { standard: [], additional: [] },
    },
  }
  return [{ format: 'licence', sender: PROBATION_SYSTEM, payload, day, minutes: 700 }]
}

const STANDARD_CONDITIONS = [
  ['goodBehaviour', 'Be of good behaviour.'],
  ['noOffence', 'Do not commit any offence.'],
  ['keepInTouch', 'Keep in touch with the supervising officer.'],
  ['reside', 'Live at an address approved by the supervising officer.'],
] as const

const ZONE = {
  id: 1,
  code: 'exclusionZone',
  category: 'FreedomOfMovement',
  type: 'MULTIPLE_EXCLUSION_ZONE',
  text: 'Do not enter the area shown on the map.',
}
