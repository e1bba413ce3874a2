import { getOperationAST, parse } from 'graphql'
import { Client } from 'pg'
import { planAccess } from '../src/access/plan-access'
import { readSchema } from '../src/catalogue/read-schema'
import { select } from '../src/catalogue/select'
import type { Caller } from '../src/domain/caller'
import { compile } from '../src/query/compile'
import { readableParts } from '../src/query/readable-parts'
import { readSchemaFiles } from '../src/store/package-files'
import { cursors } from './support/cursors'
import { createTestDatabase, type TestDatabase } from './support/database'
import { FEED } from './support/feed'

const catalogue = readSchema(readSchemaFiles())
const CALLER: Caller = {
  issuer: 'urn:test',
  client: 'test',
  role: 'MAPPA_COORDINATOR',
  agency: 'N02',
  person: { subject: 'reader', username: 'reader', namespace: 'DELIUS' },
}

let testDatabase: TestDatabase
let reader: Client

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  reader = new Client({ ...testDatabase.connection, options: '-c role=throughcare_reader' })
  await reader.connect()
})

afterAll(async () => {
  await reader.end()
  await testDatabase.drop()
})

function compiled(query: string, variables: Record<string, unknown>) {
  const document = parse(query)
  const operation = getOperationAST(document)
  if (!operation) throw new Error('there is no operation')
  const selection = select(catalogue, document, operation, variables)
  const context = { caller: CALLER, purpose: 'MAPPA', strict: false, requestId: 'plan' } as const
  const plan = planAccess(catalogue, context, selection)
  const form = compile({ catalogue, selection, plan, caller: CALLER, cursors, given: new Map() })
  const statement = form.fill({ caller: CALLER, now: new Date(), variables })
  return { ...statement, tables: readableParts(catalogue, plan).map(({ table }) => table) }
}

/** The log and versions of rows that are read from end to end although nothing but an index forbids it. */
async function readInFull({ text, values, tables }: ReturnType<typeof compiled>): Promise<string[]> {
  await reader.query('set enable_seqscan = off')
  const { rows } = await reader.query<{ 'QUERY PLAN': string }>(`explain ${text}`, [...values])
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  expect(plan).toMatch(/Index (Only )?Scan (Backward )?using change_/)
  expect(tables.length).toBeGreaterThan(20)
  for (const table of tables) expect(plan).toMatch(new RegExp(`using ${table}_revision_ordinal_idx`))
  const inFull = [...plan.matchAll(/Seq Scan on (\w+)/g)].map(([, table = '']) => table)
  return inFull.filter((table) => /^change$|_history$|^content$|^statement$|^none_stated$/.test(table))
}

const after = cursors('changes').seal([1, 1])

test('a page of the feed finds every version of every row by an index', async () => {
  expect(await readInFull(compiled(FEED, { after, first: 100 }))).toEqual([])
})

test.each([
  ['now', ''],
  ['as of then', ', asOf: { revision: 3 }'],
])('so do the changes of an offender, %s', async (_, asOf) => {
  const query = `{ offender(by: { crn: "X111111" }${asOf}) { changes(after: "${after}") { nodes { fields { name } } } } }`
  expect(await readInFull(compiled(query, {}))).toEqual([])
})
