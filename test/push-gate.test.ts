import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import request, { type Response } from 'supertest'
import { Refusal } from '../src/domain/refusal'
import { placeFor, PushGate, type Entrance } from '../src/updates/push-gate'
import { aPrisoner } from './support/documents'
import { startTestGateway, type As, type ItemAnswer, type TestGateway } from './support/gateway'
import { until } from './support/process'

describe('the gate', () => {
  const limits = { working: 2, requests: 4, streams: 2 }

  test('has two batches in work at once and takes the others in order of asking', async () => {
    const gate = new PushGate(limits)
    const begun: number[] = []
    const holds = Array.from({ length: 5 }, held)
    const done = holds.map(({ released }, i) =>
      gate.turn(() => {
        begun.push(i)
        return released
      }),
    )
    await sleep(1)
    expect([begun, gate.working, gate.waiting]).toEqual([[0, 1], 2, 3])
    holds[1]!.release()
    await done[1]
    expect([begun, gate.working, gate.waiting]).toEqual([[0, 1, 2], 2, 2])
    for (const { release } of holds) release()
    await Promise.all(done)
    expect([begun, gate.working, gate.waiting]).toEqual([[0, 1, 2, 3, 4], 0, 0])
  })

  test('hands the turn on when the work fails', async () => {
    const gate = new PushGate({ ...limits, working: 1 })
    const hold = held()
    const failing = gate.turn(async () => {
      await hold.released
      throw new Error('no luck')
    })
    const next = gate.turn(() => Promise.resolve('done'))
    hold.release()
    await expect(failing).rejects.toThrow('no luck')
    await expect(next).resolves.toBe('done')
    expect([gate.working, gate.waiting]).toEqual([0, 0])
  })

  test('lets in up to its limits, one client at most half of them, and who leaves makes room', () => {
    const gate = new PushGate(limits)
    const leave = gate.enter('one', 'requests')
    gate.enter('one', 'requests')
    expect(turnedAway(gate, 'one', 'requests')).toBe('RATE_LIMITED')
    gate.enter('two', 'requests')
    gate.enter('three', 'requests')
    expect(turnedAway(gate, 'four', 'requests')).toBe('RATE_LIMITED')
    leave()
    expect(turnedAway(gate, 'four', 'requests')).toBeUndefined()
    expect(turnedAway(gate, 'one', 'streams')).toBeUndefined()
    expect(turnedAway(gate, 'one', 'streams')).toBe('RATE_LIMITED')
    expect(gate.refused).toBe(3)
  })

  test('lets in many small requests for a large one, and a body of unknown length as a large one', () => {
    const gate = new PushGate(limits)
    const small = placeFor(65_536)
    const leave = Array.from({ length: 64 }, () => gate.enter('one', 'requests', small))
    expect(() => gate.enter('one', 'requests', small)).toThrow(Refusal)
    gate.enter('two', 'requests', placeFor(65_537))
    gate.enter('two', 'requests', placeFor(undefined))
    expect(() => gate.enter('three', 'requests', small)).toThrow(Refusal)
    for (const each of leave) each()
    gate.enter('one', 'requests')
    gate.enter('one', 'requests')
    expect(turnedAway(gate, 'three', 'requests')).toBe('RATE_LIMITED')
  })

  function turnedAway(gate: PushGate, client: string, entrance: Entrance): string | undefined {
    try {
      gate.enter(client, entrance)
      return undefined
    } catch (error) {
      return error instanceof Refusal ? error.code : String(error)
    }
  }
})

