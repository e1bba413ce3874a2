import { Client } from 'pg'
import type { Caller } from '../src/domain/caller'
import { Appender, entryId, type Receipt } from '../src/journal/appender'
import { prepareEntry, type PreparedEntry } from '../src/journal/entry'
import { isDefiniteFailure, openDatabase, type Database, type PoolName } from '../src/store/database'
import { appendEntries } from '../src/store/journal-rows'
import { createTestDatabase, type TestDatabase } from './support/database'
import { until } from './support/process'

let testDatabase: TestDatabase
let database: Database
let owner: Client

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = openDatabase(testDatabase.connection, () => undefined)
  owner = new Client({ ...testDatabase.connection })
  await owner.connect()
})

afterAll(async () => {
  await owner.end()
  await database.close()
  await testDatabase.drop()
})

const VIEWER: Caller = { issuer: 'test', client: 'test-client', role: 'PRISON_OFFICER' }

function anEntry(operation: string, at = new Date()): PreparedEntry {
  return prepareEntry(
    { kind: 'DISCLOSURE', outcome: 'DISCLOSED', at, viewer: VIEWER, operation, subjects: [] },
    { policy: 'p', dictionary: 'd' },
  )
}

/** An appender over the real journal that tells how its batches formed. */
function anAppender(now: () => number = Date.now) {
  const batches: number[] = []
  const flush = async (batch: readonly PreparedEntry[]) => {
    batches.push(batch.length)
    return appendEntries(database.pools.appender, batch)
  }
  return { appender: new Appender(flush, isDefiniteFailure, now), batches }
}

const size = async () =>
  Number(
    (await owner.query<{ n: string }>('select coalesce(sum(size), 0) as n from journal.head')).rows[0]!.n,
  )

/** The operations on record, by entry. */
async function operationsOf(receipts: readonly Receipt[]): Promise<string[]> {
  const { rows } = await owner.query<{ operation: string }>(
    `select convert_from(d.body, 'UTF8')::jsonb ->> 'operation' as operation
     from unnest($1::text[], $2::bigint[]) with ordinality r(log, index, place)
     join journal.detail d on d.log = r.log and d.index = r.index and d.part = 0 order by r.place`,
    [receipts.map(({ log }) => log), receipts.map(({ index }) => index)],
  )
  return rows.map(({ operation }) => operation)
}

const codesOf = (ends: readonly PromiseSettledResult<Receipt>[]) =>
  ends.map((end) => (end.status === 'fulfilled' ? 'APPENDED' : (end.reason as { code: string }).code))

/** Another session holds the head of the log, as another gateway's append would, while something is done. */
async function whileHeld<T>(work: () => Promise<T>): Promise<T> {
  await owner.query('begin')
  await owner.query('select from journal.head for update')
  try {
    return await work()
  } finally {
    await owner.query('rollback')
  }
}

/** The appender's session, once it waits for a lock; another than the one that was ended. */
async function waitingSession(ended = 0): Promise<number> {
  let found: number | undefined
  await until('the appender waits', async () => {
    // In a transaction the activity is read once, and then again only when told to.
    await owner.query('select pg_stat_clear_snapshot()')
    const { rows } = await owner.query<{ pid: number }>(
      `select a.pid from pg_stat_activity a where a.datname = current_database() and a.pid <> $1
       and a.application_name = 'throughcare appender' and a.wait_event_type = 'Lock'`,
      [ended],
    )
    found = rows[0]?.pid
    return found !== undefined
  })
  return found ?? 0
}

/** As one of the gateway's roles, whose sessions may be read-only besides. */
async function queryAs(role: string, text: string): Promise<unknown> {
  await owner.query(`set role throughcare_${role}`)
  try {
    return await owner.query(text)
  } finally {
    await owner.query('reset role')
  }
}

