import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { createDispatcher, type Dispatcher } from '../src/outbound/dispatcher'
import { createSender, type Send, type Sent } from '../src/outbound/send'
import { openSigningKeys, type SigningKeys } from '../src/outbound/signing-keys'
import { aPrisoner } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { startReceiver, verifyHint, type Receiver } from './support/receiver'

const PRISON: As = { role: 'PRISON_SYSTEM', client: 'prison-system', agency: 'MDI' }
const CRC: As = { role: 'CRC_SYSTEM', client: 'crc-system', agency: 'C05' }
const RULES = { hosts: undefined, production: false }
const MINUTE = 60_000

let t: TestGateway
let keys: SigningKeys
let keyDir: string
let receiver: Receiver
let clock: Date
let pushed = 0

beforeAll(async () => {
  keyDir = await mkdtemp(join(tmpdir(), 'throughcare-signing-'))
  keys = await openSigningKeys(undefined, keyDir)
  t = await startTestGateway({ webhooks: { rules: RULES, publicKey: keys.publicKey } })
})
beforeEach(async () => {
  clock = new Date()
  receiver = await startReceiver()
  // Each test has the hints to itself.
  await t.database.pools.writer.query('delete from outbound.webhook_delivery')
  await t.database.pools.writer.query('delete from outbound.webhook')
})
afterEach(() => receiver.close())
afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
  await rm(keyDir, { recursive: true, force: true })
})

/** One process of several: its own dispatcher on the same database, with the test's clock. */
function dispatcher(send: Send = createSender({ rules: RULES })): Dispatcher {
  return createDispatcher({
    sql: t.database.pools.writer,
    transact: t.gateway.commands.transact,
    keys,
    send,
    now: () => clock,
    journalNow: () => new Date(),
    chance: () => 0,
    count: () => undefined,
    report: (error) => {
      throw error
    },
  })
}

/** One whose receiver answers when the test says so. */
function slowDispatcher() {
  const waiting: ((sent: Sent) => void)[] = []
  const by = dispatcher(() => new Promise((resolve) => waiting.push(resolve)))
  const answer = (status: number) => {
    for (const resolve of waiting.splice(0)) resolve({ status })
  }
  return { by, answer }
}

async function beat(by: Dispatcher = dispatcher()): Promise<void> {
  await t.gateway.pulse.beat()
  await by.tick(t.gateway.pulse.revision)
  await by.idle()
}

function pass(ms: number): void {
  clock = new Date(clock.getTime() + ms)
}

/** One more revision of the record. */
async function push(): Promise<number> {
  const number = `W${String(1000 + (pushed += 1)).padStart(4, '0')}AA`
  return (await t.ingest({ role: 'PRISON_SYSTEM' }, 'prisoner-search', aPrisoner(number))).revision
}

interface Shown {
  readonly id: string
  readonly url: string
  readonly agency: string | null
  readonly disabledAt: string | null
  readonly disabledReason: string | null
  readonly lastRevision: number
  readonly publicKey: string
  readonly deliveries: readonly {
    readonly id: string
    readonly revision: number
    readonly state: string
    readonly attempts: number
    readonly nextAttemptAt: string | null
    readonly lastStatus: number | null
    readonly lastError: string | null
  }[]
}

const FIELDS = `id url agency disabledAt disabledReason lastRevision publicKey
  deliveries(first: 5) { id revision state attempts nextAttemptAt lastStatus lastError }`

async function shown(as: As = PRISON): Promise<Shown[]> {
  const body = await t.ask(as, `{ webhooks { ${FIELDS} } }`)
  expect(body.errors).toBeUndefined()
  return body.data?.['webhooks'] as Shown[]
}

const register = (as: As, url: string, more: Record<string, unknown> = {}) =>
  t.ask(
    as,
    `mutation($url: String!, $requestId: String) { registerWebhook(url: $url, requestId: $requestId) { webhook { ${FIELDS} } } }`,
    { url, ...more },
  )

