import { aCase, aManager, aPrisoner, aRoshSummary } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { see } from './support/push'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const OFFICER: As = { role: 'PRISON_OFFICER', agency: 'MDI', subject: 'officer' }
const DPO: As = { role: 'DATA_PROTECTION_OFFICER', agency: 'N02', subject: 'dpo' }

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway()
  await t.ingest(PRISON, 'prisoner-search', [aPrisoner('E1111AA'), aPrisoner('E2222AA', { prisonId: 'LEI' })])
  const known = (crn: string, nomsNumber: string, more = {}) =>
    aCase(crn, { otherIds: { crn, nomsNumber }, offenderManagers: [aManager({ staff: 'N02ABC1' })], ...more })
  await t.ingest(PROBATION, 'probation-search', [
    known('E111111', 'E1111AA'),
    known('E222222', 'E2222AA'),
    aCase('E333333'),
  ])
  await t.ingest(PROBATION, 'rosh-summary', aRoshSummary('E111111', 6001))
  await t.ingest(PROBATION, 'access-limitations', {
    crn: 'E333333',
    excludedFrom: [{ username: 'excluded' }],
    restrictedTo: [],
  })
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

const codeOf = ({ errors }: Body) => [errors?.[0]?.extensions.code, errors?.[0]?.extensions.field]

describe('explainAccess', () => {
  const EXPLAIN = `query($offender: OffenderRef!, $role: String!, $field: String!, $viewer: ExplainedViewer!) {
    explainAccess(offender: $offender, role: $role, field: $field, viewer: $viewer) {
      field group shown reason rule relationships { relationship says holds } policyVersion } }`
  const explain = async (offender: object, role: string, field: string, viewer: object, as = DPO) =>
    t.ask(as, EXPLAIN, { offender, role, field, viewer })
  const explained = async (...asked: [object, string, string, object]) =>
    (await explain(...asked)).data?.['explainAccess'] as {
      shown: boolean
      reason: string | null
      rule: string
      relationships: { relationship: string; holds: boolean }[]
    } | null

  test.each([
    [
      'an own prisoner',
      { crn: 'E111111' },
      'PRISON_OFFENDER_MANAGER',
      'RoshSummary.whoIsAtRisk',
      { agency: 'MDI' },
      null,
    ],
    [
      'another prison’s',
      { crn: 'E222222' },
      'PRISON_OFFENDER_MANAGER',
      'RoshSummary.whoIsAtRisk',
      { agency: 'MDI' },
      'RELATIONSHIP',
    ],
    [
      'a role that is not granted it',
      { crn: 'E111111' },
      'PRISON_OFFICER',
      'RoshSummary.whoIsAtRisk',
      { agency: 'MDI' },
      'ROLE',
    ],
    [
      'a purpose that is not the role’s',
      { crn: 'E111111' },
      'PRISON_OFFICER',
      'RoshSummary.overall',
      { agency: 'MDI', purpose: 'PAROLE' },
      'PURPOSE',
    ],
    [
      'a field for another purpose',
      { crn: 'E111111' },
      'PRISON_OFFENDER_MANAGER',
      'Mappa.meetings',
      { agency: 'MDI' },
      'PURPOSE',
    ],
    [
      'no justification',
      { crn: 'E333333' },
      'PROBATION_OFFICER',
      'RoshSummary.overall',
      { agency: 'N07', staffCode: 'N07AAA1' },
      'RELATIONSHIP',
    ],
    [
      'with a justification',
      { crn: 'E333333' },
      'PROBATION_OFFICER',
      'RoshSummary.overall',
      { agency: 'N07', justified: true },
      null,
    ],
    [
      'an exclusion',
      { crn: 'E333333' },
      'PROBATION_OFFICER',
      'RoshSummary.overall',
      { agency: 'N07', username: 'Excluded', justified: true },
      'LIMITED_ACCESS',
    ],
  ])('%s', async (_, offender, role, field, viewer, reason) => {
    const answer = await explained(offender, role, field, viewer)
    expect(answer).toMatchObject({ shown: reason === null, reason })
    expect(answer?.rule.length).toBeGreaterThan(20)
    expect(answer?.relationships.length).toBeGreaterThan(0)
  })

  test('says of a person what an answer would do', async () => {
    const officer = { agency: 'MDI', subject: 'officer', username: 'officer' }
    for (const by of [{ prisonNumber: 'E1111AA' }, { prisonNumber: 'E2222AA' }]) {
      const answer = await explained(by, 'PRISON_OFFICER', 'Offender.name', officer)
      const { offender } = await see(t, OFFICER, by, 'name { family }')
      expect(answer?.shown).toBe(offender !== null)
    }
  })

  test('is for data protection officers, about people whom they may know of, and is on record', async () => {
    const asked = [{ crn: 'E111111' }, 'PRISON_OFFICER', 'RoshSummary.overall', {}] as const
    expect(codeOf(await explain(...asked, OFFICER))[0]).toBe('FORBIDDEN')
    expect(await explained({ crn: 'E999999' }, 'PRISON_OFFICER', 'RoshSummary.overall', {})).toBeNull()
    expect(
      (
        await explain(
          { crn: 'E333333' },
          'PRISON_OFFICER',
          'RoshSummary.overall',
          {},
          { ...DPO, username: 'excluded' },
        )
      ).data,
    ).toEqual({ explainAccess: null })
    expect(codeOf(await explain({ crn: 'E111111' }, 'NOBODY', 'RoshSummary.overall', {}))).toEqual([
      'BAD_USER_INPUT',
      'role',
    ])
    expect(codeOf(await explain({ crn: 'E111111' }, 'PRISON_OFFICER', 'Nothing.here', {}))).toEqual([
      'BAD_USER_INPUT',
      'field',
    ])
    const { extensions } = await explain(...asked)
    const { rows } = await t.database.pools.auditor
      .query('select l.offender_id from journal.lookup l where l.log || $1 || l.index = $2', [
        '/',
        extensions?.disclosure?.entry,
      ])
      .then((found) => ({ rows: found }))
    expect(rows).toHaveLength(1)
  })
})

