import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type QueryResultRow } from 'pg'
import {
  type EmbeddedConnection,
  type EmbeddedDatabase,
  EmbeddedFault,
  type EmbeddedOptions,
  joinEmbedded,
  lockDataDir,
  startEmbedded,
} from '../src/store/embedded'

jest.setTimeout(30_000)

const isRoot = process.geteuid?.() === 0
const onlyAsRoot = isRoot ? test : test.skip
const onlyOnLinux = process.platform === 'linux' ? test : test.skip

let parent: string
const started: EmbeddedDatabase[] = []
const gateways: ChildProcess[] = []

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'embedded-test-'))
  await chmod(parent, 0o711)
})

afterEach(async () => {
  for (const gateway of gateways.splice(0)) gateway.kill('SIGKILL')
  await Promise.all(started.splice(0).map((database) => database.stop()))
})

afterAll(() => rm(parent, { recursive: true, force: true }))

describe('the embedded server', () => {
  test('first start: a UTF-8 cluster, UTC, no TCP, a private socket and password', async () => {
    const database = await start({ dataDir: shared() })
    expect(await one(database.connection, FACTS)).toEqual({
      encoding: 'UTF8',
      provider: 'b',
      locale: 'C.UTF-8',
      collate: 'C',
      timezone: 'UTC',
      log_timezone: 'UTC',
      tcp: '',
      checksums: 'on',
      major: '18',
      sorted: 'B,a,É,é',
      upper: 'ÉÀ',
    })
    expect((await stat(join(shared(), 'postgres-password'))).mode & 0o777).toBe(0o600)
    expect((await stat(database.connection.host)).mode & 0o777).toBe(0o700)
    expect(database.connection.password).toMatch(/^[\w-]{32}$/)
    await query(database.connection, 'create table kept (id int)')
    const wrong = { ...database.connection, password: 'password' }
    await expect(query(wrong, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  })

  test('second start: the same data, and soon', async () => {
    const begun = performance.now()
    const database = await start({ dataDir: shared() })
    expect(performance.now() - begun).toBeLessThan(3_000)
    expect(await one(database.connection, 'select count(*)::int as rows from kept')).toEqual({ rows: 0 })
  })

  test('stop ends sessions, is idempotent, and `ended` tells how', async () => {
    const database = await start({ dataDir: shared() })
    const session = new Client({ ...database.connection })
    session.on('error', () => undefined)
    await session.connect()
    await Promise.all([database.stop(), database.stop()])
    await database.stop()
    expect(await database.ended).toEqual({ code: 0, signal: null })
    expect(isAlive(database.pid)).toBe(false)
    await session.end()
  })

  onlyOnLinux('runs in a group of its own, out of reach of an interrupt at the terminal', async () => {
    const database = await start({ dataDir: shared() })
    expect(await processGroup(database.pid)).toBe(database.pid)
  })

  onlyAsRoot('does not run as root', async () => {
    const database = await start({ dataDir: shared() })
    expect((await stat(join(shared(), 'postgres'))).uid).not.toBe(0)
    expect((await stat(`/proc/${database.pid}`)).uid).not.toBe(0)
  })

  test('writes no values of failed statements to its log', async () => {
    const database = await start({ dataDir: shared() })
    await query(database.connection, 'create table person (name text primary key)')
    await query(database.connection, `insert into person values ('Xanthippe')`)
    await expect(query(database.connection, `insert into person values ('Xanthippe')`)).rejects.toThrow()
    await expect(query(database.connection, `select 'Xanthippe'::int`)).rejects.toThrow()
    await expect(query(database.connection, 'select $1::int', ['Xanthippe'])).rejects.toThrow()
    await database.stop()
    expect(await readFile(join(shared(), 'postgres.log'), 'utf8')).not.toContain('Xanthippe')
  })

  test('settings replace ours, and a bad one is told in one line', async () => {
    const database = await start({ dataDir: shared(), settings: { max_connections: '17' } })
    expect(await one(database.connection, 'show max_connections')).toEqual({ max_connections: '17' })
    await database.stop()
    const fault = await faultOf(start({ dataDir: shared(), settings: { shared_buffers: 'plenty' } }))
    expect(fault).toMatch(
      /^PostgreSQL did not start: invalid value for parameter "shared_buffers": "plenty" \(see .*\)$/,
    )
  })

  test('a command joins the running server, and finds none when there is none', async () => {
    expect(await joinEmbedded(join(parent, 'nowhere'))).toBeUndefined()
    const database = await start({ dataDir: shared() })
    expect(await joinEmbedded(shared())).toEqual(database.connection)
    await database.stop()
    expect(await joinEmbedded(shared())).toBeUndefined()
  })

  test('a path too long for a socket gets one in the temporary directory, removed afterwards', async () => {
    const database = await start({ dataDir: join(parent, 'deep'.repeat(25)) })
    const { host } = database.connection
    expect(Buffer.byteLength(join(host, '.s.PGSQL.5432'))).toBeLessThanOrEqual(100)
    expect((await stat(host)).mode & 0o777).toBe(0o700)
    await database.stop()
    await expect(stat(host)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('what a kill leaves behind', () => {
  test('the server of a killed gateway is stopped and started anew', async () => {
    const { gateway, pid } = await startElsewhere(shared())
    await kill(gateway)
    expect(isAlive(pid)).toBe(true)
    const lines: string[] = []
    const database = await start({ dataDir: shared(), log: (line) => lines.push(line) })
    expect(database.pid).not.toBe(pid)
    expect(await hasEnded(pid)).toBe(true)
    expect(lines).toEqual([expect.stringContaining(`process ${pid}`)])
    expect(await one(database.connection, 'select count(*)::int as rows from kept')).toEqual({ rows: 0 })
  })

  onlyOnLinux('committed rows survive a kill of every server process', async () => {
    const database = await start({ dataDir: shared() })
    await query(database.connection, 'insert into kept select generate_series(1, 1000)')
    for (const pid of [database.pid, ...(await childrenOf(database.pid))]) process.kill(pid, 'SIGKILL')
    expect(await database.ended).toEqual({ code: null, signal: 'SIGKILL' })
    const again = await start({ dataDir: shared() })
    expect(await one(again.connection, 'select count(*)::int as rows from kept')).toEqual({ rows: 1000 })
  })

  onlyOnLinux('backends that outlive a killed postmaster do not bar the next', async () => {
    const database = await start({ dataDir: shared() })
    const busy = new Client({ ...database.connection })
    busy.on('error', () => undefined)
    await busy.connect()
    const work = busy
      .query('select sum(a * b) from generate_series(1, 30000) a, generate_series(1, 30000) b')
      .catch(() => undefined)
    await sleep(100)
    process.kill(database.pid, 'SIGKILL')
    await database.ended
    const again = await start({ dataDir: shared() })
    expect(await one(again.connection, 'select 1 as one')).toEqual({ one: 1 })
    await work
    await busy.end()
  })

  onlyOnLinux('a process number given to another program since does not bar the start', async () => {
    const database = await start({ dataDir: shared() })
    const pidFile = join(shared(), 'postgres', 'postmaster.pid')
    const { uid, gid } = await stat(pidFile)
    const said = await readFile(pidFile, 'utf8')
    await database.stop()
    const stranger = spawn('sleep', ['30'], { cwd: '/', ...(isRoot ? { uid, gid } : {}) })
    gateways.push(stranger)
    await writeFile(pidFile, said.replace(/^\d+/, String(stranger.pid)))
    const again = await start({ dataDir: shared() })
    expect(again.pid).not.toBe(stranger.pid)
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
  })

  test('an empty lock file of the server, left by a power cut, does not bar the start', async () => {
    await writeFile(join(shared(), 'postgres', 'postmaster.pid'), '')
    await start({ dataDir: shared() })
  })

  test('a creation that was killed half-way is begun again', async () => {
    const dataDir = join(parent, 'half')
    const gateway = gatewayIn(dataDir)
    await untilFound(dataDir, /^postgres-init-/)
    await kill(gateway)
    expect(await readdir(dataDir)).not.toContain('postgres')
    const database = await start({ dataDir })
    expect(await one(database.connection, 'select 1 as one')).toEqual({ one: 1 })
    expect((await readdir(dataDir)).filter((name) => name.startsWith('postgres')).sort()).toEqual([
      'postgres',
      'postgres-password',
      'postgres.log',
    ])
  })
})

describe('refusals', () => {
  onlyAsRoot('a directory closed to the database user is named', async () => {
    const closed = join(parent, 'closed')
    await mkdir(closed, { mode: 0o700 })
    const fault = await faultOf(start({ dataDir: join(closed, 'deeper', 'data') }))
    expect(fault).toContain(`who cannot enter ${closed}: set DATA_DIR=/var/lib/throughcare/data or start`)
  })

  test('a cluster of another major version is not touched', async () => {
    const dataDir = join(parent, 'old')
    await mkdir(join(dataDir, 'postgres'), { recursive: true })
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '17\n')
    expect(await faultOf(start({ dataDir }))).toMatch(/was made by PostgreSQL 17 and this gateway runs 18/)
  })

  test('something else in the place of the cluster is kept', async () => {
    const dataDir = join(parent, 'other')
    await mkdir(join(dataDir, 'postgres'), { recursive: true })
    await writeFile(join(dataDir, 'postgres', 'letter.txt'), 'dear')
    expect(await faultOf(start({ dataDir }))).toMatch(/is not empty and holds no PostgreSQL cluster/)
    expect(await readdir(join(dataDir, 'postgres'))).toEqual(['letter.txt'])
  })

  test('a cluster without its password is told in one line', async () => {
    const password = join(shared(), 'postgres-password')
    const kept = await readFile(password)
    await rm(password)
    expect(await faultOf(start({ dataDir: shared() }))).toMatch(/postgres-password is missing/)
    await writeFile(password, kept, { mode: 0o600 })
  })
})

describe('the lock of the data directory', () => {
  const lockFile = (dataDir: string) => join(dataDir, 'gateway.lock')

  test('keeps a second gateway out until it is released', async () => {
    const dataDir = join(parent, 'lock')
    const lock = await lockDataDir(dataDir)
    const inUse = `the data directory ${dataDir} is in use by process ${process.pid}`
    expect(await faultOf(lockDataDir(dataDir))).toBe(inUse)
    await lock.release()
    const next = await lockDataDir(dataDir)
    await lock.release()
    expect(await faultOf(lockDataDir(dataDir))).toBe(inUse)
    await next.release()
    expect(await readdir(dataDir)).toEqual([])
  })

  test('names the other gateway while it lives and passes on when it was killed', async () => {
    const { gateway } = await startElsewhere(shared())
    expect(await faultOf(lockDataDir(shared()))).toBe(
      `the data directory ${shared()} is in use by process ${gateway.pid}`,
    )
    await kill(gateway)
    const lock = await lockDataDir(shared())
    await lock.release()
    await start({ dataDir: shared() })
  })

  onlyOnLinux('is stale when its process number was given to another program', async () => {
    const dataDir = join(parent, 'reused')
    await mkdir(dataDir)
    await writeFile(lockFile(dataDir), JSON.stringify({ pid: process.pid, startTime: '1' }))
    await (await lockDataDir(dataDir)).release()
  })

  test.each(['', '{"pid":', '{"pid":-1,"startTime":"1"}'])(
    'is stale when it has long said %p',
    async (content) => {
      const dataDir = await mkdtemp(join(parent, 'garbled-'))
      await writeFile(lockFile(dataDir), content)
      await utimes(lockFile(dataDir), 0, 0)
      await (await lockDataDir(dataDir)).release()
    },
  )

  test('a stale one goes to exactly one of many', async () => {
    const dataDir = join(parent, 'contended')
    await mkdir(dataDir)
    for (let round = 0; round < 20; round++) {
      await writeFile(lockFile(dataDir), JSON.stringify({ pid: 2 ** 30, startTime: '1' }))
      const taken = await Promise.allSettled(Array.from({ length: 12 }, () => lockDataDir(dataDir)))
      const winners = taken.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
      expect(winners).toHaveLength(1)
      await winners[0]?.release()
      expect(await readdir(dataDir)).toEqual([])
    }
  })
})

const FACTS = `
  select pg_encoding_to_char(encoding) as encoding, datlocprovider as provider, datlocale as locale,
    datcollate as collate, current_setting('timezone') as timezone,
    current_setting('log_timezone') as log_timezone, current_setting('listen_addresses') as tcp,
    current_setting('data_checksums') as checksums,
    split_part(current_setting('server_version'), '.', 1) as major,
    (select string_agg(c, ',' order by c) from unnest(array['é', 'a', 'B', 'É']) c) as sorted,
    upper('éà') as upper
  from pg_database where datname = current_database()`

function shared(): string {
  return join(parent, 'shared')
}

async function start(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const database = await startEmbedded(options)
  started.push(database)
  return database
}

const LOADER = `
  const { transformFileSync } = require('@swc/core')
  const jsc = { target: 'es2022', parser: { syntax: 'typescript' } }
  require.extensions['.ts'] = (module, file) =>
    module._compile(transformFileSync(file, { jsc, module: { type: 'commonjs' } }).code, file)
  const { lockDataDir, startEmbedded } = require(process.argv[1])
  const dataDir = process.argv[2]
  lockDataDir(dataDir)
    .then(() => startEmbedded({ dataDir }))
    .then(({ pid }) => console.log(pid))`

/** A gateway in a process of its own, which a test may kill. */
function gatewayIn(dataDir: string): ChildProcess {
  const module = resolve(__dirname, '../src/store/embedded.ts')
  const args = ['-e', LOADER, module, dataDir]
  const gateway = spawn(process.execPath, args, {
    cwd: resolve(__dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  gateways.push(gateway)
  return gateway
}

async function startElsewhere(dataDir: string): Promise<{ gateway: ChildProcess; pid: number }> {
  const gateway = gatewayIn(dataDir)
  if (gateway.stdout === null) throw new Error('no output to read')
  for await (const line of createInterface({ input: gateway.stdout })) return { gateway, pid: Number(line) }
  throw new Error('the gateway said nothing')
}

async function kill(gateway: ChildProcess): Promise<void> {
  const ended = once(gateway, 'exit')
  gateway.kill('SIGKILL')
  await ended
}

async function untilFound(directory: string, name: RegExp): Promise<void> {
  for (let round = 0; round < 1_000; round++) {
    const names = await readdir(directory).catch(() => [])
    if (names.some((each) => name.test(each))) return
    await sleep(5)
  }
  throw new Error(`nothing like ${name} in ${directory}`)
}

async function query(
  connection: EmbeddedConnection,
  text: string,
  values: unknown[] = [],
): Promise<QueryResultRow[]> {
  const client = new Client({ ...connection })
  await client.connect()
  try {
    return (await client.query(text, values)).rows
  } finally {
    await client.end()
  }
}

async function one(connection: EmbeddedConnection, text: string): Promise<QueryResultRow | undefined> {
  return (await query(connection, text))[0]
}

async function faultOf(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof EmbeddedFault)) throw new Error('expected a fault', { cause: error })
  expect(error.message).not.toContain('\n')
  return error.message
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** An orphan that nobody has reaped yet counts as ended. */
async function hasEnded(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return true
  return (await statOf(pid))[0] === 'Z'
}

async function processGroup(pid: number): Promise<number> {
  return Number((await statOf(pid))[2])
}

async function childrenOf(pid: number): Promise<number[]> {
  const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const parents = await Promise.all(numbers.map(async (each) => Number((await statOf(each))[1])))
  return numbers.filter((_, index) => parents[index] === pid)
}

async function statOf(pid: number): Promise<string[]> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return line.slice(line.lastIndexOf(')') + 2).split(' ')
}
