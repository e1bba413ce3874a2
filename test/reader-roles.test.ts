import { setTimeout } from 'node:timers/promises'
import { getOperationAST, parse } from 'graphql'
import { Client } from 'pg'
import request from 'supertest'
import { planAccess } from '../src/access/plan-access'
import { ROLES } from '../src/access/roles'
import { select } from '../src/catalogue/select'
import { isMachineRole, ROLE_NAMES, type Caller, type RoleName } from '../src/domain/caller'
import type { Statement } from '../src/domain/binds'
import { compile } from '../src/query/compile'
import { readableSets, type ReadableSet } from '../src/query/readable-sets'
import { openDatabase, type Database } from '../src/store/database'
import { grantReading, readerRole } from '../src/store/reader-roles'
import { cursors } from './support/cursors'
import { createTestDatabase, type TestDatabase } from './support/database'
import { aCase, aPrisoner } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'

const SESSIONS_MAX = 12
const LEVELS =
  'query($by: OffenderRef!) { offender(by: $by) { id mappa { registration { level category } } } }'
const BY = { prisonNumber: 'A1111RR' }
const OFFICER: As = { role: 'PRISON_OFFICER', agency: 'MDI' }

let t: TestGateway
let owner: Client
let sets: readonly ReadableSet[]
/** Set while the planner is broken: what it makes of every question. */
let forged: Statement | undefined

beforeAll(async () => {
  t = await startTestGateway({
    alter: (gateway) => ({
      ...gateway,
      deps: {
        ...gateway.deps,
        read: (statement, role) => gateway.deps.read(forged ?? statement, role),
      },
    }),
  })
  owner = new Client({ ...t.testDatabase.connection })
  await owner.connect()
  sets = readableSets(t.gateway.catalogue)
  await t.ingest({ role: 'PRISON_SYSTEM' }, 'prisoner-search', [aPrisoner('A1111RR')])
  await t.ingest({ role: 'PROBATION_SYSTEM', agency: 'N02' }, 'probation-search', [
    aCase('X111111', { otherIds: { crn: 'X111111', nomsNumber: 'A1111RR' } }),
  ])
})

afterAll(async () => {
  await owner.end()
  await t.close()
})

function roleOf(role: RoleName): string {
  const set = sets.find(({ roles }) => roles.includes(role))
  return set ? readerRole(set) : ''
}

describe('a planner that shows everything', () => {
  /** What a planner would write that took everybody for a coordinator. */
  function asCoordinator(): Statement {
    const { catalogue } = t.gateway
    const document = parse(LEVELS)
    const definition = getOperationAST(document)
    if (!definition) throw new Error('there is no operation')
    const person = { subject: 'officer', username: 'officer', namespace: 'NOMIS' }
    const caller: Caller = {
      issuer: 'urn:test',
      client: 'test',
      role: 'MAPPA_COORDINATOR',
      agency: 'MDI',
      person,
    }
    const selection = select(catalogue, document, definition, { by: BY })
    const context = { caller, purpose: 'MAPPA', strict: false, requestId: 'forged' } as const
    const plan = { ...planAccess(catalogue, context, selection), rows: 'anyone' as const }
    const form = compile({ catalogue, selection, plan, caller, cursors, given: new Map() })
    return form.fill({ caller, now: new Date(), variables: { by: BY } })
  }

  afterEach(() => {
    forged = undefined
  })

  test('is refused by PostgreSQL, and answers without any data', async () => {
    expect((await t.ask(OFFICER, LEVELS, { by: BY })).data?.['offender']).not.toBeNull()
    const { text, values } = (forged = asCoordinator())
    const reader = (role: RoleName) => t.database.readingAs(roleOf(role)).query(text, values)
    await expect(reader('MAPPA_COORDINATOR')).resolves.toHaveLength(1)
    await expect(reader('PRISON_OFFICER')).rejects.toMatchObject({ code: '42501' })
    const entries = async () => (await owner.query('select from journal.entry')).rowCount
    const before = await entries()
    const { body } = await request(t.app)
      .post('/graphql')
      .set('authorization', `Bearer ${await t.token(OFFICER)}`)
      .set('purpose-of-use', 'OFFENDER_MANAGEMENT')
      .send({ query: LEVELS, variables: { by: BY } })
    expect(body).toEqual({
      errors: [expect.objectContaining({ extensions: { code: 'INTERNAL' } })],
      ...('data' in body && { data: null }),
    })
    expect(JSON.stringify(body)).not.toMatch(/mappa_level|permission|A1111RR/)
    // Nothing was shown, and what is wrong is the service, not the caller.
    expect(await entries()).toBe(before)
  })
})

