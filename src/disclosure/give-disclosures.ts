import type { AccessPlan } from '../access/plan-access'
import { Binds } from '../domain/binds'
import { Refusal } from '../domain/refusal'
import { readDisclosures, type AuditQuery, type DisclosureFilter } from '../journal/read-disclosures'
import { askedSql } from '../query/asked'
import { connectionOf, readPage, type ListCursors } from '../query/cursor'
import type { Given } from '../query/roots'

/** What is asked of the journal, and by which role. */
interface AskedOfJournal {
  readonly args: Readonly<Record<string, unknown>>
  readonly plan: AccessPlan
  readonly cursors: ListCursors
}

/** The journal's own answer, for those whose role reads it. Its reading becomes an entry like every answer. */
export async function giveDisclosures(
  { args, plan, cursors }: AskedOfJournal,
  query: AuditQuery,
  now: Date,
): Promise<Given> {
  if (plan.role.journal?.includes(plan.purpose) !== true) {
    throw new Refusal('FORBIDDEN', `${plan.role.name} does not read the journal for ${plan.purpose}.`)
  }
  const where = args['where'] as Readonly<Record<string, unknown>>
  const page = readPage(args, 2, cursors)
  const filter = await readFilter(where, query, now)
  const { nodes, hasNextPage } = await readDisclosures(query, filter, page)
  return {
    values: connectionOf(nodes, (node) => [node.log, node.index], page, hasNextPage),
    subjects: [...new Set(nodes.flatMap((node) => node.offenders.map(({ id }) => id)))],
  }
}

async function readFilter(
  where: Readonly<Record<string, unknown>>,
  query: AuditQuery,
  now: Date,
): Promise<DisclosureFilter> {
  const { offender, ...plain } = where
  const given = Object.fromEntries(
    Object.entries(plain).filter(([, value]) => value !== null && value !== undefined),
  )
  return {
    ...(given as DisclosureFilter),
    ...(offender !== null && offender !== undefined && { offenders: await everyId(offender, query, now) }),
  }
}

/** The journal follows the person: entries under an id that was joined into another are the survivor's too. */
async function everyId(reference: unknown, query: AuditQuery, now: Date): Promise<string[]> {
  const binds = new Binds()
  const asked = askedSql(reference as Record<string, string>, binds, now)
  const { text, values } = binds.finish(
    `select o.id from record.offender o where coalesce(o.joined_into, o.id) in (select a.id from (${asked}) a)`,
  )
  const rows = await query(text, values)
  return rows.map((row) => String(row['id']))
}
