import { aside, code, date, one, organisation, text, whole } from './declare'
import { BY_PRISONS_OR_PROBATION } from './owners'

export const mappaFacts = {
  /**
   * What a register says of MAPPA; null where it holds no entry. What the prison's own alerts say is shown
   * beside the Delius register, never in its place.
   */
  registration: one(
    'mappa_level',
    {
      /** 1 to 4; null while to be determined. */
      category: whole<number | null>().must,
      /** 1 to 3; null while to be confirmed. */
      level: whole<number | null>().must,
      levelStatus: text<'TBC' | 'CONFIRMED'>().must,
      /** Supplier's own words for level and category, e.g. `MAPPA Level 1`, or a NOMIS alert code. */
      rawLevel: text(),
      rawCategory: text(),
      leadAgency: text(),
      since: date(),
      nextReviewOn: date(),
      team: code(),
      officerName: text(),
      /** Probation provider that registered, e.g. `N02`. */
      organisation: organisation(),
      notes: text(),
      /** Silent about the review, the lead agency and the provider: what was last said of them stands. */
      partial: aside<true>(),
      /** The supplier's number of this entry of the register, where it is told. */
      registrationId: aside<string>(),
      /** This entry was taken off the register; another may stand there. */
      ended: aside<true>(),
    },
    BY_PRISONS_OR_PROBATION,
    { derived: true },
  ),
}
