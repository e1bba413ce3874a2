import { literal } from '../domain/binds'
import { CONFIDENTIALITY } from '../domain/confidentiality'
import type { CallerSlots } from './caller-slots'
import { areasOf } from './mappa-cases'
import type { RelationshipName } from './relationships'
import { SETTINGS } from './settings'

/** From the invitation to a while after the meeting, unless it is withdrawn or the meeting called off. */
export function invitedToMeeting(o: string, caller: CallerSlots): string | undefined {
  return (
    caller.agency &&
    caller.subject &&
    `exists (select from record.meeting_case mc
        join record.mappa_meeting mm on mm.id = mc.meeting_id
        where mc.offender_id = ${o} and ${invitedSql('mm', caller)})`
  )
}

/** Whether the caller stands invited to a meeting, for its time; without a subject an invitation is the agency's. */
export function invitedSql(meeting: string, { agency, subject, username, instant }: CallerSlots): string {
  if (agency === undefined || subject === undefined) return 'false'
  return `(${meeting}.state <> 'CANCELLED' and ${meeting}.at > ${instant} - interval '${SETTINGS.meetingTailDays} days'
    and exists (select from record.meeting_invitation mi where mi.meeting_id = ${meeting}.id and mi.agency = ${agency}
      and (mi.subject is null or mi.subject = ${subject} or lower(mi.subject) = ${username ?? subject})
      and mi.invited_at <= ${instant} and mi.withdrawn_at is null))`
}

/** A coordinator's meetings: of their area, and those that their own agency called. */
export function coordinatedSql(
  meeting: string,
  rows: RelationshipName,
  { agency, subject, mappaArea, today }: CallerSlots,
): string {
  if (agency === undefined || subject === undefined || rows !== 'inOwnMappaArea') return 'false'
  const area = mappaArea ? `${meeting}.area = ${mappaArea}` : `${meeting}.area in (${areasOf(agency, today)})`
  return `(${meeting}.agency = ${agency} or ${area})`
}

/** Who may know of a meeting: those invited to it, for its time, and its coordinators. */
export function meetingVisibleSql(meeting: string, rows: RelationshipName, caller: CallerSlots): string {
  return `(${coordinatedSql(meeting, rows, caller)} or ${invitedSql(meeting, caller)})`
}

/** Whether the caller accepted the confidentiality statement in force for the meeting, for the agency that they act for. */
export function acceptedSql(meeting: string, { issuer, agency, subject }: CallerSlots): string {
  if (agency === undefined || subject === undefined) return 'false'
  return `exists (select from record.meeting_acceptance accepted where accepted.meeting_id = ${meeting}.id
    and accepted.issuer = ${issuer} and accepted.subject = ${subject} and accepted.agency = ${agency}
    and ${inForceSql('accepted')})`
}

/** An acceptance of an earlier edition opens nothing: what was accepted is not what is asked now. */
export function inForceSql(acceptance: string): string {
  return `${acceptance}.edition = ${literal(CONFIDENTIALITY.edition)}`
}

/** Whether somebody accepted under an invitation, be they named in it by subject or by username. */
export function ofInvitationSql(acceptance: string, invitation: string): string {
  return `${acceptance}.meeting_id = ${invitation}.meeting_id and ${acceptance}.agency = ${invitation}.agency
    and (${invitation}.subject is null or lower(${invitation}.subject) in (lower(${acceptance}.subject), ${acceptance}.username))`
}
