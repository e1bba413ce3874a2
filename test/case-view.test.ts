import { aCase, aManager, aPrisoner, aRoshSummary } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { operation } from './support/operations'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway()
  await t.ingest(PRISON, 'prisoner-search', [
    aPrisoner('A1111AA', { pncNumber: '02/73319Z', conditionalReleaseDate: '2027-06-01' }),
    aPrisoner('A2222AA', { prisonId: 'LEI', prisonName: 'Leeds (HMP)' }),
  ])
  await t.ingest(PROBATION, 'probation-search', [
    aCase('X111111', {
      otherIds: { crn: 'X111111', pncNumber: '2002/73319Z' },
      mappa: { level: 1, category: 2, startDate: '2026-01-05' },
    }),
    aCase('X222222', {
      surname: 'Other',
      offenderManagers: [aManager({ staff: 'C05XYZ1', team: 'C05XYZ', provider: 'C05' })],
    }),
  ])
  await t.ingest(PROBATION, 'rosh-summary', [aRoshSummary('X111111', 1001), aRoshSummary('X222222', 1002)])
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

const summary = (as: As, by: object) => t.ask(as, operation('CaseSummary'), { by })
const history = (as: As, by: object) => t.ask(as, operation('RiskHistory'), { by })

interface CaseSummary {
  id: string
  identifiers: { type: string; value: string; valid: boolean; source: { system: string; agency: string } }[]
  custody: { status: string; establishment: { code: string; name: string } } | null
  allocations: { officerName: string; organisation: { code: string } }[] | null
  risk: {
    state: string
    latest: {
      rosh: { overall: string; community: object; custody: object | null; whoIsAtRisk: string | null }
    } | null
  }
  mappa: { registration: { category: number | null; level: number } | null }
  withheld: { field: string; group: string; reason: string }[]
}

function offenderOf(body: Body): CaseSummary {
  expect(body.errors).toBeUndefined()
  return body.data?.['offender'] as CaseSummary
}

const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI' }
const OFFICER: As = { role: 'PRISON_OFFICER', agency: 'MDI' }
const COM: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }
const CRC: As = { role: 'CRC_OFFICER', agency: 'C05' }

test('a prison and a probation record that share a valid PNC are one person, whichever identifier asks', async () => {
  const byPrison = offenderOf(await summary(POM, { prisonNumber: 'a1111aa' }))
  const byPnc = offenderOf(await summary(COM, { pnc: '02/73319Z' }))
  const byCrn = offenderOf(await summary(COM, { crn: 'X111111' }))
  expect(new Set([byPrison.id, byPnc.id, byCrn.id]).size).toBe(1)
  const pncs = byCrn.identifiers.filter(({ type }) => type === 'PNC')
  expect(pncs.map(({ value, valid, source }) => [value, valid, source.system])).toEqual([
    ['2002/0073319Z', true, 'NOMIS'],
    ['2002/0073319Z', true, 'DELIUS'],
  ])
})

test('a probation officer sees the narrative, a prison officer levels in the community alone, with a mark', async () => {
  const full = offenderOf(await summary(COM, { crn: 'X111111' }))
  expect(full.risk.latest?.rosh).toMatchObject({ overall: 'HIGH', whoIsAtRisk: 'People the person knows.' })
  expect(full.risk.latest?.rosh.custody).not.toBeNull()
  expect(full.withheld).toEqual([])
  const body = await summary(OFFICER, { prisonNumber: 'A1111AA' })
  const less = offenderOf(body)
  expect(less.risk.latest?.rosh).toMatchObject({ overall: 'HIGH', custody: null, whoIsAtRisk: null })
  expect(less.mappa.registration).toMatchObject({ level: 1, category: null })
  expect(less.withheld).toContainEqual({
    field: 'risk.latest.rosh.whoIsAtRisk',
    group: 'ROSH_NARRATIVE',
    reason: 'ROLE',
  })
  expect(body.extensions?.withheld).toContainEqual({
    path: ['offender', 'risk', 'latest', 'rosh', 'whoIsAtRisk'],
    group: 'ROSH_NARRATIVE',
    reason: 'ROLE',
  })
})

test('a CRC officer sees the cases that the organisation holds, with bands and levels but no narrative', async () => {
  const held = offenderOf(await summary(CRC, { crn: 'X222222' }))
  expect(held.risk.latest?.rosh).toMatchObject({ overall: 'HIGH', custody: null, whoIsAtRisk: null })
  expect((await summary(CRC, { crn: 'X111111' })).data?.['offender']).toBeNull()
})

