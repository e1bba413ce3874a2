import { badInput, type Command, type CommandDeps, type Transaction } from '../commands/command'
import type { Given } from '../query/roots'
import { actorOf, changeMeeting, said } from './change-meeting'

interface Attendance {
  readonly agency: string
  readonly name?: string | null
  readonly state: string
  readonly reason?: string | null
}

interface HoldInput {
  readonly heldAt: string
  readonly chair: { readonly name: string; readonly agency: string }
  readonly attendance: readonly Attendance[]
}

const ATTENDANCE_MAX = 200

export function sendMappaApologies(command: Command, deps: CommandDeps): Promise<Given | null> {
  const reason = said(command, 'reason', command.args['reason'] as string)
  return changeMeeting(command, deps, async (tx, meeting) => {
    const { agency, name } = actorOf(command)
    await insertAttendance(tx, meeting.id, [{ agency, name, state: 'APOLOGIES', reason }], name)
    return { tables: ['meeting_attendance'] }
  })
}

/** The meeting took place: who chaired it, who came, who did not. */
export function holdMappaMeeting(command: Command, deps: CommandDeps): Promise<Given | null> {
  const input = command.args['input'] as HoldInput
  checkHeld(command, input, deps.now())
  return changeMeeting(command, deps, async (tx, meeting) => {
    await tx.query(
      'update record.mappa_meeting set held_at = $2, chair_name = $3, chair_agency = $4 where id = $1',
      [meeting.id, input.heldAt, input.chair.name.trim(), input.chair.agency.trim()],
    )
    await insertAttendance(tx, meeting.id, input.attendance, actorOf(command).name)
    return { tables: ['mappa_meeting', 'meeting_attendance'] }
  })
}

function checkHeld(command: Command, { heldAt, chair, attendance }: HoldInput, now: Date): void {
  if (Date.parse(heldAt) > now.getTime())
    throw badInput('input.heldAt', 'A meeting is held once it took place.')
  said(command, 'chair.name', chair.name)
  said(command, 'chair.agency', chair.agency)
  if (attendance.length > ATTENDANCE_MAX)
    throw badInput('input.attendance', `Attendance names at most ${ATTENDANCE_MAX}.`)
  if (!attendance.some(({ state }) => state === 'ATTENDED'))
    throw badInput('input.attendance', 'Say who attended: a meeting that nobody attended was not held.')
  attendance.forEach(({ agency }, i) => said(command, `attendance.${i}.agency`, agency))
}

/** What is said of somebody later takes the place of what was said before, which stays in the history. */
async function insertAttendance(
  tx: Transaction,
  meeting: string,
  attendance: readonly Attendance[],
  by: string,
): Promise<void> {
  for (const { agency, name, state, reason } of attendance) {
    await tx.query(
      `insert into record.meeting_attendance (meeting_id, agency, name, state, reason, recorded_by)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (meeting_id, agency, name) do update set state = excluded.state, reason = excluded.reason,
         recorded_by = excluded.recorded_by`,
      [meeting, agency.trim(), name?.trim() ?? null, state, reason?.trim() ?? null, by],
    )
  }
}
