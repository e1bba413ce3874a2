import type { CallerSlots } from './caller-slots'
import { SETTINGS } from './settings'

/**
 * Whoever is between two prisons, or was released, stays the last establishment's for a while, until another holds
 * them by whatever record (docs/decisions/0020); without a day of the movement it is not known to be recent.
 */
export function inOwnEstablishment(o: string, { agency, today }: CallerSlots): string | undefined {
  return (
    agency &&
    `exists (select from record.custody cu where cu.offender_id = ${o}
        and ((cu.establishment_code = ${agency} and cu.status in ('IN_CUSTODY', 'TEMPORARILY_OUT'))
          or (cu.supporting_establishment_code = ${agency} and cu.status = 'IN_HOSPITAL')
          or (cu.last_establishment_code = ${agency} and cu.status in ('IN_TRANSFER', 'RELEASED')
            and coalesce(cu.moved_on, cu.since) > ${today} - ${SETTINGS.departureTailDays}
            and not exists (select from record.custody ch where ch.offender_id = ${o}
              and case ch.status when 'IN_HOSPITAL' then ch.supporting_establishment_code
                when 'IN_CUSTODY' then ch.establishment_code when 'TEMPORARILY_OUT' then ch.establishment_code end is not null))))`
  )
}
