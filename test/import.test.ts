import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { request as httpRequest, type ClientRequest } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { signDevelopmentToken } from '../src/http/development-issuer'
import { aCase, aPrisoner, aRoshSummary } from './support/documents'
import { withOwner } from './support/kills'
import { aLine, nthPrisonNumber, writeLines } from './support/lines'
import {
  get,
  headersFor,
  Processes,
  until,
  type Finished,
  type Launched,
  type Served,
} from './support/process'

jest.setTimeout(240_000)

const processes = new Processes()

afterEach(() => processes.cleanUp())

/** A server, a directory for files, and the command beside it. */
async function setUp() {
  const dataDir = await processes.dataDir()
  const files = join(await processes.emptyDataDir(), 'files')
  await mkdir(files)
  const port = await freePort()
  const variables = { DATA_DIR: dataDir, PORT: String(port) }
  const served = await processes.serve(dataDir, { PORT: String(port) })
  return { dataDir, files, port, variables, served, lines: join(files, 'prisoners.ndjson') }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** The counts of a summary, by name. */
function summaryOf({ stdout }: Finished): Record<string, number> {
  const rows = stdout.matchAll(/^(\w+) +(\d+)$/gm)
  return Object.fromEntries([...rows].map(([, name, count]) => [name, Number(count)]))
}

interface Progress {
  readonly outcomes: Readonly<Record<string, number>>
}

async function progressIn(dataDir: string): Promise<Progress | undefined> {
  const directory = join(dataDir, 'imports')
  const [name] = (await readdir(directory).catch(() => [])).filter((file) => file.endsWith('.json'))
  return name === undefined
    ? undefined
    : (JSON.parse(await readFile(join(directory, name), 'utf8')) as Progress)
}

async function acknowledged(dataDir: string): Promise<number> {
  return Object.values((await progressIn(dataDir))?.outcomes ?? {}).reduce((sum, count) => sum + count, 0)
}

async function received(dataDir: string): Promise<unknown> {
  const { rows } = await withOwner(dataDir, (client) =>
    client.query(
      `select count(*)::integer as rows, count(distinct r.message_id)::integer as messages, count(distinct r.subject_key)::integer as people,
         array_agg(distinct r.outcome) as outcomes from record.received r`,
    ),
  )
  return rows[0] as unknown
}

const eachOnce = (count: number) => ({ rows: count, messages: count, people: count, outcomes: ['APPLIED'] })

const BATCH = 500
/** A busy machine is slow. */
const PATIENCE_MS = 60_000

describe('an import', () => {
  test('of files and directories sums up, tells of each that did not go well, and changes nothing again', async () => {
    const { dataDir, files, variables } = await setUp()
    await writeFile(join(files, 'a.json'), JSON.stringify([aPrisoner('A1111AA'), aPrisoner('A1112AA')]))
    await writeFile(join(files, 'b.ndjson'), `${JSON.stringify(aCase('X100001'))}\n\n{"not": json\n`)
    await mkdir(join(files, 'c'))
    await writeFile(join(files, 'c', 'one.json'), JSON.stringify(aRoshSummary('X100001', 1)))
    await writeFile(join(files, 'notes.txt'), 'not a document')
    const first = await processes.run(['import', files], variables)
    expect([first.code, summaryOf(first)]).toEqual([1, { APPLIED: 4, REJECTED: 1, items: 5 }])
    expect(first.stdout).toContain(`${join(files, 'b.ndjson')}#1  REJECTED  NOT_JSON\n`)
    const again = await processes.run(['import', files], variables)
    expect(summaryOf(again)).toEqual({ DUPLICATE: 4, REJECTED: 1, items: 5 })
    expect(await progressIn(dataDir)).toBeUndefined()
  })

  test('of lines that alternate between prison and probation is sent in batches, each person’s in order', async () => {
    const { dataDir, variables, lines } = await setUp()
    const text = (n: number) =>
      [
        JSON.stringify(
          aCase(`X${200_000 + n}`, { otherIds: { crn: `X${200_000 + n}`, nomsNumber: nthPrisonNumber(n) } }),
        ),
        JSON.stringify(aPrisoner(nthPrisonNumber(n))),
        JSON.stringify(aRoshSummary(`X${200_000 + n}`, n + 1)),
      ].join('\n')
    await writeLines(lines, 400, text)
    const done = await processes.run(['import', lines], variables)
    expect([done.code, summaryOf(done)]).toEqual([0, { APPLIED: 1200, items: 1200 }])
    const { rows } = await withOwner(dataDir, (client) =>
      client.query(
        `select (select count(distinct (l.log, l.index))::integer from journal.lookup l where l.kind = 'PUSH') as batches,
           (select count(distinct r.offender_id)::integer from record.received r) as people`,
      ),
    )
    expect(rows).toEqual([{ batches: 4, people: 400 }])
  })

  test('from standard input is sent, and says that it cannot be resumed', async () => {
    const { dataDir, variables, lines } = await setUp()
    await writeLines(lines, 3)
    const piped = await processes.shell(`cat ${lines} | node dist/cli.js import -`, variables)
    expect([piped.code, summaryOf(piped)]).toEqual([0, { APPLIED: 3, items: 3 }])
    expect(piped.stderr).toContain('cannot be resumed')
    const whole = `printf '[\\n%s,\\n%s\\n]' "$(sed -n 1p ${lines})" "$(sed -n 2p ${lines})" | node dist/cli.js import -`
    expect(summaryOf(await processes.shell(whole, variables))).toEqual({ DUPLICATE: 2, items: 2 })
    expect(await progressIn(dataDir)).toBeUndefined()
  })
})

describe('an import of 3,000 lines', () => {
  const COUNT = 3_000

  test('that is told to stop ends the batch in flight, and goes on where it was', async () => {
    const { dataDir, variables, lines } = await setUp()
    await writeLines(lines, COUNT)
    let earlier = {}
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const begun = processes.begin(['import', lines], variables)
      await untilAcknowledged(dataDir, (await acknowledged(dataDir)) + BATCH)
      begun.child.kill(signal)
      const stopped = await begun.finished
      expect(stopped.code).toBe(code)
      expect(stopped.stderr).toContain('run the same command again to go on')
      const sent = await acknowledged(dataDir)
      expect(summaryOf(stopped)).toEqual({ APPLIED: sent, items: sent, ...earlier })
      earlier = { earlier: sent }
    }
    const done = await processes.run(['import', lines], variables)
    expect([done.code, summaryOf(done)]).toEqual([0, { APPLIED: COUNT, items: COUNT, ...earlier }])
    expect(await received(dataDir)).toEqual(eachOnce(COUNT))
    expect(await progressIn(dataDir)).toBeUndefined()
  })

  test('that is killed again and again loses nothing, doubles nothing, and repeats only what was in flight', async () => {
    const { dataDir, variables, lines } = await setUp()
    await writeLines(lines, COUNT)
    const kills = 3
    for (let kill = 1; kill <= kills; kill++) {
      const { child, finished } = processes.begin(['import', lines], variables)
      await untilAcknowledged(dataDir, kill * BATCH)
      await sleep(Math.random() * 100)
      child.kill('SIGKILL')
      await finished
    }
    const done = await processes.run(['import', lines], variables)
    const { APPLIED = 0, DUPLICATE = 0, items } = summaryOf(done)
    expect([done.code, items, APPLIED + DUPLICATE]).toEqual([0, COUNT, COUNT])
    expect(DUPLICATE).toBeLessThanOrEqual(kills * BATCH)
    expect(await received(dataDir)).toEqual(eachOnce(COUNT))
    const { text } = await get(`http://127.0.0.1:${variables.PORT}/metrics`)
    const repeated = Number(/pushed_items_total{outcome="DUPLICATE"} (\d+)/.exec(text)?.[1] ?? 0)
    expect(repeated).toBe(DUPLICATE)
  })

  test('waits for a server that is gone, and for one that takes no more', async () => {
    const { dataDir, port, variables, served, lines } = await setUp()
    await writeLines(lines, COUNT)
    const begun = processes.begin(['import', lines], variables)
    await untilAcknowledged(dataDir, BATCH)
    await served.kill()
    await until('it waits', () => begun.stderr().includes('is gone'), PATIENCE_MS)
    const again = await processes.serve(dataDir, { PORT: String(port) })
    await untilAcknowledged(dataDir, 3 * BATCH)
    begun.child.kill('SIGSTOP')
    const metric = async (name: string) => {
      const { text } = await get(`${again.url}/metrics`)
      return Number(new RegExp(`^throughcare_${name} (\\d+)$`, 'm').exec(text)?.[1])
    }
    await until('nothing is in work', async () => (await metric('pushes_working')) === 0, PATIENCE_MS)
    const release = await occupy(again)
    const refused = await metric('pushes_refused_total')
    begun.child.kill('SIGCONT')
    await until('it is refused', async () => (await metric('pushes_refused_total')) > refused, PATIENCE_MS)
    release()
    const done = await begun.finished
    expect([done.code, summaryOf(done)['items']]).toEqual([0, COUNT])
    expect(await received(dataDir)).toEqual(eachOnce(COUNT))
  })

  test('reads a file that has changed from its start, and everything when it is told to restart', async () => {
    const { dataDir, variables, lines } = await setUp()
    await writeLines(lines, COUNT)
    await stopAfter(processes.begin(['import', lines], variables), dataDir, BATCH)
    const sent = await acknowledged(dataDir)
    await appendFile(lines, `${aLine(COUNT)}\n`)
    const grown = processes.begin(['import', lines], variables)
    await stopAfter(grown, dataDir, sent + BATCH)
    expect(grown.stderr()).toContain('has changed')
    const restarted = await processes.run(['import', '--restart', lines], variables)
    const { APPLIED = 0, DUPLICATE = 0, ...others } = summaryOf(restarted)
    expect([others, APPLIED + DUPLICATE]).toEqual([{ items: COUNT + 1 }, COUNT + 1])
    expect(DUPLICATE).toBeGreaterThanOrEqual(sent)
    expect(await received(dataDir)).toEqual(eachOnce(COUNT + 1))
  })

  test('begins anew where the record has lost what it had acknowledged', async () => {
    const { dataDir, port, variables, served, lines } = await setUp()
    await writeLines(lines, COUNT)
    await stopAfter(processes.begin(['import', lines], variables), dataDir, 2 * BATCH)
    await served.stop()
    const empty = await processes.dataDir()
    await processes.serve(empty, { PORT: String(port) })
    const claims = { roles: ['PRISON_SYSTEM'] as const, client_id: 'prison-system' }
    const token = await signDevelopmentToken(empty, claims, 600)
    const done = await processes.run(['import', '--token', token, lines], variables)
    expect(done.stderr).toContain('everything is sent again')
    expect([done.code, summaryOf(done)['items']]).toEqual([0, COUNT])
    expect(await received(empty)).toEqual(eachOnce(COUNT))
  })

  async function stopAfter({ child, finished }: Launched, dataDir: string, documents: number): Promise<void> {
    await untilAcknowledged(dataDir, documents)
    child.kill('SIGTERM')
    await finished
  }

  async function untilAcknowledged(dataDir: string, documents: number): Promise<void> {
    await until('some are acknowledged', async () => (await acknowledged(dataDir)) >= documents, PATIENCE_MS)
  }
})

