import type { Client } from 'pg'

/** A token that stands in one column of one offender's rows, and nowhere else. */
export interface Canary {
  readonly token: string
  readonly table: string
  readonly column: string
  readonly offender: string
}

interface Column {
  readonly name: string
  readonly type: string
}

/** Columns that say which row it is, or how it is kept. */
const KEPT_BY_THE_RECORD = [
  'id',
  'revision',
  'ordinal',
  'recorded_at',
  'offender_id',
  'source_record_id',
  'made_about',
]

/** Values for the columns of one table that are no canaries: what decides access, and what only some values fit. */
export type Fixed = Readonly<Record<string, unknown>>

/** Writes rows whose every free column holds a token of its own; remembers which. */
export class Canaries {
  readonly planted: Canary[] = []
  private readonly columns = new Map<string, readonly Column[]>()
  private readonly allowed = new Map<string, string>()
  private readonly organisations = new Set<string>()
  private serial = 0

  private constructor(private readonly owner: Client) {}

  static async over(owner: Client): Promise<Canaries> {
    const canaries = new Canaries(owner)
    await canaries.learn()
    return canaries
  }

  /** One row, in the transaction and revision that is open; gives its values. */
  async plant(table: string, offender: string, fixed: Fixed): Promise<Record<string, unknown>> {
    const values: Record<string, unknown> = {}
    for (const { name, type } of this.columns.get(table) ?? []) {
      if (name in fixed) values[name] = fixed[name]
      else if (!KEPT_BY_THE_RECORD.includes(name)) values[name] = this.token(table, name, type, offender)
      else if (name === 'offender_id') values[name] = offender
    }
    for (const name of Object.keys(values)) {
      if (this.organisations.has(`${table}.${name}`) && values[name] !== null)
        await this.organisation(values[name])
    }
    const names = Object.keys(values)
    await this.owner.query(
      `insert into record.${table} (${names.join(', ')}) values (${names.map((_, i) => `$${i + 1}`).join(', ')})`,
      Object.values(values),
    )
    return values
  }

  /** The tokens in a text; a token never stands inside another. */
  in(text: string): Canary[] {
    const found = new Set(text.match(/zq\d+x|7[0-9]{8}(?!\d)|1[5-7]\d\d-\d\d-\d\d/g))
    return [...found].flatMap((token) => this.byToken.get(token) ?? [])
  }

  /** What names an organisation names one that there is. */
  private async organisation(code: unknown): Promise<void> {
    await this.owner.query(
      'insert into record.organisation (code, name) values ($1, $2) on conflict do nothing',
      [code, `name of ${String(code)}`],
    )
  }

  private readonly byToken = new Map<string, Canary>()

  private token(table: string, column: string, type: string, offender: string): unknown {
    const choice = this.allowed.get(`${table}.${column}`)
    if (choice !== undefined) return choice
    this.serial += 1
    const [token, value] = tokenOf(type, this.serial)
    if (token !== undefined) {
      const canary = { token, table, column, offender }
      this.planted.push(canary)
      this.byToken.set(token, canary)
    }
    return value
  }

  private async learn(): Promise<void> {
    const { rows: columns } = await this.owner.query<Column & { table: string }>(
      `select c.table_name as table, c.column_name as name, c.udt_name as type from information_schema.columns c
       where c.table_schema = 'record' and c.is_generated = 'NEVER' order by c.ordinal_position`,
    )
    for (const { table, ...column } of columns)
      this.columns.set(table, [...(this.columns.get(table) ?? []), column])
    const { rows: checks } = await this.owner.query<{ table: string; says: string }>(
      `select c.relname as table, pg_get_constraintdef(k.oid) as says from pg_constraint k
       join pg_class c on c.oid = k.conrelid where k.contype = 'c' and c.relnamespace = 'record'::regnamespace`,
    )
    const { rows: keys } = await this.owner.query<{ name: string }>(
      `select c.relname || '.' || a.attname as name from pg_constraint k join pg_class c on c.oid = k.conrelid
       join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
       where k.contype = 'f' and k.confrelid = 'record.organisation'::regclass`,
    )
    for (const { name } of keys) this.organisations.add(name)
    for (const { table, says } of checks) {
      const [, column = '', first = ''] = /\((\w+) = ANY \(ARRAY\['([^']*)'/.exec(says) ?? []
      if (column !== '') this.allowed.set(`${table}.${column}`, first)
    }
  }
}

const DAY_MS = 86_400_000
const FIRST_DAY = Date.UTC(1500, 0, 1)

/** What a reader would see of the token, and what is written; days are of years in which nothing else happened. */
function tokenOf(type: string, serial: number): [string | undefined, unknown] {
  const day = new Date(FIRST_DAY + serial * DAY_MS).toISOString().slice(0, 10)
  if (type === 'text') return [`zq${serial}x`, `zq${serial}x`]
  if (type === '_text') return [`zq${serial}x`, [`zq${serial}x`]]
  if (type === 'jsonb') return [`zq${serial}x`, JSON.stringify({ token: `zq${serial}x` })]
  if (['int4', 'int8', 'numeric'].includes(type)) return [String(700_000_000 + serial), 700_000_000 + serial]
  if (type === 'date') return [day, day]
  if (type === 'timestamptz') return [day, `${day}T12:00:00Z`]
  return [undefined, type === 'bool' ? true : null]
}
