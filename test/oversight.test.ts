import { aCase, aManager, aPrisoner, aRoshSummary } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { operation } from './support/operations'
import { see, state } from './support/push'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const SENIOR: As = {
  role: 'SENIOR_PROBATION_OFFICER',
  agency: 'N02',
  staffCode: 'N02ABC2',
  subject: 'senior',
}
const OTHER_SENIOR: As = { ...SENIOR, subject: 'other-senior', staffCode: 'N02ABC3' }
const HEAD: As = { role: 'HEAD_OF_OFFENDER_MANAGEMENT', agency: 'MDI', subject: 'head' }
const COM: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway()
  await t.ingest(PRISON, 'prisoner-search', [aPrisoner('V1111AA'), aPrisoner('V2222AA', { prisonId: 'LEI' })])
  const team = (crn: string, staff: string) => aCase(crn, { offenderManagers: [aManager({ staff })] })
  await t.ingest(PROBATION, 'probation-search', [
    aCase('V111111', { otherIds: { crn: 'V111111', nomsNumber: 'V1111AA' } }),
    aCase('V222222', { offenderManagers: [aManager({ provider: 'N07', staff: 'N07AAA1', team: 'N07AAA' })] }),
    aCase('V333333', { offenderManagers: [aManager({ provider: 'C05', staff: 'C05AAA1', team: 'C05AAA' })] }),
    team('V444444', 'N02ABC2'),
    team('V555555', 'N02ABC3'),
  ])
  await t.ingest(PROBATION, 'rosh-summary', [aRoshSummary('V111111', 8001), aRoshSummary('V222222', 8002)])
  await state(
    t,
    PRISON,
    { prisonNumber: 'V1111AA' },
    { programmeNeeds: [{ programme: 'KAIZEN', status: 'OPEN' }] },
  )
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

interface Entry {
  readonly id: string
  readonly decision: string
  readonly supersedes: string | null
  readonly assessment: { readonly id: string | null; readonly tool: string | null }
  readonly need: { readonly id: string | null; readonly programme: string | null }
  readonly decidedBy: object
  readonly countersignature: { readonly comment: string | null; readonly name: string } | null
}

const FIELDS = `id kind decision rationale decidedBy { role agency } supersedes assessment { id tool } need { id programme }
  countersignature { comment name role }`
const RECORD = `mutation($input: OversightInput!) { recordOversight(input: $input) { revision entry { ${FIELDS} } } }`
const SIGN = `mutation($entry: ID!, $comment: String, $requestId: String) {
  countersignOversight(entry: $entry, comment: $comment, requestId: $requestId) { revision entry { ${FIELDS} } } }`

const input = (more: object = {}) => ({
  offender: { crn: 'V111111' },
  kind: 'RISK_MANAGEMENT',
  decision: 'Keep at high risk.',
  rationale: 'The last assessment misses the threats of May.',
  ...more,
})
const record = (as: As, more: object = {}) => t.ask(as, RECORD, { input: input(more) })
const sign = (as: As, entry: string, more: object = {}) => t.ask(as, SIGN, { entry, ...more })
const codeOf = ({ errors }: Body) => [errors?.[0]?.extensions.code, errors?.[0]?.extensions.field]

async function recorded(as: As, more: object = {}): Promise<Entry> {
  const body = await record(as, more)
  expect(body.errors).toBeUndefined()
  return (body.data?.['recordOversight'] as { entry: Entry }).entry
}

async function entriesOf(as: As, by: object): Promise<Entry[]> {
  const { offender } = await see(t, as, by, `oversight { nodes { ${FIELDS} } }`)
  return (offender as { oversight: { nodes: Entry[] } }).oversight.nodes
}

async function count(): Promise<number> {
  const [row] = await t.database.pools.reader.query('select count(*) as n from record.oversight_entry')
  return Number(row?.['n'])
}

async function idOf(sql: string): Promise<string> {
  const [row] = await t.database.pools.reader.query(sql)
  return String(row?.['id'])
}