describe('the sessions of readers', () => {
  const WHO = 'select current_user::text as role, $1::int as n, pg_backend_pid() as pid'
  const names = () => [...sets.map(readerRole), 'throughcare_reader']

  async function sessions(): Promise<number> {
    const { rows } = await owner.query<{ count: string }>(
      `select count(*) from pg_stat_activity where datname = current_database() and application_name = 'throughcare reader'`,
    )
    return Number(rows[0]?.count)
  }

  test('each run a statement under the rights that it is to have, also after errors and cut connections', async () => {
    const asked = Array.from({ length: 400 }, (_, n) => ({
      n,
      role: names()[(n * 7) % names().length] ?? '',
    }))
    const outcomes = await Promise.all(
      asked.map(async ({ n, role }) => {
        const reader = t.database.readingAs(role)
        if (n % 10 === 3)
          await reader.query('select 1 / 0 from record.revision_counter').catch(() => undefined)
        if (n % 10 === 5) await reader.query('select body from record.content').catch(() => undefined)
        if (n % 50 === 7) await cut()
        return reader.query(WHO, [n]).then(
          ([row]) => row?.['role'] === role && row['n'] === n,
          (error: unknown) => String(error).includes('cannot be reached'),
        )
      }),
    )
    expect(outcomes.filter((isRight) => !isRight)).toEqual([])
    for (const role of names()) {
      expect((await t.database.readingAs(role).query(WHO, [1]))[0]).toMatchObject({ role })
    }
  })

  /** As a server that is told to end one: at any moment, in the middle of a statement or between two. */
  async function cut(): Promise<void> {
    await owner.query(
      `select pg_terminate_backend(a.pid) from pg_stat_activity a
       where a.datname = current_database() and a.application_name = 'throughcare reader' order by random() limit 1`,
    )
  }

  test('run nothing where the role is not there', async () => {
    const nobody = t.database.readingAs('throughcare_read_00000000')
    await expect(nobody.query(WHO, [1])).rejects.toThrow()
    expect((await t.database.readingAs(roleOf('ANALYST')).query(WHO, [1]))[0]).toMatchObject({
      role: roleOf('ANALYST'),
    })
  })

  describe('where statements are sent one behind the other', () => {
    const ALL = Array.from({ length: 300 }, (_, n) => n)
    const reader = () => t.database.readingAs(roleOf('PROBATION_OFFICER'))

    /** What came three times is known by its name, and how long it takes. */
    async function known(text: string, value: number): Promise<void> {
      for (let i = 0; i < 3; i += 1) await reader().query(text, [value])
    }

    test('are few, and each statement has its own answer', async () => {
      await known(WHO, 0)
      const rows = (await Promise.all(ALL.map((n) => reader().query(WHO, [n])))).flat()
      expect(rows.map(({ n }) => n)).toEqual(ALL)
      expect(new Set(rows.map(({ role }) => role))).toEqual(new Set([roleOf('PROBATION_OFFICER')]))
      expect(new Set(rows.map(({ pid }) => pid)).size).toBeLessThan(6)
    })

    test('answer those beside one that fails', async () => {
      const text = 'select 60 / $1::int as part, $1::int as n'
      await known(text, 1)
      const told = await Promise.allSettled(ALL.map((n) => reader().query(text, [n % 20])))
      const right = told.map((each, n) =>
        each.status === 'rejected'
          ? n % 20 === 0
          : each.value[0]?.['n'] === n % 20 && each.value[0]['part'] === Math.floor(60 / (n % 20)),
      )
      expect(right.filter((isRight) => !isRight)).toEqual([])
      expect(told.filter(({ status }) => status === 'rejected')).toHaveLength(15)
    })

    test('answer quick ones while a slow one takes its time', async () => {
      const slow = 'select pg_sleep($1::float8 / 1000)::text as slept'
      await known(WHO, 0)
      await known(slow, 100)
      let isSlept = false
      const sleeping = Promise.all([1, 2, 3].map(() => reader().query(slow, [1_500]))).then(() => {
        isSlept = true
      })
      for (let i = 0; i < 5; i += 1) await Promise.all(ALL.map((n) => reader().query(WHO, [n])))
      expect(isSlept).toBe(false)
      await sleeping
    })

    test('take turns: nobody waits for long where others ask without end', async () => {
      const dozing = 'select pg_sleep($1::float8 / 1000)::text as dozed'
      const [other, ...busy] = names().slice(0, SESSIONS_MAX)
      let isOver = false
      const ask = async (name: string) => {
        while (!isOver) await t.database.readingAs(name).query(dozing, [4])
      }
      // Each has statements in two sessions at any time, which is all that there are.
      const asking = Promise.all(
        busy.slice(0, SESSIONS_MAX / 2).flatMap((name) => Array.from({ length: 10 }, () => ask(name))),
      )
      await setTimeout(500)
      try {
        const [row] = await t.database.readingAs(other ?? '').query(WHO, [1])
        expect(row).toMatchObject({ role: other })
      } finally {
        isOver = true
        await asking
      }
    })
  })

  test('are no more than the budget with every role asking at once, and everybody is answered', async () => {
    let most = 0
    let isOver = false
    const watch = async () => {
      while (!isOver) most = Math.max(most, await sessions())
    }
    const watching = watch()
    const asks = ROLE_NAMES.flatMap((role) =>
      Array.from({ length: 9 }, () => t.ask(callerOf(role), LEVELS, { by: BY })),
    )
    const answers = await Promise.all(asks)
    isOver = true
    await watching
    expect(answers.filter(({ data }) => data === undefined)).toEqual([])
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(SESSIONS_MAX)
  })

  function callerOf(role: RoleName): As {
    const [purpose] = ROLES[role].purposes
    return {
      role,
      agency: 'N02',
      ...(!isMachineRole(role) && purpose && { purpose }),
      justification: 'a test',
    }
  }
})