test('an unknown person and a person of another establishment get the same answer but for the entry', async () => {
  const strip = (body: Body) =>
    JSON.stringify({ ...body, extensions: { ...body.extensions, disclosure: undefined } })
  const absent = await summary(POM, { prisonNumber: 'Z9999ZZ' })
  const elsewhere = await summary(POM, { prisonNumber: 'A2222AA' })
  expect(absent.data).toEqual({ offender: null })
  expect(strip(elsewhere)).toBe(strip(absent))
  expect(elsewhere.extensions?.disclosure?.entry).not.toBe(absent.extensions?.disclosure?.entry)
})

test('what nobody recorded is unknown, and is not low', async () => {
  const other = offenderOf(await summary({ ...POM, agency: 'LEI' }, { prisonNumber: 'A2222AA' }))
  expect(other.risk).toEqual({ state: 'UNKNOWN', latest: null })
  expect(other.withheld).toEqual([])
})

test('a supplier that says nobody assessed the person is not the same as silence', async () => {
  await t.ingest(PRISON, 'assessment-timeline', { prisNumber: 'A2222AA', timeline: [] })
  expect(offenderOf(await summary({ ...POM, agency: 'LEI' }, { prisonNumber: 'A2222AA' })).risk.state).toBe(
    'NONE',
  )
})

test('outside the caseload and team a probation officer gives a justification, and the refusal is alike for absent people', async () => {
  const stranger: As = { ...COM, staffCode: 'N07ZZZ9' }
  const known = await summary(stranger, { crn: 'X111111' })
  const absent = await summary(stranger, { crn: 'X999999' })
  expect(known.errors?.[0]?.extensions.code).toBe('JUSTIFICATION_REQUIRED')
  expect(absent).toEqual(known)
  const justified = await summary(
    { ...stranger, justification: 'Covering for a colleague — señor' },
    { crn: 'X111111' },
  )
  expect(offenderOf(justified).custody?.establishment.code).toBe('MDI')
})

test('a team’s case needs no justification of its members, also while a placeholder officer has it', async () => {
  await t.ingest(
    PROBATION,
    'probation-search',
    aCase('X333333', { offenderManagers: [aManager({ staff: 'N02ABCU' })] }),
  )
  expect(offenderOf(await summary(COM, { crn: 'X333333' })).id).toBeDefined()
})

test('a caseload is narrowed by establishment, organisation, level, name and officer', async () => {
  const list = async (as: As, where: object) => {
    const body = await t.ask(as, operation('Caseload'), { where })
    expect(body.errors).toBeUndefined()
    return (body.data?.['offenders'] as { nodes: { name: { family: string } }[] }).nodes.length
  }
  expect(await list(POM, { establishment: 'MDI' })).toBe(1)
  expect(await list(POM, { establishment: 'LEI' })).toBe(0)
  expect(await list(COM, { organisation: 'N02', mappaLevel: 1 })).toBe(1)
  expect(await list(COM, { mappaLevel: 2 })).toBe(0)
  expect(await list(COM, { name: 'robin SAM' })).toBe(2)
  expect(await list(COM, { name: '%' })).toBe(0)
  expect(await list(COM, { allocatedTo: 'N02ABC1' })).toBe(1)
  expect(await list(CRC, {})).toBe(1)
})

test('pages follow on each other without a gap or a repeat', async () => {
  const query = `query($first: Int, $after: String) { offenders(first: $first, after: $after) {
    edges { cursor node { id } } nodes { id } pageInfo { hasNextPage endCursor } } }`
  const as: As = { ...COM, justification: 'all of them' }
  interface Page {
    nodes: { id: string }[]
    edges: { cursor: string; node: { id: string } }[]
    pageInfo: { hasNextPage: boolean; endCursor: string }
  }
  const page = async (first: number, after?: string) =>
    (await t.ask(as, query, { first, after })).data?.['offenders'] as Page
  const all = await page(100)
  const seen: string[] = []
  let after: string | undefined
  for (;;) {
    const one: Page = await page(1, after)
    seen.push(...one.nodes.map(({ id }) => id))
    expect(one.edges[0]?.cursor).toBe(one.pageInfo.endCursor)
    if (!one.pageInfo.hasNextPage) break
    after = one.pageInfo.endCursor
  }
  expect(seen).toEqual(all.nodes.map(({ id }) => id))
  expect(new Set(seen).size).toBe(all.nodes.length)
})

test('a filter on a field that may not be read refuses the operation', async () => {
  const body = await t.ask({ role: 'DATA_PROTECTION_OFFICER' }, operation('Caseload'), {
    where: { mappaLevel: 1 },
  })
  expect(body.errors?.[0]?.extensions.code).toBe('FIELD_NOT_USABLE')
  expect(body.data).toBeNull()
})

test('strict access mode is refused rather than have fields withheld', async () => {
  const strict = { headers: { 'access-mode': 'strict' } }
  expect(
    (await summary({ ...OFFICER, ...strict }, { prisonNumber: 'A1111AA' })).errors?.[0]?.extensions.code,
  ).toBe('FORBIDDEN')
  expect(offenderOf(await summary({ ...POM, ...strict }, { prisonNumber: 'A1111AA' })).id).toBeDefined()
})

