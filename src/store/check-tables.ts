import type { Catalogue, Field, ObjectType } from '../catalogue/catalogue'
import { isColumn } from '../catalogue/record-parts'
import type { Queryable } from './database'

/** Compares the schema's declarations with the live tables: every column must be there, or the gateway does not start. */
export async function checkTables(catalogue: Catalogue, db: Queryable): Promise<void> {
  const rows = await db.query(
    `select table_name, column_name from information_schema.columns where table_schema = 'record'`,
  )
  const columns = new Set(rows.map((row) => `${String(row['table_name'])}.${String(row['column_name'])}`))
  const wanted = [...catalogue.types.values()]
    .filter((type) => type.kind === 'entity')
    .flatMap((type) => columnsOf(catalogue, type, type.table ?? ''))
  const missing = wanted.filter(({ column }) => !columns.has(column))
  if (missing.length > 0) {
    const lines = missing.map(
      ({ coordinate, column }) => `${coordinate}: there is no column record.${column}`,
    )
    throw new Error(`the schema and the tables disagree:\n  ${[...new Set(lines)].join('\n  ')}`)
  }
}

interface Wanted {
  readonly coordinate: string
  readonly column: string
}

function columnsOf(catalogue: Catalogue, type: ObjectType, table: string): Wanted[] {
  return [...type.fields.values()].flatMap((field) => fieldColumns(catalogue, field, table))
}

function fieldColumns(catalogue: Catalogue, field: Field, table: string): Wanted[] {
  const { coordinate } = field
  if (!isColumn(field)) return []
  if (field.type === undefined) return [{ coordinate, column: `${table}.${field.column}` }]
  const target = catalogue.type(field.type)
  if (!field.relation) return target.kind === 'part' ? columnsOf(catalogue, target, table) : []
  const rows = target.kind === 'connection' ? catalogue.type(target.fields.get('nodes')?.type ?? '') : target
  return [
    { coordinate, column: `${table}.${field.relation.of}` },
    { coordinate, column: `${rows.table ?? ''}.${field.relation.key}` },
    ...field.relation.order.map((term) => ({ coordinate, column: `${rows.table ?? ''}.${term.column}` })),
  ]
}
