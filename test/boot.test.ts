import { once } from 'node:events'
import { readFile, stat } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { startEmbedded, type EmbeddedConnection } from '../src/store/embedded'
import { aPrisoner } from './support/documents'
import { withOwner } from './support/kills'
import {
  areGone,
  get,
  headersFor,
  post,
  postgresPids,
  Processes,
  until,
  type Variables,
} from './support/process'

jest.setTimeout(180_000)

const processes = new Processes()

afterEach(() => processes.cleanUp())

const READ =
  '{ offenders(first: 3) { nodes { id name { given family } custody { status establishment { code } } } } }'

const systemOf = (dataDir: string) =>
  headersFor(dataDir, { roles: ['PRISON_SYSTEM'], client_id: 'prison-system' })
const managerOf = (dataDir: string) =>
  headersFor(
    dataDir,
    { roles: ['PRISON_OFFENDER_MANAGER'], agency: 'MDI', sub: 'manager' },
    'OFFENDER_MANAGEMENT',
  )

describe('a demonstration of thirty offenders', () => {
  const shared = new Processes()
  let dataDir: string

  beforeAll(async () => {
    dataDir = await shared.emptyDataDir()
  })

  afterAll(() => shared.cleanUp())

  const DEMO = { DEMO_OFFENDERS: '30' }

  test('the first start prints a query that works as it is pasted', async () => {
    const served = await shared.serve(dataDir, DEMO)
    expect(served.stdout()).toMatch(/^Throughcare is ready at http:\/\/127\.0\.0\.1:\d+\/graphql\n/)
    const pasted = served
      .stdout()
      .split('\n')
      .filter((line) => line.startsWith('  '))
    const { code, stdout } = await shared.shell(pasted.join('\n'))
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      data: { offenders: { nodes: [anOffender(), anOffender(), anOffender()] } },
      extensions: expect.objectContaining({
        disclosure: { entry: expect.stringMatching(/^\d{4}-\d\d\/\d+$/), revision: expect.any(Number) },
      }),
    })
    expect((await served.stop()).code).toBe(0)
  })

  test('the second start is soon ready and loads nothing again', async () => {
    const served = await shared.serve(dataDir, DEMO)
    process.stdout.write(`second start: ready after ${served.readyMs} ms\n`)
    const before = await readiness(served.url)
    expect(before['revision']).toBeGreaterThan(0)
    await served.stop()
    expect(served.stderr()).not.toContain('loading')
    const again = await shared.serve(dataDir, DEMO)
    expect(await readiness(again.url)).toEqual(before)
    await again.stop()
  })

  test('two loads of the same number are alike', async () => {
    const other = await processes.dataDir()
    await processes.serve(other, DEMO)
    await shared.serve(dataDir, DEMO)
    expect(await contents(other)).toEqual(await contents(dataDir))
  })
})

const anOffender = () => expect.objectContaining({ id: expect.any(String), custody: expect.any(Object) })

test('a load that is killed again and again goes on to the same end', async () => {
  const DEMO = { DEMO_OFFENDERS: '120' }
  const [whole, broken] = [await processes.dataDir(), await processes.dataDir()]
  await (await processes.serve(whole, DEMO)).stop()
  const ends: [what: string, query: string][] = [
    ['some are loaded', `select count(*) > 0 as so from record.received`],
    ['some more are', `select count(*) > 280 as so from record.received`],
    ['some decisions are', `select count(*) >= 3 as so from record.mappa_level_decision`],
  ]
  for (const [what, query] of ends) {
    const { child, finished, stdout } = processes.launchServe(broken, DEMO)
    await until(what, () => holds(broken, query))
    child.kill('SIGKILL')
    await finished
    expect(stdout()).toBe('')
  }
  const served = await processes.serve(broken, DEMO)
  expect(served.stderr()).toContain('that a killed gateway left running')
  await processes.serve(whole, DEMO)
  expect(await contents(broken)).toEqual(await contents(whole))
})

test('SIGTERM stops a load between two batches, and leaves no database running', async () => {
  const dataDir = await processes.dataDir()
  const launched = processes.launchServe(dataDir, { DEMO_OFFENDERS: '2000' })
  await until('some are loaded', () => holds(dataDir, 'select count(*) > 100 as so from record.received'))
  const pids = await postgresPids(dataDir)
  launched.child.kill('SIGTERM')
  const { code, stdout, stderr } = await launched.finished
  expect([code, stdout]).toEqual([0, ''])
  expect(stderr).toContain('the next start goes on')
  expect(await areGone(pids)).toBe(true)
})

