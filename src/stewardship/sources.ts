import type { Transaction } from '../commands/command'
import type { Pushed } from '../updates/push'
import type { Query } from '../commands/asked'
import { systemOf, type FeedRow } from './feed'

/** Hours after which a feed is overdue, by client; `default` for those that are not named. */
export type Silence = Readonly<Record<string, number>> & { readonly default: number }

export const DAILY: Silence = { default: 24 }

/** Numbers that have not come; both ends belong to it. */
export interface Gap {
  readonly from: number
  readonly to: number
}

export interface Source extends FeedRow {
  readonly system: string
  readonly lastHeardAt: Date
  readonly everyHours: number
  readonly overdue: boolean
  readonly nextNumber: number | null
  readonly gaps: readonly (Gap & { readonly noticedAt: string })[]
}

/** Notes that a sender was heard, and where it numbers its messages which numbers are missing before each batch. */
export async function noteHeard(
  tx: Transaction,
  group: readonly Pushed[],
  now: Date,
): Promise<(Gap | undefined)[]> {
  const [first] = group
  if (!first) return []
  const { client, role, agency } = first.request.sender
  const [row] = await tx.query(
    `insert into record.source (client, role, agency, last_heard_at) values ($1, $2, $3, $4)
     on conflict (client, role, agency) do update set last_heard_at = excluded.last_heard_at returning id, next_number`,
    [client, role, agency ?? null, now.toISOString()],
  )
  const gaps: (Gap | undefined)[] = []
  let next = row?.['next_number'] as number | null
  for (const pushed of group) {
    const numbers = numbersOf(pushed)
    gaps.push(numbers && (await noteNumbers(tx, Number(row?.['id']), next ?? numbers.from, numbers, now)))
    if (numbers) next = Math.max(next ?? numbers.from, numbers.to + 1)
  }
  return gaps
}

function numbersOf({ request, batch }: Pushed): Gap | undefined {
  const first = request.feed?.first
  if (first === undefined || batch.length === 0) return undefined
  const indexes = batch.map(({ item }) => item.index)
  return { from: first + Math.min(...indexes), to: first + Math.max(...indexes) }
}

/** A jump leaves a gap; what comes late closes it. A feed may begin at any number. */
async function noteNumbers(
  tx: Transaction,
  source: number,
  next: number,
  { from, to }: Gap,
  now: Date,
): Promise<Gap | undefined> {
  await tx.query(
    `update record.source_gap g set missing = g.missing - came.numbers,
       filled_at = case when isempty(g.missing - came.numbers) then $4::timestamptz end
     from (select int8multirange(int8range($2, $3, '[]')) as numbers) came
     where g.source_id = $1 and g.filled_at is null and g.missing && came.numbers`,
    [source, from, to, now.toISOString()],
  )
  await tx.query('update record.source set next_number = $2 where id = $1', [source, Math.max(next, to + 1)])
  if (from <= next) return undefined
  await tx.query(
    `insert into record.source_gap (source_id, numbers, missing, noticed_at)
     select $1, n.numbers, int8multirange(n.numbers), $4 from (select int8range($2, $3)) n(numbers)`,
    [source, next, from, now.toISOString()],
  )
  return { from: next, to: from - 1 }
}

const GAPS_MAX = 100

/** The feeds of which the condition on the row `s` is true, and what is amiss with them. */
export async function readSources(
  query: Query,
  silence: Silence,
  now: Date,
  narrowed: { readonly condition: string; readonly values: readonly unknown[] },
): Promise<Source[]> {
  const rows = await query(
    `select s.client, s.role, s.agency, s.last_heard_at, s.next_number,
       (select coalesce(json_agg(g), '[]'::json) from (
         select lower(m.numbers) as "from", upper(m.numbers) - 1 as "to", g.noticed_at as "noticedAt"
         from record.source_gap g, unnest(g.missing) m(numbers)
         where g.source_id = s.id and g.filled_at is null order by m.numbers limit ${GAPS_MAX}) g) as gaps
     from record.source s where ${narrowed.condition} order by s.client, s.agency, s.id`,
    narrowed.values,
  )
  return rows.map((row): Source => {
    const feed = row as unknown as FeedRow
    const lastHeardAt = row['last_heard_at'] as Date
    const everyHours =
      (Object.hasOwn(silence, feed.client) ? silence[feed.client] : undefined) ?? silence.default
    return {
      client: feed.client,
      role: feed.role,
      agency: feed.agency,
      system: systemOf(feed.role),
      lastHeardAt,
      everyHours,
      overdue: now.getTime() - lastHeardAt.getTime() > everyHours * 3_600_000,
      nextNumber: row['next_number'] as number | null,
      gaps: (row['gaps'] as Source['gaps']).map((gap) => ({
        ...gap,
        noticedAt: new Date(gap.noticedAt).toISOString(),
      })),
    }
  })
}