async function registered(as: As = PRISON, url: string = receiver.url): Promise<Shown> {
  const body = await register(as, url)
  expect(body.errors).toBeUndefined()
  return (body.data?.['registerWebhook'] as { webhook: Shown }).webhook
}

const codeOf = ({ errors }: Body) => errors?.[0]?.extensions.code
const revisionsReceived = () =>
  receiver.received.map(({ body }) => (JSON.parse(body) as { data: { revision: number } }).data.revision)
const idsReceived = () => receiver.received.map(({ headers }) => headers['webhook-id'])

/** What the journal holds of hints since the test began, newest last. */
async function hintEntries(webhook: string) {
  const client = new Client(t.testDatabase.connection)
  await client.connect()
  const { rows } = await client.query<{ entry: string; header: string }>(
    `select convert_from(e.entry, 'UTF8') as entry, convert_from(d.body, 'UTF8') as header
     from journal.entry e join journal.detail d on d.log = e.log and d.index = e.index and d.part = 0
     where e.kind = 'HINT' order by e.log, e.index`,
  )
  await client.end()
  return rows
    .map(({ entry, header }) => ({
      ...(JSON.parse(entry) as { outcome: string; revision: number; details: string[] }),
      header: JSON.parse(header) as {
        viewer: { client: string; agency?: string }
        parameters: Record<string, unknown>
      },
    }))
    .filter(({ header }) => header.parameters['webhook'] === webhook)
}

describe('a hint', () => {
  test('arrives after a push, signed, without content, and is on record', async () => {
    const webhook = await registered()
    expect(webhook).toMatchObject({ url: receiver.url, agency: 'MDI', disabledAt: null, deliveries: [] })
    await beat()
    expect(receiver.received).toEqual([])
    const revision = await push()
    await beat()
    const [hint] = receiver.received
    expect(await verifyHint(hint!, webhook.publicKey, clock)).toEqual({
      type: 'record.changed',
      timestamp: clock.toISOString(),
      data: { revision },
    })
    expect(hint?.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'throughcare' })
    const [now] = await shown()
    expect(now).toMatchObject({ lastRevision: revision })
    expect(now?.deliveries).toEqual([
      {
        id: hint?.headers['webhook-id'],
        revision,
        state: 'DELIVERED',
        attempts: 1,
        nextAttemptAt: null,
        lastStatus: 204,
        lastError: null,
      },
    ])
    const entries = await hintEntries(webhook.id)
    expect(entries).toMatchObject([
      {
        outcome: 'DELIVERED',
        revision,
        header: {
          viewer: { client: 'prison-system', agency: 'MDI' },
          parameters: {
            webhook: webhook.id,
            hint: hint?.headers['webhook-id'],
            host: new URL(receiver.url).host,
            attempts: 1,
          },
        },
      },
    ])
    expect(entries[0]?.details).toHaveLength(1)
    await beat()
    expect(receiver.received).toHaveLength(1)
  })

  test('that was changed on the way fits no signature', async () => {
    const { publicKey } = await registered()
    await push()
    await beat()
    const [hint] = receiver.received
    const altered = { ...hint!, body: hint!.body.replace(/\d+/, '9') }
    await expect(verifyHint(altered, publicKey, clock)).rejects.toThrow('no signature fits')
    const renamed = { ...hint!, headers: { ...hint!.headers, 'webhook-id': 'msg_other' } }
    await expect(verifyHint(renamed, publicKey, clock)).rejects.toThrow('no signature fits')
  })

  test('says the newest revision, however many came, and rests a little after each', async () => {
    await registered()
    await push()
    await push()
    const second = await push()
    await beat()
    expect(revisionsReceived()).toEqual([second])
    await push()
    await beat()
    const fifth = await push()
    await beat()
    expect(receiver.received).toHaveLength(1)
    pass(5_000)
    await beat()
    expect(revisionsReceived()).toEqual([second, fifth])
  })

  test('that was tried keeps its id and content; what came meanwhile is told by the next', async () => {
    await registered()
    const first = await push()
    receiver.answer = 500
    await beat()
    const second = await push()
    pass(5_000)
    receiver.answer = 200
    await beat()
    expect(revisionsReceived()).toEqual([first, first])
    expect(idsReceived()[0]).toBe(idsReceived()[1])
    await beat()
    pass(5_000)
    await beat()
    expect(revisionsReceived()).toEqual([first, first, second])
    expect(idsReceived()[2]).not.toBe(idsReceived()[0])
  })
})