test('an entry is put on record with what it is about, as it stood then', async () => {
  const assessment = await idOf(
    `select a.id from record.assessment a join record.source_record s on s.id = a.source_record_id where s.local_id = '8001'`,
  )
  const need = await idOf('select n.id from record.programme_need n')
  const entry = await recorded(SENIOR, { assessment: assessment.toUpperCase(), need })
  expect(entry).toMatchObject({
    decision: 'Keep at high risk.',
    decidedBy: { role: 'SENIOR_PROBATION_OFFICER', agency: 'N02' },
    assessment: { id: assessment, tool: 'OASYS_LAYER3' },
    need: { id: need, programme: 'KAIZEN' },
    countersignature: null,
  })
  await state(t, PRISON, { prisonNumber: 'V1111AA' }, { programmeNeeds: [] })
  expect((await entriesOf(COM, { crn: 'V111111' }))[0]?.need).toEqual({ id: need, programme: 'KAIZEN' })
})

test('a second manager countersigns, once, and never their own', async () => {
  const entry = await recorded(HEAD, { offender: { prisonNumber: 'V1111AA' }, kind: 'RELEASE' })
  expect(codeOf(await sign(HEAD, entry.id))).toEqual(['FORBIDDEN', 'entry'])
  const signed = await sign(SENIOR, entry.id, { comment: 'Agreed.', requestId: 'sign-1' })
  expect(signed.data).toMatchObject({
    countersignOversight: { entry: { countersignature: { comment: 'Agreed.', name: 'senior' } } },
  })
  expect((await sign(SENIOR, entry.id, { comment: 'Agreed.', requestId: 'sign-1' })).data).toEqual(
    signed.data,
  )
  expect(codeOf(await sign(OTHER_SENIOR, entry.id))).toEqual(['CONFLICT', 'entry'])
  expect(codeOf(await sign(COM, entry.id))).toEqual(['FORBIDDEN', undefined])
})

test('nobody countersigns their own entry in another role either', async () => {
  const entry = await recorded(SENIOR)
  expect(codeOf(await sign({ ...HEAD, subject: 'senior' }, entry.id))).toEqual(['FORBIDDEN', 'entry'])
})

test('a correction supersedes, once; what was corrected is not countersigned any more', async () => {
  const first = await recorded(SENIOR)
  const second = await recorded(SENIOR, { decision: 'Keep at very high risk.', supersedes: first.id })
  expect(second.supersedes).toBe(first.id)
  expect(codeOf(await record(SENIOR, { supersedes: first.id }))).toEqual([
    'BAD_USER_INPUT',
    'input.supersedes',
  ])
  expect(codeOf(await sign(OTHER_SENIOR, first.id))).toEqual(['CONFLICT', 'entry'])
  const [newest, before] = await entriesOf(COM, { crn: 'V111111' })
  expect([newest?.id, before?.id]).toEqual([second.id, first.id])
})

test('a repeat of the same request answers with the first outcome, and writes once', async () => {
  const first = await record(SENIOR, { requestId: 'oversee-1' })
  const before = await count()
  expect((await record(SENIOR, { requestId: 'oversee-1' })).data).toEqual(first.data)
  expect(await count()).toBe(before)
  expect(codeOf(await record(SENIOR, { requestId: 'oversee-1', decision: 'Another.' }))[0]).toBe('CONFLICT')
})

test.each([
  ['a blank decision', { decision: ' ' }, 'input.decision'],
  ['a blank rationale', { rationale: '\n' }, 'input.rationale'],
  ['an assessment that there is not', { assessment: 'seven' }, 'input.assessment'],
  ['a need that there is not', { need: '01a201d7-d019-7ea4-9db1-34f0f9609333' }, 'input.need'],
  ['an entry that there is not', { supersedes: 'seven' }, 'input.supersedes'],
])('%s is refused by its field, and nothing is written', async (_, more, field) => {
  const before = await count()
  expect(codeOf(await record(SENIOR, more))).toEqual(['BAD_USER_INPUT', field])
  expect(await count()).toBe(before)
})

