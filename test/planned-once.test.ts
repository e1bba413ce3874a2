import { openDatabase, type Database } from '../src/store/database'
import { PlannedOnce } from '../src/store/planned-once'
import { createTestDatabase, type TestDatabase } from './support/database'

let testDatabase: TestDatabase
let database: Database

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = openDatabase(testDatabase.connection, (error) => {
    throw error
  })
})

afterAll(async () => {
  await database.close()
  await testDatabase.drop()
})

/** What the session that answers has planned, and which session it is. */
async function planned(): Promise<{ session: number; names: string[] }> {
  const [row] = await database.pools.reader.query(
    `select pg_backend_pid() as session, array(select p.name from pg_prepared_statements p order by p.prepare_time) as names`,
  )
  return { session: Number(row?.['session']), names: row?.['names'] as string[] }
}

const ask = (text: string) => database.pools.reader.query(`select $1::integer as "${text}"`, [1])

test('a statement that comes again is planned once, one that comes once is not kept', async () => {
  await ask('once')
  expect((await planned()).names).toEqual([])
  await ask('twice')
  await ask('twice')
  const { names } = await planned()
  expect(names).toHaveLength(1)
  await ask('twice')
  expect((await planned()).names).toEqual(names)
})

test('a session that holds the plans of many ends, and the next one answers', async () => {
  const before = await planned()
  for (let i = 0; i < 300; i += 1) {
    await ask(`many ${i}`)
    await ask(`many ${i}`)
  }
  const after = await planned()
  expect(after.session).not.toBe(before.session)
  expect(after.names.length).toBeGreaterThan(10)
  expect(after.names.length).toBeLessThan(100)
})

test('what was not asked for long is forgotten, and never has the name of another', () => {
  const plannedOnce = new PlannedOnce()
  const nameOf = (text: string) => [plannedOnce.nameOf(text), plannedOnce.nameOf(text)][1]
  const first = nameOf('first')
  const names = Array.from({ length: 1_000 }, (_, i) => nameOf(`other ${i}`))
  expect(plannedOnce.nameOf('first')).toBeUndefined()
  expect(new Set([first, ...names, nameOf('first')]).size).toBe(1_002)
})