describe('a receiver that fails', () => {
  test('is asked ten times in 75 hours and 35 minutes; then the hint is dead, and on record', async () => {
    const webhook = await registered()
    const revision = await push()
    receiver.answer = 500
    const begun = clock.getTime()
    const times: number[] = []
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await beat()
      times.push((clock.getTime() - begun) / 1_000)
      const [{ deliveries } = { deliveries: [] }] = await shown()
      const due = deliveries[0]?.nextAttemptAt
      if (due === null || due === undefined) break
      pass(Date.parse(due) - clock.getTime() - 1)
      await beat()
      expect(receiver.received).toHaveLength(attempt)
      pass(1)
    }
    const hours = (n: number) => n * 3_600
    const waits = [0, 5, 300, 1_800, hours(2), hours(5), hours(10), hours(14), hours(20), hours(24)]
    expect(times).toEqual(waits.map((_, i) => waits.slice(0, i + 1).reduce((sum, wait) => sum + wait, 0)))
    expect(new Set(idsReceived()).size).toBe(1)
    const stamps = receiver.received.map(({ headers }) => Number(headers['webhook-timestamp']))
    expect(stamps[9]! - stamps[0]!).toBe(times[9])
    await verifyHint(receiver.received[9]!, webhook.publicKey, clock)
    const [{ deliveries, lastRevision } = webhook] = await shown()
    expect(deliveries).toMatchObject([
      { revision, state: 'DEAD', attempts: 10, lastStatus: 500, lastError: 'STATUS_500' },
    ])
    expect(lastRevision).toBeLessThan(revision)
    expect(await hintEntries(webhook.id)).toMatchObject([
      { outcome: 'DEAD', revision, header: { parameters: { attempts: 10, fault: 'STATUS_500' } } },
    ])
    // A dead hint does not keep the next from being made.
    const next = await push()
    receiver.answer = 200
    await beat()
    expect(revisionsReceived().at(-1)).toBe(next)
  })

  test('by answering 410 is asked no more', async () => {
    const webhook = await registered()
    await push()
    receiver.answer = 410
    await beat()
    const [now] = await shown()
    expect(now).toMatchObject({ disabledReason: 'GONE', deliveries: [{ state: 'DEAD', lastStatus: 410 }] })
    expect(now?.disabledAt).not.toBeNull()
    expect(await hintEntries(webhook.id)).toMatchObject([
      { outcome: 'DEAD', header: { parameters: { fault: 'STATUS_410' } } },
    ])
    await push()
    pass(100 * 3_600_000)
    await beat()
    expect(receiver.received).toHaveLength(1)
    // The address may be registered anew.
    expect((await registered()).id).not.toBe(webhook.id)
  })

  test('by a redirect is not followed', async () => {
    await registered()
    await push()
    receiver.answer = 307
    await beat()
    expect(receiver.received).toHaveLength(1)
    expect((await shown())[0]?.deliveries).toMatchObject([
      { state: 'PENDING', attempts: 1, lastStatus: 307, lastError: 'STATUS_307' },
    ])
  })

  test('by silence is cut off, and does not hold up others', async () => {
    await registered()
    const other = await startReceiver()
    await registered(CRC, other.url)
    await push()
    receiver.answer = 'hang'
    await beat(dispatcher(createSender({ rules: RULES, timeoutMs: 1_000 })))
    expect(other.received).toHaveLength(1)
    expect((await shown())[0]?.deliveries).toMatchObject([{ state: 'PENDING', lastError: 'TIMEOUT' }])
    await other.close()
  })

  test('by not being there is retried', async () => {
    const gone = await startReceiver()
    await registered(PRISON, gone.url)
    await gone.close()
    await push()
    await beat()
    expect((await shown())[0]?.deliveries).toMatchObject([
      { state: 'PENDING', attempts: 1, lastStatus: null, lastError: 'ECONNREFUSED' },
    ])
  })
})

