import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'graphql-sse'
import { readConfig } from '../src/config'
import { openWebhooks } from '../src/hints'
import { aPrisoner } from './support/documents'
import { withOwner } from './support/kills'
import { get, headersFor, post, Processes, until, type Served } from './support/process'
import { startReceiver, verifyHint, type Receiver } from './support/receiver'

jest.setTimeout(60_000)

const processes = new Processes()
let receiver: Receiver

beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(async () => {
  await processes.cleanUp()
  await receiver.close()
})

const systemOf = ({ dataDir }: Served) =>
  headersFor(dataDir, { roles: ['PRISON_SYSTEM'], client_id: 'prison-system' })

async function register(served: Served): Promise<string> {
  const query = `mutation { registerWebhook(url: "${receiver.url}") { webhook { publicKey } } }`
  const { text } = await post(`${served.url}/graphql`, await systemOf(served), { query })
  const { data } = JSON.parse(text) as { data: { registerWebhook: { webhook: { publicKey: string } } } }
  return data.registerWebhook.webhook.publicKey
}

async function push(served: Served, number: string): Promise<number> {
  const { text } = await post(
    `${served.url}/ingest/prisoner-search`,
    await systemOf(served),
    aPrisoner(number),
  )
  return (JSON.parse(text) as { revision: number }).revision
}

test('the served product tells webhooks and streams of a push, and SIGTERM ends both soon', async () => {
  const served = await processes.serve(await processes.dataDir())
  const publicKey = await register(served)
  const headers = await systemOf(served)
  const client = createClient({
    url: `${served.url}/graphql/stream`,
    headers: () => headers,
    retryAttempts: 0,
  })
  const hints = client.iterate<{ recordChanged: { revision: number } }>({
    query: 'subscription { recordChanged(after: 0) { revision } }',
  })
  const revision = await push(served, 'A1234BC')
  expect((await hints.next()).value).toEqual({ data: { recordChanged: { revision } } })
  await until('the webhook is told', () => receiver.received.length === 1)
  expect((await verifyHint(receiver.received[0]!, publicKey, new Date())).data).toEqual({ revision })
  await until('it is counted', async () =>
    (await get(`${served.url}/metrics`)).text.includes('throughcare_hints_total{outcome="DELIVERED"} 1'),
  )
  const next = hints.next()
  const begun = Date.now()
  const { code } = await served.stop()
  expect(code).toBe(0)
  expect(Date.now() - begun).toBeLessThan(10_000)
  expect((await next).done).toBe(true)
  client.dispose()
})

test('a gateway that is killed while it sends leaves the hint to the next, under the same id and key', async () => {
  const dataDir = await processes.dataDir()
  const first = await processes.serve(dataDir)
  const publicKey = await register(first)
  receiver.answer = 'hang'
  const revision = await push(first, 'A1234BC')
  await until('the hint is on its way', () => receiver.received.length === 1)
  await first.kill()
  receiver.answer = 204
  const second = await processes.serve(dataDir)
  // As if the minute were over after which a silent process is given up for lost.
  await withOwner(dataDir, (owner) => owner.query('update outbound.webhook_delivery set lease_until = now()'))
  await until('it is sent again', () => receiver.received.length === 2)
  const [before, after] = receiver.received
  expect(after?.headers['webhook-id']).toBe(before?.headers['webhook-id'])
  expect((await verifyHint(after!, publicKey, new Date())).data).toEqual({ revision })
  await second.stop()
})

test('production that names no host sends nothing and makes no key', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'throughcare-hints-'))
  const production = { ...readConfig({ DATA_DIR: dataDir }), production: true }
  expect(await openWebhooks(production)).toBeUndefined()
  expect(await readdir(dataDir)).toEqual([])
  const development = await openWebhooks({ ...production, production: false })
  expect(development?.rules).toEqual({ hosts: undefined, production: false })
  expect(development?.publicKey).toMatch(/^whpk_[\w+/]{43}=$/)
  expect(await readdir(dataDir)).toEqual(['webhook-signing-key.pem'])
  await rm(dataDir, { recursive: true })
})
