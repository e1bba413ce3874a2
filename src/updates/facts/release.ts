import {
  aside,
  date,
  flag,
  instant,
  many,
  none,
  one,
  organisation,
  organisationName,
  text,
  texts,
  whole,
} from './declare'
import { BY_COMMUNITY, BY_EACH, BY_PROBATION } from './owners'

const licence = {
  /** `AP`, `AP_PSS`, `PSS`. */
  type: text(),
  /** `CRD`, `VARIATION`, `HARD_STOP`, `HDC`, `PRRD`, `TIME_SERVED`, …; as stated, like the status. */
  kind: text(),
  status: text(),
  version: text(),
  policyVersion: text(),
  startsOn: date(),
  expiresOn: date(),
  pssStartsOn: date(),
  pssExpiresOn: date(),
  inPssPeriod: flag(),
  bookingNumber: text(),
  /** The supplier's number of the licence that this one varies. */
  variationOf: text(),
  createdBy: text(),
  createdAt: instant(),
  approvedBy: text(),
  approvedAt: instant(),
  updatedAt: instant(),
  supersededAt: instant(),
  /** Says the status alone: the rest stands as last stated. */
  partial: aside<true>(),
}

const releaseOutcome = {
  releasedOn: date().must,
  homeless: flag(),
  accommodationType: text(),
  programmeNeedUnmet: flag(),
}

const escalation = {
  raisedOn: date().must,
  raisedBy: text(),
  /** Levels of harm as stated. */
  fromLevel: text(),
  toLevel: text(),
  reason: text(),
}

export const releaseFacts = {
  releasePlan: one(
    'release_plan',
    {
      status: text(),
      /** As the plan states it; never worked out here. */
      plannedReleaseOn: date(),
      preparedOn: date(),
      preparedBy: text(),
      homeArea: text(),
      resettlementPrison: organisation(),
      resettlementPrisonName: organisationName(),
      /** Whether that prison is the resettlement prison of the home area. */
      forHomeArea: flag(),
      /** Why the person is not moved to one three months before release (domain 1.1, F27). */
      exemptionReason: text(),
    },
    BY_EACH,
  ),
  accommodation: many(
    'accommodation',
    ['type', 'since'],
    {
      /** `APPROVED_PREMISES`, `NO_FIXED_ABODE`, …, as stated. */
      type: text().must,
      status: text(),
      approved: flag(),
      confirmedOn: date(),
      since: date(),
      until: date(),
    },
    BY_EACH,
  ),
  /** How one release turned out, for ever (domain 1.1, F4 and F23). */
  releaseOutcome: one('release_outcome', releaseOutcome, BY_EACH),
  releaseOutcomes: none('release_outcome', releaseOutcome, BY_EACH),
  appointments: many(
    'appointment',
    ['at', 'kind'],
    {
      at: instant().must,
      kind: text(),
      /** The one on the day of release (domain 1.1, F30), where it is stated to be. */
      firstAfterRelease: flag(),
      officerName: text(),
      place: text(),
      outcome: text(),
    },
    BY_EACH,
  ),
  licence: one('licence', licence, BY_PROBATION),
  licences: none('licence', licence, BY_PROBATION),
  /** In the licence's own record. Bespoke conditions have no code, and one code may be used more than once. */
  licenceConditions: many(
    'licence_condition',
    ['type', 'kind', 'number', 'code', 'sequence', 'text'],
    {
      /** Of the licence (`AP`) or of post-sentence supervision (`PSS`). */
      type: text<'AP' | 'PSS'>(),
      /** `STANDARD`, `ADDITIONAL`, `BESPOKE`, or as stated. */
      kind: text(),
      /** Supplier's number of the condition on this licence. */
      number: text(),
      code: text(),
      category: text(),
      sequence: whole(),
      /** How the condition is filled in, e.g. `MULTIPLE_EXCLUSION_ZONE`, `ELECTRONIC_MONITORING`. */
      form: text(),
      exclusionZone: flag(),
      restrictions: texts(),
      text: text(),
    },
    BY_PROBATION,
  ),
  /** That the risk of serious harm may have risen, put to the probation service (domain 3.3). */
  escalation: one('risk_escalation', escalation, BY_COMMUNITY),
  escalations: none('risk_escalation', escalation, BY_COMMUNITY),
}
