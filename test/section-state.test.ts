import { Client } from 'pg'
import { readSchema } from '../src/catalogue/read-schema'
import { readSchemaFiles } from '../src/store/package-files'
import { readCaseUpdate } from '../src/updates/read-case-update'
import { aCase, aManager, aPrisoner, aRoshSummary } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI' }

let t: TestGateway
let record: Client

beforeAll(async () => {
  t = await startTestGateway()
  record = new Client({ ...t.testDatabase.connection })
  await record.connect()
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await record.end()
  await t.close()
})

async function ask(prisonNumber: string, fields: string, as = POM, asOf?: { revision: number }) {
  const query = `query($by: OffenderRef!, $asOf: AsOf) { offender(by: $by, asOf: $asOf) { ${fields} } }`
  const body = await t.ask(as, query, { by: { prisonNumber }, asOf })
  expect(body.errors).toBeUndefined()
  return { offender: body.data?.['offender'], withheld: body.extensions?.withheld }
}

describe('an empty list says which kind of empty it is', () => {
  test('rows that stand are RECORDED, rows that no longer stand are NONE, silence is UNKNOWN', async () => {
    const alert = { alertType: 'X', alertCode: 'XA', dateCreated: '2025-01-01' }
    await t.ingest(PRISON, 'prisoner-search', [
      aPrisoner('A3000AA', { alerts: [{ ...alert, active: true, expired: false }] }),
      aPrisoner('A3001AA', { alerts: [{ ...alert, active: false, expired: true }] }),
      aPrisoner('A3002AA', { alerts: undefined }),
    ])
    const state = async (number: string) => (await ask(number, 'alertsState')).offender
    expect(await state('A3000AA')).toEqual({ alertsState: 'RECORDED' })
    expect(await state('A3001AA')).toEqual({ alertsState: 'NONE' })
    expect(await state('A3002AA')).toEqual({ alertsState: 'UNKNOWN' })
  })

  test('a page of a list has a state too, which an earlier revision tells as it was then', async () => {
    const { revision } = await t.ingest(PRISON, 'prisoner-search', aPrisoner('A3003AA'))
    await t.ingest(
      PROBATION,
      'probation-search',
      aCase('X300003', { otherIds: { crn: 'X300003', nomsNumber: 'A3003AA' } }),
    )
    await t.ingest(PROBATION, 'rosh-summary', aRoshSummary('X300003', 30003))
    const state = async (asOf?: { revision: number }) =>
      (await ask('A3003AA', 'risk { state }', POM, asOf)).offender
    expect(await state()).toEqual({ risk: { state: 'RECORDED' } })
    expect(await state({ revision })).toEqual({ risk: { state: 'UNKNOWN' } })
  })

  test('an empty list that was stated is NONE from then on, and not before', async () => {
    const { revision, results } = await t.ingest(PRISON, 'prisoner-search', aPrisoner('A3004AA'))
    await record.query('begin')
    await record.query('select record.begin_revision()')
    await record.query(
      `insert into record.none_stated (source_record_id, offender_id, table_name)
       select sr.id, sr.offender_id, 'assessment' from record.source_record sr where sr.offender_id = $1`,
      [results[0]?.offenderId],
    )
    await record.query('select record.end_revision()')
    await record.query('commit')
    const state = async (asOf?: { revision: number }) =>
      (await ask('A3004AA', 'risk { state }', POM, asOf)).offender
    expect(await state()).toEqual({ risk: { state: 'NONE' } })
    expect(await state({ revision })).toEqual({ risk: { state: 'UNKNOWN' } })
  })

  test('whoever may not read the list may not read its state', async () => {
    const otherIds = { crn: 'X300005', nomsNumber: 'A3005AA' }
    await t.ingest(PRISON, 'prisoner-search', aPrisoner('A3005AA'))
    await t.ingest(
      PROBATION,
      'probation-search',
      aCase('X300005', { otherIds, offenderManagers: [aManager({ provider: 'C05' })] }),
    )
    const officer: As = { role: 'CRC_OFFICER', agency: 'C05' }
    expect(await ask('A3005AA', 'alertsState allocationsState', officer)).toEqual({
      offender: { alertsState: null, allocationsState: 'RECORDED' },
      withheld: [{ path: ['offender', 'alertsState'], group: 'CUSTODY', reason: 'ROLE' }],
    })
  })
})

describe('a state that the schema declares wrongly stops the boot', () => {
  const declared = '@data(group: CUSTODY) @state(of: "alerts")'

  test.each([
    ['no list', '@data(group: CUSTODY) @state(of: "custody")', /alertsState: @state must name a list/],
    ['nothing', '@data(group: CUSTODY) @state(of: "nowhere")', /alertsState: @state must name a list/],
    ['a deeper list', '@data(group: CUSTODY, from: SUMMARY) @state(of: "alerts")', /classified alike/],
    ['a list of another group', '@data(group: SENTENCE) @state(of: "alerts")', /classified alike/],
    ['a list from outside any group', '@follows @state(of: "alerts")', /classified alike/],
  ])('of %s', (_, directive, fault) => {
    const sdl = readSchemaFiles()
    expect(sdl).toContain(declared)
    expect(() => readSchema(sdl.replace(declared, directive))).toThrow(fault)
  })
})

describe('a kind of fact without a reader of its own is taken as it is', () => {
  const aliases = [{ given: 'Rob', middle: null, family: 'Sam\u0000ple' }]
  const stated = [{ given: 'Rob', family: 'Sample' }]
  const crn = [{ type: 'CRN' as const, raw: ' x300006 ' }]

  test.each([
    ['PROBATION_SYSTEM', 'DELIUS', 'X300006'],
    ['CRC_SYSTEM', 'CRC', 'X300006'],
    ['PRISON_SYSTEM', 'NOMIS', 'CRN:X300006'],
  ] as const)('%s states it in its own record', (role, system, localId) => {
    const update = readCaseUpdate({ aliases }, { person: crn, role })
    expect(update).toEqual({
      createsPerson: false,
      person: crn,
      records: [{ system, localId, facts: { aliases: stated } }],
      warnings: [],
    })
  })

  test('what only assessments state is in OASYS, and an item with an id of its own has a record of its own', () => {
    const role = 'PRISON_SYSTEM'
    const rosh = readCaseUpdate({ rosh: { localId: '17', overall: 'LOW' } }, { person: crn, role })
    expect(rosh.records).toEqual([{ system: 'OASYS', localId: '17', facts: { rosh: { overall: 'LOW' } } }])
    const person = readCaseUpdate({ person: { localId: '17', given: 'Rob' } }, { person: crn, role })
    expect(person.records).toEqual([
      { system: 'NOMIS', localId: 'person:17', facts: { person: { given: 'Rob' } } },
    ])
  })

  test('it must say of whom, and be a fact that we know', () => {
    const role = 'PRISON_SYSTEM'
    expect(() => readCaseUpdate({ aliases }, { person: [], role })).toThrow(/name the person/)
    expect(readCaseUpdate({ aliases }, { person: [], personId: 'abc', role }).records[0]?.localId).toBe(
      'ID:abc',
    )
    expect(() => readCaseUpdate({ toString: [] }, { person: crn, role })).toThrow(/no fact that we know/)
  })
})
