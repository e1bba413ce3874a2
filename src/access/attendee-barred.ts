import type { CallerSlots } from './caller-slots'
import { limitedAccessSql } from './limited-access'
import { inForceSql, ofInvitationSql } from './meetings'

/**
 * Whether limited access bars somebody who comes on an invitation from an offender, by the rule that bars them when they
 * ask. Who comes is known once they accepted the confidentiality statement; while nobody has, any limitation counts.
 */
export function attendeeBarredSql(
  offender: string,
  invitation: string,
  { instant }: Pick<CallerSlots, 'instant'>,
): string {
  const known = (acceptance: string) =>
    `select from record.meeting_acceptance ${acceptance} where ${ofInvitationSql(acceptance, invitation)}
      and ${inForceSql(acceptance)} and ${acceptance}.username is not null and ${acceptance}.namespace is not null`
  const attendee = { instant, username: 'bk.username', namespace: 'bk.namespace', agency: 'bk.agency' }
  return `(exists (${known('bk')} and ${limitedAccessSql(offender, attendee).barred})
      or not exists (${known('bn')}) and ${limitedAccessSql(offender, { instant }).barred})`
}
