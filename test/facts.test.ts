import { Client } from 'pg'
import { readSchema } from '../src/catalogue/read-schema'
import { readSchemaFiles } from '../src/store/package-files'
import { declarationOf, FACTS, type FactKind } from '../src/updates/facts'
import { createTestDatabase, type TestDatabase } from './support/database'

/** Tables of facts that nobody reads as such, and why. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  limitation: 'decides who sees the case, and would tell who may not',
  limitation_list: 'as above; its message goes to those whom it is meant for',
  limitation_flag: 'as above',
  none_stated: 'shown as the state of the list that is empty',
}

/** Those whose rows are written as they are stated; the MAPPA registers' periods are worked out of theirs. */
const kinds = (Object.keys(FACTS) as FactKind[]).filter((kind) => !declarationOf(kind).derived)

let testDatabase: TestDatabase
let record: Client

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  record = new Client({ ...testDatabase.connection })
  await record.connect()
})

afterAll(async () => {
  await record.end()
  await testDatabase.drop()
})

test('every column of every kind of fact is in its table', async () => {
  const { rows } = await record.query<{ place: string }>(
    `select table_name || '.' || column_name as place from information_schema.columns where table_schema = 'record'`,
  )
  const places = new Set(rows.map(({ place }) => place))
  const wanted = kinds.flatMap((kind) => {
    const { tables, columns } = declarationOf(kind)
    const declared = tables.flatMap((table) => (columns[table] ?? []).map((column) => `${table}.${column}`))
    return [...declared, ...tables.flatMap((table) => [`${table}.offender_id`, `${table}.source_record_id`])]
  })
  expect(wanted.filter((place) => !places.has(place))).toEqual([])
})

test('every table of facts is kept as one: with its history, in the feed, following its record', async () => {
  const { rows } = await record.query<{ name: string }>('select name from record.fact_table')
  const kept = new Set(rows.map(({ name }) => name))
  const stated = kinds
    .filter((kind) => !declarationOf(kind).derived)
    .flatMap((kind) => declarationOf(kind).tables)
  expect(stated.filter((table) => !kept.has(table))).toEqual([])
})

test('every table of facts has a type in the schema, or a reason why not', async () => {
  const types = [...readSchema(readSchemaFiles()).types.values()]
  const shown = new Set(types.map(({ table }) => table))
  const { rows } = await record.query<{ name: string }>('select name from record.fact_table order by name')
  expect(rows.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual(
    Object.keys(NOT_SHOWN).sort(),
  )
})