describe('SIGTERM', () => {
  test('answers the queries in flight whole, stops the database cleanly and exits 0', async () => {
    const dataDir = await processes.dataDir()
    const served = await processes.serve(dataDir)
    const people = Array.from({ length: 200 }, (_, n) => aPrisoner(`S${1000 + n}SS`))
    await post(`${served.url}/ingest/prisoner-search`, await systemOf(dataDir), people)
    const headers = await managerOf(dataDir)
    const pids = await postgresPids(dataDir)
    let arrived = 0
    const burst = Array.from({ length: 200 }, async () => {
      const { status, text } = await post(`${served.url}/graphql`, headers, { query: READ })
      arrived += 1
      return {
        status,
        nodes: (JSON.parse(text) as { data: { offenders: { nodes: unknown[] } } }).data.offenders.nodes,
      }
    })
    const answers = Promise.allSettled(burst)
    await until('the first answers arrive', () => arrived > 10)
    const { code } = await served.stop()
    const given = (await answers).flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
    expect(given.length).toBeGreaterThan(10)
    expect(given.filter(({ status, nodes }) => status !== 200 || nodes.length !== 3)).toEqual([])
    expect(code).toBe(0)
    expect(await areGone(pids)).toBe(true)
    expect(await recoveries(dataDir, () => processes.serve(dataDir))).toBe(0)
  })

  test('lets a long push end, and takes no new connection', async () => {
    const dataDir = await processes.dataDir()
    const served = await processes.serve(dataDir)
    const first = gate()
    const stopping = gate()
    async function* lines(): AsyncGenerator<Uint8Array> {
      yield ndjson(0, 500)
      await first.opened
      served.signal('SIGTERM')
      await until('it stops', () => served.stderr().includes('stopping'))
      stopping.open()
      await sleep(300)
      yield ndjson(500, 700)
    }
    const response = await fetch(`${served.url}/ingest/prisoner-search`, {
      method: 'POST',
      headers: { ...(await systemOf(dataDir)), 'content-type': 'application/x-ndjson' },
      body: ReadableStream.from(lines()),
      duplex: 'half',
    })
    expect(response.status).toBe(200)
    let text = ''
    for await (const part of response.body ?? []) {
      text += Buffer.from(part).toString()
      first.open()
    }
    await stopping.opened
    const results = text
      .trim()
      .split('\n')
      .flatMap((line) => (JSON.parse(line) as { results: { outcome: string }[] }).results)
    expect(results.filter(({ outcome }) => outcome === 'APPLIED')).toHaveLength(700)
    expect((await served.finished).code).toBe(0)
    await expect(get(`${served.url}/health/live`)).rejects.toThrow()
  })

  test('does not wait for clients that go on asking over a connection they keep', async () => {
    const dataDir = await processes.dataDir()
    const served = await processes.serve(dataDir)
    const headers = await managerOf(dataDir)
    let going = true
    const clients = Array.from({ length: 4 }, async () => {
      while (going) await post(`${served.url}/graphql`, headers, { query: READ })
    })
    const ends = Promise.allSettled(clients)
    await sleep(300)
    const begun = performance.now()
    expect((await served.stop()).code).toBe(0)
    going = false
    await ends
    expect(performance.now() - begun).toBeLessThan(3_000)
  })
})

