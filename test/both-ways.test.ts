import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import request, { type Response } from 'supertest'
import { aCase, aPrisoner } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'

const OFFICER: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }
const BY = { crn: 'X700001' }

let t: TestGateway
let token: string
let folder: string
let times = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'throughcare-both-ways-'))
  const path = join(folder, 'registered.json')
  await writeFile(path, JSON.stringify({ name: NAME, two: TWO }))
  t = await startTestGateway({ documents: { registered: { path, registeredOnly: false } } })
  token = await t.token(OFFICER)
  await t.ingest({ role: 'PRISON_SYSTEM' }, 'prisoner-search', aPrisoner('A7001AA'))
  await t.ingest({ role: 'PROBATION_SYSTEM', agency: 'N02' }, 'probation-search', [
    aCase('X700001', { otherIds: { crn: 'X700001', nomsNumber: 'A7001AA' } }),
    aCase('X700002', { currentExclusion: true }),
  ])
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
  await rm(folder, { recursive: true, force: true })
})

interface Sent {
  readonly query: string
  readonly variables?: unknown
  readonly operationName?: unknown
  readonly extensions?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A comment makes it a document that nobody sent before: Apollo has the first, and what follows is known. */
async function twice({ query, headers = {}, ...rest }: Sent): Promise<[Response, Response]> {
  times += 1
  const body = { query: `${query} # ${times}`, ...rest }
  const ask = () =>
    request(t.app)
      .post('/graphql')
      .set('authorization', `Bearer ${token}`)
      .set({ 'purpose-of-use': 'OFFENDER_MANAGEMENT', ...headers })
      .send(body)
  return [await ask(), await ask()]
}

/** All but what differs from one answer to the next anyway. */
function seen({ status, headers, text }: Response) {
  const {
    date: _date,
    'x-request-id': _id,
    'retry-after': _seconds,
    ...others
  } = headers as Record<string, string>
  return { status, headers: others, text: text.replaceAll(/"entry":"[^"]+"/g, '"entry":"…"') }
}

const NAME =
  'query($by: OffenderRef!) { offender(by: $by) { id name { family } mappa { conflict { level } } } }'
const TWO = `query One($by: OffenderRef!) { offender(by: $by) { id } } query Two { myAccess { role } }`

const REQUESTS: Readonly<Record<string, Sent>> = {
  'an answer': { query: NAME, variables: { by: BY } },
  'an answer with withheld fields': {
    query:
      'query($by: OffenderRef!) { offender(by: $by) { id oversight { entries { at } } victimContact { summary } } }',
    variables: { by: BY },
  },
  'nobody of that number': { query: NAME, variables: { by: { crn: 'X799999' } } },
  'a hidden person': { query: NAME, variables: { by: { crn: 'X700002' } } },
  'a name of two that is meant': { query: TWO, operationName: 'Two' },
  'none of two that is meant': { query: TWO },
  'a name that is none of them': { query: TWO, operationName: 'Three' },
  'a name that is no text': { query: TWO, operationName: 4 },
  'null for all that may be left out': {
    query: '{ myAccess { role } }',
    variables: null,
    operationName: null,
  },
  'a variable that is missing': { query: NAME },
  'a variable of another type': { query: NAME, variables: { by: { crn: ['X700001', 4] } } },
  'variables that are a list': { query: NAME, variables: [BY] },
  'variables that are text': { query: NAME, variables: 'by' },
  'two ways of naming a person': { query: NAME, variables: { by: { crn: 'X700001', id: 'no' } } },
  extensions: { query: NAME, variables: { by: BY }, extensions: { note: 1 } },
  'extensions that are text': { query: NAME, variables: { by: BY }, extensions: 'note' },
  'a field that is not there': { query: '{ offender(by: {crn: "X700001"}) { shoeSize } }' },
  'no document': { query: '{' },
  'a subscription': { query: 'subscription { recordChanged { revision } }' },
  introspection: { query: '{ __schema { queryType { name } } }' },
  'introspection beside data': { query: '{ __typename myAccess { role } }' },
  'no purpose': { query: NAME, variables: { by: BY }, headers: { 'purpose-of-use': '' } },
  'an unknown purpose': { query: NAME, variables: { by: BY }, headers: { 'purpose-of-use': 'CURIOSITY' } },
  'a purpose of others': { query: NAME, variables: { by: BY }, headers: { 'purpose-of-use': 'AUDIT' } },
  'strict access': {
    query: '{ offender(by: {crn: "X700001"}) { id victimContact { summary } } }',
    headers: { 'access-mode': 'strict' },
  },
  'a command that may not be given': {
    query: 'mutation { freezeMappaMeeting(meeting: "01a203b6-83af-7144-8515-5a5ac7d0e97c") { revision } }',
  },
  'a list': { query: '{ offenders(first: 5) { nodes { id } pageInfo { hasNextPage } } }' },
  'a page that is too long': { query: '{ offenders(first: 500) { nodes { id } } }' },
  'too much': { query: `{ ${Array.from({ length: 51 }, (_, i) => `a${i}: myAccess { role }`).join(' ')} }` },
  'too many aliases': {
    query: `{ myAccess { ${Array.from({ length: 201 }, (_, i) => `a${i}: role`).join(' ')} } }`,
  },
  'too long pages': {
    query: `query($n: Int!) { offenders(first: $n) { nodes { mappa { decisions(first: $n) { nodes {
      rationale assessments { id tool completedAt } communications { agency sentAt acknowledgedAt } } } } } } }`,
    variables: { n: 100 },
  },
  'one who takes only what Apollo negotiates': {
    query: NAME,
    variables: { by: BY },
    headers: { accept: 'application/graphql-response+json' },
  },
  'one who takes no JSON': { query: NAME, variables: { by: BY }, headers: { accept: 'text/html' } },
}

test.each(Object.entries(REQUESTS))('%s is answered alike by both ways', async (_name, sent) => {
  const [first, again] = await twice(sent)
  expect(seen(again)).toEqual(seen(first))
})

/** Registered documents are always known; Apollo has what is asked for in a way that it negotiates. */
const BY_ID: Readonly<Record<string, object>> = {
  'an answer': { documentId: 'name', variables: { by: BY } },
  'nobody of that number': { documentId: 'name', variables: { by: { crn: 'X799999' } } },
  'a hidden person': { documentId: 'name', variables: { by: { crn: 'X700002' } } },
  'a variable that is missing': { documentId: 'name' },
  'a variable of another type': { documentId: 'name', variables: { by: 7 } },
  'a name of two that is meant': { documentId: 'two', operationName: 'Two' },
  'none of two that is meant': { documentId: 'two' },
  'an id that nobody registered': { documentId: 'three' },
  'an id and a document': { documentId: 'two', query: NAME },
  'an id, and extensions': { documentId: 'name', variables: { by: BY }, extensions: { note: 1 } },
}

test.each(Object.entries(BY_ID))('%s by id is answered alike by both ways', async (_name, body) => {
  const ask = async (accept: string) =>
    request(t.app)
      .post('/graphql')
      .set('authorization', `Bearer ${await t.token({ ...OFFICER, client: 'registered' })}`)
      .set({ 'purpose-of-use': 'OFFENDER_MANAGEMENT', accept })
      .send(body)
  const ahead = await ask('application/json')
  expect(seen(await ask('application/json, text/html;q=0.1'))).toEqual(seen(ahead))
})

test('and a known document is really served ahead of Apollo', async () => {
  const query = '{ myAccess { role } } # ahead'
  const ask = () => request(t.app).post('/graphql').set('authorization', `Bearer ${token}`).send({ query })
  const stacks: string[] = []
  const { append } = t.gateway.deps
  Object.assign(t.gateway.deps, {
    append: async (...draft: Parameters<typeof append>) => {
      stacks.push(new Error().stack ?? '')
      return append(...draft)
    },
  })
  await ask()
  await ask()
  Object.assign(t.gateway.deps, { append })
  expect(stacks.map((stack) => stack.includes('known-documents'))).toEqual([false, true])
})

test.each([
  ['/graphql/', 200],
  ['/GraphQL', 200],
  ['/graphql?', 200],
  ['/graphql/other', 404],
  ['//graphql', 404],
  ['/graphqls', 404],
])('%s is answered with %i', async (path, status) => {
  const response = await request(t.app)
    .post(path)
    .set('authorization', `Bearer ${token}`)
    .send({ query: '{ myAccess { role } }' })
  expect(response.status).toBe(status)
  if (status === 404) expect(response.text).not.toContain('PROBATION_OFFICER')
})
