import { meetingVisibleSql } from '../access/meetings'
import { callerSlots } from '../access/relationships'
import { Binds } from '../domain/binds'
import { Refusal } from '../domain/refusal'
import { asUuid, type Given } from '../query/roots'
import {
  badInput,
  run,
  type Command,
  type CommandDeps,
  type Done,
  type Transaction,
} from '../commands/command'
import { findCase } from '../commands/find-case'

interface MeetingInput {
  readonly level: number
  readonly at: string
  readonly area?: string | null
  readonly offenders: readonly unknown[]
  readonly invitations: readonly { readonly agency: string; readonly subject?: string | null }[]
}

const CASES_MAX = 50
const INVITATIONS_MAX = 200

/** Calls a meeting on cases that the coordinator may see, and invites to it. */
export async function scheduleMappaMeeting(command: Command, deps: CommandDeps): Promise<Given | null> {
  const input = command.args['input'] as MeetingInput
  refuseOthers(command)
  checkMeeting(input, deps.now())
  return run(command, deps, async (tx, now): Promise<Done> => {
    const offenders: string[] = []
    for (const [i, reference] of input.offenders.entries()) {
      const { id, unseen } = await findCase(tx, command, reference, command.plan.rows, now)
      if (id === undefined) {
        throw badInput(`input.offenders.${i}`, 'There is no such case that you may see.', unseen)
      }
      if (!offenders.includes(id)) offenders.push(id)
    }
    const { caller } = command
    const [row] = await tx.query(
      'insert into record.mappa_meeting (level, at, area, scheduled_by, agency) values ($1, $2, $3, $4, $5) returning id',
      [
        input.level,
        input.at,
        input.area ?? caller.mappaArea ?? null,
        caller.person?.subject,
        caller.agency ?? null,
      ],
    )
    const meeting = String(row?.['id'])
    await tx.query(
      `insert into record.meeting_case (meeting_id, offender_id, position)
       select $1, c.id, c.position from unnest($2::uuid[]) with ordinality c(id, position)`,
      [meeting, offenders],
    )
    await invite(tx, meeting, input, now)
    return meetingDone(meeting, offenders)
  })
}

/** From here on everybody reads this revision. A meeting is frozen once. */
export async function freezeMappaMeeting(command: Command, deps: CommandDeps): Promise<Given | null> {
  refuseOthers(command)
  const meeting = asUuid(command.args['meeting'] as string, 'meeting')
  return run(command, deps, async (tx, now): Promise<Done> => {
    const binds = new Binds()
    const visible = meetingVisibleSql(
      'm',
      command.plan.role.rows.relationship,
      callerSlots(command.caller, now, binds),
    )
    const { text, values } = binds.finish(
      `select m.frozen_at, array(select mc.offender_id from record.meeting_case mc where mc.meeting_id = m.id) as offenders
       from record.mappa_meeting m where m.id = ${binds.bind(meeting, 'uuid')} and ${visible}`,
    )
    const [row] = await tx.query(text, values)
    if (!row) return { given: null, offenders: [], tables: [] }
    if (row['frozen_at'] !== null) throw new Refusal('CONFLICT', 'This meeting is frozen already.', 'meeting')
    await tx.query(
      `update record.mappa_meeting set frozen_at = $2, frozen_revision = current_setting('throughcare.revision')::bigint where id = $1`,
      [meeting, now.toISOString()],
    )
    return meetingDone(meeting, row['offenders'] as string[])
  })
}

function refuseOthers({ caller }: Command): void {
  if (caller.role === 'MAPPA_COORDINATOR' && caller.person) return
  throw new Refusal('FORBIDDEN', `${caller.role} does not call MAPPA meetings: a coordinator does.`)
}

/** An invitation opens cases until the meeting is over, so a meeting does not lie in a far future. */
const AHEAD_MAX_DAYS = 366
const NAME_MAX = 200

function checkMeeting({ level, at, offenders, invitations }: MeetingInput, now: Date): void {
  if (Date.parse(at) > now.getTime() + AHEAD_MAX_DAYS * 86_400_000) {
    throw badInput('input.at', 'A meeting is called at most a year ahead.')
  }
  if (level !== 2 && level !== 3) throw badInput('input.level', 'Formal meetings are held at level 2 or 3.')
  if (offenders.length === 0) throw badInput('input.offenders', 'A meeting takes at least one case.')
  if (offenders.length > CASES_MAX)
    throw badInput('input.offenders', `A meeting takes at most ${CASES_MAX} cases.`)
  if (invitations.length > INVITATIONS_MAX)
    throw badInput('input.invitations', `At most ${INVITATIONS_MAX} invitations.`)
  invitations.forEach((invitation, i) => {
    if (invitation.agency.length > NAME_MAX || (invitation.subject?.length ?? 0) > NAME_MAX) {
      throw badInput(`input.invitations.${i}`, `An agency and a subject are at most ${NAME_MAX} characters.`)
    }
    if (invitation.agency.trim() === '')
      throw badInput(`input.invitations.${i}.agency`, 'An invitation names an agency.')
    if (invitation.subject?.trim() === '')
      throw badInput(
        `input.invitations.${i}.subject`,
        'A subject is not blank; leave it out to invite the agency.',
      )
  })
}

async function invite(
  tx: Transaction,
  meeting: string,
  { invitations }: MeetingInput,
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

function meetingDone(meeting: string, offenders: readonly string[]): Done {
  return {
    given: { values: {}, entities: { meeting: { table: 'mappa_meeting', id: meeting } } },
    offenders,
    tables: ['mappa_meeting', 'meeting_case', 'meeting_invitation'],
  }
}