describe('the appender', () => {
  beforeAll(async () => {
    // The month's log is there, so that its head can be held.
    await anAppender().appender.append(anEntry('first'))
  })

  test('writes one entry at once, and while it does the next gather into one batch', async () => {
    const { appender, batches } = anAppender()
    const names = Array.from({ length: 50 }, (_, n) => `operation-${n}`)
    const receipts = await Promise.all(names.map((name) => appender.append(anEntry(name))))
    expect(batches).toEqual([1, 49])
    expect(await operationsOf(receipts)).toEqual(names)
    const [first] = receipts
    expect(receipts.map(({ index }) => index - first!.index)).toEqual(names.map((_, n) => n))
    expect(new Set(receipts.map(entryId)).size).toBe(50)
    expect(await size()).toBe(receipts[49]!.index + 1)
  })

  test('takes at most a thousand in one batch', async () => {
    const { appender, batches } = anAppender()
    await Promise.all(Array.from({ length: 2_101 }, (_, n) => appender.append(anEntry(`many-${n}`))))
    expect(batches).toEqual([1, 1_000, 1_000, 100])
  })

  test('lets one bad entry fail alone', async () => {
    const { appender, batches } = anAppender()
    const before = await size()
    const late = new Date(Date.now() - 3_600_000)
    const ends = await Promise.allSettled([
      appender.append(anEntry('head')),
      ...[1, 2, 3, 4].map((n) => appender.append(anEntry(`good-${n}`, n === 2 ? late : new Date()))),
    ])
    expect(codesOf(ends)).toEqual(['APPENDED', 'APPENDED', 'JOURNAL_UNAVAILABLE', 'APPENDED', 'APPENDED'])
    expect(batches).toEqual([1, 4, 1, 1, 1, 1])
    const receipts = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
    expect(await operationsOf(receipts)).toEqual(['head', 'good-1', 'good-3', 'good-4'])
    expect(await size()).toBe(before + 4)
    expect((await appender.append(anEntry('after'))).index).toBe(before + 4)
  })

  test('refuses all whose fate is unknown when its session is ended, and goes on with a new one', async () => {
    const { appender, batches } = anAppender()
    const before = await size()
    const ends = await whileHeld(async () => {
      const entries = Promise.allSettled(['a', 'b', 'c'].map((name) => appender.append(anEntry(name))))
      const first = await waitingSession()
      await owner.query('select pg_terminate_backend($1)', [first])
      await owner.query('select pg_terminate_backend($1)', [await waitingSession(first)])
      return entries
    })
    expect(codesOf(ends)).toEqual(['JOURNAL_UNAVAILABLE', 'JOURNAL_UNAVAILABLE', 'JOURNAL_UNAVAILABLE'])
    // Not tried singly: what may have been written is not written again.
    expect(batches).toEqual([1, 2])
    expect(await size()).toBe(before)
    expect((await appender.append(anEntry('after'))).index).toBe(before)
  })

  test('does not try one by one what a busy journal refused as a whole', async () => {
    const { appender, batches } = anAppender()
    const before = await size()
    const ends = await whileHeld(() =>
      Promise.allSettled(Array.from({ length: 20 }, (_, n) => appender.append(anEntry(`busy-${n}`)))),
    )
    expect(codesOf(ends).filter((code) => !['JOURNAL_UNAVAILABLE', 'OVERLOADED'].includes(code))).toEqual([])
    expect(batches.length).toBeLessThanOrEqual(2)
    expect(await size()).toBe(before)
  })

  test('refuses as overloaded whoever waited too long, and whoever comes when the queue is full', async () => {
    let clock = 0
    const held: (() => void)[] = []
    const flush = (batch: readonly PreparedEntry[]) =>
      new Promise<Receipt[]>((resolve) => {
        held.push(() => resolve(batch.map((_, index) => ({ log: 'log', index }))))
      })
    const appender = new Appender(flush, isDefiniteFailure, () => clock)
    const entry = anEntry('same')
    const ends = Promise.allSettled(Array.from({ length: 5_002 }, () => appender.append(entry)))
    expect(appender.waiting).toBe(5_000)
    clock = 2_001
    held.shift()?.()
    const codes = codesOf(await ends)
    expect(codes[0]).toBe('APPENDED')
    expect(codes.slice(1).every((code) => code === 'OVERLOADED')).toBe(true)
    expect(appender.waiting).toBe(0)
    const next = appender.append(entry)
    held.shift()?.()
    expect(await next).toEqual({ log: 'log', index: 0 })
  })

  test('gives nobody a receipt that the journal did not give', async () => {
    const appender = new Appender(() => Promise.resolve([]), isDefiniteFailure, Date.now)
    await expect(appender.append(anEntry('x'))).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' })
  })
})