describe('several processes', () => {
  test('send each attempt once between them', async () => {
    const others = await Promise.all(Array.from({ length: 8 }, () => startReceiver()))
    for (const other of others) await registered(PRISON, other.url)
    const both = [dispatcher(), dispatcher()]
    for (let round = 0; round < 5; round += 1) {
      await push()
      pass(5_000)
      await Promise.all(both.map(beat))
    }
    expect(others.map(({ received }) => received.length)).toEqual(others.map(() => 5))
    await Promise.all(others.map((other) => other.close()))
  })

  test('one that dies between sending and noting it leaves a hint that is sent again, under the same id', async () => {
    await registered()
    const revision = await push()
    const real = createSender({ rules: RULES })
    const dying = dispatcher(async (...args) => {
      await real(...args)
      return new Promise(() => undefined)
    })
    await t.gateway.pulse.beat()
    await dying.tick(t.gateway.pulse.revision)
    while (receiver.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    pass(MINUTE - 1)
    await beat()
    expect(receiver.received).toHaveLength(1)
    pass(1)
    await beat()
    expect(revisionsReceived()).toEqual([revision, revision])
    expect(idsReceived()[0]).toBe(idsReceived()[1])
    expect((await shown())[0]?.deliveries).toMatchObject([{ state: 'DELIVERED', attempts: 2 }])
  })

  test('do not change a hint that one of them is sending: the next tells what came meanwhile', async () => {
    await registered()
    const sending = await push()
    const { by, answer } = slowDispatcher()
    await t.gateway.pulse.beat()
    await by.tick(t.gateway.pulse.revision)
    const meanwhile = await push()
    await beat()
    expect((await shown())[0]?.deliveries).toMatchObject([{ revision: sending, attempts: 1 }])
    answer(200)
    await by.idle()
    expect((await shown())[0]?.lastRevision).toBe(sending)
    pass(5_000)
    await beat()
    expect(revisionsReceived()).toEqual([meanwhile])
  })

  test('one that comes back after it was given up for lost changes nothing, but what it sent is on record', async () => {
    const webhook = await registered()
    await push()
    const { by, answer } = slowDispatcher()
    await t.gateway.pulse.beat()
    await by.tick(t.gateway.pulse.revision)
    pass(MINUTE)
    receiver.answer = 500
    await beat()
    answer(200)
    await by.idle()
    expect((await shown())[0]?.deliveries).toMatchObject([{ state: 'PENDING', attempts: 2 }])
    expect(await hintEntries(webhook.id)).toMatchObject([{ outcome: 'DELIVERED' }])
  })
})

describe('replay', () => {
  const replay = (id: string, afterRevision: number, as: As = PRISON) =>
    t.ask(
      as,
      `mutation($id: ID!, $after: Revision!) { replayWebhook(id: $id, afterRevision: $after) { webhook { ${FIELDS} } } }`,
      { id, after: afterRevision },
    )

  test('says again what was delivered', async () => {
    const { id } = await registered()
    const revision = await push()
    await beat()
    expect((await replay(id, revision - 1)).errors).toBeUndefined()
    pass(5_000)
    await beat()
    expect(revisionsReceived()).toEqual([revision, revision])
    expect(new Set(idsReceived()).size).toBe(2)
  })

  test('tries a dead one anew, as it was, and then tells the rest', async () => {
    const webhook = await registered()
    const dead = await push()
    receiver.answer = 500
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await beat()
      pass(25 * 60 * MINUTE)
    }
    expect((await shown())[0]?.deliveries).toMatchObject([{ state: 'DEAD' }])
    const rest = await push()
    const body = await replay(webhook.id, dead - 1)
    expect((body.data?.['replayWebhook'] as { webhook: Shown }).webhook.deliveries).toMatchObject([
      { state: 'PENDING', revision: dead, attempts: 0 },
    ])
    await beat()
    receiver.answer = 200
    for (let round = 0; round < 3; round += 1) {
      pass(5_000)
      await beat()
    }
    expect(revisionsReceived().slice(9)).toEqual([dead, dead, dead, rest])
    expect(new Set(idsReceived().slice(0, 12)).size).toBe(1)
  })

  test('hurries one that waits', async () => {
    const { id } = await registered()
    await push()
    receiver.answer = 500
    await beat()
    pass(5_000)
    await beat()
    await replay(id, 0)
    receiver.answer = 200
    await beat()
    expect(receiver.received).toHaveLength(3)
  })

  test('is refused where there is nothing to say, and for a webhook that is disabled', async () => {
    const { id, lastRevision } = await registered()
    const nothing = await replay(id, lastRevision)
    expect(nothing.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'afterRevision' })
    const disabled = await t.ask(
      PRISON,
      'mutation($id: ID!) { disableWebhook(id: $id, reason: "moved") { webhook { disabledReason } } }',
      { id },
    )
    expect(disabled.data).toEqual({ disableWebhook: { webhook: { disabledReason: 'moved' } } })
    expect(codeOf(await replay(id, 0))).toBe('CONFLICT')
    await push()
    await beat()
    expect(receiver.received).toEqual([])
  })
})

