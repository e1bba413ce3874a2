import { badInput, run, type Command, type CommandDeps, type Done } from '../commands/command'
import type { Caller } from '../domain/caller'
import { Binds } from '../domain/binds'
import { Refusal } from '../domain/refusal'
import { connectionOf, readPage } from '../query/cursor'
import { asUuid, type Given } from '../query/roots'
import { grantOf } from './break-glass'
import type { Asked, Query, Row } from '../commands/asked'
import { isoOf } from '../domain/dates'
import { heldBySql, officersOnly, viewerOf } from './officer'

/** The broken glass that a data protection officer reviews: newest first, without what is their own. */
export async function giveBreakGlassReviews(
  { args, plan, context, cursors }: Asked,
  query: Query,
): Promise<Given> {
  officersOnly(plan)
  const page = readPage(args, 1, cursors)
  const binds = new Binds()
  const state = (args['state'] as string | null | undefined) ?? 'OPEN'
  const after = page.after ? ` and b.id < ${binds.bind(page.after[0], 'uuid')}` : ''
  const { text, values } = binds.finish(
    `${REVIEW} where ${reviewable(context.caller, binds)} and ${state === 'OPEN' ? 'v.grant_id is null' : 'v.grant_id is not null'}${after}
     order by b.id desc limit ${page.first + 1}`,
  )
  const rows = await query(text, values)
  const shown = rows.slice(0, page.first)
  return {
    values: connectionOf(shown.map(reviewOf), ({ id }) => [id], page, rows.length > page.first),
    subjects: [...new Set(shown.map((row) => String(row['offender_id'])))],
  }
}

/** Says whether it was an emergency; null where there is nothing that the officer reviews. Nobody reviews their own. */
export async function reviewBreakGlass(command: Command, deps: CommandDeps): Promise<Given | null> {
  officersOnly(command.plan)
  const { person, issuer, agency } = command.caller
  const { grant: named, outcome, comment } = command.args as Record<'grant' | 'outcome' | 'comment', string>
  const grant = asUuid(named, 'grant')
  if (comment.trim() === '') throw badInput('comment', 'Say why: the review stays on record.')
  return run(command, deps, async (tx, now): Promise<Done> => {
    const find = async () => {
      const binds = new Binds()
      const { text, values } = binds.finish(
        `${REVIEW} where ${reviewable(command.caller, binds)} and b.id = ${binds.bind(grant, 'uuid')}`,
      )
      return (await tx.query(text, values))[0]
    }
    const row = await find()
    if (!row) return { given: null, offenders: [], tables: [] }
    const offender = String(row['offender_id'])
    if (row['outcome'] !== null) {
      throw new Refusal('CONFLICT', 'This was reviewed already.', 'grant', undefined, [offender])
    }
    await tx.query(
      `insert into record.break_glass_review (grant_id, offender_id, outcome, comment, reviewed_at, reviewed_by_issuer,
         reviewed_by_subject, reviewed_by_name, reviewed_by_agency) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        grant,
        offender,
        outcome,
        comment.trim(),
        now.toISOString(),
        issuer,
        person?.subject,
        person?.name ?? person?.username,
        agency ?? null,
      ],
    )
    const reviewed = await find()
    return {
      given: { values: { review: reviewed && reviewOf(reviewed) } },
      offenders: [offender],
      tables: [],
      beside: { brokenGlass: grant, outcome },
    }
  })
}

/** How many wait for a review, for operators; without anything of a person. */
export async function unreviewed(query: Query): Promise<number> {
  const [row] = await query(
    `select count(*) as count from record.break_glass b
     where not exists (select from record.break_glass_review v where v.grant_id = b.id)`,
    [],
  )
  return Number(row?.['count'])
}

/** The alert to data protection officers: that somebody opened a case, not whose. */
export function reviewAlarms(waiting: number): string[] {
  return waiting === 0
    ? []
    : [
        `${waiting} broken-glass ${waiting === 1 ? 'grant waits' : 'grants wait'} for a review by a data protection officer`,
      ]
}

const REVIEW = `select b.*, v.outcome, v.comment, v.reviewed_at, v.reviewed_by_name
  from record.break_glass b left join record.break_glass_review v on v.grant_id = b.id`

/** What staff of the own agency opened, and what was opened of people of whom it holds a record. */
function reviewable({ issuer, person, agency }: Caller, binds: Binds): string {
  const own = `b.issuer = ${binds.bind(issuer, 'text')} and b.subject = ${binds.bind(person?.subject ?? '', 'text')}`
  if (agency === undefined) return `not (${own})`
  return `not (${own}) and (b.agency = ${binds.bind(agency, 'text')} or ${heldBySql('b.offender_id', agency, binds)})`
}

function reviewOf(row: Row) {
  return {
    ...grantOf(row),
    endedAt: isoOf(row['ended_at']),
    offenderId: String(row['offender_id']),
    viewer: viewerOf(row),
    purpose: row['purpose'],
    justification: row['justification'],
    outcome: row['outcome'],
    comment: row['comment'],
    reviewedAt: isoOf(row['reviewed_at']),
    reviewedBy: row['reviewed_by_name'],
  }
}
