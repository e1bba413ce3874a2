import { SETTINGS } from '../access/settings'
import {
  badInput,
  run,
  type Command,
  type CommandDeps,
  type Done,
  type Transaction,
} from '../commands/command'
import { Binds } from '../domain/binds'
import type { Caller, Person } from '../domain/caller'
import { Refusal } from '../domain/refusal'
import { askedSql } from '../query/asked'
import { connectionOf, readPage } from '../query/cursor'
import { asUuid, type Given } from '../query/roots'
import type { Asked, Query, Row } from '../commands/asked'
import { isoOf } from '../domain/dates'
import { heldBySql, officersOnly, viewerOf } from './officer'

/**
 * Asks the agencies that hold a record of somebody for access. Answers alike for people who are there, hidden
 * or not on record. Throws FORBIDDEN, BAD_USER_INPUT, RATE_LIMITED.
 */
export async function requestAccess(command: Command, deps: CommandDeps): Promise<Given | null> {
  const { person, role } = command.caller
  if (!person) throw new Refusal('FORBIDDEN', `${role} acts for nobody: a person asks for access.`)
  const reason = (command.args['reason'] as string).trim()
  if (reason === '') throw badInput('reason', 'Say why you need to see the case.')
  return run(command, deps, async (tx, now): Promise<Done> => {
    await refuseFlood(tx, command.caller, person, now)
    const offenders = await whoIsMeant(tx, command, now)
    const about = offenders.length === 0 ? [null] : offenders
    const ids: string[] = []
    for (const offender of about) ids.push(await keepRequest(tx, command, person, { reason, offender }, now))
    const [request = ''] = ids
    return {
      given: { values: { request: { id: request, requestedAt: now.toISOString() } } },
      offenders,
      tables: [],
      beside: { accessRequests: ids },
    }
  })
}

/** Everybody whom the identifier is on record of; of several, each one's agencies are asked. */
async function whoIsMeant(tx: Transaction, { args }: Command, now: Date): Promise<string[]> {
  const binds = new Binds()
  const asked = askedSql(args['offender'] as Record<string, string>, binds, now)
  const { text, values } = binds.finish(`select distinct a.id from (${asked}) a order by a.id`)
  return (await tx.query(text, values)).map((row) => String(row['id']))
}

/** Counted before anybody is looked for, so that it says nothing of them. */
async function refuseFlood(tx: Transaction, caller: Caller, person: Person, now: Date): Promise<void> {
  const [row] = await tx.query(
    `select count(*) as count from record.access_request r
     where r.issuer = $1 and r.subject = $2 and r.requested_at > $3::timestamptz - interval '24 hours'`,
    [caller.issuer, person.subject, now.toISOString()],
  )
  if (Number(row?.['count']) < SETTINGS.accessRequestsADay) return
  throw new Refusal('RATE_LIMITED', `At most ${SETTINGS.accessRequestsADay} requests in 24 hours.`)
}

async function keepRequest(
  tx: Transaction,
  { caller, plan }: Command,
  person: Person,
  asked: { readonly reason: string; readonly offender: string | null },
  now: Date,
): Promise<string> {
  const [row] = await tx.query(
    `insert into record.access_request (offender_id, issuer, subject, name, role, agency, client, purpose, reason, requested_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id`,
    [
      asked.offender,
      caller.issuer,
      person.subject,
      person.name ?? null,
      caller.role,
      caller.agency ?? null,
      caller.client,
      plan.purpose,
      asked.reason,
      now.toISOString(),
    ],
  )
  return String(row?.['id'])
}

/** What an officer answers: requests about people of whom their agency holds a record, oldest first. */
export async function giveAccessRequests(
  { args, plan, context, cursors }: Asked,
  query: Query,
): Promise<Given> {
  officersOnly(plan)
  const page = readPage(args, 1, cursors)
  const binds = new Binds()
  const settled = args['state'] === 'SETTLED'
  const after = page.after ? ` and r.id > ${binds.bind(page.after[0], 'uuid')}` : ''
  const { text, values } = binds.finish(
    `${REQUEST} where ${answerable(context.caller, binds)} and r.outcome is ${settled ? 'not null' : 'null'}${after}
     order by r.id limit ${page.first + 1}`,
  )
  const rows = await query(text, values)
  const shown = rows.slice(0, page.first)
  return {
    values: connectionOf(shown.map(requestOf), ({ id }) => [id], page, rows.length > page.first),
    subjects: [...new Set(shown.map((row) => String(row['owner'])))],
  }
}

/** Says what became of a request; null where there is none that the officer answers. */
export async function settleAccessRequest(command: Command, deps: CommandDeps): Promise<Given | null> {
  officersOnly(command.plan)
  const {
    request: named,
    outcome,
    comment,
  } = command.args as Record<'request' | 'outcome' | 'comment', string>
  const request = asUuid(named, 'request')
  const { person } = command.caller
  if (comment.trim() === '') throw badInput('comment', 'Say why: it stays on record.')
  return run(command, deps, async (tx, now): Promise<Done> => {
    const find = async () => {
      const binds = new Binds()
      const { text, values } = binds.finish(
        `${REQUEST} where ${answerable(command.caller, binds)} and r.id = ${binds.bind(request, 'uuid')}`,
      )
      return (await tx.query(text, values))[0]
    }
    const row = await find()
    if (!row) return { given: null, offenders: [], tables: [] }
    const offenders = [String(row['owner'])]
    if (row['outcome'] !== null)
      throw new Refusal('CONFLICT', 'This request was settled already.', 'request', undefined, offenders)
    await tx.query(
      'update record.access_request r set outcome = $2, comment = $3, settled_at = $4, settled_by = $5 where r.id = $1',
      [request, outcome, comment.trim(), now.toISOString(), person?.name ?? person?.username ?? ''],
    )
    const settled = await find()
    return {
      given: { values: { request: settled && requestOf(settled) } },
      offenders,
      tables: [],
      beside: { accessRequest: request, outcome },
    }
  })
}

const REQUEST = `select r.*, o.owner from record.access_request r
  join lateral (select coalesce(w.joined_into, w.id) as owner from record.offender w where w.id = r.offender_id) o on true`

/** Of the own agency's cases, and never one's own. */
function answerable({ issuer, person, agency }: Caller, binds: Binds): string {
  const own = `r.issuer = ${binds.bind(issuer, 'text')} and r.subject = ${binds.bind(person?.subject ?? '', 'text')}`
  return `not (${own})${agency === undefined ? '' : ` and ${heldBySql('o.owner', agency, binds)}`}`
}

function requestOf(row: Row) {
  return {
    id: String(row['id']),
    requestedAt: isoOf(row['requested_at']),
    offenderId: String(row['owner']),
    viewer: viewerOf(row),
    purpose: row['purpose'],
    reason: row['reason'],
    outcome: row['outcome'],
    comment: row['comment'],
    settledAt: isoOf(row['settled_at']),
    settledBy: row['settled_by'],
  }
}
