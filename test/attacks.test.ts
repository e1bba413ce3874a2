import { Readable } from 'node:stream'
import request from 'supertest'
import { readLines } from '../src/http/read-lines'
import { aCase, aManager, aPrisoner, aRoshSummary } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { acceptConfidentiality } from './support/meetings'
import { operation } from './support/operations'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const COORDINATOR: As = { role: 'MAPPA_COORDINATOR', agency: 'N02', subject: 'coordinator' }
const COM: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }
const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI', subject: 'pom' }

let t: TestGateway
let decision: string

beforeAll(async () => {
  t = await startTestGateway()
  await t.ingest(PRISON, 'prisoner-search', aPrisoner('K1111AA'))
  await t.ingest(PROBATION, 'probation-search', [
    aCase('K111111', { otherIds: { crn: 'K111111', nomsNumber: 'K1111AA' } }),
    aCase('K222222'),
    aCase('K333333', { offenderManagers: [aManager({ staff: 'C05AAA1', team: 'C05AAA', provider: 'C05' })] }),
  ])
  await t.ingest(PROBATION, 'rosh-summary', aRoshSummary('K222222', 8001))
  const made = await t.ask(COORDINATOR, operation('RecordMappaLevel'), { input: levelInput({ level: 2 }) })
  decision = (made.data?.['recordMappaLevel'] as { decision: { id: string } }).decision.id
})
afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

function levelInput(more: object) {
  return {
    offender: { crn: 'K111111' },
    category: 1,
    levelStatus: 'CONFIRMED',
    effectiveOn: '2026-11-20',
    nextReviewOn: '2035-01-01',
    forum: 'SCREENING',
    rationale: 'Reasons.',
    assessments: [],
    ...more,
  }
}
const codeOf = (body: Body) => body.errors?.[0]?.extensions.code
const shown = (body: Body) => body.data?.['offender'] !== null && body.data?.['offender'] !== undefined
const look = (as: As, by: object) => t.ask(as, operation('CaseSummary'), { by })

test('a push lends its freedom from purpose to no other field', async () => {
  const mixed = `mutation($d: ID!) { b: acknowledgeMappaLevel(decision: $d) { decision { rationale } }
    a: pushCaseUpdates(input: {updates: []}) { revision } }`
  for (const as of [
    { ...POM, purpose: null },
    { ...PROBATION, purpose: null },
  ]) {
    const body = await t.ask(as, mixed, { d: decision })
    expect([body.data, codeOf(body)]).toEqual([null, 'BAD_USER_INPUT'])
  }
})

test('an operation of very many roots is refused before anything of it is done', async () => {
  const many = Array.from(
    { length: 60 },
    (_, i) => `a${i}: acknowledgeMappaLevel(decision: $d) { decision { id } }`,
  )
  const body = await t.ask({ ...POM, purpose: 'MAPPA' }, `mutation($d: ID!) { ${many.join(' ')} }`, {
    d: decision,
  })
  expect([body.data, body.errors?.[0]?.extensions]).toEqual([
    null,
    { code: 'TOO_COSTLY', roots: 60, limit: 50 },
  ])
})

test('an organisation that is excluded does not get in by leaving its code out, or by writing it otherwise', async () => {
  await t.ingest(
    PROBATION,
    'access-limitations',
    { excludedFrom: [{ organisation: 'N02' }], restrictedTo: [] },
    '?crn=K222222',
  )
  const { agency: _agency, ...nowhere } = COM
  for (const as of [COM, nowhere, { ...COM, agency: 'n02' }, { ...COM, agency: 'N02 ' }]) {
    expect(shown(await look({ ...as, justification: 'trying' }, { crn: 'K222222' }))).toBe(false)
  }
  expect(shown(await look({ ...COM, agency: 'N07', justification: 'cover' }, { crn: 'K222222' }))).toBe(true)
})

test.each(['JSMITH ', ' jsmith', 'jsmith\u200b', 'ｊsmith'])(
  'an excluded name does not get in as %j',
  async (username) => {
    await t.ingest(
      PROBATION,
      'access-limitations',
      { excludedFrom: [{ username: 'jsmith' }], restrictedTo: [] },
      '?crn=K222222',
    )
    expect(shown(await look({ ...COM, username, justification: 'trying' }, { crn: 'K222222' }))).toBe(false)
  },
)

