import { openOn } from './allocated'
import type { CallerSlots } from './caller-slots'

/** Without an area of their own, a coordinator works in every area that their agency covers. */
export function inOwnMappaArea(o: string, { agency, mappaArea, today }: CallerSlots): string | undefined {
  if (mappaArea === undefined && agency === undefined) return undefined
  const areas = mappaArea ? `select ${mappaArea}` : areasOf(agency ?? 'null', today)
  const agencies = mappaArea
    ? `select ma.agency from record.mappa_area_agency ma where ma.area = ${mappaArea} and ${openOn('ma', today)}`
    : `select ${agency ?? 'null'}`
  // A transfer takes the case from one area to another: the newest decision that names one says which.
  return `(exists (select from record.mappa_level_decision md where md.offender_id = ${o} and md.area in (${areas})
      and not exists (select from record.mappa_level_decision later where later.offender_id = ${o}
        and later.area is not null and (later.revision, later.ordinal) > (md.revision, md.ordinal)))
    or exists (select from record.mappa_level ml where ml.offender_id = ${o} and upper_inf(ml.period)
      and ml.organisation_code in (${agencies}))
    or exists (select from record.allocation al where al.offender_id = ${o}
      and ${openOn('al', today)} and al.organisation_code in (${agencies})))`
}

/**
 * A MAPPA case, of a level in force, whose area the force covers: by the decision, or by who registered or holds
 * it, as far as that agency works in no other area.
 */
export function mappaInOwnForceArea(o: string, { agency, instant, today }: CallerSlots): string | undefined {
  if (agency === undefined) return undefined
  const own = areasOf(agency, today)
  const agencies = `select fa.agency from record.mappa_area_agency fa where fa.area in (${own}) and ${openOn('fa', today)}
      and not exists (select from record.mappa_area_agency fo where fo.agency = fa.agency
        and ${openOn('fo', today)} and fo.area not in (${own}))`
  return `exists (select from record.mappa_level fl where fl.offender_id = ${o} and fl.period @> ${instant}
    and (exists (select from record.mappa_level_decision fd where fd.offender_id = ${o} and fd.id = fl.decision_id and fd.area in (${own}))
      or fl.organisation_code in (${agencies})
      or exists (select from record.allocation al where al.offender_id = ${o}
        and ${openOn('al', today)} and al.organisation_code in (${agencies}))))`
}

/** Areas that an agency covers on a day. */
export function areasOf(agency: string, day: string): string {
  return `select ma.area from record.mappa_area_agency ma where ma.agency = ${agency} and ${openOn('ma', day)}`
}
