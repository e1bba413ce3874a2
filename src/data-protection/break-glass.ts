import { SETTINGS } from '../access/settings'
import {
  badInput,
  run,
  type Command,
  type CommandDeps,
  type Done,
  type Transaction,
} from '../commands/command'
import { findCase } from '../commands/find-case'
import type { Person } from '../domain/caller'
import type { FieldGroup } from '../domain/field-group'
import { Refusal } from '../domain/refusal'
import type { Given } from '../query/roots'

/**
 * Opens one offender to the caller for an hour, in the groups that the role may break into; limited access
 * stays closed. Null alike for people who are not there and for those whom limited access hides. A grant that
 * is open already is given again. Throws FORBIDDEN, BAD_USER_INPUT, RATE_LIMITED.
 */
export async function breakGlass(command: Command, deps: CommandDeps): Promise<Given | null> {
  const { groups, person } = breakerOf(command)
  const justification = substanceOf(command.args['justification'] as string)
  return run(command, deps, async (tx, now): Promise<Done> => {
    await refuseHabit(tx, command, person, now)
    const { id, unseen } = await findCase(tx, command, command.args['offender'], 'anyone', now)
    if (id === undefined) return { given: null, offenders: unseen, tables: [], noted: true }
    const open = await openGrant(tx, command, person, id, now)
    const grant = open ?? (await grantTo(tx, command, person, { id, justification, groups }, now))
    return {
      given: { values: { grant } },
      offenders: [id],
      tables: [],
      beside: { brokenGlass: grant.id },
    }
  })
}

/** The person, and what their role may break into. */
function breakerOf({ plan, caller }: Command): { groups: readonly FieldGroup[]; person: Person } {
  const { name, breakGlass: groups } = plan.role
  if (groups === undefined || !caller.person) {
    throw new Refusal('FORBIDDEN', `${name} opens no case in an emergency.`)
  }
  return { groups, person: caller.person }
}

const LETTERS_MIN = 20
const WORDS_MIN = 4

/** Whoever reviews it must be able to judge: one word, or a key held down, is no justification. */
function substanceOf(text: string): string {
  const words = new Set(text.toLowerCase().match(/\p{L}{2,}/gu))
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  if (letters >= LETTERS_MIN && words.size >= WORDS_MIN) return text.trim()
  throw badInput(
    'justification',
    'Say in a sentence what the emergency is: somebody will read it and judge whether it was one.',
  )
}

/** Counted before anybody is looked for, so that it says nothing of them. */
async function refuseHabit(tx: Transaction, { caller }: Command, person: Person, now: Date): Promise<void> {
  const [row] = await tx.query(
    `select count(*) as count from record.break_glass b
     where b.issuer = $1 and b.subject = $2 and b.since > $3::timestamptz - interval '24 hours'`,
    [caller.issuer, person.subject, now.toISOString()],
  )
  if (Number(row?.['count']) >= SETTINGS.breakGlassADay) {
    throw new Refusal(
      'RATE_LIMITED',
      `You broke glass ${SETTINGS.breakGlassADay} times in 24 hours: ask the owning agency (requestAccess).`,
    )
  }
}

export interface Grant {
  readonly id: string
  readonly since: string
  readonly until: string
  readonly groups: readonly string[]
}

async function openGrant(
  tx: Transaction,
  { caller }: Command,
  person: Person,
  offender: string,
  now: Date,
): Promise<Grant | undefined> {
  const [row] = await tx.query(
    `select b.* from record.break_glass b
     where b.offender_id = $1 and b.issuer = $2 and b.subject = $3 and b.role = $4
       and b.agency is not distinct from $5 and b.since <= $6 and b.until > $6 order by b.until desc limit 1`,
    [offender, caller.issuer, person.subject, caller.role, caller.agency ?? null, now.toISOString()],
  )
  return row && grantOf(row)
}

async function grantTo(
  tx: Transaction,
  { caller, plan }: Command,
  person: Person,
  asked: { readonly id: string; readonly justification: string; readonly groups: readonly FieldGroup[] },
  now: Date,
): Promise<Grant> {
  const until = new Date(now.getTime() + SETTINGS.breakGlassMinutes * 60_000)
  const [row] = await tx.query(
    `insert into record.break_glass (offender_id, issuer, subject, name, role, agency, client, purpose, justification, groups, since, until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning *`,
    [
      asked.id,
      caller.issuer,
      person.subject,
      person.name ?? null,
      caller.role,
      caller.agency ?? null,
      caller.client,
      plan.purpose,
      asked.justification,
      [...asked.groups],
      now.toISOString(),
      until.toISOString(),
    ],
  )
  if (!row) throw new Error('the grant was not kept')
  return grantOf(row)
}

export function grantOf(row: Readonly<Record<string, unknown>>): Grant {
  return {
    id: String(row['id']),
    since: (row['since'] as Date).toISOString(),
    until: (row['until'] as Date).toISOString(),
    groups: row['groups'] as string[],
  }
}
