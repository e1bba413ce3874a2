import { limitedAccessSql } from '../access/limited-access'
import { callerSlots, relationshipSql, type CallerSlots } from '../access/relationships'
import { Binds } from '../domain/binds'
import type { Caller } from '../domain/caller'
import { connectionOf, readPage } from '../query/cursor'
import type { Given } from '../query/roots'
import type { Asked, Query, Row } from '../commands/asked'
import { stewardsOnly, type StewardshipDeps } from './deps'

/** Two people who may be one, as a steward sees them: whoever is not of the own agency only by who holds them. */
export interface SuspectedMatch {
  readonly id: string
  readonly offenders: readonly [string, string]
  /** Which of them the steward may see. */
  readonly own: readonly [boolean, boolean]
  readonly score: number
  readonly reasons: readonly string[]
}

/** A page of the queue, the likeliest first. */
export async function giveSuspectedMatches(
  { args, plan, context, cursors }: Asked,
  { query, commands }: StewardshipDeps,
): Promise<Given> {
  stewardsOnly(plan)
  const page = readPage(args, 2, cursors)
  const found = await findMatches(query, context.caller, commands.now(), (binds) => {
    const [score, id] = page.after ?? []
    const after =
      page.after === undefined
        ? ''
        : ` and (-m.score, m.id) > (${binds.bind(score, 'numeric')}, ${binds.bind(String(id), 'uuid')})`
    return `${after} order by -m.score, m.id limit ${page.first + 1}`
  })
  const matches = found.slice(0, page.first)
  const nodes = await Promise.all(matches.map((match) => nodeOf(query, match)))
  return {
    values: connectionOf(
      nodes,
      (node) => [-Number(node['score']), String(node['id'])],
      page,
      found.length > page.first,
    ),
    subjects: [...new Set(matches.flatMap(({ offenders, own }) => offenders.filter((_, i) => own[i])))],
    discloses: matches.length > 0,
  }
}

/** Suspicions that a steward may know of: one of the two is of the own agency, and limited access bars neither. */
export async function findMatches(
  query: Query,
  caller: Caller,
  now: Date,
  rest: (binds: Binds) => string,
): Promise<SuspectedMatch[]> {
  const binds = new Binds()
  const slots = callerSlots(caller, now, binds)
  const own = (offender: string) => relationshipSql('recordOfOwnAgency', offender, slots)
  const { text, values } = binds.finish(
    `select m.id, m.offender_id, m.other_offender_id, m.score, m.reasons, m.own, m.other_own from (
       select m.*, ${own('m.offender_id')} as own, ${own('m.other_offender_id')} as other_own from record.suspected_match m) m
     where (m.own or m.other_own) and not ${barred('m.offender_id', slots)} and not ${barred('m.other_offender_id', slots)}
     ${rest(binds)}`,
  )
  return (await query(text, values)).map(matchOf)
}

function barred(offender: string, slots: CallerSlots): string {
  return limitedAccessSql(offender, slots).barred
}

function matchOf(row: Row): SuspectedMatch {
  return {
    id: String(row['id']),
    offenders: [String(row['offender_id']), String(row['other_offender_id'])],
    own: [row['own'] === true, row['other_own'] === true],
    score: Number(row['score']),
    reasons: row['reasons'] as string[],
  }
}

async function nodeOf(query: Query, match: SuspectedMatch): Promise<Record<string, unknown>> {
  const people = await Promise.all(match.offenders.map((id, i) => personOf(query, id, match.own[i] === true)))
  const [confirmed] = await query(
    `select array(select distinct c.agency from record.match_confirmation c
       join record.suspected_match m on m.one = c.one and m.other = c.other where m.id = $1 order by 1) as agencies`,
    [match.id],
  )
  const { id, score, reasons } = match
  return { id, score, reasons, people, confirmedBy: confirmed?.['agencies'] ?? [] }
}

async function personOf(query: Query, offender: string, isOwn: boolean): Promise<Record<string, unknown>> {
  const [row] = await query(
    `select o.given_name, o.family_name, o.date_of_birth::text as date_of_birth,
       array(select distinct i.type || ' ' || i.value from record.identifier i where i.offender_id = o.id order by 1) as identifiers,
       array(select distinct sr.agency from record.source_record sr where sr.offender_id = o.id and sr.agency is not null order by 1) as agencies
     from record.offender o where o.id = $1`,
    [offender],
  )
  const agencies = row?.['agencies'] ?? []
  if (!isOwn) return { agencies }
  return {
    offenderId: offender,
    given: row?.['given_name'],
    family: row?.['family_name'],
    dateOfBirth: row?.['date_of_birth'],
    identifiers: row?.['identifiers'],
    agencies,
  }
}