test('strict access mode refuses nothing that the case itself shows', async () => {
  const strict = { headers: { 'access-mode': 'strict' }, justification: 'To see whose case it is.' }
  const minutes = (crn: string) =>
    t.ask(
      { ...COM, ...strict },
      `{ offender(by: {crn: "${crn}"}) { mappa { meetings { meeting { id } } } } }`,
    )
  expect(await minutes('X111111')).toMatchObject({ data: { offender: { mappa: { meetings: [] } } } })
  expect((await minutes('X222222')).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
})

test('a list of which only constants are asked is one all the same, however many rows it has', async () => {
  const page = '{ __typename pageInfo { hasPreviousPage } }'
  const offender = `offender(by: {crn: "X111111"}) { movements ${page} risk { history ${page} } }`
  const { data } = await t.ask(POM, `{ offenders(first: 5) ${page} ${offender} }`)
  const one = (type: string) => ({ __typename: type, pageInfo: { hasPreviousPage: false } })
  expect(data).toEqual({
    offenders: one('OffenderConnection'),
    offender: { movements: one('MovementConnection'), risk: { history: one('AssessmentConnection') } },
  })
})

test('an earlier state is answered from what was recorded then', async () => {
  const before = (await summary(POM, { prisonNumber: 'A1111AA' })).extensions?.disclosure?.revision ?? 0
  await t.ingest(
    PRISON,
    'prisoner-search',
    aPrisoner('A1111AA', { pncNumber: '02/73319Z', cellLocation: 'B-2-002', lastName: 'Changed' }),
  )
  const query =
    'query($by: OffenderRef!, $asOf: AsOf) { offender(by: $by, asOf: $asOf) { name { family } custody { cell } keyDates { type } } }'
  const now = await t.ask(POM, query, { by: { prisonNumber: 'A1111AA' } })
  const then = await t.ask(POM, query, { by: { prisonNumber: 'A1111AA' }, asOf: { revision: before } })
  expect(now.data?.['offender']).toEqual({
    name: { family: 'Changed' },
    custody: { cell: 'B-2-002' },
    keyDates: [],
  })
  expect(then.extensions?.disclosure?.revision).toBe(before)
  expect(then.data?.['offender']).toEqual({
    name: { family: 'Sample' },
    custody: { cell: null },
    keyDates: [{ type: 'CRD' }],
  })
})

test('fragments, aliases, merged keys, skip and include come out as asked, in the order asked', async () => {
  const body = await t.ask(
    COM,
    `query($by: OffenderRef!, $no: Boolean = false) {
      who: offender(by: $by) { ...B name { first: given } __typename name { family } skipped: id @include(if: $no) ... on Offender { key: id @skip(if: true) } }
      again: offender(by: $by) { mappa { __typename registration { level } } }
      __typename
    }
    fragment B on Offender { dateOfBirth name { given } }`,
    { by: { crn: 'X111111' } },
  )
  expect(JSON.stringify(body.data)).toBe(
    JSON.stringify({
      who: {
        dateOfBirth: '1980-02-03',
        name: { given: 'Robin', first: 'Robin', family: 'Changed' },
        __typename: 'Offender',
      },
      again: { mappa: { __typename: 'Mappa', registration: { level: 1 } } },
      __typename: 'Query',
    }),
  )
})

test('introspection beside data comes in one answer', async () => {
  const body = await t.ask(
    POM,
    '{ __type(name: "RoshLevel") { name enumValues { name } } offender(by: {prisonNumber: "A1111AA"}) { id } }',
  )
  expect(body.data).toMatchObject({
    __type: { name: 'RoshLevel', enumValues: [{ name: 'LOW' }, {}, {}, {}] },
  })
})

test('a machine reads the cases of its agency’s class, without free text', async () => {
  const body = await t.ask(PROBATION, operation('RiskHistory'), { by: { crn: 'X111111' } })
  expect(body.extensions?.withheld).toContainEqual(expect.objectContaining({ group: 'ROSH_NARRATIVE' }))
  expect(
    (await history({ role: 'PROBATION_SYSTEM' }, { prisonNumber: 'A2222AA' })).data?.['offender'],
  ).toBeNull()
})

test('what may be read is said in the API', async () => {
  const body = await t.ask({ ...CRC, purpose: null }, operation('MyAccess'))
  const access = body.data?.['myAccess'] as { role: string; groups: { group: string; depth: string }[] }
  expect(access.role).toBe('CRC_OFFICER')
  expect(access.groups).toContainEqual({ group: 'ROSH_NARRATIVE', depth: 'NONE' })
})
