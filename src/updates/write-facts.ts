import type { Transaction } from './store'

/** The rows that the records of a wave state in one table. */
export interface TableWrite {
  readonly table: string
  readonly key: readonly string[]
  readonly columns: readonly string[]
  /** Records whose rows are replaced, those that state none included. */
  readonly records: string[]
  readonly rows: Record<string, unknown>[]
}

/** Replaces the stated rows set by set; a row that stays the same is not touched, so it keeps its revision. */
export async function writeTable(tx: Transaction, write: TableWrite): Promise<void> {
  const { table, columns } = write
  const rows = JSON.stringify(write.rows)
  const own = ['source_record_id', ...write.key]
  const same = own.map((column) => `t.${column} is not distinct from s.${column}`).join(' and ')
  const stated = `jsonb_populate_recordset(null::record.${table}, $1::jsonb) s`
  await tx.query(
    `delete from record.${table} t where t.source_record_id = any($2::uuid[]) and not exists (select from ${stated} where ${same})`,
    [rows, write.records],
  )
  if (write.rows.length === 0) return
  const all = ['source_record_id', 'offender_id', ...columns]
  const changing = all.filter((column) => !own.includes(column))
  await tx.query(
    `merge into record.${table} t using (select ${all.map((c) => `s.${c}`).join(', ')} from ${stated}) s
     on t.source_record_id = s.source_record_id${write.key.map((c) => ` and t.${c} is not distinct from s.${c}`).join('')}
     ${updateClause(changing)}
     when not matched then insert (${all.join(', ')}) values (${all.map((c) => `s.${c}`).join(', ')})`,
    [rows],
  )
}

function updateClause(columns: readonly string[]): string {
  const row = (alias: string) => `(${columns.map((column) => `${alias}.${column}`).join(', ')})`
  return `when matched and ${row('t')} is distinct from ${row('s')}
     then update set ${columns.map((column) => `${column} = s.${column}`).join(', ')}`
}
