import { badInput, run, type Command, type CommandDeps, type Transaction } from '../commands/command'
import { findCase } from '../commands/find-case'
import { Refusal } from '../domain/refusal'
import type { Given } from '../query/roots'
import { actorOf, meetingDone } from './change-meeting'
import { accept } from './confidentiality'
import { checkInvitations, invite, type Invitation } from './invitations'

interface MeetingInput {
  readonly level: number
  readonly at: string
  readonly area?: string | null
  readonly offenders: readonly unknown[]
  readonly invitations: readonly Invitation[]
}

const CASES_MAX = 50

/** Calls a meeting on cases that the coordinator may see, and invites to it. */
export async function scheduleMappaMeeting(command: Command, deps: CommandDeps): Promise<Given | null> {
  const input = command.args['input'] as MeetingInput
  refuseOthers(command)
  checkMeeting(input, deps.now())
  return run(command, deps, async (tx, now) => {
    const offenders = await findCases(tx, command, input.offenders, now)
    const meeting = await insertMeeting(tx, command, input)
    await tx.query(
      `insert into record.meeting_case (meeting_id, offender_id, position)
       select $1, c.id, c.position from unnest($2::uuid[]) with ordinality c(id, position)`,
      [meeting, offenders],
    )
    await invite(tx, meeting, input.invitations, now)
    await accept(tx, meeting, actorOf(command), now)
    const tables = ['mappa_meeting', 'meeting_case', 'meeting_invitation', 'meeting_acceptance']
    return meetingDone(meeting, offenders, tables)
  })
}

function refuseOthers(command: Command): void {
  if (actorOf(command).role === 'MAPPA_COORDINATOR') return
  throw new Refusal('FORBIDDEN', `${command.caller.role} does not call MAPPA meetings: a coordinator does.`)
}

/** An invitation opens cases until the meeting is over, so a meeting does not lie in a far future. */
const AHEAD_MAX_DAYS = 366

function checkMeeting({ level, at, offenders, invitations }: MeetingInput, now: Date): void {
  if (Date.parse(at) > now.getTime() + AHEAD_MAX_DAYS * 86_400_000) {
    throw badInput('input.at', 'A meeting is called at most a year ahead.')
  }
  if (level !== 2 && level !== 3) throw badInput('input.level', 'Formal meetings are held at level 2 or 3.')
  if (offenders.length === 0) throw badInput('input.offenders', 'A meeting takes at least one case.')
  if (offenders.length > CASES_MAX)
    throw badInput('input.offenders', `A meeting takes at most ${CASES_MAX} cases.`)
  checkInvitations('input.invitations', invitations)
}

async function findCases(
  tx: Transaction,
  command: Command,
  references: readonly unknown[],
  now: Date,
): Promise<string[]> {
  const found = new Set<string>()
  for (const [i, reference] of references.entries()) {
    const { id, unseen } = await findCase(tx, command, reference, command.plan.rows, now)
    if (id === undefined) {
      throw badInput(`input.offenders.${i}`, 'There is no such case that you may see.', unseen)
    }
    found.add(id)
  }
  return [...found]
}

async function insertMeeting(
  tx: Transaction,
  { caller }: Command,
  { level, at, area }: MeetingInput,
): Promise<string> {
  const [row] = await tx.query(
    'insert into record.mappa_meeting (level, at, area, scheduled_by, agency) values ($1, $2, $3, $4, $5) returning id',
    [level, at, area ?? caller.mappaArea ?? null, caller.person?.subject, caller.agency],
  )
  return String(row?.['id'])
}
