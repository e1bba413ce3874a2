import { z } from 'zod'
import { normaliseIdentifier } from '../domain/identifiers'
import {
  Unreadable,
  type AliasFact,
  type Facts,
  type LimitationFlagsFact,
  type PersonFact,
  type StatedIdentifier,
  type Update,
} from '../updates/update'
import { readRegistration } from './mappa-registration'
import { addressesFrom, contactDetails, contactPointsFrom } from './probation-contact'
import { activeOrganisation, allocationsFrom, managerSchema } from './probation-managers'
import { barriersFrom, offenderProfile } from './probation-profile'
import { probationStatusFrom, statusFields } from './probation-status'
import { flag, moment, Notes, parse, stated, text, type Document, type ReadingContext } from './reading'
import { noteUnread } from './unread'

/**
 * Reads a probation-search document: one DELIUS record by CRN, or by `offenderId:<n>` where the CRN is
 * no CRN. Allocations, MAPPA and limited access are stated only where the document carries them. Throws
 * Unreadable when nothing identifies the case, and for a deleted one.
 */
export function readProbationSearch(payload: Document, { receivedOn }: ReadingContext): Update {
  const probationCase = parse(caseSchema, payload)
  if (probationCase.softDeleted === true) {
    throw new Unreadable(
      'The case was deleted at the supplier: a data steward must decide what becomes of it',
      'softDeleted',
    )
  }
  const notes = new Notes()
  const { offenderManagers: managers } = probationCase
  const agency = managers && activeOrganisation(managers)
  const record = {
    system: 'DELIUS' as const,
    localId: localIdOf(probationCase, receivedOn),
    ...(agency ? { agency } : {}),
    facts: stated<Facts>({
      person: personFrom(probationCase, notes, receivedOn),
      identifiers: identifiersFrom(probationCase),
      aliases: aliasesFrom(probationCase, notes, receivedOn),
      addresses: addressesFrom(probationCase.contactDetails, notes),
      contactPoints: contactPointsFrom(probationCase.contactDetails),
      allocations: managers ? allocationsFrom(managers, notes) : undefined,
      probationStatus: probationStatusFrom(probationCase, notes),
      barriers: barriersFrom(probationCase.offenderProfile, notes),
      registration: registrationFrom(payload, notes),
      limitationFlags: limitationFlagsFrom(probationCase),
    }),
  }
  noteUnread(caseSchema, payload, NOT_HELD, notes)
  return { createsPerson: true, person: [], records: [record], warnings: notes.warnings }
}

const nameFields = {
  firstName: text,
  middleNames: z.array(text).nullish(),
  surname: text,
  dateOfBirth: moment,
}

const caseSchema = z.object({
  ...nameFields,
  ...statusFields,
  offenderId: z.number().nullish(),
  softDeleted: flag,
  title: text,
  gender: text,
  preferredName: text,
  previousSurname: text,
  previousSurnames: z.array(text).nullish(),
  otherIds: z
    .object({
      crn: text,
      previousCrn: text,
      pncNumber: text,
      croNumber: text,
      nomsNumber: text,
      niNumber: text,
      immigrationNumber: text,
      mostRecentPrisonerNumber: text,
    })
    .nullish(),
  contactDetails,
  offenderProfile,
  // Read by the reader of registrations.
  mappa: z.unknown().optional(),
  offenderAliases: z.array(z.object(nameFields)).nullish(),
  offenderManagers: z.array(managerSchema).nullish(),
  currentExclusion: flag,
  currentRestriction: flag,
  exclusionMessage: text,
  restrictionMessage: text,
})

type ProbationCase = z.infer<typeof caseSchema>

/**
 * Published, and deliberately not held: belief, orientation and the like that nobody here needs, keys and
 * switches of the index itself, an age that is out by next year, and what repeats other fields.
 */
const NOT_HELD = [
  ...['_class', 'age', 'highlight', 'accessDenied', 'partitionArea', 'currentDisposal'],
  ...['offenderAliases.id', 'offenderAliases.gender', 'contactDetails.allowSMS', 'contactDetails.allowSms'],
  ...['contactDetails.addresses.id', 'contactDetails.addresses.createdDateTime'],
  ...['contactDetails.addresses.lastUpdatedDateTime', 'offenderProfile.riskColour'],
  ...['offenderProfile.religion', 'offenderProfile.sexualOrientation', 'offenderProfile.immigrationStatus'],
  ...['offenderProfile.genderIdentity', 'offenderProfile.selfDescribedGenderIdentity'],
  ...['offenderProfile.remandStatus', 'offenderProfile.previousConviction'],
  ...['offenderProfile.offenderLanguages.otherLanguages', 'offenderProfile.disabilities.disabilityId'],
  ...['offenderProfile.disabilities.lastUpdatedDateTime', 'offenderProfile.provisions.provisionId'],
  ...['offenderProfile.disabilities.provisions.provisionId', 'offenderManagers.partitionArea'],
  ...['offenderManagers.trustOfficer', 'offenderManagers.providerEmployee', 'offenderManagers.staffId'],
  ...['offenderManagers.team.district', 'offenderManagers.team.borough', 'offenderManagers.team.teamType'],
  ...['offenderManagers.team.localDeliveryUnit'],
]

