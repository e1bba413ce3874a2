import { once } from 'node:events'
import {
  createServer,
  request as requestHttp,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { createClient, type Client as StreamClient } from 'graphql-sse'
import { Client } from 'pg'
import request from 'supertest'
import { Refusal } from '../src/domain/refusal'
import { signDevelopmentToken } from '../src/http/development-issuer'
import { sendResults } from '../src/http/event-stream'
import { createPulse, hintsAfter } from '../src/outbound/pulse'
import { aPrisoner } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'
import { until } from './support/process'

const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI', subject: 'pom-one' }
const PRISON: As = { role: 'PRISON_SYSTEM' }
const QUERY = 'subscription { recordChanged { revision } }'

let t: TestGateway
let server: Server
let url: string
let pushed = 0

beforeAll(async () => {
  t = await startTestGateway()
  await push()
  await t.gateway.pulse.beat()
  server = createServer(t.app)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql/stream`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await t.close()
})

async function push(): Promise<number> {
  const number = `S${String(1000 + (pushed += 1)).padStart(4, '0')}AA`
  return (await t.ingest(PRISON, 'prisoner-search', aPrisoner(number))).revision
}

async function pushAndBeat(): Promise<number> {
  const revision = await push()
  await t.gateway.pulse.beat()
  return revision
}

/** A stream as plain HTTP: its status, its head, and its text as it grows. */
interface Plain {
  readonly response: IncomingMessage
  text(): string
  close(): void
}

async function open(
  as: As,
  body: unknown = { query: QUERY },
  more: { token?: string; headers?: Record<string, string>; method?: string; path?: string } = {},
): Promise<Plain> {
  const headers = {
    authorization: `Bearer ${more.token ?? (await t.token(as))}`,
    accept: 'text/event-stream',
    'content-type': 'application/json',
    ...as.headers,
    ...more.headers,
  }
  const asking = requestHttp(url, { method: more.method ?? 'POST', headers, agent: false })
  asking.end(typeof body === 'string' ? body : JSON.stringify(body))
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  let text = ''
  response.setEncoding('utf8').on('data', (part: string) => (text += part))
  response.on('error', () => undefined)
  return { response, text: () => text, close: () => asking.destroy() }
}

/** The results that a stream has brought, as its text says them. */
function results({ text }: Plain): { data?: Record<string, { revision: number }>; errors?: unknown[] }[] {
  return [...text().matchAll(/^event: next\ndata: (.*)\n\n/gm)].map(
    ([, json = '']) => JSON.parse(json) as { data: Record<string, { revision: number }> },
  )
}

const revisions = (plain: Plain) => results(plain).map(({ data }) => data?.['recordChanged']?.revision)
const ended = (plain: Plain) =>
  until('the stream ends', () => plain.response.readableEnded || plain.response.destroyed)

interface Entry {
  readonly id: string
  readonly kind: string
  readonly outcome: string
  readonly revision: number
  readonly subjects: number
  readonly viewer: { readonly subject?: string; readonly client: string }
  readonly operation: string
  readonly parameters: Record<string, unknown>
}

/** The newest entries of streams, oldest first. */
async function entries(count: number): Promise<Entry[]> {
  const client = new Client(t.testDatabase.connection)
  await client.connect()
  const { rows } = await client.query<{ id: string; entry: string; header: string }>(
    `select e.log || '/' || e.index as id, convert_from(e.entry, 'UTF8') as entry, convert_from(d.body, 'UTF8') as header
     from journal.entry e join journal.detail d on d.log = e.log and d.index = e.index and d.part = 0
     where e.kind in ('HINT', 'REFUSAL') order by e.log desc, e.index desc limit $1`,
    [count],
  )
  await client.end()
  return rows.reverse().map(({ id, entry, header }) => {
    const { kind, outcome, revision, details } = JSON.parse(entry) as Entry & { details: string[] }
    const { viewer, operation, parameters } = JSON.parse(header) as Entry
    return { id, kind, outcome, revision, subjects: details.length - 1, viewer, operation, parameters }
  })
}

describe('a stream', () => {
  test('brings a hint after a push, and is on record from its opening to its end', async () => {
    const query =
      'subscription Follow($after: Revision) { far: recordChanged(after: $after) { __typename at: revision } }'
    const known = t.gateway.pulse.revision
    const stream = await open(POM, { query, variables: { after: known } })
    expect(stream.response.statusCode).toBe(200)
    expect(stream.response.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    expect(stream.response.headers['cache-control']).toBe('no-store')
    const revision = await pushAndBeat()
    await until('the hint comes', () => results(stream).length === 1)
    expect(results(stream)).toEqual([{ data: { far: { __typename: 'RecordChanged', at: revision } } }])
    stream.close()
    await until('its end is on record', async () => (await entries(1))[0]?.outcome === 'CLOSED')
    const viewer = { subject: 'pom-one', client: 'test-client' }
    const [opened, closed] = await entries(2)
    expect(opened).toMatchObject({
      kind: 'HINT',
      outcome: 'OPENED',
      revision: known,
      subjects: 0,
      viewer,
      operation: 'Follow',
      parameters: { after: known },
    })
    expect(closed).toMatchObject({
      kind: 'HINT',
      outcome: 'CLOSED',
      revision,
      viewer,
      parameters: { opened: opened?.id, hints: 1 },
    })
  })

  test('says at once that the record has gone beyond what its reader knows; else waits for the next change', async () => {
    const newest = t.gateway.pulse.revision
    const behind = await open(POM, {
      query: `subscription { recordChanged(after: ${newest - 1}) { revision } }`,
    })
    const level = await open(POM)
    await until('the first hint comes', () => results(behind).length === 1)
    await t.gateway.pulse.beat()
    const next = await pushAndBeat()
    await until('the second comes', () => results(behind).length === 2 && results(level).length === 1)
    expect(revisions(behind)).toEqual([newest, next])
    expect(revisions(level)).toEqual([next])
    behind.close()
    level.close()
  })

  test('is understood by another implementation of the protocol', async () => {
    const client: StreamClient = createClient({
      url,
      singleConnection: false,
      headers: async () => ({ authorization: `Bearer ${await t.token(POM)}` }),
    })
    const hints = client.iterate<{ recordChanged: { revision: number } }>({ query: QUERY })
    const first = hints.next()
    await until('it is open', async () => (await entries(1))[0]?.outcome === 'OPENED')
    const revision = await pushAndBeat()
    expect((await first).value).toEqual({ data: { recordChanged: { revision } } })
    await hints.return?.()
    const wrong = client.iterate({ query: '{ myAccess { role } }' })
    expect((await wrong.next()).value).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
    expect((await wrong.next()).done).toBe(true)
    client.dispose()
  })

  test('ends with its token', async () => {
    const claims = {
      roles: ['PRISON_OFFENDER_MANAGER' as const],
      sub: 'pom-one',
      agency: 'MDI',
      client_id: 'brief',
    }
    const begun = Date.now()
    const stream = await open(POM, undefined, { token: await signDevelopmentToken(t.dataDir, claims, 4) })
    const revision = await pushAndBeat()
    await until('the hint comes', () => results(stream).length === 1)
    await ended(stream)
    expect(Date.now() - begun).toBeLessThan(10_000)
    expect(stream.text().endsWith('event: complete\ndata: \n\n')).toBe(true)
    await pushAndBeat()
    expect(revisions(stream)).toEqual([revision])
    expect((await entries(1))[0]).toMatchObject({ outcome: 'CLOSED', viewer: { client: 'brief' } })
  })

  test.each<As>([
    { role: 'PRISON_OFFICER', agency: 'MDI' },
    { role: 'MAPPA_PANEL_MEMBER', agency: 'POL-47' },
    { role: 'ANALYST' },
    { role: 'DATA_PROTECTION_OFFICER' },
    { role: 'CRC_SYSTEM', agency: 'C05' },
  ])('may be opened by whoever has a role, for no purpose: %p', async (as) => {
    const stream = await open(as)
    await until('it is open', () => stream.text() === ':\n\n')
    expect((await entries(1))[0]).toMatchObject({ kind: 'HINT', outcome: 'OPENED' })
    stream.close()
  })
})

describe('what is refused', () => {
  test.each([
    ['a question about a case', { query: '{ offender(by: {crn: "X000001"}) { id } }' }],
    ['a command', { query: 'mutation { disableWebhook(id: "1", reason: "x") { webhook { id } } }' }],
    ['introspection', { query: '{ __schema { types { name } } }' }],
    ['a subscription that there is not', { query: 'subscription { offenderChanged { id } }' }],
    [
      'a question beside the subscription',
      { query: `${QUERY} query Q { myAccess { role } }`, operationName: 'Q' },
    ],
    ['nothing, by a directive', { query: 'subscription { recordChanged @skip(if: true) { revision } }' }],
    [
      'two at once',
      { query: 'subscription { a: recordChanged { revision } b: recordChanged { revision } }' },
    ],
    ['what is no document', { query: 'subscription {' }],
    ['a document without end', { query: `subscription { ${'a '.repeat(10_000)} }`.slice(0, 15_000) }],
    ['what is no question', { text: QUERY }],
    [
      'a revision that is none',
      { query: 'subscription($a: Revision) { recordChanged(after: $a) { revision } }', variables: { a: -1 } },
    ],
  ])('%s: in the stream, on record, and nothing else', async (_name, body) => {
    const stream = await open(POM, body)
    await ended(stream)
    expect(stream.response.statusCode).toBe(200)
    expect(stream.text()).toMatch(/^:\n\nevent: next\ndata: .*\n\nevent: complete\ndata: \n\n$/)
    expect(results(stream)).toMatchObject([{ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] }])
    expect(results(stream)[0]).not.toHaveProperty('data')
    expect(stream.text()).not.toMatch(/offenderChanged|Did you mean|X000001/)
    expect((await entries(1))[0]).toMatchObject({ kind: 'REFUSAL', outcome: 'BAD_USER_INPUT', subjects: 0 })
  })

  test('who has no token, by status', async () => {
    const stream = await open(POM, undefined, { token: 'none' })
    await ended(stream)
    expect(stream.response.statusCode).toBe(401)
    expect(stream.text()).toContain('UNAUTHENTICATED')
  })

  test('who names a purpose that is not the role’s, or none that there is', async () => {
    for (const purpose of ['AUDIT', 'CURIOSITY']) {
      const stream = await open({ ...POM, headers: { 'purpose-of-use': purpose } })
      await ended(stream)
      expect(results(stream)).toMatchObject([{ errors: [{ extensions: { code: 'PURPOSE_NOT_ALLOWED' } }] }])
      expect((await entries(1))[0]).toMatchObject({ kind: 'REFUSAL', outcome: 'PURPOSE_NOT_ALLOWED' })
    }
  })

  test('another method, another form, a body that cannot be read', async () => {
    const get = await open(POM, '', { method: 'GET' })
    const put = await open(POM, '', { method: 'PUT' })
    const json = await open(POM, undefined, { headers: { accept: 'application/json' } })
    const broken = await open(POM, '{')
    for (const stream of [get, put, json, broken]) await ended(stream)
    expect([get, put, json, broken].map(({ response }) => response.statusCode)).toEqual([405, 405, 406, 400])
    expect(json.text()).toContain('BAD_USER_INPUT')
  })

  test('an eleventh stream of the same caller, until one is closed', async () => {
    const as: As = { ...POM, subject: 'greedy' }
    const ten: Plain[] = []
    for (let i = 0; i < 10; i += 1) ten.push(await open(as))
    const eleventh = await open(as)
    await ended(eleventh)
    expect(eleventh.response.statusCode).toBe(429)
    expect(eleventh.response.headers['retry-after']).toMatch(/^[1-9]\d*$/)
    expect((await entries(1))[0]).toMatchObject({ kind: 'REFUSAL', outcome: 'RATE_LIMITED' })
    const other = await open({ ...POM, subject: 'modest' })
    expect(other.response.statusCode).toBe(200)
    ten[0]?.close()
    await until('its end is on record', async () => (await entries(1))[0]?.outcome === 'CLOSED')
    const again = await open(as)
    expect(again.response.statusCode).toBe(200)
    for (const stream of [...ten, other, again]) stream.close()
  })
})

test('without the journal there is no stream: nothing is written before the opening is committed', async () => {
  const away = new Refusal('JOURNAL_UNAVAILABLE', 'The journal cannot be written, so nothing is shown.')
  const refused = await startTestGateway({
    alter: (gateway) => ({ ...gateway, append: () => Promise.reject(away) }),
  })
  const response = await request(refused.app)
    .post('/graphql/stream')
    .set('authorization', `Bearer ${await refused.token(POM)}`)
    .send({ query: QUERY })
  expect([response.status, response.headers['content-type']]).toEqual([
    503,
    'application/json; charset=utf-8',
  ])
  expect(response.body).toMatchObject({ errors: [{ extensions: { code: 'JOURNAL_UNAVAILABLE' } }] })
  await refused.close()
})

test('a reader who is slow is told the newest only, and nothing gathers for it', async () => {
  let revision = 0
  const pulse = createPulse(() => Promise.resolve((revision += 1)))
  const over = new AbortController()
  /** So large that a few hundred fill what lies between the two ends. */
  async function* large() {
    for await (const told of hintsAfter(0, pulse, over.signal)) yield { told, padding: 'x'.repeat(20_000) }
  }
  const sending = createServer((_request, response) => void sendResults(response, large(), over.signal))
  sending.listen(0, '127.0.0.1')
  await once(sending, 'listening')
  const answered = once(sending, 'request') as Promise<[IncomingMessage, ServerResponse]>
  const reader = connect((sending.address() as AddressInfo).port, '127.0.0.1').pause()
  reader.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n')
  const [, response] = await answered
  const beats = async (count: number) => {
    for (let i = 0; i < count; i += 1) {
      await pulse.beat()
      await new Promise(setImmediate)
    }
  }
  await until('the way to the reader is full', async () => {
    await beats(50)
    return response.writableNeedDrain
  })
  await beats(50)
  const [held, told] = [response.writableLength, revision]
  await beats(2_000)
  expect(response.writableLength).toBe(held)
  expect(held).toBeLessThan(100_000)
  let text = ''
  reader
    .setEncoding('utf8')
    .on('data', (part: string) => (text += part))
    .resume()
  await until('the newest comes', () => text.includes(`"told":${revision},`))
  const between = [...text.matchAll(/"told":(\d+)/g)].map(([, number]) => Number(number))
  expect(between.filter((number) => number > told)).toEqual([revision])
  over.abort()
  reader.destroy()
  sending.close()
})

test('hints coalesce while nobody takes them, and end with the pulse', async () => {
  const { pulse } = t.gateway
  const stop = new AbortController()
  const hints = hintsAfter(pulse.revision, pulse, stop.signal)
  const first = await (pushAndBeat(), hints.next())
  await pushAndBeat()
  const third = await pushAndBeat()
  expect(first.value).toBeLessThan(third)
  expect(await hints.next()).toEqual({ done: false, value: third })
  const last = hints.next()
  stop.abort()
  expect(await last).toEqual({ done: true, value: undefined })
})
