import type { Command, CommandDeps } from '../commands/command'
import type { Given } from '../query/roots'
import { actorOf, changeMeeting } from './change-meeting'
import { accept } from './confidentiality'

/** From here on everybody reads this revision. The next freeze has the next number; each is read again by its own. */
export function freezeMappaMeeting(command: Command, deps: CommandDeps): Promise<Given | null> {
  return changeMeeting(command, deps, async (tx, meeting, now) => {
    const by = actorOf(command)
    await tx.query(
      `insert into record.meeting_freeze (meeting_id, number, frozen_at, frozen_revision, frozen_by_name)
       select $1, count(*) + 1, $2, current_setting('throughcare.revision')::bigint, $3
       from record.meeting_freeze f where f.meeting_id = $1`,
      [meeting.id, now.toISOString(), by.name],
    )
    await tx.query(
      `update record.mappa_meeting set frozen_at = $2, frozen_revision = current_setting('throughcare.revision')::bigint
       where id = $1`,
      [meeting.id, now.toISOString()],
    )
    await accept(tx, meeting.id, by, now)
    return { tables: ['mappa_meeting', 'meeting_freeze', 'meeting_acceptance'] }
  })
}
