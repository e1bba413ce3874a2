import request from 'supertest'
import type { RoleName } from '../src/domain/caller'
import { signDevelopmentToken } from '../src/http/development-issuer'
import { aPrisoner } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'
import { operation } from './support/operations'

const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI' }

let t: TestGateway
beforeAll(async () => {
  t = await startTestGateway()
  await t.ingest(
    { role: 'PRISON_SYSTEM' },
    'prisoner-search',
    aPrisoner('R1111AA', { lastName: 'Secretname' }),
  )
})
afterAll(() => t.close())

const post = async (as: As | undefined, body: unknown, headers: Record<string, string> = {}) => {
  const response = await request(t.app)
    .post('/graphql')
    .set('content-type', 'application/json')
    .set({ ...(as && { authorization: `Bearer ${await t.token(as)}` }), ...headers })
    .send(typeof body === 'string' ? body : JSON.stringify(body))
  return {
    status: response.status,
    body: JSON.parse(response.text) as {
      data?: unknown
      errors?: { message: string; extensions: { code: string } }[]
    },
    headers: response.headers,
  }
}
const purpose = { 'purpose-of-use': 'OFFENDER_MANAGEMENT' }
const caseSummary = { query: operation('CaseSummary'), variables: { by: { prisonNumber: 'R1111AA' } } }

test('no token is 401, and nothing is answered, not even introspection', async () => {
  for (const query of [
    caseSummary,
    { query: '{ __typename }' },
    { query: '{ __schema { types { name } } }' },
  ]) {
    const { status, body, headers } = await post(undefined, query, purpose)
    expect([status, body.errors?.[0]?.extensions.code, body.data]).toEqual([
      401,
      'UNAUTHENTICATED',
      undefined,
    ])
    expect(headers['www-authenticate']).toBe('Bearer')
  }
})

test('a rubbish token is 401', async () => {
  const { status } = await post(undefined, caseSummary, {
    ...purpose,
    authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.',
  })
  expect(status).toBe(401)
})

test('without a purpose there is no data', async () => {
  const { body } = await post(POM, caseSummary)
  expect([body.data, body.errors?.[0]?.extensions.code]).toEqual([null, 'PURPOSE_REQUIRED'])
})

test('a purpose that is not the role’s, or none at all, is not allowed', async () => {
  for (const code of ['VICTIM_LIAISON', 'CURIOSITY']) {
    const { body } = await post(POM, caseSummary, { 'purpose-of-use': code })
    expect([body.data, body.errors?.[0]?.extensions.code]).toEqual([null, 'PURPOSE_NOT_ALLOWED'])
  }
})

test('an analyst sees no person', async () => {
  const { body } = await post({ role: 'ANALYST' }, caseSummary, { 'purpose-of-use': 'ANALYSIS' })
  expect([body.data, body.errors]).toEqual([{ offender: null }, undefined])
})

test('a data protection officer sees identity alone', async () => {
  const { body } = await post({ role: 'DATA_PROTECTION_OFFICER' }, caseSummary, {
    'purpose-of-use': 'SUBJECT_ACCESS',
  })
  expect(body.data).toMatchObject({
    offender: {
      name: { family: 'Secretname' },
      dateOfBirth: null,
      custody: null,
      alerts: null,
      risk: { state: null, latest: null },
    },
  })
})

