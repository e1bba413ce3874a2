import type { Catalogue, Field, ObjectType } from '../../src/catalogue/catalogue'

/** A column that a statement reads of the rows it shows, and the fields that it stands behind. */
export interface ColumnRead {
  readonly table: string
  readonly column: string
  readonly fields: readonly string[]
}

/**
 * The columns that a statement names of the rows that objects are made of (aliases `t1`, `t2`, …), as far as
 * somebody decides about them. What only predicates look at has other aliases.
 */
export function columnsRead(catalogue: Catalogue, sql: string): ColumnRead[] {
  const tables = new Map<string, string>()
  for (const [, table = '', alias = ''] of sql.matchAll(/record\.(\w+?)(?:_ever)? (t\d+)\b/g))
    tables.set(alias, table)
  const behind = fieldsByColumn(catalogue)
  const read = new Map<string, ColumnRead>()
  for (const [, alias = '', column = ''] of sql.matchAll(/\b(t\d+)\.(\w+)/g)) {
    const table = tables.get(alias) ?? ''
    const fields = behind.get(`${table}.${column}`)
    if (fields) read.set(`${table}.${column}`, { table, column, fields })
  }
  return [...read.values()]
}

function fieldsByColumn({ types }: Catalogue): Map<string, string[]> {
  const behind = new Map<string, string[]>()
  const add = (table: string, type: ObjectType) => {
    for (const field of type.fields.values()) {
      const part = types.get(field.type ?? '')
      if (part?.kind === 'part' && !field.relation) add(table, part)
      else if (field.classification.kind === 'group') note(table, field)
    }
  }
  const note = (table: string, field: Field) => {
    const key = `${table}.${field.relation?.of ?? field.column}`
    behind.set(key, [...(behind.get(key) ?? []), field.coordinate])
  }
  for (const type of types.values()) if (type.table !== undefined) add(type.table, type)
  // What rows are found by says nothing of them.
  for (const key of [...behind.keys()])
    if (/\.(id|offender_id|source_record_id)$/.test(key)) behind.delete(key)
  return behind
}

/** The columns that lists are put in order by. */
export function orderColumns({ types }: Catalogue): string[] {
  const tableOf = (name: string | undefined): string | undefined => {
    const type = types.get(name ?? '')
    return type?.kind === 'connection' ? tableOf(type.fields.get('nodes')?.type) : type?.table
  }
  return [...types.values()].flatMap(({ fields }) =>
    [...fields.values()].flatMap(({ relation, type }) =>
      (relation?.order ?? []).map(({ column }) => `${tableOf(type) ?? ''}.${column}`),
    ),
  )
}