/** Opens as many requests as a client may have at once, and sends nothing in them until it is told to. */
async function occupy({ dataDir, url }: Served): Promise<() => void> {
  const headers = await headersFor(dataDir, { roles: ['PRISON_SYSTEM'], client_id: 'prison-system' })
  const open: ClientRequest[] = []
  const statuses: unknown[] = []
  while (!statuses.includes(429)) {
    const outgoing = httpRequest(`${url}/ingest/auto`, { method: 'POST', headers })
    outgoing.on('response', (response) => {
      statuses.push(response.statusCode)
      response.resume()
    })
    outgoing.on('error', () => undefined)
    outgoing.flushHeaders()
    open.push(outgoing)
    await sleep(100)
  }
  return () => {
    for (const outgoing of open) outgoing.end('[]')
  }
}

describe('an import that cannot be', () => {
  test.each<[why: string, args: string[], says: string]>([
    ['without a file', [], 'Name a file'],
    ['of a file that is not there', ['/nowhere.json'], '/nowhere.json'],
    ['to nobody', ['--url', 'http://127.0.0.1:1', 'package.json'], 'cannot be reached'],
    [
      'that cannot note its progress',
      ['--progress-file', '/dev/null/x', 'package.json'],
      'progress cannot be kept',
    ],
  ])('%s says so in one line and leaves nothing behind', async (_why, args, says) => {
    const dataDir = await processes.emptyDataDir()
    const { code, stdout, stderr } = await processes.run(['import', ...args], { DATA_DIR: dataDir })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).toContain(says)
    expect(await progressIn(dataDir)).toBeUndefined()
  })

  test('by somebody who may not push ends at once', async () => {
    const { variables, lines } = await setUp()
    await writeLines(lines, 1_200)
    const { code, stdout, stderr } = await processes.run(
      ['import', '--role', 'PRISON_OFFICER', lines],
      variables,
    )
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('refuses the sender')
  })
})
