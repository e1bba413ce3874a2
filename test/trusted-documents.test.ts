import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getIntrospectionQuery } from 'graphql'
import { Client } from 'pg'
import request, { type Response } from 'supertest'
import { DEFAULT_LIMITS } from '../src/domain/document-limits'
import { createGraphql } from '../src/http/graphql'
import { KnownDocuments } from '../src/http/known-documents'
import { aCase } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'

const OFFICER: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }
const BY = { crn: 'X710001' }
const NAME = 'query Name($by: OffenderRef!) { offender(by: $by) { name { family } } }'
const ROLE = 'query Role { myAccess { role } }'
const HINTS = 'subscription Hints($after: Revision) { recordChanged(after: $after) { revision } }'
const OTHER = 'query Other { myAccess { agency } }'
const LIMITS = { ...DEFAULT_LIMITS, tokens: 400, depth: 6, aliases: 5, cost: 500 }

let t: TestGateway
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'throughcare-registered-'))
  const path = join(folder, 'registered.json')
  await writeFile(
    path,
    JSON.stringify({ name: NAME, role: ROLE, hints: HINTS, schema: '{ __schema { queryType { name } } }' }),
  )
  await writeFile(join(folder, 'role.graphql'), ROLE)
  t = await startTestGateway({
    limits: LIMITS,
    documents: {
      bound: { path, registeredOnly: true },
      free: { path: join(folder, 'role.graphql'), registeredOnly: false },
    },
  })
  await t.ingest({ role: 'PROBATION_SYSTEM', agency: 'N02' }, 'probation-search', aCase('X710001'))
})
afterAll(async () => {
  await t.close()
  await rm(folder, { recursive: true, force: true })
})

const BOUND: As = { ...OFFICER, client: 'bound' }
const FREE: As = { ...OFFICER, client: 'free' }

async function post(as: As, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return request(t.app)
    .post('/graphql')
    .set('authorization', `Bearer ${await t.token(as)}`)
    .set({ 'purpose-of-use': 'OFFENDER_MANAGEMENT', ...headers })
    .send(body)
}

async function get(as: As, parameters: Record<string, string>): Promise<Response> {
  return request(t.app)
    .get('/graphql')
    .query(parameters)
    .set('authorization', `Bearer ${await t.token(as)}`)
    .set('purpose-of-use', 'OFFENDER_MANAGEMENT')
}

function bodyOf(response: Response): Body {
  return JSON.parse(response.text) as Body
}

/** The newest entry, with all that it says. */
async function newestEntry(): Promise<{ kind: string; outcome: string; text: string } | undefined> {
  const client = new Client({ ...t.testDatabase.connection })
  await client.connect()
  const { rows } = await client.query<{ kind: string; outcome: string; text: string }>(
    `select l.kind, l.outcome,
       convert_from(e.entry, 'UTF8') || string_agg(convert_from(d.body, 'UTF8'), ' ' order by d.part) as text
     from journal.entry e join journal.lookup l using (log, index) join journal.detail d using (log, index)
     group by e.log, e.index, e.entry, l.kind, l.outcome order by e.log desc, e.index desc limit 1`,
  )
  await client.end()
  return rows[0]
}

function told(response: Response) {
  const { data, errors } = bodyOf(response)
  return [response.status, data, errors?.[0]?.extensions]
}

const FAMILY = { offender: { name: { family: 'Sample' } } }
const UNKNOWN = [400, undefined, { code: 'BAD_USER_INPUT', field: 'documentId' }]
const REGISTERED_ONLY = [200, null, { code: 'FORBIDDEN', field: 'query' }]

describe('a registered document is asked', () => {
  const hash = `sha256:${createHash('sha256').update(NAME).digest('hex')}`

  test.each([
    ['by the name that its manifest gives it', { documentId: 'name' }],
    ['by the hash of its text', { documentId: hash }],
    ['by name and operation', { documentId: 'name', operationName: 'Name' }],
    ['as Apollo Client does', { extensions: { persistedQuery: { version: 1, sha256Hash: 'name' } } }],
    ['by its text', { query: NAME }],
  ])('%s', async (_how, asked) => {
    expect(told(await post(BOUND, { ...asked, variables: { by: BY } }))).toEqual([200, FAMILY, undefined])
  })

  test('by GET', async () => {
    const variables = JSON.stringify({ by: BY })
    expect(told(await get(BOUND, { documentId: hash, variables }))).toEqual([200, FAMILY, undefined])
    expect(told(await get(BOUND, { documentId: 'nobody', variables }))).toEqual(UNKNOWN)
  })

  test('by its client alone', async () => {
    expect(told(await post(FREE, { documentId: 'name', variables: { by: BY } }))).toEqual(UNKNOWN)
    expect(told(await post({ ...OFFICER, client: 'other' }, { documentId: 'name' }))).toEqual(UNKNOWN)
  })

  test.each([
    ['an id that is not registered', { documentId: 'nobody' }],
    ['an id that is no text', { documentId: 7 }],
    ['an id beside a document', { documentId: 'name', query: ROLE }],
  ])('and not by %s', async (_how, asked) => {
    expect(told(await post(BOUND, asked))).toEqual(UNKNOWN)
  })

  test('and refused in the form that the client takes', async () => {
    const response = await post(
      BOUND,
      { documentId: 'nobody' },
      { accept: 'application/graphql-response+json' },
    )
    expect([response.status, response.get('content-type')]).toEqual([
      400,
      'application/graphql-response+json; charset=utf-8',
    ])
  })
})

