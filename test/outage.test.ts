import { setTimeout as sleep } from 'node:timers/promises'
import { aPrisoner } from './support/documents'
import { lossesIn, withOwner } from './support/kills'
import { startLoad } from './support/load'
import {
  get,
  headersFor,
  isReady,
  killPostgres,
  post,
  postgresPids,
  Processes,
  signalPostgres,
  until,
  type Answer,
  type Served,
} from './support/process'

jest.setTimeout(90_000)

const processes = new Processes()

afterEach(() => processes.cleanUp())

const QUERY = { query: '{ offenders(first: 3) { nodes { id name { family } } } }' }

interface Service extends Served {
  ask(): Promise<Answer>
  push(number: string): Promise<Answer>
}

async function serve(): Promise<Service> {
  const dataDir = await processes.dataDir()
  const served = await processes.serve(dataDir)
  const manager = { roles: ['PRISON_OFFENDER_MANAGER'] as const, agency: 'MDI', sub: 'manager' }
  const asking = await headersFor(dataDir, manager, 'OFFENDER_MANAGEMENT')
  const pushing = await headersFor(dataDir, { roles: ['PRISON_SYSTEM'], client_id: 'prison-system' })
  return {
    ...served,
    ask: () => post(`${served.url}/graphql`, asking, QUERY),
    push: (number) =>
      post(`${served.url}/ingest/prisoner-search`, pushing, {
        messageId: number,
        payload: aPrisoner(number),
      }),
  }
}

/** A 503 that says which, when to come again, and nothing else. */
function expectRefused({ status, text, headers }: Answer): void {
  const body = JSON.parse(text) as { data?: unknown; errors: { extensions: { code: string } }[] }
  expect(status).toBe(503)
  expect(body.data ?? null).toBeNull()
  expect(['JOURNAL_UNAVAILABLE', 'OVERLOADED']).toContain(body.errors[0]?.extensions.code)
  expect(headers.get('retry-after')).toBe('1')
  expect(text).not.toMatch(/sql|socket|ECONN|ENOENT|postgres/i)
}

test('without its database the gateway refuses everything, says so, and recovers by itself', async () => {
  const service = await serve()
  await service.push('A1111AA')
  const [before] = await postgresPids(service.dataDir)
  await signalPostgres(service.dataDir, 'SIGKILL')
  const during = await Promise.all([
    service.ask(),
    service.push('A2222AA'),
    get(`${service.url}/health/ready`),
  ])
  expectRefused(during[0])
  expectRefused(during[1])
  expect(during[2]).toMatchObject({ status: 503, text: '{"status":"not ready"}' })
  expect((await get(`${service.url}/health/live`)).status).toBe(200)
  const begun = performance.now()
  await until('the gateway recovers', () => isReady(service.url), 15_000)
  process.stdout.write(`recovered by itself after ${Math.round(performance.now() - begun)} ms\n`)
  const [after] = await postgresPids(service.dataDir)
  expect(after).not.toBe(before)
  const { status, text } = await service.ask()
  expect(status).toBe(200)
  expect(JSON.parse(text)).toMatchObject({ data: { offenders: { nodes: [{ id: expect.any(String) }] } } })
  expect(JSON.parse((await service.push('A1111AA')).text)).toMatchObject({
    results: [{ outcome: 'DUPLICATE' }],
  })
  expect(service.stderr()).toContain('the database server ended unexpectedly; it is started again')
  expect((await service.stop()).code).toBe(0)
})

test('refusals during an outage hold no data, and nothing acknowledged before or after is lost', async () => {
  const { dataDir, url, stderr } = await processes.serve(await processes.dataDir())
  const { ledger, stop } = await startLoad(dataDir, { url })
  for (let outage = 0; outage < 3; outage += 1) {
    const before = ledger.size
    await until('the load moves', () => ledger.size > before + 50)
    await killPostgres(dataDir)
    await until('the gateway recovers', () => isReady(url))
  }
  await stop()
  expect(await lossesIn(dataDir, ledger)).toEqual([])
  expect(ledger.refused).toBeGreaterThan(0)
  // The same process all along: no client was cut off.
  expect(ledger.broken).toBe(0)
  expect(stderr()).not.toContain('    at ')
})

test.each([0, 100, 250])(
  'SIGTERM %i ms after the database died leaves no database behind that was started again meanwhile',
  async (ms) => {
    const dataDir = await processes.dataDir()
    const served = await processes.serve(dataDir)
    await killPostgres(dataDir)
    await sleep(ms)
    expect((await served.stop()).code).toBe(0)
    expect(await postgresPids(dataDir)).toEqual([])
    expect(await processes.serve(dataDir).then(({ url }) => isReady(url))).toBe(true)
  },
)

test('one session that is ended by an operator costs that session alone', async () => {
  const { dataDir, url } = await processes.serve(await processes.dataDir())
  const { ledger, stop } = await startLoad(dataDir, { url })
  for (let round = 0; round < 20; round += 1) {
    await withOwner(dataDir, (client) =>
      client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'throughcare %' and pid <> pg_backend_pid()`,
      ),
    )
    await sleep(50)
  }
  await stop()
  expect(await lossesIn(dataDir, ledger)).toEqual([])
  expect(ledger.broken).toBe(0)
})

describe('a database that has frozen', () => {
  test('for a moment delays or refuses, shows nothing unlogged, and then all goes on', async () => {
    const { dataDir, url } = await processes.serve(await processes.dataDir())
    const { ledger, stop } = await startLoad(dataDir, { url })
    await until('the load moves', () => ledger.views.length > 50)
    await signalPostgres(dataDir, 'SIGSTOP')
    await sleep(100)
    const atFreeze = ledger.size
    await sleep(3_000)
    const frozen = ledger.size
    const ready = await get(`${url}/health/ready`)
    await signalPostgres(dataDir, 'SIGCONT')
    expect(frozen - atFreeze).toBe(0)
    expect(ready.status).toBe(503)
    await until('the load goes on', () => ledger.size > frozen + 50)
    await stop()
    expect(await lossesIn(dataDir, ledger)).toEqual([])
  })

  test('for long has every request refused in bounded time', async () => {
    const service = await serve()
    await service.push('A1111AA')
    await signalPostgres(service.dataDir, 'SIGSTOP')
    const begun = performance.now()
    const answers = await Promise.all(Array.from({ length: 40 }, () => service.ask()))
    expect(performance.now() - begun).toBeLessThan(20_000)
    answers.forEach(expectRefused)
    await signalPostgres(service.dataDir, 'SIGCONT')
    await until('the gateway recovers', () => isReady(service.url))
    expect((await service.ask()).status).toBe(200)
  })
})