test.each([
  ['a document that cannot be parsed', { query: '{ offender(' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'a field that there is not',
    { query: '{ offender(by: {crn: "X"}) { nam } }' },
    400,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'two identifiers at once',
    { query: '{ offender(by: {crn: "X", pnc: "Y"}) { id } }' },
    400,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'a variable of the wrong kind',
    { query: operation('Caseload'), variables: { first: 'many' } },
    400,
    'BAD_USER_INPUT',
  ],
  [
    'a date that there is not',
    {
      query:
        'mutation($d: Date!) { pushCaseUpdates(input: {updates: [{fact: {prisonRecord: {prisonNumber: "A1234AA", person: {dateOfBirth: $d}}}}]}) { revision } }',
      variables: { d: '2026-02-30' },
    },
    400,
    'BAD_USER_INPUT',
  ],
  [
    'an operation that is not in the document',
    { query: 'query A { __typename }', operationName: 'B' },
    400,
    'BAD_USER_INPUT',
  ],
  [
    'none of two operations',
    { query: 'query A { __typename } query B { __typename }' },
    400,
    'BAD_USER_INPUT',
  ],
  ['a subscription', { query: 'subscription { recordChanged { revision } }' }, 400, 'BAD_USER_INPUT'],
  [
    'two identifiers in a variable',
    { query: operation('CaseSummary'), variables: { by: { crn: 'Secretname', pnc: 'Secretname' } } },
    400,
    'BAD_USER_INPUT',
  ],
  [
    'an identifier that there is not',
    { query: operation('CaseSummary'), variables: { by: { cnr: 'Secretname' } } },
    400,
    'BAD_USER_INPUT',
  ],
  ['more than a page', { query: operation('Caseload'), variables: { first: 101 } }, 200, 'BAD_USER_INPUT'],
  ['less than a page', { query: operation('Caseload'), variables: { first: 0 } }, 200, 'BAD_USER_INPUT'],
  [
    'a cursor of another list',
    { query: operation('Caseload'), variables: { after: 'WyJ4Il0=' } },
    200,
    'BAD_USER_INPUT',
  ],
  [
    'a meeting id that is none',
    { query: operation('MappaMeetingSummary'), variables: { meeting: 'seven' } },
    200,
    'BAD_USER_INPUT',
  ],
])('%s is refused with a clear message and no suggestion', async (_name, query, status, code) => {
  const answer = await post({ ...POM }, query, { 'purpose-of-use': 'MAPPA' })
  expect([answer.status, answer.body.errors?.[0]?.extensions.code]).toEqual([status, code])
  expect(answer.body.data ?? null).toBeNull()
  expect(JSON.stringify(answer.body)).not.toMatch(/did you mean|Secretname|stacktrace/i)
})

test('a forged cursor with rubbish values is refused, not an error of ours', async () => {
  const after = t.gateway.deps.cursors('offenders').seal(['a', 'b', "'; drop table x; --"])
  const { body } = await post(POM, { query: operation('Caseload'), variables: { after } }, purpose)
  expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
})

test('SQL in an identifier is an identifier that nobody has', async () => {
  const { body } = await post(
    POM,
    { ...caseSummary, variables: { by: { crn: "X'; select pg_sleep(9); --" } } },
    purpose,
  )
  expect(body.data).toEqual({ offender: null })
})

test('a response key of any length and name comes back as asked', async () => {
  const key = `k${'x'.repeat(100)}`
  const { body } = await post(
    POM,
    { query: `{ offender(by: {prisonNumber: "R1111AA"}) { ${key}: id } }` },
    purpose,
  )
  expect(Object.keys((body.data as { offender: object }).offender)).toEqual([key])
})

test('an object of more than fifty keys is one object', async () => {
  const keys = Array.from({ length: 120 }, (_, i) => `k${i}: sex`).join(' ')
  const { body } = await post(
    POM,
    { query: `{ offender(by: {prisonNumber: "R1111AA"}) { ${keys} } }` },
    purpose,
  )
  expect(Object.keys((body.data as { offender: object }).offender)).toHaveLength(120)
})

test('HTTP batches are refused', async () => {
  const { body } = await post(POM, [caseSummary, caseSummary], purpose)
  expect(body.data).toBeUndefined()
})

test('a mutation by GET is refused', async () => {
  const query = 'mutation { freezeMappaMeeting(meeting: "x") { revision } }'
  const response = await request(t.app)
    .get(`/graphql?query=${encodeURIComponent(query)}`)
    .set('authorization', `Bearer ${await t.token(POM)}`)
  expect(response.status).toBe(405)
})

test('the request id is echoed, nothing is cached, and paths that are not there say so', async () => {
  const { headers } = await post(POM, caseSummary, { ...purpose, 'x-request-id': 'abc-1' })
  expect([
    headers['x-request-id'],
    headers['cache-control'],
    headers['etag'],
    headers['x-powered-by'],
  ]).toEqual(['abc-1', 'no-store', undefined, undefined])
  const missing = await request(t.app)
    .get('/offenders')
    .set('authorization', `Bearer ${await t.token(POM)}`)
  expect(missing.status).toBe(404)
})

test('a justification that is not percent-encoded UTF-8 is refused', async () => {
  const { body } = await post(POM, caseSummary, { ...purpose, justification: '%E0%A4%A' })
  expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
})

test('a system that names a person and no role of theirs reads nothing, and a person’s role needs a person', async () => {
  const claims = async (roles: readonly RoleName[], more: object) =>
    signDevelopmentToken(t.dataDir, { roles, client_id: 'a-system', agency: 'N02', ...more }, 60)
  const ask = async (token: string, headers: Record<string, string> = {}) =>
    (await post(undefined, caseSummary, { ...purpose, ...headers, authorization: `Bearer ${token}` })).body
  const forPerson = await ask(await claims(['PROBATION_SYSTEM'], { sub: 'somebody' }))
  expect([forPerson.data, forPerson.errors?.[0]?.extensions.code]).toEqual([null, 'FORBIDDEN'])
  const nobody = await ask(await claims(['PRISON_OFFENDER_MANAGER'], {}))
  expect([nobody.data, nobody.errors?.[0]?.extensions.code]).toEqual([null, 'FORBIDDEN'])
  const both = await claims(['PRISON_SYSTEM', 'PRISON_OFFENDER_MANAGER'], {
    sub: 'somebody',
    agency: 'MDI',
  })
  const acting = await ask(both, { 'acting-role': 'PRISON_OFFENDER_MANAGER' })
  expect(acting.data).toMatchObject({ offender: { name: { family: 'Secretname' } } })
})