describe('when as much is pushed as the gate lets in', () => {
  const PRISON: As = { role: 'PRISON_SYSTEM' }
  const COM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI' }
  const limits = { working: 1, requests: 2, streams: 2 }
  let t: TestGateway
  let record: Client
  let server: Server

  beforeAll(async () => {
    t = await startTestGateway({ pushLimits: limits })
    record = new Client({ ...t.testDatabase.connection })
    await record.connect()
    server = createServer(t.app).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(async () => {
    await new Promise((done) => server.close(done))
    await record.end()
    await t.close()
  })

  /** Takes all places while something is done. */
  async function whileFull<T>(work: () => Promise<T>): Promise<T> {
    const { pushGate } = t.gateway
    const leave = ['one', 'two'].map((client) => pushGate.enter(client, 'requests'))
    try {
      return await work()
    } finally {
      for (const each of leave) each()
    }
  }

  /** Keeps every other batch waiting while something is done. */
  async function whileHeld<T>(work: () => Promise<T>): Promise<T> {
    const hold = held()
    const turn = t.gateway.pushGate.turn(() => hold.released)
    try {
      return await work()
    } finally {
      hold.release()
      await turn
    }
  }

  async function lastEntry(): Promise<unknown> {
    const { rows } = await record.query<{ entry: unknown }>(
      `select convert_from(e.entry, 'UTF8')::jsonb as entry from journal.entry e order by e.index desc limit 1`,
    )
    return rows[0]?.entry
  }

  const retryAfter = expect.stringMatching(/^[1-4]$/)

  test('a batch is refused with 429 before anything of it is sent, on record, and taken later', async () => {
    const { status, headers, body } = await whileFull(async () => {
      const outgoing = await open('application/json')
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
      let text = ''
      outgoing.end('[]')
      for await (const part of response) text += String(part)
      return { status: response.statusCode, headers: response.headers, body: JSON.parse(text) as unknown }
    })
    expect(status).toBe(429)
    expect(headers['retry-after']).toEqual(retryAfter)
    expect(body).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'RATE_LIMITED' } }],
    })
    expect(await lastEntry()).toMatchObject({ kind: 'REFUSAL', outcome: 'RATE_LIMITED' })
    const { results } = await t.ingest(PRISON, 'prisoner-search', aPrisoner('R1111RR'))
    expect(results.map(({ outcome }) => outcome)).toEqual(['APPLIED'])
  })

  const PUSH = (n: number) =>
    `pushCaseUpdates(input: {updates: [{fact: {prisonRecord: {prisonNumber: "R200${n}RR", person: {family: "Sample"}}}}]}) { results { outcome } }`

  async function mutate(query: string): Promise<Response> {
    return request(t.app)
      .post('/graphql')
      .set('authorization', `Bearer ${await t.token(PRISON)}`)
      .send({ query })
  }

  test('typed updates are refused in the same way', async () => {
    const { status, headers, body } = await whileFull(() => mutate(`mutation { ${PUSH(1)} }`))
    expect(status).toBe(429)
    expect(headers['retry-after']).toEqual(retryAfter)
    expect(body).toMatchObject({ data: null, errors: [{ extensions: { code: 'RATE_LIMITED' } }] })
    expect(await lastEntry()).toMatchObject({ kind: 'REFUSAL', outcome: 'RATE_LIMITED' })
  })

  test('what an operation has done is told, also where the rest of it is refused', async () => {
    let answered: Promise<Response> | undefined
    await whileHeld(async () => {
      answered = mutate(`mutation { first: ${PUSH(2)} second: ${PUSH(3)} }`)
      await until('the first waits', () => t.gateway.pushGate.waiting === 1)
      limits.requests = 0
    })
    const { status, body } = (await answered)!
    limits.requests = 2
    expect(status).toBe(200)
    expect(body).toMatchObject({
      data: { first: { results: [{ outcome: 'APPLIED' }] }, second: null },
      errors: [{ path: ['second'], extensions: { code: 'RATE_LIMITED' } }],
    })
  })

  test('a stream that has begun waits, is not read on meanwhile, and views are answered', async () => {
    const outgoing = await open('application/x-ndjson')
    outgoing.write(lines(0, 500))
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    const answers = outcomes(response)
    expect((await answers.next()).value).toHaveLength(500)
    await whileHeld(async () => {
      // More than the machine's own buffers hold.
      outgoing.end(lines(500, 650, 200_000))
      await until('the stream waits', () => t.gateway.pushGate.waiting === 1)
      const view = await whileFull(() => t.ask(COM, '{ offenders(first: 1) { nodes { id } } }'))
      expect(view.data).toMatchObject({ offenders: { nodes: [{ id: expect.any(String) }] } })
      await sleep(300)
      const unsent = outgoing.socket!.writableLength
      await sleep(300)
      expect(unsent).toBeGreaterThan(0)
      expect(outgoing.socket!.writableLength).toBe(unsent)
    })
    const applied: string[] = []
    for await (const chunk of answers) applied.push(...chunk)
    expect(applied).toHaveLength(150)
    expect(new Set(applied)).toEqual(new Set(['APPLIED']))
  })

  test('the metrics say how much is in work and how much was refused', async () => {
    const before = t.gateway.pushGate.refused
    await whileFull(() => mutate(`mutation { ${PUSH(4)} }`))
    const { text } = await whileHeld(() => request(t.app).get('/metrics'))
    expect(text).toContain('throughcare_pushes_working 1\n')
    expect(text).toContain('throughcare_pushes_waiting 0\n')
    expect(text).toContain(`throughcare_pushes_refused_total ${before + 1}\n`)
  })

  /** A request of which the head alone is sent. */
  async function open(type: string) {
    const { port } = server.address() as AddressInfo
    const headers = {
      authorization: `Bearer ${await t.token(PRISON)}`,
      'content-type': type,
      'transfer-encoding': 'chunked',
    }
    const path = '/ingest/prisoner-search'
    const outgoing = httpRequest({ host: '127.0.0.1', port, method: 'POST', path, headers })
    outgoing.flushHeaders()
    return outgoing
  }
})

function lines(from: number, to: number, length = 0): string {
  const documents = Array.from({ length: to - from }, (_, i) => aPrisoner(`S${1000 + from + i}SS`))
  return documents.map((document) => `${JSON.stringify(document).padEnd(length)}\n`).join('')
}

async function* outcomes(response: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  let rest = ''
  for await (const part of response) {
    const texts = (rest + part.toString()).split('\n')
    rest = texts.pop() ?? ''
    for (const text of texts) {
      yield (JSON.parse(text) as { results: ItemAnswer[] }).results.map(({ outcome }) => outcome)
    }
  }
}

function held(): { released: Promise<void>; release: () => void } {
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  return { released, release }
}