describe('requestAccess', () => {
  const REQUEST = `mutation($offender: OffenderRef!, $reason: String!) {
    requestAccess(offender: $offender, reason: $reason) { request { id requestedAt } } }`
  const LIST = `query($state: AccessRequestState) { accessRequests(state: $state) {
    nodes { id offenderId viewer { subject role agency } reason outcome comment settledBy } } }`
  const SETTLE = `mutation($request: ID!, $outcome: AccessRequestOutcome!, $comment: String!) {
    settleAccessRequest(request: $request, outcome: $outcome, comment: $comment) { request { id outcome comment settledBy } } }`
  const request = (as: As, offender: object, reason = 'I take over the case on Monday.') =>
    t.ask(as, REQUEST, { offender, reason })
  const idIn = ({ data }: Body) => (data?.['requestAccess'] as { request: { id: string } }).request.id
  const listed = async (as: As, state = 'OPEN') =>
    (
      (await t.ask(as, LIST, { state })).data?.['accessRequests'] as {
        nodes: { id: string; reason: string }[]
      }
    ).nodes

  test('answers alike for people who are out of reach, hidden and absent', async () => {
    const asker: As = { ...OFFICER, username: 'excluded' }
    const shapes = []
    for (const offender of [{ prisonNumber: 'E2222AA' }, { crn: 'E333333' }, { crn: 'E999999' }]) {
      const { data, errors, extensions } = await request(asker, offender)
      const text = JSON.stringify({ data, errors, extensions })
      shapes.push(
        text
          .replace(/"id":"[^"]+"/, '')
          .replace(/"requestedAt":"[^"]+"/, '')
          .replace(/"disclosure":.*/, ''),
      )
    }
    expect(new Set(shapes).size).toBe(1)
  })

  test('reaches the data protection officers of the agencies that hold the case, and no others', async () => {
    const id = idIn(await request(OFFICER, { crn: 'E333333' }))
    expect((await listed(DPO)).map((each) => each.id)).toContain(id)
    expect((await listed({ ...DPO, agency: 'MDI' })).map((each) => each.id)).not.toContain(id)
    const absent = idIn(await request(OFFICER, { crn: 'E999999' }))
    expect((await listed({ ...DPO, agency: undefined as never })).map((each) => each.id)).not.toContain(
      absent,
    )
    expect(codeOf(await t.ask(OFFICER, LIST))[0]).toBe('FORBIDDEN')
  })

  test('is settled once, with a reason', async () => {
    const id = idIn(await request(OFFICER, { crn: 'E111111' }))
    const settle = (as: As, comment = 'On the list from today.') =>
      t.ask(as, SETTLE, { request: id, outcome: 'ARRANGED', comment })
    expect((await settle({ ...DPO, agency: 'C05' })).data).toEqual({ settleAccessRequest: null })
    expect(codeOf(await settle(DPO, ' '))).toEqual(['BAD_USER_INPUT', 'comment'])
    expect((await settle(DPO)).data?.['settleAccessRequest']).toMatchObject({
      request: { id, outcome: 'ARRANGED', settledBy: 'dpo' },
    })
    expect(codeOf(await settle(DPO))[0]).toBe('CONFLICT')
    expect((await listed(DPO)).map((each) => each.id)).not.toContain(id)
    expect((await listed(DPO, 'SETTLED')).map((each) => each.id)).toContain(id)
  })

  test('needs a reason and a person, and has an end', async () => {
    expect(codeOf(await request(OFFICER, { crn: 'E111111' }, ' '))).toEqual(['BAD_USER_INPUT', 'reason'])
    expect(codeOf(await request(PRISON, { crn: 'E111111' }))[0]).toBe('FORBIDDEN')
    const often: As = { ...OFFICER, subject: 'often' }
    for (let i = 0; i < 20; i += 1) idIn(await request(often, { crn: 'E999999' }))
    expect(codeOf(await request(often, { crn: 'E999999' }))[0]).toBe('RATE_LIMITED')
    expect(codeOf(await request(often, { crn: 'E111111' }))[0]).toBe('RATE_LIMITED')
  })
})
