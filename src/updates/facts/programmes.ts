import {
  code,
  date,
  flag,
  instant,
  many,
  none,
  one,
  organisation,
  organisationName,
  text,
  whole,
} from './declare'
import { BY_EACH } from './owners'

/** `RELEASED_UNMET` is for ever: the person left without what was needed (domain 1.1, F4). */
export type NeedStatus =
  'OPEN' | 'PLANNED' | 'IN_PROGRESS' | 'MET' | 'RELEASED_UNMET' | 'NO_LONGER_NEEDED' | 'UNKNOWN'

/** Why a need was not delivered (domain 1.1, F5; 6.6 for what suppliers tell apart). */
export type NotDeliveredReason =
  | 'NOT_OFFERED_HERE'
  | 'NO_PLACE'
  | 'UNSUITABLE'
  | 'REFUSED'
  | 'NOT_ENOUGH_TIME'
  | 'TRANSFERRED'
  | 'RELEASED'
  | 'HEALTH'
  | 'RISK_CHANGED'
  | 'OTHER'

const referral = {
  /** The course's name or code as stated, e.g. `Horizon`. */
  programme: text(),
  /** e.g. `Sexual offence`. */
  audience: text(),
  intensity: text(),
  /** `CUSTODY`, `COMMUNITY`, or as stated. */
  setting: text(),
  /** Where it was offered: the code of the establishment, and the supplier's of the offering. */
  establishment: organisation(),
  establishmentName: organisationName(),
  offering: code(),
  referredOn: date(),
  referredBy: text(),
  /** As stated; the states of domain 6.6, `REFERRAL_STARTED` to `PROGRAMME_COMPLETE`, and those of other suppliers. */
  status: text(),
  statusDescription: text(),
  closed: flag(),
  ldcAdapted: flag(),
  note: text(),
}

const participation = {
  programme: text().must,
  /** The supplier's number of the referral that led to it. */
  referral: code(),
  setting: text(),
  location: text(),
  /** `COMPLETE`, `INCOMPLETE`, or as stated. */
  outcome: text(),
  startedOn: date(),
  endedOn: date(),
  yearStarted: whole(),
  yearCompleted: whole(),
  /** Where the supplier has it from. */
  statedSource: text(),
  detail: text(),
}

export const programmeFacts = {
  programmeNeeds: many(
    'programme_need',
    ['programme', 'identifiedOn'],
    {
      /** Code of the programme or of the need, as stated. */
      programme: text().must,
      description: text(),
      intensity: text(),
      identifiedOn: date(),
      /** What found the need: `PNI`, `SARN`, a court's requirement, a professional's judgement; as stated. */
      identifiedFrom: text(),
      sexualOffence: flag(),
      /** Learning disability or challenges: an adapted programme is needed. */
      ldcAdapted: flag(),
      status: text<NeedStatus>().must,
      rawStatus: text(),
      notDeliveredReason: text<NotDeliveredReason>(),
      rawNotDeliveredReason: text(),
    },
    BY_EACH,
    { lasting: { column: 'status', values: ['RELEASED_UNMET'] } },
  ),
  referral: one('programme_referral', referral, BY_EACH),
  referrals: none('programme_referral', referral, BY_EACH),
  /** The states that a referral went through, in the referral's own record. */
  referralHistory: many(
    'referral_state',
    ['status', 'at'],
    {
      status: text().must,
      description: text(),
      at: instant(),
      /** Supplier's codes of why, e.g. `ADMIN` and `DUPLICATE`. */
      category: text(),
      reason: text(),
      note: text(),
      changedBy: text(),
    },
    BY_EACH,
  ),
  participation: one('programme_participation', participation, BY_EACH),
  participations: none('programme_participation', participation, BY_EACH),
  /** Maintains innocence or denies the sexual element; not a risk score (domain section 8). */
  denial: one('denial_status', { inDenial: flag().must, denies: text(), statedOn: date() }, BY_EACH),
  /** Work that is no accredited programme, one-to-one work included (domain 1.1, F10). */
  interventions: many(
    'intervention',
    ['kind', 'description', 'startedOn'],
    {
      kind: text().must,
      description: text(),
      startedOn: date(),
      endedOn: date(),
      sessions: whole(),
      outcome: text(),
      deliveredBy: text(),
      organisation: organisation(),
      organisationName: organisationName(),
    },
    BY_EACH,
  ),
}
