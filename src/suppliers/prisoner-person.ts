import { z } from 'zod'
import type { AliasFact, BarrierFact, PersonFact, StatedIdentifier } from '../updates/update'
import { flag, moment, stated, text, type Notes } from './reading'

const nameFields = { firstName: text, middleNames: text, lastName: text, dateOfBirth: moment }

/** The fields of a prisoner-search document that say who somebody is. */
export const personFields = {
  ...nameFields,
  prisonerNumber: text,
  pncNumber: text,
  croNumber: text,
  title: text,
  gender: text,
  ethnicity: text,
  nationality: text,
  aliases: z.array(z.object(nameFields)).nullish(),
  identifiers: z.array(z.object({ type: text, value: text })).nullish(),
  personalCareNeeds: z
    .array(
      z.object({
        problemType: text,
        problemCode: text,
        problemStatus: text,
        problemDescription: text,
        commentText: text,
        startDate: moment,
        endDate: moment,
      }),
    )
    .nullish(),
  languages: z.array(z.object({ type: text, code: text, interpreterRequested: flag })).nullish(),
}

type Prisoner = z.infer<z.ZodObject<typeof personFields>>
type Names = Pick<Prisoner, keyof typeof nameFields>

export function personFrom(prisoner: Prisoner, notes: Notes, receivedOn: Date): PersonFact {
  return stated<PersonFact>({
    title: prisoner.title,
    ...namesFrom(prisoner, notes, 'dateOfBirth', receivedOn),
    sex: prisoner.gender,
    ethnicity: prisoner.ethnicity,
    nationality: prisoner.nationality,
  })
}

export function aliasesFrom({ aliases }: Prisoner, notes: Notes, receivedOn: Date): AliasFact[] | undefined {
  return aliases?.map((alias, index) => namesFrom(alias, notes, `aliases.${index}.dateOfBirth`, receivedOn))
}

function namesFrom(names: Names, notes: Notes, birthPath: string, receivedOn: Date): AliasFact {
  return stated<AliasFact>({
    given: names.firstName,
    middle: names.middleNames,
    family: names.lastName,
    dateOfBirth: notes.pastDate(names.dateOfBirth, birthPath, receivedOn),
  })
}

export function identifiersFrom(prisoner: Prisoner, prisonerNumber: string): StatedIdentifier[] {
  const found: StatedIdentifier[] = [{ type: 'PRISON_NUMBER', raw: prisonerNumber }]
  if (prisoner.pncNumber !== undefined) found.push({ type: 'PNC', raw: prisoner.pncNumber })
  if (prisoner.croNumber !== undefined) found.push({ type: 'CRO', raw: prisoner.croNumber })
  for (const { type, value } of prisoner.identifiers ?? []) {
    if (value !== undefined) found.push(identifier(type, value))
  }
  return found.filter(
    (one, index) => found.findIndex((other) => other.type === one.type && other.raw === one.raw) === index,
  )
}

function identifier(type: string | undefined, raw: string): StatedIdentifier {
  if (type === 'MERGED') return { type: 'PRISON_NUMBER', raw, qualifier: 'MERGED' }
  if (type === 'PNC' || type === 'CRO') return { type, raw }
  return { type: 'OTHER', raw, ...(type !== undefined && { qualifier: type }) }
}

/** Care needs, and an interpreter where one is asked for; stated where the document has either list. */
export function barriersFrom(prisoner: Prisoner, notes: Notes): BarrierFact[] | undefined {
  const { personalCareNeeds: needs, languages } = prisoner
  if (!needs && !languages) return undefined
  const interpreters = (languages ?? []).filter(({ interpreterRequested }) => interpreterRequested === true)
  return [
    ...(needs ?? []).flatMap((need, index) => careNeed(need, `personalCareNeeds.${index}`, notes)),
    ...interpreters.map(({ code }) =>
      stated<BarrierFact>({ kind: 'LANGUAGE', code, adjustments: ['Interpreter'] }),
    ),
  ]
}

/** NOMIS records that there is no disability as a disability of its own. */
const NO_DISABILITY = 'ND'

type CareNeed = NonNullable<Prisoner['personalCareNeeds']>[number]

function careNeed(need: CareNeed, at: string, notes: Notes): BarrierFact[] {
  if (need.problemCode?.toUpperCase() === NO_DISABILITY) return []
  return [
    stated<BarrierFact>({
      kind: need.problemType === 'DISAB' ? 'DISABILITY' : 'CARE_NEED',
      code: need.problemCode,
      description: need.problemDescription,
      condition: need.problemType,
      status: need.problemStatus,
      notes: notes.prose(need.commentText, `${at}.commentText`),
      since: notes.date(need.startDate, `${at}.startDate`),
      until: notes.date(need.endDate, `${at}.endDate`),
    }),
  ]
}
