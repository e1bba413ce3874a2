import { z } from 'zod'
import type { ImprisonmentFact, KeyDateFact, OffenceFact } from '../updates/update'
import { flag, moment, stated, text, whole, type Document, type Notes } from './reading'

/** The fields of a prisoner-search document that say what somebody is serving; key dates are read beside them. */
export const sentenceFields = {
  imprisonmentStatus: text,
  imprisonmentStatusDescription: text,
  indeterminateSentence: flag,
  mostSeriousOffence: text,
  mainOffence: z.object({ offenceCode: text, offenceDescription: text }).nullish(),
  additionalDaysAwarded: whole,
  nonDtoReleaseDateType: text,
  allConvictedOffences: z
    .array(
      z.object({
        statuteCode: text,
        offenceCode: text,
        offenceDescription: text,
        offenceDate: moment,
        latestBooking: flag,
        sentenceStartDate: moment,
        primarySentence: flag,
      }),
    )
    .nullish(),
}

type Sentence = z.infer<z.ZodObject<typeof sentenceFields>>

/** Undefined where the document says nothing of the imprisonment. */
export function imprisonmentFrom(sentence: Sentence): ImprisonmentFact | undefined {
  const fact = stated<ImprisonmentFact>({
    status: sentence.imprisonmentStatus,
    statusDescription: sentence.imprisonmentStatusDescription,
    indeterminate: sentence.indeterminateSentence ?? undefined,
    mostSeriousOffence: sentence.mostSeriousOffence,
    mainOffenceCode: sentence.mainOffence?.offenceCode,
    mainOffenceDescription: sentence.mainOffence?.offenceDescription,
    additionalDaysAwarded: sentence.additionalDaysAwarded,
  })
  return Object.keys(fact).length === 0 ? undefined : fact
}

export function offencesFrom(
  { allConvictedOffences }: Sentence,
  notes: Notes,
  receivedOn: Date,
): OffenceFact[] | undefined {
  return allConvictedOffences?.map((offence, index) => {
    const at = `allConvictedOffences.${index}`
    return stated<OffenceFact>({
      code: offence.offenceCode,
      description: offence.offenceDescription,
      statute: offence.statuteCode,
      committedOn: notes.pastDate(offence.offenceDate, `${at}.offenceDate`, receivedOn),
      sentenceStartsOn: notes.date(offence.sentenceStartDate, `${at}.sentenceStartDate`),
      latestBooking: offence.latestBooking ?? undefined,
      primarySentence: offence.primarySentence ?? undefined,
    })
  })
}

/** Our key date and the field it comes from; `receptionDate` is a past event and not a key date. */
const KEY_DATES = [
  ['SED', 'sentenceExpiryDate'],
  ['LED', 'licenceExpiryDate'],
  ['CRD', 'conditionalReleaseDate'],
  ['ARD', 'automaticReleaseDate'],
  ['NPD', 'nonParoleDate'],
  ['PED', 'paroleEligibilityDate'],
  ['APD', 'actualParoleDate'],
  ['PRRD', 'postRecallReleaseDate'],
  ['TED', 'tariffDate'],
  ['HDCED', 'homeDetentionCurfewEligibilityDate'],
  ['HDCAD', 'homeDetentionCurfewActualDate'],
  ['HDC_END', 'homeDetentionCurfewEndDate'],
  ['TUS_START', 'topupSupervisionStartDate'],
  ['TUSED', 'topupSupervisionExpiryDate'],
  ['ROTL', 'releaseOnTemporaryLicenceDate'],
  ['ERSED', 'earlyRemovalSchemeEligibilityDate'],
  ['ETD', 'earlyTermDate'],
  ['MTD', 'midTermDate'],
  ['LTD', 'lateTermDate'],
  ['RELEASE', 'releaseDate'],
  ['CONFIRMED_RELEASE', 'confirmedReleaseDate'],
  ['NON_DTO_RELEASE', 'nonDtoReleaseDate'],
  ['SENTENCE_START', 'sentenceStartDate'],
] as const

const READ_FROM = KEY_DATES.map(([type, field]) => {
  return { type, field, calculated: variant(field, 'Calculated'), override: variant(field, 'Override') }
})

/** The fields that key dates are read from. */
export const KEY_DATE_FIELDS: readonly string[] = READ_FROM.flatMap(({ field, calculated, override }) => [
  field,
  calculated,
  override,
])

/** `conditionalReleaseDate` was calculated as `conditionalReleaseCalculatedDate`. */
function variant(field: string, word: 'Calculated' | 'Override'): string {
  return field.replace(/Date$/, `${word}Date`)
}

/** What was calculated and what overrides it are kept both, beside the date in force. */
export function keyDatesFrom(payload: Document, sentence: Sentence, notes: Notes): KeyDateFact[] {
  return READ_FROM.flatMap(({ type, field, calculated, override }) => {
    const inForce = notes.date(payload[field], field)
    const calculatedDate = notes.date(payload[calculated], calculated)
    const overrideDate = notes.date(payload[override], override)
    const follows = overrideDate ?? calculatedDate
    const date = inForce ?? follows
    if (date === undefined) return []
    if (follows !== undefined && date !== follows) {
      notes.add(
        'KEY_DATE_DISAGREES',
        `${field} is neither the override nor the calculated date: kept as stated`,
      )
    }
    const basis = type === 'NON_DTO_RELEASE' ? sentence.nonDtoReleaseDateType : undefined
    return [stated<KeyDateFact>({ type, date, calculatedDate, overrideDate, basis })]
  })
}
