import type { CallerSlots, StaffSlots } from './caller-slots'
import { SETTINGS } from './settings'

/** Whether a row that is given from one day to another holds on a day; the day of its end is outside. */
export function openOn(row: string, day: string): string {
  return `(${row}.since is null or ${row}.since <= ${day}) and (${row}.until is null or ${row}.until > ${day})`
}

/** An allocation to a placeholder is nobody's caseload. */
export function inOwnCaseload(o: string, { staff, today }: CallerSlots): string | undefined {
  return (
    staff &&
    `exists (select from record.allocation al where al.offender_id = ${o} and not al.unallocated
    and ${openOn('al', today)} and ${isOfficer('al', staff)})`
  )
}

/** A team's placeholders are the team's: duty and cover are its members' work. */
export function inOwnCaseloadOrTeam(o: string, { staff, today }: CallerSlots): string | undefined {
  return (
    staff &&
    `exists (select from record.allocation al where al.offender_id = ${o}
    and ${openOn('al', today)} and (not al.unallocated and ${isOfficer('al', staff)} or al.team_code in (
      select own.team_code from record.allocation own
      where ${isOfficer('own', staff)} and not own.unallocated and ${openOn('own', today)})))`
  )
}

/**
 * Held now, or until a while ago. A time that ended as it began was never one (its true end is unknown), and an
 * organisation whose own time is over holds nothing, whatever allocation nobody ended.
 */
export function heldByOwnOrganisation(o: string, { agency, today }: CallerSlots): string | undefined {
  const begins = `${today} - ${SETTINGS.transferTailDays}`
  return (
    agency &&
    `(exists (select from record.allocation al where al.offender_id = ${o} and al.organisation_code = ${agency}
        and (al.until is null or al.until > ${begins})
        and (al.since is null or al.since <= ${today} and al.since < coalesce(al.until, 'infinity')))
      and not exists (select from record.organisation ho where ho.code = ${agency} and ho.until <= ${begins}))`
  )
}

export function victimContactAllocated(o: string, { staff, today }: CallerSlots): string | undefined {
  return (
    staff &&
    `exists (select from record.victim_liaison_officer vlo where vlo.offender_id = ${o}
    and ${isOfficer('vlo', staff)} and ${openOn('vlo', today)})`
  )
}

function isOfficer(row: string, { code, system }: StaffSlots): string {
  return `${row}.staff_code = ${code} and exists (select from record.source_record ${row}_by
      where ${row}_by.id = ${row}.source_record_id and ${row}_by.system = ${system})`
}
