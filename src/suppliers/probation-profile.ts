import { z } from 'zod'
import type { BarrierFact } from '../updates/update'
import { flag, moment, stated, text, type Notes } from './reading'

const coded = z.object({ code: text, description: text }).nullish()

const provisions = z
  .array(
    z.object({
      provisionType: coded,
      category: coded,
      notes: text,
      startDate: moment,
      finishDate: moment,
    }),
  )
  .nullish()

/** `offenderProfile` of a probation-search document. */
export const offenderProfile = z
  .object({
    ethnicity: text,
    nationality: text,
    offenderLanguages: z
      .object({ primaryLanguage: text, languageConcerns: text, requiresInterpreter: flag })
      .nullish(),
    disabilities: z
      .array(
        z.object({
          disabilityType: coded,
          condition: coded,
          disabilityCondition: coded,
          startDate: moment,
          endDate: moment,
          isActive: flag,
          notes: text,
          provisions,
        }),
      )
      .nullish(),
    provisions,
  })
  .nullish()

type Profile = NonNullable<z.infer<typeof offenderProfile>>
type Disability = NonNullable<Profile['disabilities']>[number]
type Provision = NonNullable<Profile['provisions']>[number]

/** Disabilities with what is provided for them, provisions by themselves, and the need of an interpreter. */
export function barriersFrom(profile: Profile | null | undefined, notes: Notes): BarrierFact[] | undefined {
  const { disabilities, provisions: others, offenderLanguages } = profile ?? {}
  if (!disabilities && !others) return undefined
  const at = 'offenderProfile'
  return [
    ...(disabilities ?? []).map((each, index) => disability(each, `${at}.disabilities.${index}`, notes)),
    ...(others ?? []).map((each, index) => provision(each, `${at}.provisions.${index}`, notes)),
    ...(offenderLanguages?.requiresInterpreter === true ? [interpreter(offenderLanguages)] : []),
  ]
}

function disability(given: Disability, at: string, notes: Notes): BarrierFact {
  const condition = given.condition ?? given.disabilityCondition
  const adjustments = (given.provisions ?? []).flatMap((each) => nameOf(each.provisionType) ?? [])
  return stated<BarrierFact>({
    kind: 'DISABILITY',
    code: given.disabilityType?.code,
    description: given.disabilityType?.description,
    condition: nameOf(condition),
    status: given.isActive === false ? 'INACTIVE' : undefined,
    notes: notes.prose(given.notes, `${at}.notes`),
    adjustments: adjustments.length === 0 ? undefined : adjustments,
    since: notes.date(given.startDate, `${at}.startDate`),
    until: notes.date(given.endDate, `${at}.endDate`),
  })
}

function provision(given: Provision, at: string, notes: Notes): BarrierFact {
  const adjustment = nameOf(given.provisionType)
  return stated<BarrierFact>({
    kind: 'PROVISION',
    code: given.provisionType?.code,
    description: nameOf(given.category),
    notes: notes.prose(given.notes, `${at}.notes`),
    adjustments: adjustment === undefined ? undefined : [adjustment],
    since: notes.date(given.startDate, `${at}.startDate`),
    until: notes.date(given.finishDate, `${at}.finishDate`),
  })
}

function interpreter({ primaryLanguage, languageConcerns }: NonNullable<Profile['offenderLanguages']>) {
  return stated<BarrierFact>({
    kind: 'LANGUAGE',
    description: primaryLanguage,
    notes: languageConcerns,
    adjustments: ['Interpreter'],
  })
}

function nameOf(given: z.infer<typeof coded>): string | undefined {
  return given?.description ?? given?.code
}