test('somebody else’s assessment is no assessment of this person', async () => {
  const assessment = await idOf(
    `select a.id from record.assessment a join record.source_record s on s.id = a.source_record_id where s.local_id = '8002'`,
  )
  expect(codeOf(await record(SENIOR, { assessment }))).toEqual(['BAD_USER_INPUT', 'input.assessment'])
})

test('officers do not oversee, and managers see their own rows alone', async () => {
  expect(codeOf(await record(COM))).toEqual(['FORBIDDEN', undefined])
  const elsewhere = await record(HEAD, { offender: { prisonNumber: 'V2222AA' } })
  const absent = await record(HEAD, { offender: { prisonNumber: 'V9999AA' } })
  expect(elsewhere.data).toEqual({ recordOversight: null })
  expect({ ...elsewhere, extensions: null }).toEqual({ ...absent, extensions: null })
  const theirs = await recorded(
    { ...SENIOR, justification: 'Cover for a colleague.' },
    { offender: { crn: 'V222222' } },
  )
  expect((await sign(OTHER_SENIOR, theirs.id)).data).toEqual({ countersignOversight: null })
  expect(codeOf(await sign(HEAD, 'seven'))[0]).toBe('BAD_USER_INPUT')
  expect((await sign(HEAD, theirs.id)).data).toEqual({ countersignOversight: null })
})

test('a company sees that somebody looked, and not what they found; a wing officer sees nothing', async () => {
  await recorded(
    { ...SENIOR, justification: 'Oversight of a company case.' },
    { offender: { crn: 'V333333' } },
  )
  const company: As = { role: 'CRC_OFFICER', agency: 'C05' }
  const { offender, withheld } = await see(
    t,
    company,
    { crn: 'V333333' },
    'oversight { nodes { kind decision rationale countersignature { at } } }',
  )
  expect(offender).toEqual({
    oversight: {
      nodes: [{ kind: 'RISK_MANAGEMENT', decision: null, rationale: null, countersignature: null }],
    },
  })
  expect(withheld).toEqual([
    ['oversight.nodes.decision', 'OVERSIGHT', 'ROLE'],
    ['oversight.nodes.rationale', 'OVERSIGHT', 'ROLE'],
  ])
  const wing: As = { role: 'PRISON_OFFICER', agency: 'MDI' }
  expect(await see(t, wing, { prisonNumber: 'V1111AA' }, 'oversight { nodes { kind } }')).toEqual({
    offender: { oversight: null },
    withheld: [['oversight', 'OVERSIGHT', 'ROLE']],
  })
})

test('entries follow the person when two records turn out to be one', async () => {
  const person = { crn: 'V666666' }
  await t.ingest(PROBATION, 'probation-search', aCase('V666666'))
  await t.ingest(PRISON, 'prisoner-search', aPrisoner('V6666AA'))
  const entry = await recorded(SENIOR, { offender: person })
  await sign(OTHER_SENIOR, entry.id)
  const otherIds = { crn: 'V666666', nomsNumber: 'V6666AA' }
  await t.ingest(PROBATION, 'probation-search', aCase('V666666', { otherIds }))
  const [followed] = await entriesOf(HEAD, { prisonNumber: 'V6666AA' })
  expect(followed).toMatchObject({ id: entry.id, countersignature: { name: 'other-senior' } })
})

test('each entry and signature is journalled as an alteration of the case', async () => {
  const { data } = await t.ask({ role: 'DATA_PROTECTION_OFFICER' }, operation('WhoViewed'), {
    where: { viewer: 'head', kind: 'ALTERATION' },
  })
  const { nodes } = data?.['disclosures'] as {
    nodes: { operation: string; offenders: { fields: string[] }[] }[]
  }
  const made = nodes.find(({ offenders }) => offenders[0]?.fields.length)
  expect(made).toMatchObject({ operation: 'recordOversight' })
  expect(made?.offenders[0]?.fields).toContain('OversightEntry.rationale')
})
