import { code, date, flag, many, one, organisation, organisationName, text } from './declare'
import { LEAD } from './identity'
import { BY_PRISONS, BY_PRISONS_OR_PROBATION } from './owners'

export type CustodyStatus =
  'IN_CUSTODY' | 'TEMPORARILY_OUT' | 'IN_TRANSFER' | 'IN_HOSPITAL' | 'RELEASED' | 'UNKNOWN'

export type AllocationRole = 'POM' | 'COM' | 'OFFENDER_SUPERVISOR' | 'RESPONSIBLE_OFFICER' | 'SPO' | 'VLO'

const HELD: readonly CustodyStatus[] = ['IN_CUSTODY', 'TEMPORARILY_OUT']

export const custodyFacts = {
  custody: one(
    'custody',
    {
      status: text<CustodyStatus>().must,
      /** NOMIS code of a real establishment; pseudo-locations (`OUT`, `TRN`) are never establishments. */
      establishment: organisation(),
      establishmentName: organisationName(),
      /** Supplier's own words, e.g. `ACTIVE IN`. */
      rawStatus: text(),
      since: date(),
      bookingNumber: text(),
      movementType: text(),
      movementReason: text(),
      cell: text(),
      legalStatus: text(),
      /** The prison that answers for a restricted patient. */
      supportingEstablishment: organisation(),
    },
    BY_PRISONS,
    {
      // Somebody released is held nowhere, whatever the document still says.
      worked: ({ status, establishment }, { system }) => ({
        lead: LEAD[system],
        ...(!HELD.includes(status) && establishment !== undefined && { establishment_code: null }),
      }),
      workedColumns: ['lead'],
    },
  ),
  alerts: many(
    'alert',
    // One code may be opened and closed more than once.
    ['code', 'since', 'active'],
    { code: text().must, type: text(), description: text(), since: date(), active: flag().must },
    BY_PRISONS,
  ),
  keyDates: many(
    'key_date',
    ['type'],
    {
      /** e.g. `CRD`, `SED`, `CONFIRMED_RELEASE`. */
      type: text().must,
      /** The date in force: overridden where it is, else as calculated. */
      date: date().must,
    },
    BY_PRISONS,
  ),
  allocations: many(
    'allocation',
    ['role', 'staffCode', 'organisation', 'team', 'since'],
    {
      role: text<AllocationRole>().must,
      staffCode: text(),
      officerName: text(),
      /** Code of the organisation that holds the case through this officer. */
      organisation: organisation(),
      organisationName: organisationName(),
      team: code(),
      since: date(),
      until: date(),
      /** A placeholder officer: the case is not allocated to anybody. */
      unallocated: flag().must,
    },
    BY_PRISONS_OR_PROBATION,
  ),
}
