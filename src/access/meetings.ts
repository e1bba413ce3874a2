import type { CallerSlots } from './caller-slots'
import type { RelationshipName } from './relationships'
import { SETTINGS } from './settings'

/** From the invitation to a while after the meeting. */
export function invitedToMeeting(
  o: string,
  { agency, subject, username, instant }: CallerSlots,
): string | undefined {
  return (
    agency &&
    subject &&
    `exists (select from record.meeting_case mc
        join record.mappa_meeting mm on mm.id = mc.meeting_id
        join record.meeting_invitation mi on mi.meeting_id = mc.meeting_id
        where mc.offender_id = ${o} and mi.agency = ${agency}
        and (mi.subject is null or mi.subject = ${subject} or lower(mi.subject) = ${username ?? subject})
        and mi.invited_at <= ${instant}
        and mm.at > ${instant} - interval '${SETTINGS.meetingTailDays} days')`
  )
}

/**
 * Who may know of a meeting: those invited to it, for its time; a coordinator, of the meetings of their
 * area and of those that their own agency called.
 */
export function meetingVisibleSql(meeting: string, rows: RelationshipName, caller: CallerSlots): string {
  const { agency, subject, username, instant, mappaArea } = caller
  if (agency === undefined || subject === undefined) return 'false'
  const invited = `exists (select from record.meeting_invitation vi where vi.meeting_id = ${meeting}.id and vi.agency = ${agency}
    and (vi.subject is null or vi.subject = ${subject} or lower(vi.subject) = ${username ?? subject})
    and vi.invited_at <= ${instant} and ${meeting}.at > ${instant} - interval '${SETTINGS.meetingTailDays} days')`
  if (rows !== 'inOwnMappaArea') return invited
  const area = mappaArea
    ? `${meeting}.area = ${mappaArea}`
    : `${meeting}.area in (select va.area from record.mappa_area_agency va where va.agency = ${agency})`
  return `(${meeting}.agency = ${agency} or ${area} or ${invited})`
}