test('what a CRC says of other systems’ numbers leads nobody to its case', async () => {
  await t.ingest({ role: 'CRC_SYSTEM', agency: 'C05' }, 'probation-search', {
    otherIds: { crn: 'K333333', previousCrn: 'K111111', nomsNumber: 'K1111AA' },
    firstName: 'Robin',
    surname: 'Wrong',
    dateOfBirth: '1980-02-03',
  })
  const crc: As = { role: 'CRC_OFFICER', agency: 'C05' }
  expect(shown(await look(crc, { crn: 'K333333' }))).toBe(true)
  expect(shown(await look(crc, { crn: 'K111111' }))).toBe(false)
  expect(shown(await look(COM, { crn: 'K111111' }))).toBe(true)
  expect(shown(await look(crc, { prisonNumber: 'K1111AA' }))).toBe(false)
})

test('a meeting’s summary is for those whom it is for: not under another purpose', async () => {
  const at = new Date(Date.now() + 86_400_000).toISOString()
  const input = { level: 2, at, offenders: [{ crn: 'K111111' }], invitations: [{ agency: 'N05' }] }
  const body = await t.ask(COORDINATOR, operation('ScheduleMappaMeeting'), { input })
  const { id } = (body.data?.['scheduleMappaMeeting'] as { meeting: { id: string } }).meeting
  const guest: As = {
    role: 'PROBATION_OFFICER',
    agency: 'N05',
    staffCode: 'N05AAA1',
    justification: 'invited',
  }
  await acceptConfidentiality(t, { ...guest, purpose: 'MAPPA' }, id)
  const pull = (purpose: 'MAPPA' | 'OFFENDER_MANAGEMENT') =>
    t.ask({ ...guest, purpose }, operation('MappaMeetingSummary'), { meeting: id })
  expect((await pull('MAPPA')).data?.['mappaMeetingSummary']).not.toBeNull()
  const other = await pull('OFFENDER_MANAGEMENT')
  expect(other.data?.['mappaMeetingSummary']).toBeNull()
  expect(other.extensions?.withheld).toContainEqual({
    path: ['mappaMeetingSummary'],
    group: 'MAPPA_MINUTES',
    reason: 'RELATIONSHIP',
  })
})

test('a probation officer does not lower or correct what a coordinator decided', async () => {
  const lower = (more: object) =>
    t.ask({ ...COM, purpose: 'MAPPA' }, operation('RecordMappaLevel'), {
      input: levelInput({ level: 1, ...more }),
    })
  expect(codeOf(await lower({}))).toBe('FORBIDDEN')
  expect(codeOf(await lower({ supersedes: decision }))).toBe('FORBIDDEN')
})

test('an invitation cannot be made to last for ever', async () => {
  const input = { level: 2, at: '9998-01-01T00:00:00Z', offenders: [{ crn: 'K111111' }], invitations: [] }
  const body = await t.ask(COORDINATOR, operation('ScheduleMappaMeeting'), { input })
  expect(body.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'input.at' })
})

test('an attempt to put a hidden person on a meeting is on that person’s record', async () => {
  const at = new Date(Date.now() + 86_400_000).toISOString()
  const input = { level: 2, at, offenders: [{ crn: 'K333333' }], invitations: [] }
  await t.ask({ ...COORDINATOR, subject: 'reaching' }, operation('ScheduleMappaMeeting'), { input })
  const body = await t.ask({ role: 'DATA_PROTECTION_OFFICER' }, operation('WhoViewed'), {
    where: { offender: { crn: 'K333333' }, viewer: 'reaching' },
  })
  expect((body.data?.['disclosures'] as { nodes: object[] }).nodes).toMatchObject([
    { kind: 'REFUSAL', outcome: 'BAD_USER_INPUT' },
  ])
})

test('somebody released is not held by the prison that a document still names', async () => {
  await t.ingest(PRISON, 'prisoner-search', aPrisoner('K4444AA'))
  expect(shown(await look(POM, { prisonNumber: 'K4444AA' }))).toBe(true)
  const fact = {
    prisonRecord: {
      prisonNumber: 'K4444AA',
      person: { family: 'Sample' },
      custody: { status: 'RELEASED', establishment: 'MDI' },
    },
  }
  await t.ask(
    PRISON,
    'mutation($u: [CaseUpdateInput!]!) { pushCaseUpdates(input: {updates: $u}) { results { outcome } } }',
    { u: [{ fact }] },
  )
  expect(shown(await look(POM, { prisonNumber: 'K4444AA' }))).toBe(false)
})

