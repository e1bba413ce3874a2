import { drawsFor, type Draws } from './draws'
import type { Draft } from './draft'
import type { Offending } from './places'
import type { Custody, Profile } from './profile'

/** Few, because whoever tries the demonstration wants to see it soon. */
const SHARE = 0.15

/** What the prisons hold of some people beside where they are: class, offence and nation. */
export function prisonDetails(profile: Profile, custody: Custody): Draft['payload'] {
  const draws = detailed(profile, 'prison')
  if (draws === undefined) return {}
  const [code, description, statute] = OFFENCES[profile.offending]
  const isRemand = custody.sentence === 'REMAND'
  return {
    ethnicity: 'White: Eng./Welsh/Scot./N.Irish/British',
    nationality: 'British',
    category: draws.pick(['B', 'C', 'C', 'D']),
    csra: draws.chance(0.1) ? 'High' : 'Standard',
    convictedStatus: isRemand ? 'Remand' : 'Convicted',
    ...imprisonment(custody.sentence),
    ...(isRemand
      ? {}
      : {
          mostSeriousOffence: description,
          additionalDaysAwarded: draws.chance(0.3) ? draws.int(3, 28) : 0,
          allConvictedOffences: [
            { statuteCode: statute, offenceCode: code, offenceDescription: description, latestBooking: true },
          ],
        }),
  }
}

/** What probation holds of some people: where they live, how they are supervised, what would help. */
export function probationDetails(profile: Profile): Draft['payload'] {
  const draws = detailed(profile, 'probation')
  if (draws === undefined) return {}
  const street = `${draws.int(1, 90)} ${draws.pick(['Mill', 'Station', 'Church', 'Victoria'])} Road`
  const status = { code: 'M', description: 'Main' }
  return {
    contactDetails: {
      addresses: [
        draws.chance(0.1)
          ? { noFixedAbode: true, status }
          : { noFixedAbode: false, streetName: street, town: 'Sampleton', postcode: 'ZZ1 1ZZ', status },
      ],
      // A range that is kept free for drama and examples.
      phoneNumbers: [{ type: 'MOBILE', number: `07700900${draws.int(100, 999)}` }],
    },
    currentTier: `${draws.pick(['A', 'B', 'C', 'D'])}${draws.int(0, 3)}`,
    probationStatus: { status: 'CURRENT', inBreach: draws.chance(0.1), awaitingPsr: false },
    offenderProfile: { disabilities: draws.chance(0.25) ? [LEARNING_DISABILITY] : [] },
  }
}

/** The people of the tour among them. */
function detailed({ index }: Profile, aspect: string): Draws | undefined {
  const draws = drawsFor(index, 'details', aspect)
  return draws.chance(SHARE) || index < 3 ? draws : undefined
}

const OFFENCES: Readonly<Record<Offending, readonly [string, string, string]>> = {
  SEXUAL: ['SX03001', 'Sexual assault', 'SX03'],
  VIOLENT: ['OF61016', 'Wounding with intent', 'OF61'],
  ACQUISITIVE: ['TH68010', 'Theft from a shop', 'TH68'],
}

const STATUSES: Readonly<Record<Custody['sentence'], readonly [string, string]>> = {
  DETERMINATE: ['ADIMP_ORA', 'ORA CJA03 Standard Determinate Sentence'],
  RECALL: ['14FTR_ORA', 'ORA 14 Day Fixed Term Recall'],
  INDETERMINATE: ['LIFE', 'Serving Life Imprisonment'],
  REMAND: ['TRL', 'Committed to Crown Court for trial'],
}

function imprisonment(sentence: Custody['sentence']): Draft['payload'] {
  const [imprisonmentStatus, imprisonmentStatusDescription] = STATUSES[sentence]
  return { imprisonmentStatus, imprisonmentStatusDescription }
}

const LEARNING_DISABILITY = {
  disabilityType: { code: 'LD', description: 'Learning Disability' },
  startDate: '2015-01-15',
  provisions: [{ provisionType: { code: 'ER', description: 'Easy read documents' } }],
}