describe('a start that cannot be', () => {
  test('on a data directory in use says so in one line', async () => {
    const dataDir = await processes.dataDir()
    const { pid, url } = await processes.serve(dataDir)
    const second = await processes.run(['serve'], { DATA_DIR: dataDir, PORT: '0' })
    expect(second).toEqual({
      code: 1,
      stdout: '',
      stderr: `the data directory ${dataDir} is in use by process ${pid}\n`,
    })
    expect((await get(`${url}/health/ready`)).status).toBe(200)
  })

  test('on a port that is taken says so in one line, before anything is loaded, and leaves no database', async () => {
    const dataDir = await processes.dataDir()
    const blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const { port } = blocker.address() as AddressInfo
    try {
      const { code, stdout, stderr } = await processes.run(['serve'], {
        DATA_DIR: dataDir,
        PORT: String(port),
      })
      expect([code, stdout, stderr]).toEqual([
        1,
        '',
        `port ${port} is taken: set PORT to another, or 0 for a free one\n`,
      ])
    } finally {
      blocker.close()
    }
    expect(await postgresPids(dataDir)).toEqual([])
    await expect(stat(join(dataDir, 'gateway.lock'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test.each<[why: string, variables: Variables, named: string[]]>([
    ['bad variables', { PORT: 'x', HOST: 'a b', DEMO_OFFENDERS: '-1' }, ['PORT', 'HOST', 'DEMO_OFFENDERS']],
    ['production without its own', { NODE_ENV: 'production' }, ['DATABASE_URL', 'TRUSTED_ISSUERS']],
    ['the development issuer for all the world', { HOST: '0.0.0.0' }, ['HOST']],
    [
      'an issuer that is no JSON',
      { TRUSTED_ISSUERS: 'x', DATABASE_URL: 'x' },
      ['DATABASE_URL', 'TRUSTED_ISSUERS'],
    ],
  ])('for %s names every variable at fault, a line each', async (_why, variables, named) => {
    const dataDir = join(await processes.emptyDataDir(), 'untouched')
    const { code, stdout, stderr } = await processes.run(['serve'], { DATA_DIR: dataDir, ...variables })
    expect([code, stdout]).toEqual([1, ''])
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .map((line) => line.split(':')[0]),
    ).toEqual(named)
    await expect(stat(dataDir)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('with a database that cannot be reached says so in one line', async () => {
    const DATABASE_URL = 'postgresql://nobody:secret@127.0.0.1:1/none'
    const { code, stderr } = await processes.run(['serve'], {
      DATA_DIR: await processes.emptyDataDir(),
      DATABASE_URL,
    })
    expect(code).toBe(1)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).not.toContain('secret')
  })
})

describe('a server of one’s own', () => {
  let server: Awaited<ReturnType<typeof startEmbedded>>

  beforeEach(async () => {
    server = await startEmbedded({ dataDir: await processes.emptyDataDir() })
  })

  afterEach(() => server.stop())

  test('serves a user who owns nothing, after another has migrated as the owner', async () => {
    await administer(
      server.connection,
      `create role the_owner login createrole createdb password 'owner-word'`,
      `create role the_gateway login password 'gateway-word'`,
      `create database own owner the_owner`,
    )
    await pushAndRead({
      DATABASE_URL: urlOf(server.connection, 'the_gateway', 'gateway-word', 'own'),
      MIGRATION_DATABASE_URL: urlOf(server.connection, 'the_owner', 'owner-word', 'own'),
    })
  })

  test('serves one user who is a superuser', async () => {
    await administer(server.connection, 'create database own')
    const { user, password } = server.connection
    await pushAndRead({ DATABASE_URL: urlOf(server.connection, user, password, 'own') })
  })

  async function pushAndRead(variables: Variables): Promise<void> {
    const dataDir = await processes.emptyDataDir()
    for (const outcome of ['APPLIED', 'DUPLICATE']) {
      const served = await processes.serve(dataDir, variables)
      const item = { messageId: 'one', payload: aPrisoner('O1111OO') }
      const pushed = await post(`${served.url}/ingest/prisoner-search`, await systemOf(dataDir), item)
      expect(JSON.parse(pushed.text)).toMatchObject({ results: [{ outcome }] })
      const read = await post(`${served.url}/graphql`, await managerOf(dataDir), { query: READ })
      expect(JSON.parse(read.text)).toMatchObject({
        data: { offenders: { nodes: [{ name: { family: 'Sample' } }] } },
      })
      expect((await served.stop()).code).toBe(0)
    }
    await expect(stat(join(dataDir, 'postgres'))).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await areGone([server.pid])).toBe(false)
  }
})

describe('the command line', () => {
  test('every command says how it is used, and an unknown one is refused', async () => {
    const { code, stdout } = await processes.run(['--help'])
    expect(code).toBe(0)
    const names = [...stdout.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name!)
    expect(names).toEqual(expect.arrayContaining(['serve', 'token', 'import', 'migrate', 'seed']))
    for (const name of names) {
      const said = await processes.run([name, '--help'])
      expect([name, said.code, said.stderr]).toEqual([name, 0, ''])
      expect(said.stdout).toContain(`throughcare ${name}`)
    }
    const unknown = await processes.run(['dance'])
    expect(unknown.code).toBe(1)
    expect(unknown.stderr).toContain('There is no command dance.')
  })

  test('an unknown option is refused in one line', async () => {
    const { code, stderr } = await processes.run(['serve', '--port', '1'])
    expect(code).toBe(1)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  test('migrate and seed do their part and stop, and a second seed loads nothing', async () => {
    const DATA_DIR = await processes.emptyDataDir()
    const migrated = await processes.run(['migrate'], { DATA_DIR })
    expect(migrated.code).toBe(0)
    expect(migrated.stderr).toContain('migrated 0001-')
    const seeded = await processes.run(['seed', '--offenders', '5'], { DATA_DIR })
    expect(seeded.code).toBe(0)
    expect(seeded.stderr).toContain('loading a demonstration population of 5')
    expect(seeded.stderr).not.toContain('migrated')
    expect(await postgresPids(DATA_DIR)).toEqual([])
    expect((await processes.run(['seed', '--offenders', '5'], { DATA_DIR })).stderr).toBe('')
    const served = await processes.serve(DATA_DIR)
    expect(Object.keys(await contents(DATA_DIR)).length).toBeGreaterThan(10)
    const token = await processes.run(['token', '--role', 'PRISON_OFFENDER_MANAGER', '--agency', 'MDI'], {
      DATA_DIR,
    })
    const headers = { authorization: `Bearer ${token.stdout.trim()}`, 'content-type': 'application/json' }
    const { text } = await post(
      `${served.url}/graphql`,
      { ...headers, 'purpose-of-use': 'OFFENDER_MANAGEMENT' },
      { query: READ },
    )
    expect(JSON.parse(text)).toMatchObject({ data: { offenders: { nodes: expect.any(Array) } } })
  })
})

test('operators see that it lives, that it is ready, at which revision and policy, and its metrics', async () => {
  const dataDir = await processes.dataDir()
  const { url } = await processes.serve(dataDir)
  await post(`${url}/ingest/prisoner-search`, await systemOf(dataDir), aPrisoner('H1111HH'))
  expect(await get(`${url}/health/live`)).toMatchObject({ status: 200, text: '{"status":"live"}' })
  expect(await readiness(url)).toEqual({ status: 'ready', revision: 1, policyVersion: expect.any(String) })
  const { status, text, headers } = await get(`${url}/metrics`)
  expect(status).toBe(200)
  expect(headers.get('content-type')).toContain('text/plain')
  expect(text).toContain('throughcare_pushed_items_total{outcome="APPLIED"} 1')
  expect(text).not.toContain('H1111HH')
})

async function readiness(url: string): Promise<Record<string, unknown>> {
  const { status, text } = await get(`${url}/health/ready`)
  expect(status).toBe(200)
  return JSON.parse(text) as Record<string, unknown>
}

/** Whether a query says so; not while the database starts or the table is not there yet. */
async function holds(dataDir: string, query: string): Promise<boolean> {
  return withOwner(
    dataDir,
    async (client) => (await client.query<{ so: boolean }>(query)).rows[0]?.so === true,
  ).catch(() => false)
}

/** What each table holds, but for ids and times of its own: equal loads give equal answers. */
async function contents(dataDir: string): Promise<Record<string, string>> {
  return withOwner(dataDir, async (client) => {
    const { rows } = await client.query<{ name: string; columns: string }>(
      `select table_name as name, string_agg(format('%I', column_name), ', ' order by ordinal_position) as columns
       from information_schema.columns join information_schema.tables using (table_schema, table_name)
       where table_schema = 'record' and table_type = 'BASE TABLE' and table_name not in ('revision', 'revision_counter', 'turned_away')
         and data_type not in ('uuid', 'timestamp with time zone', 'tstzrange', 'bigint')
         and column_name not in ('ordinal', 'superseded_ordinal')
         and not (table_name in ('notice', 'notice_history') and column_name = 'occasion')
         and not (table_name = 'command' and column_name in ('input', 'outcome'))
       group by table_name order by table_name`,
    )
    const found: Record<string, string> = {}
    for (const { name, columns } of rows) {
      const [row] = (
        await client.query<{ held: string }>(
          `select count(*) || ' rows, ' || coalesce(md5(string_agg(t::text, '|' order by t::text collate "C")), '') as held
           from (select ${columns} from record.${name}) t`,
        )
      ).rows
      found[name] = row!.held
    }
    return found
  })
}

/** How often the database had to recover while something was done. */
async function recoveries(dataDir: string, work: () => Promise<unknown>): Promise<number> {
  const log = join(dataDir, 'postgres.log')
  const before = (await readFile(log, 'utf8')).length
  await work()
  return (await readFile(log, 'utf8')).slice(before).split('not properly shut down').length - 1
}

function gate(): { open: () => void; opened: Promise<void> } {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { open, opened }
}

function ndjson(from: number, to: number): Uint8Array {
  const lines = Array.from({ length: to - from }, (_, i) =>
    JSON.stringify(aPrisoner(`N${1000 + from + i}NN`)),
  )
  return Buffer.from(`${lines.join('\n')}\n`)
}

/** The socket's directory stands where a host's name would. */
function urlOf({ host, port }: EmbeddedConnection, user: string, password: string, database: string): string {
  return `postgresql://${user}:${password}@${encodeURIComponent(host)}:${port}/${database}`
}

async function administer(connection: EmbeddedConnection, ...statements: string[]): Promise<void> {
  const client = new Client({ ...connection })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}
