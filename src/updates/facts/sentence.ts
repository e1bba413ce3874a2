import { date, flag, many, one, text, whole } from './declare'
import { BY_PRISONS, BY_PROBATION } from './owners'

export type SentenceCategory =
  'DETERMINATE' | 'INDETERMINATE' | 'DETERMINATE_RECALL' | 'INDETERMINATE_RECALL' | 'UNKNOWN'

/** The booking (NOMIS) or event (Delius) that something belongs to, as the supplier numbers it. */
const partOf = { bookingNumber: text(), eventNumber: text() }

export const sentenceFacts = {
  keyDates: many(
    'key_date',
    ['type'],
    {
      /** e.g. `CRD`, `SED`, `CONFIRMED_RELEASE`. */
      type: text().must,
      /** The date in force as the supplier has it: overridden where it is, else as calculated. */
      date: date().must,
      calculatedDate: date(),
      overrideDate: date(),
      /** Which date this one repeats, e.g. `CRD`. */
      basis: text(),
    },
    BY_PRISONS,
  ),
  /** What NOMIS says of the imprisonment as a whole. */
  imprisonment: one(
    'imprisonment',
    {
      /** e.g. `LIFE`, `ADIMP_ORA`. */
      status: text(),
      statusDescription: text(),
      indeterminate: flag(),
      mostSeriousOffence: text(),
      /** The most serious active charge, convicted of or not. */
      mainOffenceCode: text(),
      mainOffenceDescription: text(),
      /** Days added to the term by adjustments. */
      additionalDaysAwarded: whole(),
    },
    BY_PRISONS,
  ),
  sentences: many(
    'sentence',
    ['bookingNumber', 'eventNumber', 'sequence', 'type', 'imposedOn', 'startsOn'],
    {
      ...partOf,
      /** The number that offences refer to. */
      sequence: whole(),
      category: text<SentenceCategory>(),
      /** The supplier's code of the type, e.g. `ADIMP_ORA`. */
      type: text(),
      typeDescription: text(),
      status: text(),
      imposedOn: date(),
      startsOn: date(),
      endsOn: date(),
      /** As stated, e.g. `4 years 6 months`. */
      length: text(),
      custodial: flag(),
      court: text(),
      caseReference: text(),
      /** The sequence of the sentence that this one follows. */
      consecutiveTo: whole(),
    },
    BY_PRISONS,
  ),
  offences: many(
    'offence',
    ['bookingNumber', 'eventNumber', 'sentenceSequence', 'code', 'description', 'committedOn'],
    {
      ...partOf,
      sentenceSequence: whole(),
      code: text(),
      description: text(),
      statute: text(),
      committedOn: date(),
      /** The last day, where it went on. */
      committedUntil: date(),
      main: flag(),
      outcome: text(),
      sentenceStartsOn: date(),
      /** Of the latest booking. */
      latestBooking: flag(),
      /** False for a consecutive sentence. */
      primarySentence: flag(),
    },
    BY_PRISONS,
  ),
  adjustments: many(
    'sentence_adjustment',
    ['bookingNumber', 'eventNumber', 'sentenceSequence', 'type', 'since', 'days', 'active'],
    {
      ...partOf,
      sentenceSequence: whole(),
      /** As stated, e.g. `ADDITIONAL_DAYS_AWARDED`, `UNLAWFULLY_AT_LARGE`. */
      type: text().must,
      days: whole().must,
      since: date(),
      until: date(),
      active: flag(),
    },
    BY_PRISONS,
  ),
  requirements: many(
    'court_requirement',
    ['eventNumber', 'type', 'subtype', 'startsOn', 'length'],
    {
      eventNumber: text(),
      /** The order that it is part of, as stated, e.g. `ORA Community Order`. */
      orderType: text(),
      orderedOn: date(),
      court: text(),
      type: text().must,
      typeDescription: text(),
      subtype: text(),
      subtypeDescription: text(),
      /** As stated, e.g. `120 Hours`. */
      length: text(),
      startsOn: date(),
      endsOn: date(),
      status: text(),
    },
    BY_PROBATION,
  ),
  /** Whether and how probation supervises. */
  probationStatus: one(
    'probation_status',
    {
      /** `CURRENT`, `PREVIOUSLY_KNOWN`, `NOT_SENTENCED`. */
      status: text(),
      activeSentence: flag(),
      inBreach: flag(),
      awaitingReport: flag(),
      preSentenceActivity: flag(),
      previouslyKnownUntil: date(),
      /** As the tier service has it, e.g. `B2`. */
      tier: text(),
    },
    BY_PROBATION,
  ),
}