describe('a start', () => {
  const EARLIER: ReadableSet[] = [
    { columns: [['offender', ['id']]], roles: ['ANALYST'] },
    {
      columns: [
        ['offender', ['family_name', 'id']],
        ['offender_ever', ['id']],
      ],
      roles: ['CRC_OFFICER'],
    },
  ]
  let databases: TestDatabase[]

  beforeAll(async () => {
    databases = await Promise.all([1, 2, 3].map(() => createTestDatabase()))
  })

  afterAll(() => Promise.all(databases.map((each) => each.drop())))

  async function rolesIn({ connection }: TestDatabase): Promise<string[]> {
    const client = new Client({ ...connection })
    await client.connect()
    const { rows } = await client.query<{ grantee: string }>(
      `select distinct p.grantee from information_schema.column_privileges p where starts_with(p.grantee, 'throughcare_read_') order by 1`,
    )
    await client.end()
    return rows.map(({ grantee }) => grantee)
  }

  const start = (each: TestDatabase, wanted: readonly ReadableSet[]) =>
    grantReading(each.connection, undefined, wanted)

  test('takes from an earlier policy’s roles what they had, and drops them once no database needs them', async () => {
    const known = async () => {
      const names = EARLIER.map(readerRole)
      return (await owner.query('select from pg_roles where rolname = any($1)', [names])).rowCount
    }
    const [one, two] = databases
    if (!one || !two) throw new Error('there are no databases')
    await Promise.all([one, two].map((each) => start(each, EARLIER)))
    expect(await rolesIn(one)).toEqual(EARLIER.map(readerRole).sort())
    await start(one, sets)
    expect(await rolesIn(one)).toEqual(sets.map(readerRole).sort())
    expect(await known()).toBe(2)
    await start(two, sets)
    expect(await known()).toBe(0)
  })

  test('may be several at once, on one database and on others of the server', async () => {
    const both = [EARLIER, sets]
    for (const wanted of both) {
      await Promise.all([...databases, ...databases].map((each) => start(each, wanted)))
      for (const each of databases) expect(await rolesIn(each)).toEqual(wanted.map(readerRole).sort())
    }
  })

  test('changes nothing where all is granted already, and mends what is not', async () => {
    const [one] = databases
    if (!one) throw new Error('there are no databases')
    const client = new Client({ ...one.connection })
    await client.connect()
    const state = async () => {
      const { rows } = await client.query<{ state: string }>(
        `select md5(string_agg(a.attrelid || ' ' || a.attnum || ' ' || a.xmin, ',' order by a.attrelid, a.attnum)) as state
         from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relnamespace = 'record'::regnamespace`,
      )
      return rows[0]?.state
    }
    await start(one, sets)
    const before = await state()
    await start(one, sets)
    expect(await state()).toBe(before)
    await client.query(`grant select on record.content to ${roleOf('ANALYST')}`)
    await client.query(`revoke select (id) on record.offender from ${roleOf('CRC_OFFICER')}`)
    await start(one, sets)
    const { rows } = await client.query(
      `select has_table_privilege($1, 'record.content', 'select') as more, has_column_privilege($2, 'record.offender', 'id', 'select') as same`,
      [roleOf('ANALYST'), roleOf('CRC_OFFICER')],
    )
    expect(rows).toEqual([{ more: false, same: true }])
    await client.end()
  })

  test('says what an administrator has to run where the owner may make no roles', async () => {
    const [one] = databases
    if (!one) throw new Error('there are no databases')
    await owner.query('drop role if exists throughcare_test_owner; create role throughcare_test_owner')
    // The connection acts as a role that may neither make nor lend others.
    const connection = { ...one.connection, options: '-c role=throughcare_test_owner' }
    const wanted: ReadableSet[] = [{ columns: [['offender', ['joined_into']]], roles: ['ANALYST'] }]
    const [name = ''] = wanted.map(readerRole)
    await expect(grantReading(connection, undefined, wanted)).rejects.toThrow(
      `let an administrator run: create role ${name} nologin; grant ${name} to "throughcare_test_owner"`,
    )
    await owner.query('drop role throughcare_test_owner')
  })
})

test('a database whose roles were never made answers nothing, and does not fall back to other rights', async () => {
  const bare = await createTestDatabase()
  const database: Database = openDatabase(bare.connection, () => undefined)
  const name = readerRole({ columns: [['offender', ['sex']]] })
  await expect(database.readingAs(name).query('select count(*) from record.offender')).rejects.toMatchObject({
    code: 'JOURNAL_UNAVAILABLE',
    cause: { message: expect.stringContaining(name) as string },
  })
  await database.close()
  await bare.drop()
})
