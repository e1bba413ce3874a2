import { aCase, aPrisoner, aRoshSummary } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { operation } from './support/operations'
import { itemOf, pushOne, STEWARD } from './support/stewards'

const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const COM: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }
const BY_PROBATION: As = { ...COM, also: ['PROBATION_SYSTEM'] }
const BY_PRISON: As = { ...COM, also: ['PRISON_SYSTEM'] }

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway({ ceilings: { narrow: ['IDENTITY', 'ROSH_LEVEL'] } })
  await t.ingest({ role: 'PRISON_SYSTEM' }, 'prisoner-search', aPrisoner('T1111AA'))
  await t.ingest(PROBATION, 'probation-search', [
    aCase('T111111', { otherIds: { crn: 'T111111', nomsNumber: 'T1111AA' } }),
    aCase('T222222'),
  ])
  await t.ingest(PROBATION, 'rosh-summary', [aRoshSummary('T111111', 6001), aRoshSummary('T222222', 6002)])
})
afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

const look = async (as: As, crn: string) => {
  const body = await t.ask(as, operation('CaseSummary'), { by: { crn } })
  expect(body.errors).toBeUndefined()
  return body
}
const offenderOf = (body: Body) => body.data?.['offender'] as Shown | null
interface Shown {
  readonly name: object
  readonly custody: object | null
  readonly risk: { readonly latest: { readonly rosh: { overall: string; whoIsAtRisk: string } } }
}

describe('a system that asks for a person', () => {
  test('gets no case that the person may see and it may not, nor another answer than for nobody', async () => {
    expect(offenderOf(await look(COM, 'T222222'))).not.toBeNull()
    expect(offenderOf(await look(BY_PROBATION, 'T222222'))).not.toBeNull()
    expect(offenderOf(await look(BY_PRISON, 'T111111'))).not.toBeNull()
    const { data } = await t.ask({ ...BY_PRISON, justification: 'Cover.' }, operation('CaseSummary'), {
      by: { crn: 'T222222' },
    })
    expect(data).toEqual({ offender: null })
  })

  test('lists and is told changes of the cases that both may see', async () => {
    const listed = async (as: As) =>
      (
        (await t.ask(as, operation('Caseload'), { where: {} })).data?.['offenders'] as {
          nodes: { id: string }[]
        }
      ).nodes.length
    expect([await listed(COM), await listed(BY_PROBATION), await listed(BY_PRISON)]).toEqual([2, 2, 1])
    const told = async (as: As) => {
      const body = await t.ask(as, '{ changes(first: 100) { nodes { offender { id } } } }')
      const { nodes } = body.data?.['changes'] as { nodes: { offender: { id: string } }[] }
      return new Set(nodes.map(({ offender }) => offender.id)).size
    }
    expect([await told(COM), await told(BY_PRISON)]).toEqual([2, 1])
  })

  test('commands for the person in cases that both may see', async () => {
    const senior: As = { ...COM, role: 'SENIOR_PROBATION_OFFICER' }
    const input = { offender: { crn: 'T222222' }, kind: 'RELEASE', decision: 'Wait.', rationale: 'Reasons.' }
    const oversee = async (as: As) =>
      (
        await t.ask(
          as,
          'mutation($input: OversightInput!) { recordOversight(input: $input) { entry { id } } }',
          { input },
        )
      ).data?.['recordOversight']
    expect(await oversee({ ...senior, also: ['PRISON_SYSTEM'] })).toBeNull()
    expect(await oversee({ ...senior, also: ['PROBATION_SYSTEM'] })).not.toBeNull()
  })

  test('reads free text for the person, and none for nobody', async () => {
    const forPerson = offenderOf(await look(BY_PROBATION, 'T111111'))
    expect(forPerson?.risk.latest.rosh.whoIsAtRisk).toBe('People the person knows.')
    expect(offenderOf(await look(PROBATION, 'T111111'))?.risk.latest.rosh.whoIsAtRisk).toBeNull()
  })

  test('is not shown what was put aside about somebody whom it may not see', async () => {
    const messageId = 'aside-1'
    const message = { messageId, person: { crn: 'T222222' }, payload: { licence: 4 } }
    await pushOne(t, PROBATION, 'licence', message)
    expect(await itemOf(t, { ...STEWARD, also: ['PRISON_SYSTEM'] }, messageId)).toBeUndefined()
    expect(await itemOf(t, { ...STEWARD, also: ['PROBATION_SYSTEM'] }, messageId)).toBeDefined()
  })

  test('is on record beside the person', async () => {
    await look(BY_PROBATION, 'T111111')
    const [row] = await t.database.pools.auditor.query(
      `select convert_from(d.body, 'UTF8')::jsonb -> 'viewer' as viewer from journal.detail d
       where d.part = 0 and convert_from(d.body, 'UTF8')::jsonb -> 'viewer' ? 'through' limit 1`,
    )
    expect(row?.['viewer']).toMatchObject({
      role: expect.any(String),
      subject: expect.any(String),
      through: [expect.any(String)],
    })
  })

  test('says in whose role it acts', async () => {
    const { errors } = await t.ask(
      { ...BY_PROBATION, headers: { 'acting-role': '' } },
      operation('CaseSummary'),
      { by: { crn: 'T111111' } },
    )
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })
})

describe('the ceiling of a client', () => {
  const narrow: As = { ...COM, client: 'narrow' }

  test('withholds, with a mark, what the role could read', async () => {
    const body = await look(narrow, 'T111111')
    expect(offenderOf(body)).toMatchObject({
      name: { family: 'Sample' },
      custody: null,
      risk: { latest: { rosh: { overall: 'HIGH', whoIsAtRisk: null } } },
    })
    expect(body.extensions?.withheld).toContainEqual({
      path: ['offender', 'custody'],
      group: 'CUSTODY',
      reason: 'ROLE',
    })
    expect(offenderOf(await look(COM, 'T111111'))?.custody).not.toBeNull()
  })

  test('grants nothing that the role may not read', async () => {
    const officer: As = { role: 'CRC_OFFICER', agency: 'N02', client: 'narrow' }
    expect(offenderOf(await look(officer, 'T111111'))?.risk.latest.rosh).toMatchObject({
      overall: 'HIGH',
      whoIsAtRisk: null,
      custody: null,
    })
  })

  test('holds for filters, and for what the API says of one’s rights', async () => {
    const filtered = await t.ask(narrow, operation('Caseload'), { where: { mappaLevel: 1 } })
    expect(filtered.errors?.[0]?.extensions.code).toBe('FIELD_NOT_USABLE')
    const { data } = await t.ask(narrow, operation('MyAccess'))
    const { groups } = data?.['myAccess'] as { groups: { group: string; depth: string }[] }
    const readable = groups.filter(({ depth }) => depth !== 'NONE').map(({ group }) => group)
    expect(readable).toEqual(['IDENTITY', 'ROSH_LEVEL'])
  })

  test('holds where the client asks for nobody', async () => {
    const body = await look({ ...PROBATION, client: 'narrow' }, 'T111111')
    expect(offenderOf(body)).toMatchObject({ name: { family: 'Sample' }, custody: null })
  })
})