describe('whose webhooks', () => {
  const disable = 'mutation($id: ID!) { disableWebhook(id: $id, reason: "mine now") { webhook { id } } }'
  const replay = 'mutation($id: ID!) { replayWebhook(id: $id, afterRevision: 0) { webhook { id } } }'

  test('another client sees and touches none of them', async () => {
    const { id } = await registered()
    await push()
    expect(await shown(CRC)).toEqual([])
    expect(await shown({ ...PRISON, client: 'another-prison-system' })).toEqual([])
    expect((await t.ask(CRC, disable, { id })).data).toEqual({ disableWebhook: null })
    expect((await t.ask(CRC, replay, { id })).data).toEqual({ replayWebhook: null })
    expect((await shown())[0]?.disabledAt).toBeNull()
  })

  test.each<As>([
    { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI' },
    { role: 'MAPPA_COORDINATOR' },
    { role: 'DATA_PROTECTION_OFFICER' },
    { role: 'ANALYST' },
  ])('people have none: %p', async (as) => {
    const asked = { ...as, purpose: null }
    expect(codeOf(await t.ask(asked, '{ webhooks { id } }'))).toBe('FORBIDDEN')
    expect(codeOf(await register(asked, receiver.url))).toBe('FORBIDDEN')
    expect(codeOf(await t.ask(asked, disable, { id: receiver.url }))).toBe('FORBIDDEN')
  })

  test('an address is registered once, a request once, and at most ten a system', async () => {
    const body = await register(PRISON, receiver.url, { requestId: 'once' })
    const again = await register(PRISON, receiver.url, { requestId: 'once' })
    expect(again.data).toEqual(body.data)
    expect(codeOf(await register(PRISON, receiver.url))).toBe('CONFLICT')
    for (let i = 1; i < 10; i += 1) await registered(PRISON, `${receiver.url}/${i}`)
    const eleventh = await register(PRISON, `${receiver.url}/10`)
    expect(eleventh.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'url' })
    await registered(CRC, receiver.url)
    const pages = await t.ask(
      PRISON,
      '{ webhooks { none: deliveries(first: 0) { id } all: deliveries { id } } }',
    )
    expect(pages.data?.['webhooks']).toHaveLength(10)
  })

  test('commands are on record, with the webhook and its host', async () => {
    const { id } = await registered()
    await t.ask(PRISON, disable, { id })
    const client = new Client(t.testDatabase.connection)
    await client.connect()
    const { rows } = await client.query<{ outcome: string; header: string }>(
      `select convert_from(e.entry, 'UTF8')::json ->> 'outcome' as outcome, convert_from(d.body, 'UTF8') as header
       from journal.entry e join journal.detail d on d.log = e.log and d.index = e.index and d.part = 0
       where e.kind = 'ALTERATION' order by e.log desc, e.index desc limit 2`,
    )
    await client.end()
    const host = new URL(receiver.url).host
    expect(rows.map(({ outcome, header }) => [outcome, JSON.parse(header)])).toMatchObject([
      ['DONE', { operation: 'disableWebhook', parameters: { webhook: id, host } }],
      ['DONE', { operation: 'registerWebhook', parameters: { webhook: id, host } }],
    ])
  })

  test('none at all where the gateway names no host', async () => {
    const without = await startTestGateway()
    const url = 'https://receiver.example.org/'
    const body = await without.ask(PRISON, `mutation { registerWebhook(url: "${url}") { webhook { id } } }`)
    expect(codeOf(body)).toBe('FORBIDDEN')
    await without.close()
  })
})

