import { badInput, type Command, type CommandDeps, type Transaction } from '../commands/command'
import type { Given } from '../query/roots'
import { changeMeeting, said } from './change-meeting'

export interface Invitation {
  readonly agency: string
  readonly subject?: string | null
}

const INVITATIONS_MAX = 200
const NAME_MAX = 200

/** Refuses invitations of nobody, naming the field. */
export function checkInvitations(field: string, invitations: readonly Invitation[]): void {
  if (invitations.length > INVITATIONS_MAX) throw badInput(field, `At most ${INVITATIONS_MAX} invitations.`)
  invitations.forEach((invitation, i) => {
    if (invitation.agency.length > NAME_MAX || (invitation.subject?.length ?? 0) > NAME_MAX) {
      throw badInput(`${field}.${i}`, `An agency and a subject are at most ${NAME_MAX} characters.`)
    }
    if (invitation.agency.trim() === '')
      throw badInput(`${field}.${i}.agency`, 'An invitation names an agency.')
    if (invitation.subject?.trim() === '')
      throw badInput(`${field}.${i}.subject`, 'A subject is not blank; leave it out to invite the agency.')
  })
}

/** Invites those who do not stand invited yet. */
export async function invite(
  tx: Transaction,
  meeting: string,
  invitations: readonly Invitation[],
  now: Date,
): Promise<void> {
  await tx.query(
    `insert into record.meeting_invitation (meeting_id, agency, subject, invited_at)
     select $1, i.agency, i.subject, $4 from unnest($2::text[], $3::text[]) i(agency, subject)
     on conflict do nothing`,
    [
      meeting,
      invitations.map((invitation) => invitation.agency.trim()),
      invitations.map((invitation) => invitation.subject?.trim() ?? null),
      now.toISOString(),
    ],
  )
}

export function inviteToMappaMeeting(command: Command, deps: CommandDeps): Promise<Given | null> {
  const invitations = command.args['invitations'] as readonly Invitation[]
  checkInvitations('invitations', invitations)
  return changeMeeting(command, deps, async (tx, meeting, now) => {
    await invite(tx, meeting.id, invitations, now)
    return { tables: ['meeting_invitation'] }
  })
}

/** What the invitation opened is closed at once. */
export function withdrawMappaInvitation(command: Command, deps: CommandDeps): Promise<Given | null> {
  const { invitation, reason } = command.args as { invitation: string; reason: string }
  const because = said(command, 'reason', reason)
  return changeMeeting(command, deps, async (tx, meeting, now) => {
    const withdrawn = await tx.query(
      `update record.meeting_invitation i set withdrawn_at = $3, withdrawn_because = $4
       where i.meeting_id = $1 and i.id::text = lower($2) and i.withdrawn_at is null returning i.id`,
      [meeting.id, invitation, now.toISOString(), because],
    )
    if (withdrawn.length === 0) throw badInput('invitation', 'No such invitation of this meeting stands.')
    return { tables: ['meeting_invitation'] }
  })
}
