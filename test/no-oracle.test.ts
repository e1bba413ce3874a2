import request from 'supertest'
import { ROLES } from '../src/access/roles'
import { isMachineRole, type RoleName } from '../src/domain/caller'
import { aCase, aManager, aPrisoner } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'
import { operation } from './support/operations'

/** The ways to name a person, with what names nobody. */
const ABSENT = {
  id: '01a201d7-d019-7ea4-9db1-34f0f9609333',
  prisonNumber: 'Z9999ZZ',
  crn: 'Z999999',
  pnc: '2001/0999999V',
  cro: '999999/01L',
} as const
type Way = keyof typeof ABSENT
type Named = Readonly<Partial<Record<Way, string>>>

const NUMBERS: Readonly<Record<string, Required<Omit<Named, 'id'>>>> = {
  elsewhere: { prisonNumber: 'R1001AA', crn: 'R100001', pnc: '2001/0100001L', cro: '100001/01C' },
  restricted: { prisonNumber: 'R1002AA', crn: 'R100002', pnc: '2001/0100002M', cro: '100002/01D' },
  prisoner: { prisonNumber: 'R1003AA', crn: '', pnc: '2001/0100003N', cro: '100003/01E' },
  case: { prisonNumber: '', crn: 'R100004', pnc: '2001/0100004P', cro: '100004/01F' },
  restrictedCase: { prisonNumber: '', crn: 'R100005', pnc: '2001/0100005Q', cro: '100005/01G' },
}

const HELD_ELSEWHERE = ['elsewhere', 'restricted', 'prisoner', 'case', 'restrictedCase']
const PRISON_ALONE = ['prisoner']
const PROBATION_ALONE = ['case', 'restrictedCase']

/** Who asks in each role, and who is out of their scope; nobody is out of a data protection officer's. */
const ASKING: Readonly<
  Record<Exclude<RoleName, 'DATA_PROTECTION_OFFICER'>, [Partial<As>, readonly string[]]>
> = {
  PRISON_OFFICER: [{ agency: 'MDI' }, HELD_ELSEWHERE],
  PRISON_OFFENDER_MANAGER: [{ agency: 'MDI' }, HELD_ELSEWHERE],
  PRISON_PUBLIC_PROTECTION: [{ agency: 'MDI' }, HELD_ELSEWHERE],
  PROGRAMME_TEAM: [{ agency: 'MDI' }, HELD_ELSEWHERE],
  HEAD_OF_OFFENDER_MANAGEMENT: [{ agency: 'MDI' }, HELD_ELSEWHERE],
  PROBATION_OFFICER: [{ agency: 'N02', staffCode: 'N02ABC1' }, HELD_ELSEWHERE],
  SENIOR_PROBATION_OFFICER: [
    { agency: 'N02', staffCode: 'N02ABC1', justification: 'I cover.' },
    PRISON_ALONE,
  ],
  CRC_OFFICER: [{ agency: 'C05' }, HELD_ELSEWHERE],
  VICTIM_LIAISON_OFFICER: [{ agency: 'N02', staffCode: 'N02VLO1' }, HELD_ELSEWHERE],
  MAPPA_COORDINATOR: [{ agency: 'N02' }, HELD_ELSEWHERE],
  MAPPA_PANEL_MEMBER: [{ agency: 'POL-NORTH' }, HELD_ELSEWHERE],
  POLICE_OFFENDER_MANAGER: [{ agency: 'POL-NORTH' }, HELD_ELSEWHERE],
  PAROLE_BOARD: [{ agency: 'PB' }, HELD_ELSEWHERE],
  INSPECTOR: [{ agency: 'HMIP' }, HELD_ELSEWHERE],
  DATA_STEWARD: [{ agency: 'N02' }, HELD_ELSEWHERE],
  ANALYST: [{}, HELD_ELSEWHERE],
  PRISON_SYSTEM: [{}, PROBATION_ALONE],
  PROBATION_SYSTEM: [{ agency: 'N02' }, PRISON_ALONE],
  CRC_SYSTEM: [{ agency: 'C05' }, HELD_ELSEWHERE],
}

const WHO = 'query($by: OffenderRef!) { offender(by: $by) { id name { family } withheld { field reason } } }'
const MORE = [
  operation('CaseSummary'),
  'query($by: OffenderRef!) { offender(by: $by, asOf: {revision: 4}) { id name { family } } }',
  'query($by: OffenderRef!) { offender(by: $by) { changes(first: 5) { nodes { cursor } } } }',
]

let t: TestGateway
const ids = new Map<string, string>()

