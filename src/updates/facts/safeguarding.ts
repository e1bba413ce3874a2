import { date, flag, many, none, one, text, texts, whole } from './declare'
import { BY_EACH, BY_PRISONS, BY_PROBATION } from './owners'

const victimContact = {
  reference: text(),
  /** The victim liaison officer. */
  officerName: text(),
  officerStaffCode: text(),
  optedIn: flag(),
  optedInOn: date(),
  /** Conditions and requests in words that name no person. */
  requestedConditions: texts(),
  contactRequests: texts(),
}

export const safeguardingFacts = {
  childContact: many(
    'child_contact',
    ['childName', 'decidedOn'],
    {
      /** `L1` none, `L2` written, `L3` monitored, `L4` unrestricted with the named child (domain 6.5), or as stated. */
      level: text().must,
      childName: text(),
      decidedOn: date(),
      reviewOn: date(),
    },
    BY_PRISONS,
  ),
  childEnquiries: many(
    'child_enquiry',
    ['askedOf', 'askedOn'],
    { askedOf: text().must, askedOn: date(), result: text(), resultOn: date() },
    BY_EACH,
  ),
  knownChildren: one(
    'known_children',
    { number: whole(), livingWith: flag(), inContact: flag(), statedOn: date() },
    BY_EACH,
  ),
  communicationsMonitoring: many(
    'communications_monitoring',
    ['kind', 'startedOn'],
    {
      /** What is monitored: `PIN_PHONE`, `MAIL`, `VISITS`, …, as stated. */
      kind: text().must,
      reason: text(),
      startedOn: date(),
      reviewOn: date(),
      endedOn: date(),
    },
    BY_PRISONS,
  ),
  victimContact: one('victim_contact', victimContact, BY_PROBATION),
  victimContacts: none('victim_contact', victimContact, BY_PROBATION),
}
