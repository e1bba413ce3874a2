import { coordinatedSql, invitedSql } from '../access/meetings'
import { weigh } from '../access/plan-access'
import { callerSlots } from '../access/relationships'
import {
  badInput,
  run,
  type Command,
  type CommandDeps,
  type Done,
  type Transaction,
} from '../commands/command'
import { findCase } from '../commands/find-case'
import { Binds } from '../domain/binds'
import { Refusal } from '../domain/refusal'
import { asUuid, type Given } from '../query/roots'
import { moveOf, type MeetingState, type Party } from './machine'

/** A meeting that the caller may change. */
export interface Meeting {
  readonly id: string
  readonly state: MeetingState
  /** Ids of the people whose cases it takes. */
  readonly cases: readonly string[]
  /** The caller is one of its coordinators, and may speak for others. */
  readonly isCoordinated: boolean
}

/** What a command did to a meeting: in which tables, and about whom where not about all of its cases. */
export interface Changed {
  readonly tables: readonly string[]
  readonly offenders?: readonly string[]
}

/** Who acts, and for which agency. */
export interface Actor {
  readonly issuer: string
  readonly subject: string
  readonly username: string
  readonly namespace: string
  readonly name: string
  readonly role: string
  readonly agency: string
}

/**
 * Runs a command on a meeting as the machine has it: null where there is no such meeting of the caller's,
 * FORBIDDEN where the role has no part in it, CONFLICT where the meeting is past it.
 */
export async function changeMeeting(
  command: Command,
  deps: CommandDeps,
  work: (tx: Transaction, meeting: Meeting, now: Date) => Promise<Changed>,
): Promise<Given | null> {
  const { from, to, by } = moveOf(command.name)
  refuseOthers(command, by)
  const input = (command.args['input'] ?? command.args) as { meeting: string }
  const id = asUuid(input.meeting, field(command, 'meeting'))
  return run(command, deps, async (tx, now): Promise<Done> => {
    const meeting = await findMeeting(tx, command, id, by, now)
    if (!meeting) return { given: null, offenders: [], tables: [] }
    if (!from.includes(meeting.state)) throw refusedIn(meeting.state, from, field(command, 'meeting'))
    const { tables, offenders = meeting.cases } = await work(tx, meeting, now)
    if (to === undefined || to === meeting.state) return meetingDone(id, offenders, tables)
    await tx.query('update record.mappa_meeting set state = $2 where id = $1', [id, to])
    return meetingDone(id, offenders, ['mappa_meeting', ...tables])
  })
}

export function meetingDone(id: string, offenders: readonly string[], tables: readonly string[]): Done {
  return { given: { values: {}, entities: { meeting: { table: 'mappa_meeting', id } } }, offenders, tables }
}

/** Throws FORBIDDEN where the token names no person, or nobody's agency. */
export function actorOf({ caller }: Command): Actor {
  const { person, agency, issuer, role } = caller
  if (!person || agency === undefined)
    throw new Refusal('FORBIDDEN', 'A named person takes part in a meeting, for their agency.')
  const { subject, username, namespace, name = username } = person
  return { issuer, role, agency, subject, username, namespace, name }
}

/** The field as the client wrote it: of the input object where the command takes one. */
export function field({ args }: Command, name: string): string {
  return args['input'] === undefined ? name : `input.${name}`
}

/** The text without what stands around it; refused where it is blank or longer than a meeting's record takes. */
export function said(command: Command, name: string, text: string): string {
  const trimmed = text.trim()
  if (trimmed === '') throw badInput(field(command, name), `${name} is blank.`)
  if (trimmed.length > TEXT_MAX)
    throw badInput(field(command, name), `${name} is at most ${TEXT_MAX} characters.`)
  return trimmed
}

const TEXT_MAX = 20_000

/** A case of the meeting that the caller may see. */
export async function caseOf(
  tx: Transaction,
  command: Command,
  meeting: Meeting,
  reference: unknown,
  now: Date,
  at = 'input.offender',
): Promise<string> {
  const { id, unseen } = await findCase(tx, command, reference, command.plan.rows, now)
  if (id !== undefined && meeting.cases.includes(id)) return id
  throw badInput(at, 'The meeting takes no such case that you may see.', id === undefined ? unseen : [id])
}

function refuseOthers(command: Command, by: readonly Party[]): void {
  const { role } = actorOf(command)
  if (by.includes('COORDINATOR') && role === 'MAPPA_COORDINATOR') return
  if (by.some((party) => party !== 'COORDINATOR') && attends(command)) return
  throw new Refusal('FORBIDDEN', `${role} has no part in this, for ${command.plan.purpose}.`)
}

/** Who reads what meetings say, be it while invited, may speak at them. */
function attends({ plan }: Command): boolean {
  return (
    plan.purpose === 'MAPPA' &&
    !['ROLE', 'PURPOSE'].includes(String(weigh(plan.role.groups.MAPPA_MINUTES, 'FULL', 'MAPPA')))
  )
}

async function findMeeting(
  tx: Transaction,
  command: Command,
  id: string,
  by: readonly Party[],
  now: Date,
): Promise<Meeting | undefined> {
  const binds = new Binds()
  const slots = callerSlots(command.caller, now, binds)
  const coordinated = coordinatedSql('m', command.plan.role.rows.relationship, slots)
  const parties: Readonly<Record<Party, string>> = {
    COORDINATOR: coordinated,
    ATTENDEE: invitedSql('m', slots),
    OWNER: ownerSql(command, binds),
  }
  const { text, values } = binds.finish(
    `select m.state, ${coordinated} as coordinated,
       array(select mc.offender_id from record.meeting_case mc where mc.meeting_id = m.id order by mc.position) as cases
     from record.mappa_meeting m
     where m.id = ${binds.bind(id, 'uuid')} and (${by.map((party) => parties[party]).join(' or ')})`,
  )
  const [row] = await tx.query(text, values)
  if (!row) return undefined
  return {
    id,
    state: row['state'] as MeetingState,
    cases: row['cases'] as string[],
    isCoordinated: row['coordinated'] === true,
  }
}

function ownerSql({ args, caller }: Command, binds: Binds): string {
  return `exists (select from record.risk_management_action ra where ra.meeting_id = m.id
    and ra.id::text = ${binds.bind(String(args['action']).toLowerCase(), 'text')} and ra.owner_agency = ${binds.bind(caller.agency ?? '', 'text')})`
}

function refusedIn(state: MeetingState, from: readonly MeetingState[], at: string): Refusal {
  return new Refusal(
    'CONFLICT',
    `The meeting is ${state}; this is done while it is ${from.join(' or ')}.`,
    at,
  )
}