test.each([
  [
    'an offset that there is not',
    operation('CaseSummary'),
    { by: { crn: 'K111111' }, asOf: { at: '2026-11-22T00:00:00+23:59' } },
  ],
  [
    'a request id without end',
    operation('RecordMappaLevel'),
    { input: levelInput({ level: 2, requestId: 'x'.repeat(20_000) }) },
  ],
])('%s is bad input, not an error of ours', async (_name, query, variables) => {
  expect(codeOf(await t.ask(COORDINATOR, query, variables))).toBe('BAD_USER_INPUT')
})

test('a body cut into very small pieces is read once, line by line', async () => {
  const text = `{"a":"${'x'.repeat(300_000)}"}\n${'y'.repeat(1_100_000)}\n{"b":2}`
  const pieces = Array.from({ length: Math.ceil(text.length / 20) }, (_, i) =>
    Buffer.from(text.slice(i * 20, i * 20 + 20)),
  )
  const lines: { text: string; fault?: string }[] = []
  for await (const line of readLines(Readable.from(pieces))) lines.push(line)
  expect(lines.map((line) => line.fault ?? line.text.length)).toEqual([
    300_008,
    'a line is at most 1048576 characters',
    7,
  ])
})

test('whoever asks for readiness over and over does not keep the journal busy', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => request(t.app).get('/health/ready')))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  expect(codeOf(await look(COM, { crn: 'K111111' }))).toBeUndefined()
})

test('an assessment’s number does not outweigh the person it is sent for', async () => {
  const push = (crn: string, overall: string) =>
    t.ask(
      PROBATION,
      'mutation($u: [CaseUpdateInput!]!) { pushCaseUpdates(input: {updates: $u}) { results { outcome } } }',
      {
        u: [
          {
            person: { crn },
            fact: {
              assessment: {
                localId: '9001',
                tool: 'OASYS_LAYER3',
                status: 'COMPLETE',
                completedAt: '2026-01-01T00:00:00Z',
                rosh: { overall },
              },
            },
          },
        ],
      },
    )
  const outcome = (body: Body) =>
    (body.data?.['pushCaseUpdates'] as { results: { outcome: string }[] }).results[0]?.outcome
  expect(outcome(await push('K111111', 'VERY_HIGH'))).toBe('APPLIED')
  expect(outcome(await push('K999999', 'LOW'))).toBe('QUARANTINED')
  const seen = await look(COM, { crn: 'K111111' })
  expect(seen.data?.['offender']).toMatchObject({ risk: { latest: { rosh: { overall: 'VERY_HIGH' } } } })
})

test('a name on one of two joined records’ lists does not open the other', async () => {
  const restrict = (crn: string, username: string) =>
    t.ingest(
      PROBATION,
      'access-limitations',
      { excludedFrom: [], restrictedTo: [{ username }] },
      `?crn=${crn}`,
    )
  await t.ingest(PROBATION, 'probation-search', [aCase('K555551'), aCase('K555552')])
  await restrict('K555551', 'alpha')
  await restrict('K555552', 'beta')
  await t.ingest(
    PROBATION,
    'probation-search',
    aCase('K555551', { otherIds: { crn: 'K555551', previousCrn: 'K555552' } }),
  )
  for (const username of ['alpha', 'beta', 'gamma']) {
    expect(shown(await look({ ...COM, username }, { crn: 'K555552' }))).toBe(false)
  }
})

test('a coordinator does not open a case to another area', async () => {
  await t.database.transact(async (tx) => {
    await tx.query('select record.begin_revision()')
    await tx.query(`insert into record.mappa_area_agency (area, agency) values ('NORTHUMBRIA', 'N02')`)
    await tx.query('select record.end_revision()')
  })
  const input = levelInput({ level: 3, area: 'LONDON' })
  const body = await t.ask({ ...COORDINATOR, mappaArea: 'NORTHUMBRIA' }, operation('RecordMappaLevel'), {
    input,
  })
  expect(body.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'input.area' })
})