describe('the journal in the database', () => {
  test.each(['off', 'local'])(
    'appends durably or not at all: not with synchronous_commit=%s',
    async (mode) => {
      const before = await size()
      const attempt = database.transact(async (tx) => {
        await tx.query(`set local synchronous_commit = ${mode}`)
        await appendEntries(tx, [anEntry('x')])
      })
      await expect(attempt).rejects.toThrow('durably or not at all')
      expect(await size()).toBe(before)
    },
  )

  test.each([-11, 11])('takes no entry that is %i seconds off', async (seconds) => {
    const attempt = appendEntries(database.pools.appender, [
      anEntry('x', new Date(Date.now() + seconds * 1_000)),
    ])
    await expect(attempt).rejects.toThrow('more than 10 seconds')
  })

  test('keeps nothing of a transaction that fails after it has appended', async () => {
    const before = await size()
    const attempt = database.transact(async (tx) => {
      await appendEntries(tx, [anEntry('x')])
      throw new Error('after all not')
    })
    await expect(attempt).rejects.toThrow('after all not')
    expect(await size()).toBe(before)
  })

  test('says so when a transaction of which a statement failed is committed', async () => {
    const attempt = database.transact(async (tx) => {
      await tx.query('select 1/0').catch(() => undefined)
    })
    await expect(attempt).rejects.toThrow('nothing was committed')
  })

  const TABLES = ['head', 'entry', 'detail', 'lookup', 'plan', 'dictionary']
  const CHANGES = TABLES.flatMap((table) => [
    `delete from journal.${table}`,
    `truncate journal.${table}`,
    `insert into journal.${table} default values`,
    ...(table === 'head' ? ['update journal.head set size = 0'] : []),
    ...(['entry', 'detail', 'lookup'].includes(table) ? [`update journal.${table} set index = 0`] : []),
  ])
  const POOLS: readonly PoolName[] = ['reader', 'writer', 'appender', 'auditor']

  test.each(POOLS)('is closed to the %s: it changes nothing there', async (pool) => {
    for (const change of [...CHANGES, `select journal.open_log('2099-01')`]) {
      await expect(queryAs(pool, change)).rejects.toMatchObject({ code: '42501' })
    }
  })

  test.each(POOLS.filter((pool) => pool !== 'auditor'))(
    'is closed to the %s: it reads nothing there',
    async (pool) => {
      const partition = `entry_${new Date().toISOString().slice(0, 7).replace('-', '_')}`
      for (const table of [...TABLES, partition]) {
        const reading = database.pools[pool].query(`select * from journal.${table}`)
        await expect(reading).rejects.toMatchObject({ code: '42501' })
      }
    },
  )

  test.each(['reader', 'auditor'] as const)('takes no entry from the %s', async (pool) => {
    await expect(appendEntries(database.pools[pool], [anEntry('x')])).rejects.toMatchObject({ code: '42501' })
  })

  test.each([
    `update journal.entry set kind = 'SEARCH'`,
    `delete from journal.entry`,
    `truncate journal.entry`,
    `truncate journal.entry, journal.detail`,
  ])('is append-only for its owner too: %s', async (change) => {
    const before = await size()
    await expect(owner.query(change)).rejects.toThrow('the journal is append-only')
    expect(await size()).toBe(before)
  })

  const monthly = async () => {
    const { rows } = await owner.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'journal.entry'::regclass`,
    )
    expect(rows.length).toBeGreaterThan(0)
    return rows.map(({ name }) => name)
  }

  test.each([`update %s set kind = 'x'`, 'delete from %s', 'truncate %s'])(
    'is append-only in each month’s own table as well: %s',
    async (change) => {
      for (const name of await monthly()) {
        await expect(owner.query(change.replace('%s', name))).rejects.toThrow('the journal is append-only')
      }
    },
  )
})
