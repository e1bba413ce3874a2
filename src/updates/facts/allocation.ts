import { code, date, flag, many, one, organisation, organisationName, text } from './declare'
import { LEAD } from './identity'
import { BY_PRISONS_OR_PROBATION, BY_PROBATION } from './owners'

/** A victim liaison officer is no role here: that there is one says that there is a victim in contact. */
export type AllocationRole = 'POM' | 'COM' | 'OFFENDER_SUPERVISOR' | 'RESPONSIBLE_OFFICER' | 'SPO'

const officer = {
  staffCode: text(),
  officerName: text(),
  organisation: organisation(),
  organisationName: organisationName(),
  team: code(),
  teamName: text(),
  since: date(),
  until: date(),
}

export const allocationFacts = {
  /** Who is responsible, through which organisation the case is held. */
  allocations: many(
    'allocation',
    ['role', 'staffCode', 'organisation', 'team', 'since'],
    {
      role: text<AllocationRole>().must,
      /** The phase of the sentence that the officer is allocated for. */
      phase: text<'CUSTODY' | 'COMMUNITY'>(),
      ...officer,
      /** A placeholder officer: the case is not allocated to anybody. */
      unallocated: flag().must,
      /** Why, in the supplier's words. */
      reason: text(),
    },
    BY_PRISONS_OR_PROBATION,
  ),
  victimLiaisonOfficers: many(
    'victim_liaison_officer',
    ['staffCode', 'organisation', 'team', 'since'],
    officer,
    BY_PROBATION,
  ),
  /** Who answers for the case, as the supplier computed it; never worked out here. */
  responsibility: one(
    'responsibility',
    {
      /** `CustodyOnly`, `CustodyWithCom` or `Community`, as stated. */
      value: text().must,
      handoverStartsOn: date(),
      handoverOn: date(),
      reason: text(),
    },
    BY_PRISONS_OR_PROBATION,
    { worked: (_, { system }) => ({ lead: LEAD[system] }), workedColumns: ['lead'] },
  ),
}
