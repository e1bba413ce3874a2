import { aCase, aPrisoner } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { operation } from './support/operations'

const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI', purpose: 'PAROLE' }
const BOARD: As = { role: 'PAROLE_BOARD', agency: 'PAROLE' }
const INSPECTOR: As = { role: 'INSPECTOR', agency: 'HMIP', justification: 'Autumn inspection.' }

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway()
  await t.ingest({ role: 'PRISON_SYSTEM' }, 'prisoner-search', [
    aPrisoner('Q1111AA'),
    aPrisoner('Q2222AA', { prisonId: 'LEI' }),
  ])
  await t.ingest(PROBATION, 'probation-search', [aCase('Q333333'), aCase('Q444444'), aCase('Q555555')])
  const closed = { excludedFrom: [{ username: 'barred' }], restrictedTo: [] }
  await t.ingest(PROBATION, 'access-limitations', closed, '?crn=Q444444')
})
afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

const far = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
const refer = (as: As, more: object = {}) =>
  t.ask(
    as,
    'mutation($input: ParoleReferralInput!) { referToParoleBoard(input: $input) { until revision } }',
    { input: { offender: { prisonNumber: 'Q1111AA' }, reason: 'Tariff ends.', ...more } },
  )
const draw = (as: As, more: object = {}) =>
  t.ask(
    as,
    'mutation($input: InspectionSampleInput!) { drawInspectionSample(input: $input) { inspection until revision } }',
    { input: { inspection: 'Autumn', offenders: [{ crn: 'Q333333' }], until: far(30), ...more } },
  )
const codeOf = ({ errors }: Body) => [errors?.[0]?.extensions.code, errors?.[0]?.extensions.field]
const sees = async (as: As, by: object) => {
  const { data, errors } = await t.ask(as, operation('CaseSummary'), { by })
  expect(errors).toBeUndefined()
  return data?.['offender'] !== null
}
const entriesOf = async (offender: object) => {
  const { data } = await t.ask(
    { ...INSPECTOR, purpose: 'AUDIT' },
    'query($where: DisclosureFilter!) { disclosures(where: $where) { nodes { kind outcome operation } } }',
    { where: { offender } },
  )
  return (data?.['disclosures'] as { nodes: object[] }).nodes
}

describe('a referral to the Parole Board', () => {
  test('opens the case to the board, for a year where it names no day', async () => {
    const by = { prisonNumber: 'Q1111AA' }
    expect(await sees(BOARD, by)).toBe(false)
    const { data } = await refer(POM)
    expect((data?.['referToParoleBoard'] as { until: string }).until).toBe(far(365))
    expect(await sees(BOARD, by)).toBe(true)
    expect(await entriesOf(by)).toContainEqual({
      kind: 'ALTERATION',
      outcome: 'DONE',
      operation: 'referToParoleBoard',
    })
  })

  test('is made by whoever may see the case, for parole', async () => {
    expect((await refer(POM, { offender: { prisonNumber: 'Q2222AA' } })).data).toEqual({
      referToParoleBoard: null,
    })
    expect(await sees(BOARD, { prisonNumber: 'Q2222AA' })).toBe(false)
    expect(codeOf(await refer({ ...POM, purpose: 'OFFENDER_MANAGEMENT' }))).toEqual(['FORBIDDEN', undefined])
    expect(codeOf(await refer(BOARD))).toEqual(['FORBIDDEN', undefined])
  })

  test.each([
    ['input.reason', { reason: ' ' }],
    ['input.until', { until: far(0) }],
    ['input.until', { until: far(366) }],
  ])('names %s where it cannot be taken', async (field, more) => {
    expect(codeOf(await refer(POM, more))).toEqual(['BAD_USER_INPUT', field])
  })
})

describe('the sample of an inspection', () => {
  test('opens its cases to the inspectorate that drew it, and to no other', async () => {
    expect(await sees(INSPECTOR, { crn: 'Q333333' })).toBe(false)
    expect(codeOf(await draw(INSPECTOR))).toEqual([undefined, undefined])
    expect(await sees({ ...INSPECTOR, subject: 'colleague' }, { crn: 'Q333333' })).toBe(true)
    expect(await sees({ ...INSPECTOR, agency: 'HMICFRS' }, { crn: 'Q333333' })).toBe(false)
    expect(await entriesOf({ crn: 'Q333333' })).toContainEqual({
      kind: 'ALTERATION',
      outcome: 'DONE',
      operation: 'drawInspectionSample',
    })
  })

  test('answers alike for who is on record, who is not, and whom limited access keeps', async () => {
    const barred: As = { ...INSPECTOR, username: 'barred' }
    const answers = []
    for (const crn of ['Q555555', 'Q999999', 'Q444444']) {
      const { data, errors, extensions } = await draw(barred, { offenders: [{ crn }] })
      const { revision, ...sample } = data?.['drawInspectionSample'] as { revision: number }
      answers.push({ sample, revision, errors, withheld: extensions?.withheld })
    }
    const [one, absent, kept] = answers
    expect(absent).toEqual({ ...one, revision: (one?.revision ?? 0) + 1 })
    expect(kept).toEqual({ ...one, revision: (one?.revision ?? 0) + 2 })
    expect(await sees(barred, { crn: 'Q444444' })).toBe(false)
    expect(await sees({ ...INSPECTOR, username: 'other' }, { crn: 'Q444444' })).toBe(false)
  })

  test('follows the person when two records turn out to be one', async () => {
    await draw(INSPECTOR, { offenders: [{ prisonNumber: 'Q2222AA' }] })
    await t.ingest(
      PROBATION,
      'probation-search',
      aCase('Q666666', { otherIds: { crn: 'Q666666', nomsNumber: 'Q2222AA' } }),
    )
    expect(await sees(INSPECTOR, { crn: 'Q666666' })).toBe(true)
  })

  test('is an inspector’s, with a justification', async () => {
    const { justification: _said, ...silent } = INSPECTOR
    expect(codeOf(await draw(silent))).toEqual(['JUSTIFICATION_REQUIRED', undefined])
    expect(codeOf(await draw({ ...POM, justification: 'Why.' }))).toEqual(['FORBIDDEN', undefined])
  })

  test.each([
    ['input.inspection', { inspection: ' ' }],
    ['input.offenders', { offenders: [] }],
    ['input.until', { until: far(91) }],
  ])('names %s where it cannot be taken', async (field, more) => {
    expect(codeOf(await draw(INSPECTOR, more))).toEqual(['BAD_USER_INPUT', field])
  })
})

test('an inspector reads the journal for an audit, and cases for an inspection: never the other way round', async () => {
  const journal = 'query { disclosures(where: {kind: "PUSH"}) { nodes { kind } } }'
  const ask = async (purpose: As['purpose'], query: string) =>
    codeOf(await t.ask({ ...INSPECTOR, ...(purpose && { purpose }) }, query))[0]
  expect(await ask('AUDIT', journal)).toBeUndefined()
  expect(await ask('INSPECTION', journal)).toBe('PURPOSE_NOT_ALLOWED')
  expect(await ask('AUDIT', '{ offenders { nodes { id } } }')).toBe('PURPOSE_NOT_ALLOWED')
  const both = `{ offenders { nodes { id } } d: ${journal.slice('query { '.length)}`
  expect(await ask('AUDIT', both)).toBe('PURPOSE_NOT_ALLOWED')
  expect(await ask('INSPECTION', both)).toBe('FORBIDDEN')
})