function localIdOf({ otherIds, offenderId }: ProbationCase, receivedOn: Date): string {
  const crn = normaliseIdentifier('CRN', otherIds?.crn ?? '', receivedOn)
  if (crn.valid) return crn.value
  if (typeof offenderId === 'number') return `offenderId:${offenderId}`
  if (crn.value !== '') return crn.value
  throw new Unreadable(
    'otherIds.crn and offenderId are missing: the document does not say whose it is',
    'otherIds.crn',
  )
}

function personFrom(probationCase: ProbationCase, notes: Notes, receivedOn: Date): PersonFact {
  return stated<PersonFact>({
    title: probationCase.title,
    ...namesFrom(probationCase, notes, 'dateOfBirth', receivedOn),
    preferredName: probationCase.preferredName,
    sex: probationCase.gender,
    ethnicity: probationCase.offenderProfile?.ethnicity,
    nationality: probationCase.offenderProfile?.nationality,
  })
}

/** A former surname is a name that the person was known by. */
function aliasesFrom(probationCase: ProbationCase, notes: Notes, receivedOn: Date): AliasFact[] | undefined {
  const { offenderAliases, previousSurname, previousSurnames } = probationCase
  const surnames = [previousSurname, ...(previousSurnames ?? [])].filter((name) => name !== undefined)
  if (!offenderAliases && surnames.length === 0) return undefined
  return [
    ...(offenderAliases ?? []).map((alias, index) =>
      namesFrom(alias, notes, `offenderAliases.${index}.dateOfBirth`, receivedOn),
    ),
    ...surnames.map((family) => ({ family })),
  ]
}

type Names = Pick<ProbationCase, keyof typeof nameFields>

function namesFrom(names: Names, notes: Notes, birthPath: string, receivedOn: Date): AliasFact {
  const middle = (names.middleNames ?? []).filter(Boolean).join(' ')
  return stated<AliasFact>({
    given: names.firstName,
    middle: middle === '' ? undefined : middle,
    family: names.surname,
    dateOfBirth: notes.pastDate(names.dateOfBirth, birthPath, receivedOn),
  })
}

function identifiersFrom({ otherIds }: ProbationCase): StatedIdentifier[] {
  const stated: (StatedIdentifier | undefined)[] = [
    identifier('CRN', otherIds?.crn),
    identifier('CRN', otherIds?.previousCrn, 'PREVIOUS'),
    identifier('PRISON_NUMBER', otherIds?.nomsNumber),
    identifier('PNC', otherIds?.pncNumber),
    identifier('CRO', otherIds?.croNumber),
    identifier('OTHER', otherIds?.niNumber, 'NINO'),
    identifier('OTHER', otherIds?.immigrationNumber, 'IMMIGRATION'),
    identifier('OTHER', otherIds?.mostRecentPrisonerNumber, 'BOOKING'),
  ]
  return stated.filter((one) => one !== undefined)
}

function identifier(
  type: StatedIdentifier['type'],
  raw: string | undefined,
  qualifier?: string,
): StatedIdentifier | undefined {
  return raw === undefined ? undefined : { type, raw, ...(qualifier === undefined ? {} : { qualifier }) }
}

function registrationFrom(payload: Document, notes: Notes): Facts['registration'] {
  if (payload.mappa === undefined) return undefined
  return payload.mappa === null ? null : readRegistration(payload.mappa, 'mappa', notes)
}

/** A message may stand on a case without an active limitation; then it must not be passed on. */
function limitationFlagsFrom(probationCase: ProbationCase): LimitationFlagsFact | undefined {
  const { currentExclusion, currentRestriction, exclusionMessage, restrictionMessage } = probationCase
  if (typeof currentExclusion !== 'boolean' && typeof currentRestriction !== 'boolean') return undefined
  const excluded = currentExclusion === true
  const restricted = currentRestriction === true
  return stated<LimitationFlagsFact>({
    excluded,
    restricted,
    exclusionMessage: excluded ? exclusionMessage : undefined,
    restrictionMessage: restricted ? restrictionMessage : undefined,
  })
}