describe('the database', () => {
  test('lets nobody but the writer at webhooks', async () => {
    for (const pool of ['reader', 'appender', 'auditor'] as const) {
      await expect(t.database.pools[pool].query('select from outbound.webhook')).rejects.toMatchObject({
        code: '42501',
      })
    }
  })
})

describe('signing keys', () => {
  test('are made once for a data directory, for its owner only', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'throughcare-signing-'))
    const made = await Promise.all(Array.from({ length: 8 }, () => openSigningKeys(undefined, dir)))
    expect(new Set(made.map(({ publicKey }) => publicKey)).size).toBe(1)
    expect((await stat(join(dir, 'webhook-signing-key.pem'))).mode & 0o777).toBe(0o600)
    await rm(dir, { recursive: true })
  })

  test('that are changed sign side by side, so that holders of either can check', async () => {
    const [newDir, file] = [await mkdtemp(join(tmpdir(), 'throughcare-signing-')), join(keyDir, 'both.pem')]
    const fresh = await openSigningKeys(undefined, newDir)
    const pem = (dir: string) => readFile(join(dir, 'webhook-signing-key.pem'), 'utf8')
    await writeFile(file, `${await pem(newDir)}${await pem(keyDir)}`)
    const both = await openSigningKeys(file, keyDir)
    expect(both.publicKey).toBe(fresh.publicKey)
    const body = '{"type":"record.changed"}'
    const headers = (signature: string) => ({
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(clock.getTime() / 1_000)),
      'webhook-signature': signature,
    })
    const hint = { body, headers: headers(both.sign('msg_1', Math.floor(clock.getTime() / 1_000), body)) }
    expect(hint.headers['webhook-signature']).toMatch(/^v1a,\S{88} v1a,\S{88}$/)
    await verifyHint(hint, fresh.publicKey, clock)
    await verifyHint(hint, keys.publicKey, clock)
    await rm(newDir, { recursive: true })
  })

  test('that are not Ed25519 in PEM stop the start, by name', async () => {
    const file = join(keyDir, 'bad.pem')
    await writeFile(file, 'whsk_abc')
    await expect(openSigningKeys(file, keyDir)).rejects.toThrow(`${file} is not readable as Ed25519`)
    await expect(openSigningKeys(`${file}.none`, keyDir)).rejects.toThrow('is not readable as Ed25519')
  })
})