beforeAll(async () => {
  t = await startTestGateway()
  for (const [name, numbers] of Object.entries(NUMBERS)) await record(name, numbers)
})

afterAll(() => t.close())

async function record(
  name: string,
  { prisonNumber, crn, pnc, cro }: Required<Omit<Named, 'id'>>,
): Promise<void> {
  const prison = aPrisoner(prisonNumber, { prisonId: 'LEI', pncNumber: pnc, croNumber: cro })
  const otherIds = { crn, pncNumber: pnc, croNumber: cro, ...(prisonNumber && { nomsNumber: prisonNumber }) }
  const held = {
    otherIds,
    offenderManagers: [aManager({ provider: 'N07', staff: 'N07AAA1', team: 'N07AAA' })],
  }
  const probation: As = { role: 'PROBATION_SYSTEM', agency: 'N07' }
  const answers = [
    ...(prisonNumber ? [await t.ingest({ role: 'PRISON_SYSTEM' }, 'prisoner-search', prison)] : []),
    ...(crn ? [await t.ingest(probation, 'probation-search', aCase(crn, held))] : []),
  ]
  if (name.startsWith('restricted')) {
    const lists = { excludedFrom: [], restrictedTo: [{ username: 'somebody.else' }] }
    answers.push(await t.ingest(probation, 'access-limitations', lists, `?crn=${crn}`))
  }
  const results = answers.flatMap((answer) => answer.results)
  expect(results.map(({ outcome }) => outcome)).toEqual(results.map(() => 'APPLIED'))
  const [id, ...others] = new Set(results.map(({ offenderId }) => offenderId))
  expect(others).toEqual([])
  ids.set(name, id ?? '')
}

interface Told {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** All that the caller gets, but for the entry's id and the date. */
async function told(as: As, query: string, by: Named): Promise<Told> {
  const response = await request(t.app)
    .post('/graphql')
    .set('authorization', `Bearer ${await t.token(as)}`)
    .set({
      'x-request-id': 'the-same-each-time',
      ...(!isMachineRole(as.role) && { 'purpose-of-use': ROLES[as.role].purposes[0] ?? 'ANALYSIS' }),
      ...(as.justification !== undefined && { justification: encodeURIComponent(as.justification) }),
    })
    .send({ query, variables: { by } })
  const body = response.text.replace(/"entry":"[^"]+"/, '"entry":""')
  const { date, 'content-length': length, ...headers } = response.headers as Record<string, string>
  expect(date).toBeDefined()
  const entryLength = response.text.length - body.length
  return { status: response.status, headers: { ...headers, length: Number(length) - entryLength }, body }
}

test('every rule by which rows are seen is asked under, but for the one that leaves nobody out', () => {
  const rulesOf = (role: RoleName) => Object.values(ROLES[role].rows)
  const asked = new Set((Object.keys(ASKING) as RoleName[]).flatMap(rulesOf))
  const all = new Set((Object.keys(ROLES) as RoleName[]).flatMap(rulesOf))
  expect([...all].filter((rule) => !asked.has(rule))).toEqual(['anyone'])
})

describe.each(Object.entries(ASKING))('%s', (role, [claims, hidden]) => {
  const as: As = { role: role as RoleName, username: 'reader', ...claims }

  async function expectNoDifference(query: string, way: Way): Promise<void> {
    const absent = await told(as, query, { [way]: ABSENT[way] })
    expect(absent.body).toMatch(/"offender" : null|"JUSTIFICATION_REQUIRED"/)
    for (const name of hidden) {
      const value = way === 'id' ? ids.get(name) : NUMBERS[name]?.[way]
      if (value) expect([name, await told(as, query, { [way]: value })]).toEqual([name, absent])
    }
  }

  test.each(Object.keys(ABSENT) as Way[])('is told of a hidden person as of an absent one, by %s', (way) =>
    expectNoDifference(WHO, way),
  )

  test('whatever else is asked', async () => {
    for (const query of MORE) await expectNoDifference(query, 'id')
  })
})

test('each of them is there for somebody, by every number', async () => {
  const as: As = { role: 'DATA_PROTECTION_OFFICER', username: 'somebody.else' }
  const query = 'query($by: OffenderRef!) { offender(by: $by) { id } }'
  for (const [name, numbers] of Object.entries(NUMBERS)) {
    for (const [way, value] of Object.entries({ id: ids.get(name), ...numbers })) {
      if (value)
        expect([way, (await told(as, query, { [way]: value })).body]).toEqual([
          way,
          expect.stringContaining(ids.get(name) ?? '-'),
        ])
    }
  }
})
