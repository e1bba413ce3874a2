import { bitsOf } from './entry'

/** Runs a read over the journal, as its auditor. */
export type AuditQuery = (
  text: string,
  values: readonly unknown[],
) => Promise<readonly Readonly<Record<string, unknown>>[]>

/** Who viewed what: all conditions must hold. */
export interface DisclosureFilter {
  /** Every id that the person ever had. */
  readonly offenders?: readonly string[]
  readonly viewer?: string
  readonly agency?: string
  readonly owningAgency?: string
  readonly purpose?: string
  readonly kind?: string
  /** ISO instants, half-open. */
  readonly from?: string
  readonly to?: string
}

export interface DisclosurePage {
  readonly nodes: readonly Disclosure[]
  readonly hasNextPage: boolean
}

export interface Disclosure {
  readonly entry: string
  readonly log: string
  readonly index: number
  readonly at: string
  readonly kind: string
  readonly outcome: string
  readonly viewer: Readonly<Record<string, unknown>>
  readonly purpose: string | null
  readonly justification: string | null
  readonly operation: string | null
  readonly basis: string | null
  readonly owningAgencies: readonly string[]
  readonly offenders: readonly {
    readonly id: string
    readonly fields: readonly string[]
    readonly withheld: readonly string[]
  }[]
  readonly revision: number | null
  readonly digest: string | null
}

/** Newest first. What was erased by order is left out of its entry; the entry stays. */
export async function readDisclosures(
  query: AuditQuery,
  filter: DisclosureFilter,
  page: { readonly first: number; readonly after?: readonly (string | number)[] },
): Promise<DisclosurePage> {
  const { where, values } = conditions(filter, page.after)
  const rows = await query(
    `with hit as (
       select distinct l.log, l.index from journal.lookup l where ${where}
       order by l.log desc, l.index desc limit ${page.first + 1}
     )
     select e.log, e.index, e.at, convert_from(e.entry, 'UTF8')::json as entry,
       (select json_agg(convert_from(d.body, 'UTF8')::json order by d.part) from journal.detail d
         where d.log = e.log and d.index = e.index and d.part = 0) as header,
       (select coalesce(json_agg(convert_from(d.body, 'UTF8')::json order by d.part), '[]'::json) from journal.detail d
         where d.log = e.log and d.index = e.index and d.part > 0) as subjects
     from hit h join journal.entry e on e.log = h.log and e.index = h.index
     order by e.log desc, e.index desc`,
    values,
  )
  const dictionaries = await readDictionaries(query)
  const nodes = rows.slice(0, page.first).map((row) => readDisclosure(row, dictionaries))
  return { nodes, hasNextPage: rows.length > page.first }
}

function conditions(filter: DisclosureFilter, after: readonly (string | number)[] | undefined) {
  const values: unknown[] = []
  const bind = (value: unknown, type: string) => `$${values.push(value)}::${type}`
  const terms = ['true']
  if (filter.offenders) terms.push(`l.offender_id = any(${bind(filter.offenders, 'uuid[]')})`)
  if (filter.viewer !== undefined) terms.push(`l.viewer = ${bind(filter.viewer, 'text')}`)
  if (filter.agency !== undefined) terms.push(`l.agency = ${bind(filter.agency, 'text')}`)
  if (filter.owningAgency !== undefined) terms.push(`${bind(filter.owningAgency, 'text')} = any(l.owners)`)
  if (filter.purpose !== undefined) terms.push(`l.purpose = ${bind(filter.purpose, 'text')}`)
  if (filter.kind !== undefined) terms.push(`l.kind = ${bind(filter.kind, 'text')}`)
  if (filter.from !== undefined) terms.push(`l.at >= ${bind(filter.from, 'timestamptz')}`)
  if (filter.to !== undefined) terms.push(`l.at < ${bind(filter.to, 'timestamptz')}`)
  if (after) terms.push(`(l.log, l.index) < (${bind(after[0], 'text')}, ${bind(after[1], 'bigint')})`)
  return { where: terms.join(' and '), values }
}

async function readDictionaries(query: AuditQuery): Promise<Map<string, readonly string[]>> {
  const rows = await query('select d.version, d.fields from journal.dictionary d', [])
  return new Map(rows.map((row) => [String(row['version']), row['fields'] as string[]]))
}

interface EntryBody {
  readonly kind: string
  readonly outcome: string
  readonly dictionary: string
  readonly purpose?: string
  readonly revision?: number
  readonly digest?: string
}

interface HeaderBody {
  readonly viewer?: Readonly<Record<string, unknown>>
  readonly justification?: string
  readonly operation?: string
  readonly basis?: string
}

interface SubjectBody {
  readonly offender: string
  readonly fields: string
  readonly withheld: string
  readonly owners: readonly string[]
}

function readDisclosure(
  row: Readonly<Record<string, unknown>>,
  dictionaries: Map<string, readonly string[]>,
): Disclosure {
  const entry = row['entry'] as EntryBody
  const header = ((row['header'] as HeaderBody[] | null) ?? [])[0] ?? {}
  const subjects = row['subjects'] as SubjectBody[]
  const dictionary = dictionaries.get(entry.dictionary) ?? []
  const names = (bitmap: string) => bitsOf(bitmap).map((bit) => dictionary[bit] ?? `unknown field ${bit}`)
  return {
    entry: `${String(row['log'])}/${String(row['index'])}`,
    log: String(row['log']),
    index: Number(row['index']),
    at: (row['at'] as Date).toISOString(),
    kind: entry.kind,
    outcome: entry.outcome,
    viewer: header.viewer ?? {},
    purpose: entry.purpose ?? null,
    justification: header.justification ?? null,
    operation: header.operation ?? null,
    basis: header.basis ?? null,
    owningAgencies: [...new Set(subjects.flatMap((subject) => subject.owners))].sort(),
    offenders: subjects.map(({ offender, fields, withheld }) => ({
      id: offender,
      fields: names(fields),
      withheld: names(withheld),
    })),
    revision: entry.revision ?? null,
    digest: entry.digest ?? null,
  }
}