/** A stream goes on; the first thing that it tells is enough. */
function firstEvent(response: Response, done: (error: Error | null, body: string) => void): void {
  const stream = response as unknown as IncomingMessage
  let text = ''
  stream.on('data', (piece: Buffer) => {
    text += piece.toString()
    if (!text.includes('data: {')) return
    done(null, text)
    stream.destroy()
  })
}

describe('a client that asks registered documents only', () => {
  test('asks no other, by no way', async () => {
    expect(told(await post(BOUND, { query: OTHER }))).toEqual(REGISTERED_ONLY)
    expect(told(await post(FREE, { query: OTHER }))).toEqual([
      200,
      { myAccess: { agency: 'N02' } },
      undefined,
    ])
    // What another client made known is not its own.
    expect(told(await post(BOUND, { query: OTHER }))).toEqual(REGISTERED_ONLY)
    expect(told(await post(BOUND, { query: `${NAME} ` }))).toEqual(REGISTERED_ONLY)
    expect(told(await get(BOUND, { query: OTHER }))).toEqual(REGISTERED_ONLY)
    expect(told(await post(BOUND, { query: getIntrospectionQuery() }))).toEqual(REGISTERED_ONLY)
    for (const nothing of [{}, { query: '' }, { query: 7 }, { operationName: 'Name' }]) {
      expect(told(await post(BOUND, nothing))).toEqual(REGISTERED_ONLY)
    }
    expect(told(await get(BOUND, {}))).toEqual(REGISTERED_ONLY)
    const twice = await request(t.app)
      .get(`/graphql?query=${encodeURIComponent(OTHER)}&query=${encodeURIComponent(ROLE)}`)
      .set('authorization', `Bearer ${await t.token(BOUND)}`)
    expect(told(twice)).toEqual(REGISTERED_ONLY)
    expect(told(await post(BOUND, [{ query: OTHER }]))).toEqual(REGISTERED_ONLY)
  })

  test('asks for the schema where that is registered', async () => {
    expect(told(await post(BOUND, { documentId: 'schema' }))).toEqual([
      200,
      { __schema: { queryType: { name: 'Query' } } },
      undefined,
    ])
  })

  test('is told so at the stream too, and gets the one it has registered', async () => {
    await t.gateway.pulse.beat()
    const token = await t.token(BOUND)
    const ask = async (body: object) => {
      const response = await request(t.app)
        .post('/graphql/stream')
        .set('authorization', `Bearer ${token}`)
        .set('accept', 'text/event-stream')
        .buffer(true)
        .parse(firstEvent)
        .send(body)
      return response.body as string
    }
    expect(await ask({ query: 'subscription { recordChanged { revision } }' })).toContain(
      '"code":"FORBIDDEN"',
    )
    expect(await ask({ documentId: 'role' })).toContain('"code":"BAD_USER_INPUT"')
    expect(await ask({ documentId: 'hints', variables: { after: 0 } })).toMatch(
      /"recordChanged":\{"revision":[1-9]/,
    )
  })

  test('leaves a refusal in the journal, with the name and nothing of the text', async () => {
    await post(BOUND, {
      query: 'query Secret { offender(by: {crn: "X710001"}) { id } }',
      operationName: 'Secret',
    })
    const entry = await newestEntry()
    expect(entry).toMatchObject({ kind: 'REFUSAL', outcome: 'FORBIDDEN' })
    expect(entry?.text).toContain('"operation":"Secret"')
    expect(entry?.text).not.toMatch(/X710001|offender\(/)
    await post(BOUND, { query: OTHER, operationName: 'X710001 Robin Sample' })
    expect((await newestEntry())?.text).not.toContain('Robin')
  })
})

describe('any other document is limited', () => {
  const levels = (n: number) =>
    `{ offender(by: {crn: "X710001"}) ${'{ ... '.repeat(n - 2)}{ id }${' }'.repeat(n - 2)} }`
  const chain = (n: number) =>
    `{ ...f0 } ${Array.from({ length: n - 3 }, (_, i) => `fragment f${i} on Query { ...f${i + 1} }`).join(' ')} fragment f${n - 3} on Query { myAccess { role } }`
  const aliases = (n: number) =>
    `{ myAccess { ${Array.from({ length: n }, (_, i) => `a${i}: role`).join(' ')} } }`
  const tokens = (n: number) => `{ myAccess { ${'role '.repeat(n - 5)} } }`
  // 1 + first × (nodes 1 + id 1)
  const paged = (first: number | string) => `{ offenders(first: ${first}) { nodes { id } } }`
  const cost = (n: number) => `{ ${'__typename '.repeat(n - 201)} offenders(first: 100) { nodes { id } } }`

  test.each<[string, string, string, object]>([
    ['depth', levels(6), levels(7), { depth: 7, limit: 6 }],
    ['depth of fragments', chain(6), chain(7), { depth: 7, limit: 6 }],
    ['aliases', aliases(5), aliases(6), { aliases: 6, limit: 5 }],
    ['tokens', tokens(400), tokens(401), { tokens: 401, limit: 400 }],
  ])('by its %s', async (_what, just, beyond, figures) => {
    for (const _again of [1, 2]) {
      expect(told(await post(FREE, { query: just }))[2]).toBeUndefined()
      expect(told(await post(FREE, { query: beyond }))).toEqual([
        200,
        null,
        { code: 'TOO_COSTLY', ...figures },
      ])
    }
    expect(told(await get(FREE, { query: beyond }))).toEqual([200, null, { code: 'TOO_COSTLY', ...figures }])
  })

  test('by its cost', async () => {
    expect(told(await post(FREE, { query: cost(500) }))[2]).toBeUndefined()
    const refused = await post(FREE, { query: cost(501) })
    expect(told(refused)).toEqual([200, null, { code: 'TOO_COSTLY', cost: 501, limit: 500 }])
    expect(bodyOf(refused).errors?.[0]?.message).toBe(
      'The cost of an operation is at most 500; this one has 501.',
    )
    expect(told(await post(FREE, { query: paged(100) }))[2]).toBeUndefined()
  })

  test('with the variables that it comes with, also when it is known', async () => {
    const query =
      'query($n: Int) { offenders(first: $n) { nodes { id events(first: $n) { nodes { id } } } } }'
    const page = async (n: number) => told(await post(FREE, { query, variables: { n } }))[2]
    const weight = (n: number) => 1 + n * (1 + 1 + 1 + n * 2)
    expect([weight(15), weight(16)]).toEqual([496, 561])
    for (const _again of [1, 2, 3]) {
      expect(await page(15)).toBeUndefined()
      expect(await page(16)).toEqual({ code: 'TOO_COSTLY', cost: 561, limit: 500 })
    }
  })

  test('by the operation that is asked of several', async () => {
    const heavy = '{ offenders(first: 100) { nodes { id name { given family } } } }'
    const query = `query Light { myAccess { role } } query Heavy ${heavy}`
    expect(told(await post(FREE, { query, operationName: 'Heavy' }))[2]).toMatchObject({ cost: 501 })
    expect(told(await post(FREE, { query, operationName: 'Light' }))[2]).toBeUndefined()
    expect(told(await post(FREE, { query, operationName: 'Heavy' }))[2]).toMatchObject({ cost: 501 })
  })

  test('and leaves a refusal in the journal', async () => {
    await post(FREE, { query: `query Wide ${cost(501)}`, operationName: 'Wide' })
    const entry = await newestEntry()
    expect(entry).toMatchObject({ kind: 'REFUSAL', outcome: 'TOO_COSTLY' })
    expect(entry?.text).toContain('"operation":"Wide"')
  })
})

test('Apollo itself takes nothing that was not admitted', async () => {
  const log = jest.spyOn(console, 'error').mockReturnValue()
  const { catalogue, deps } = t.gateway
  const graphql = createGraphql(
    { catalogue, deps, report: () => undefined },
    { introspection: true, limits: LIMITS, documents: new KnownDocuments(() => true) },
  )
  await graphql.start()
  const bodyDeadline = setTimeout(() => undefined, 0)
  const admitted = { text: ROLE }
  const ask = (query: string) =>
    graphql.executeOperation(
      { query },
      { contextValue: { door: { requestId: 'one', bodyDeadline, admitted } } },
    )
  await expect(ask(OTHER)).rejects.toThrow()
  const { body } = await ask(ROLE)
  expect(body).toMatchObject({ singleResult: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } })
  expect(log).toHaveBeenCalledWith(expect.stringContaining('not admitted'))
  log.mockRestore()
  await graphql.stop()
})
