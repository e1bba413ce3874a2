import type { Calendar } from './calendar'
import { drawsFor, type Draws } from './draws'
import { identifiersOf } from './identifiers'
import { drawMappa } from './draw-mappa'
import { nameFor, type Sex } from './names'
import { PRISONS, type Offending, type ProviderArea } from './places'
import type { Custody, MappaLevel, Profile, RoshIndex } from './profile'
import { postIn, STAFFED_AREAS, type Post, type Seat } from './staff'
import { tourProfile } from './tour-profiles'

/** The same person whatever the size of the population; the first few are those of the tour. */
export function profileOf(index: number, calendar: Calendar): Profile {
  const draws = drawsFor(index, 'profile')
  const known = draws.weighted([
    ['BOTH', 55],
    ['PRISON', 15],
    ['PROBATION', 30],
  ])
  // The prisons of the demonstration hold men only.
  const sex: Sex = known === 'PROBATION' && draws.chance(0.15) ? 'Female' : 'Male'
  const birthYear = draws.int(0, 1) + draws.weighted(BIRTH_DECADES) + draws.int(0, 8)
  const dateOfBirth = `${birthYear}-${twoDigits(draws.int(1, 12))}-${twoDigits(draws.int(1, 28))}`
  const adultDays = -calendar.offsetOf(`${birthYear + 18}${dateOfBirth.slice(4)}`)
  const state = known === 'PROBATION' ? undefined : draws.weighted(STATES[known])
  const mappa = known === 'PRISON' ? undefined : drawMappa(drawsFor(index, 'mappa'), state)
  const isMappa = mappa !== undefined
  const offending = mappa ? mappa.offending : draws.weighted(OFFENDING)
  const rosh = draws.weighted(mappa ? MAPPA_ROSH[mappa.level] : ROSH)
  const home = draws.pick(STAFFED_AREAS)
  const profile: Profile = {
    index,
    identifiers: identifiersOf(index, birthYear + draws.int(14, 20)),
    name: nameFor(draws, sex),
    sex,
    dateOfBirth,
    adultDays: Math.max(adultDays, 30),
    home,
    area: draws.pick(home.areas),
    offending,
    rosh,
    custody: state && drawCustody(draws, { state, offending, isMappa }),
    post: known === 'PRISON' ? undefined : drawPost(draws, home, { isMappa, offending, rosh }),
    mappa,
    assessed: drawAssessed(draws, { isMappa }),
    limit: known !== 'PRISON' && draws.chance(0.006) ? draws.pick(['EXCLUSION', 'RESTRICTION']) : undefined,
    firstSent: -draws.int(45, 170),
  }
  return { ...profile, ...tourProfile(index) }
}

const BIRTH_DECADES = [
  [1946, 3],
  [1956, 9],
  [1966, 19],
  [1976, 29],
  [1986, 30],
  [1994, 20],
] as const satisfies readonly (readonly [number, number])[]

const STATES: Readonly<Record<'BOTH' | 'PRISON', Options<Custody['state']>>> = {
  BOTH: [
    ['IN', 51],
    ['RELEASED', 42],
    ['TRANSFER', 2],
    ['COURT', 2],
    ['TEMPORARY_ABSENCE', 2],
    ['RESTRICTED_PATIENT', 1],
  ],
  PRISON: [
    ['IN', 90],
    ['TRANSFER', 3],
    ['COURT', 5],
    ['TEMPORARY_ABSENCE', 1],
    ['RESTRICTED_PATIENT', 1],
  ],
}

const OFFENDING: Options<Offending> = [
  ['ACQUISITIVE', 56],
  ['VIOLENT', 39],
  ['SEXUAL', 5],
]

const ROSH: Options<RoshIndex> = [
  [0, 38],
  [1, 41],
  [2, 19],
  [3, 2],
]

/** The level of management says nothing about risk by itself, so the spreads overlap (domain 2.3). */
const MAPPA_ROSH: Readonly<Record<MappaLevel, Options<RoshIndex>>> = {
  0: ROSH,
  1: [
    [0, 6],
    [1, 52],
    [2, 42],
  ],
  2: [
    [1, 8],
    [2, 82],
    [3, 10],
  ],
  3: [
    [2, 45],
    [3, 55],
  ],
}

type Options<T> = readonly [readonly [T, number], ...(readonly [T, number])[]]

function drawCustody(
  draws: Draws,
  { state, offending, isMappa }: Pick<Custody, 'state'> & Omit<Standing, 'rosh'>,
): Custody {
  const other = offending === 'SEXUAL' && draws.chance(0.85) ? 'OTHER' : 'SEXUAL'
  const prison = draws.pick(PRISONS.filter(({ holds }) => holds !== other))
  if (isMappa || state === 'RELEASED' || state === 'RESTRICTED_PATIENT') {
    return { state, sentence: 'DETERMINATE', prison }
  }
  return {
    state,
    prison,
    sentence: draws.weighted([
      ['DETERMINATE', 68],
      ['REMAND', state === 'COURT' ? 60 : 14],
      ['RECALL', 12],
      ['INDETERMINATE', offending === 'ACQUISITIVE' ? 1 : 9],
    ]),
  }
}

interface Standing {
  readonly isMappa: boolean
  readonly offending: Offending
  readonly rosh: RoshIndex
}

/** MAPPA, sexual and high-risk cases go to the NPS; now and then a CRC still holds one turned high. */
function drawPost(draws: Draws, home: ProviderArea, { isMappa, offending, rosh }: Standing): Post {
  const share = offending === 'SEXUAL' ? 1 : rosh >= 2 ? 0.96 : 0.14
  const holder = isMappa || draws.chance(share) ? 'NPS' : 'CRC'
  const seat = draws.weighted<Seat>([
    ['A', 47],
    ['B', 47],
    ['U', isMappa ? 2 : 6],
  ])
  return postIn(home, holder, seat)
}

function drawAssessed(draws: Draws, { isMappa }: Pick<Standing, 'isMappa'>): Profile['assessed'] {
  return draws.weighted([
    ['ASSESSED', isMappa ? 96 : 83],
    ['NONE', isMappa ? 3 : 11],
    ['UNKNOWN', isMappa ? 1 : 6],
  ])
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
