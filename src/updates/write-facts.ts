import type { Lasting } from './facts/declare'
import type { Write } from './write-all'

/** The rows that the records of a wave state in one table. */
export interface TableWrite {
  readonly table: string
  readonly key: readonly string[]
  readonly columns: readonly string[]
  /** Records whose rows are replaced, those that state none included. */
  readonly records: string[]
  readonly rows: Record<string, unknown>[]
  readonly lasting: Lasting | undefined
}

/**
 * Replaces the stated rows set by set; a row that stays the same is not touched, so it keeps its revision. In one
 * statement, as the set is read once; PostgreSQL ends what is left out after it has written what is new.
 */
export function* tableWrites(write: TableWrite): Iterable<Write> {
  const { table, columns, rows } = write
  const own = ['source_record_id', ...write.key]
  const losing = losingRecords(write)
  const ended = `delete from record.${table} t where t.source_record_id = any($1::uuid[])${lastingClause(write)}`
  if (rows.length === 0) {
    if (losing.length > 0) yield [ended, [losing]]
    return
  }
  const all = ['source_record_id', 'offender_id', ...columns]
  const changing = all.filter((column) => !own.includes(column))
  const isSame = `t.source_record_id = s.source_record_id${sameKey(write)}`
  yield [
    `with stated as materialized (
       select ${all.join(', ')} from jsonb_populate_recordset(null::record.${table}, $2::jsonb)
     ), ended as (
       ${ended} and not exists (select from stated s where ${isSame})
     )
     merge into record.${table} t using stated s on ${isSame}
     ${updateClause(changing)}
     when not matched then insert (${all.join(', ')}) values (${all.map((c) => `s.${c}`).join(', ')})`,
    [losing, JSON.stringify(rows)],
  ]
}

/** Records that may hold rows which they do not state any more: where there is one row, it is replaced in its place. */
function losingRecords({ key, records, rows }: TableWrite): readonly string[] {
  if (key.length > 0) return records
  const stating = new Set(rows.map((row) => row['source_record_id']))
  return records.filter((id) => !stating.has(id))
}

function sameKey({ key }: TableWrite): string {
  return key.map((column) => ` and t.${column} is not distinct from s.${column}`).join('')
}

function lastingClause({ lasting }: TableWrite): string {
  return lasting
    ? ` and coalesce(t.${lasting.column}, '') <> all ('{${lasting.values.join(',')}}'::text[])`
    : ''
}

function updateClause(columns: readonly string[]): string {
  const row = (alias: string) => `(${columns.map((column) => `${alias}.${column}`).join(', ')})`
  return `when matched and ${row('t')} is distinct from ${row('s')}
     then update set ${columns.map((column) => `${column} = s.${column}`).join(', ')}`
}

/** Whether a record says that it holds no rows of a table. */
export interface NoneStated {
  readonly recordId: string
  readonly offenderId: string
  readonly table: string
  readonly isNone: boolean
  readonly wasNone: boolean
}

export function* noneStatedWrites(stated: readonly NoneStated[]): Iterable<Write> {
  const none = stated.filter(({ isNone, wasNone }) => isNone && !wasNone)
  const some = stated.filter(({ isNone, wasNone }) => !isNone && wasNone)
  if (some.length > 0) {
    yield [
      `delete from record.none_stated n using unnest($1::uuid[], $2::text[]) s(source_record_id, table_name)
       where n.source_record_id = s.source_record_id and n.table_name = s.table_name`,
      [some.map(({ recordId }) => recordId), some.map(({ table }) => table)],
    ]
  }
  if (none.length > 0) {
    yield [
      `insert into record.none_stated (source_record_id, offender_id, table_name)
       select * from unnest($1::uuid[], $2::uuid[], $3::text[])`,
      [
        none.map(({ recordId }) => recordId),
        none.map(({ offenderId }) => offenderId),
        none.map(({ table }) => table),
      ],
    ]
  }
}
