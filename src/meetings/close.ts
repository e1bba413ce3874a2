import type { Command, CommandDeps } from '../commands/command'
import { Refusal } from '../domain/refusal'
import type { Given } from '../query/roots'
import { actorOf, changeMeeting, said } from './change-meeting'

interface MinutesInput {
  readonly reference: string
  readonly formCode: string
  readonly title: string
  readonly guidanceEdition: string
}

/** Where the minutes are kept, under which form. Corrected minutes are further ones. */
export function recordMappaMinutes(command: Command, deps: CommandDeps): Promise<Given | null> {
  const input = command.args['input'] as MinutesInput
  const words = (['reference', 'formCode', 'title', 'guidanceEdition'] as const).map((name) =>
    said(command, name, input[name]),
  )
  return changeMeeting(command, deps, async (tx, meeting, now) => {
    await tx.query(
      `insert into record.meeting_minutes (meeting_id, reference, form_code, title, guidance_edition, minuted_at, minuted_by_name)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [meeting.id, ...words, now.toISOString(), actorOf(command).name],
    )
    return { tables: ['meeting_minutes'] }
  })
}

/** A meeting without minutes is not closed: all decisions, actions and reasons are recorded (domain section 2.7). */
export function closeMappaMeeting(command: Command, deps: CommandDeps): Promise<Given | null> {
  return changeMeeting(command, deps, async (tx, meeting) => {
    const minutes = await tx.query('select m.id from record.meeting_minutes m where m.meeting_id = $1', [
      meeting.id,
    ])
    if (minutes.length === 0)
      throw new Refusal('CONFLICT', 'The meeting has no minutes yet: recordMappaMinutes first.', 'meeting')
    return { tables: [] }
  })
}

export function cancelMappaMeeting(command: Command, deps: CommandDeps): Promise<Given | null> {
  const reason = said(command, 'reason', command.args['reason'] as string)
  return changeMeeting(command, deps, async (tx, meeting) => {
    await tx.query('update record.mappa_meeting set cancelled_because = $2 where id = $1', [
      meeting.id,
      reason,
    ])
    return { tables: ['mappa_meeting'] }
  })
}
