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
import { activeOrganisation, allocationsFrom, managerSchema } from './probation-managers'
import { flag, moment, Notes, parse, stated, text, type Document, type ReadingContext } from './reading'

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
      person: personFrom(probationCase, notes),
      identifiers: identifiersFrom(probationCase),
      aliases: probationCase.offenderAliases?.map((alias, index) =>
        namesFrom(alias, notes, `offenderAliases.${index}.dateOfBirth`),
      ),
      allocations: managers ? allocationsFrom(managers, notes) : undefined,
      registration: registrationFrom(payload, notes),
      limitationFlags: limitationFlagsFrom(probationCase),
    }),
  }
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
  offenderId: z.number().nullish(),
  softDeleted: flag,
  title: text,
  gender: text,
  otherIds: z
    .object({ crn: text, previousCrn: text, pncNumber: text, croNumber: text, nomsNumber: text })
    .nullish(),
  offenderAliases: z.array(z.object(nameFields)).nullish(),
  offenderManagers: z.array(managerSchema).nullish(),
  currentExclusion: flag,
  currentRestriction: flag,
  exclusionMessage: text,
  restrictionMessage: text,
})

type ProbationCase = z.infer<typeof caseSchema>

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

function personFrom(probationCase: ProbationCase, notes: Notes): PersonFact {
  return stated<PersonFact>({
    title: probationCase.title,
    ...namesFrom(probationCase, notes, 'dateOfBirth'),
    sex: probationCase.gender,
  })
}

type Names = Pick<ProbationCase, keyof typeof nameFields>

function namesFrom(names: Names, notes: Notes, birthPath: string): AliasFact {
  const middle = (names.middleNames ?? []).filter(Boolean).join(' ')
  return stated<AliasFact>({
    given: names.firstName,
    middle: middle === '' ? undefined : middle,
    family: names.surname,
    dateOfBirth: notes.date(names.dateOfBirth, birthPath),
  })
}

function identifiersFrom({ otherIds }: ProbationCase): StatedIdentifier[] {
  const stated: (StatedIdentifier | undefined)[] = [
    identifier('CRN', otherIds?.crn),
    identifier('CRN', otherIds?.previousCrn, 'PREVIOUS'),
    identifier('PRISON_NUMBER', otherIds?.nomsNumber),
    identifier('PNC', otherIds?.pncNumber),
    identifier('CRO', otherIds?.croNumber),
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
