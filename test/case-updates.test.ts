import { Client } from 'pg'
import { aCase, aManager } from './support/documents'
import { startTestGateway, type As, type Body, type ItemAnswer, type TestGateway } from './support/gateway'
import { operation } from './support/operations'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const CRC: As = { role: 'CRC_SYSTEM', agency: 'C05' }
const OFFICER: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }

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

const MUTATION = `mutation($input: PushCaseUpdatesInput!) { pushCaseUpdates(input: $input) {
  revision results { index messageId outcome offenderId errors { code path message } warnings { code message } } } }`

interface Pushed {
  readonly revision: number
  readonly results: readonly ItemAnswer[]
}

const send = (as: As, updates: readonly object[]) => t.ask(as, MUTATION, { input: { updates } })

async function push(as: As, ...updates: object[]): Promise<Pushed> {
  const body = await send(as, updates)
  expect(body.errors).toBeUndefined()
  return body.data?.['pushCaseUpdates'] as Pushed
}

async function pushOne(as: As, update: object): Promise<ItemAnswer> {
  const { results } = await push(as, update)
  expect(results).toHaveLength(1)
  return results[0]!
}

async function ask(query: string, by: object, as = OFFICER): Promise<Record<string, unknown> | null> {
  const body = await t.ask(as, `query($by: OffenderRef!) { offender(by: $by) { ${query} } }`, { by })
  expect(body.errors).toBeUndefined()
  return body.data?.['offender'] as Record<string, unknown> | null
}

async function revision(): Promise<number> {
  const { rows } = await record.query<{ value: number }>('select value from record.revision_counter')
  return Number(rows[0]?.value)
}

const NAME = { given: 'Robin', family: 'Sample', dateOfBirth: '1980-02-03' }
const OWN = { role: 'COM', staffCode: 'N02ABC1', officerName: 'Ada Officer', organisation: 'N02' }

const prisonRecord = (prisonNumber: string, more: object = {}) => ({
  fact: { prisonRecord: { prisonNumber, person: NAME, ...more } },
})
const probationRecord = (crn: string, more: object = {}) => ({
  fact: { probationRecord: { crn, person: NAME, allocations: [OWN], ...more } },
})
const registration = (person: object, more: object, envelope: object = {}) => ({
  ...envelope,
  person,
  fact: { mappaRegistration: more },
})

describe('each kind of fact is applied and seen', () => {
  test('a prison record, with custody, alerts, key dates and allocations', async () => {
    const custody = { status: 'IN_CUSTODY', establishment: 'MDI', since: '2026-01-02', cell: 'A-1' }
    const answer = await pushOne(
      PRISON,
      prisonRecord('A1000AA', {
        pnc: '02/73319Z',
        custody,
        alerts: [{ code: 'XA', description: 'Arsonist' }],
        keyDates: [{ type: 'CRD', date: '2027-06-01' }],
        allocations: [{ role: 'POM', staffCode: 'P1', officerName: 'Pat Officer', organisation: 'MDI' }],
      }),
    )
    expect(answer).toMatchObject({ index: 0, messageId: null, outcome: 'APPLIED', errors: [] })
    const seen = await ask(
      `id name { given family } custody { status establishment { code } since cell } alerts { code }
       keyDates { type date } allocations { role officerName organisation { code } } identifiers { type value source { system } }`,
      { pnc: '2002/0073319Z' },
      { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI' },
    )
    expect(seen).toEqual({
      id: answer.offenderId,
      name: { given: 'Robin', family: 'Sample' },
      custody: { status: 'IN_CUSTODY', establishment: { code: 'MDI' }, since: '2026-01-02', cell: 'A-1' },
      alerts: [{ code: 'XA' }],
      keyDates: [{ type: 'CRD', date: '2027-06-01' }],
      allocations: [{ role: 'POM', officerName: 'Pat Officer', organisation: { code: 'MDI' } }],
      identifiers: [
        { type: 'PNC', value: '2002/0073319Z', source: { system: 'NOMIS' } },
        { type: 'PRISON_NUMBER', value: 'A1000AA', source: { system: 'NOMIS' } },
      ],
    })
  })

  test('a probation record, which joins the prison record that it names', async () => {
    const held = await pushOne(PRISON, prisonRecord('A1001AA'))
    const answer = await pushOne(PROBATION, probationRecord('X100001', { prisonNumber: 'A1001AA' }))
    expect(answer.offenderId).toBe(held.offenderId)
    expect(await ask('id allocations { officerName organisation { code } }', { crn: 'X100001' })).toEqual({
      id: held.offenderId,
      allocations: [{ officerName: 'Ada Officer', organisation: { code: 'N02' } }],
    })
  })

  test('a MAPPA registration, and its end', async () => {
    const { offenderId } = await pushOne(PROBATION, probationRecord('X100002'))
    const seen = () =>
      ask(
        'mappa { registration { category level levelStatus leadAgency since nextReviewOn } registrations { level } }',
        { crn: 'X100002' },
      )
    const level2 = { category: 1, level: 2, leadAgency: 'PROBATION', since: '2026-01-05' }
    await pushOne(PROBATION, registration({ crn: 'X100002' }, { ...level2, nextReviewOn: '2026-08-01' }))
    expect(await seen()).toEqual({
      mappa: {
        registration: { ...level2, levelStatus: 'CONFIRMED', nextReviewOn: '2026-08-01' },
        registrations: [{ level: 2 }],
      },
    })
    await pushOne(PROBATION, registration({ crn: 'X100002' }, { category: 1 }))
    expect(await seen()).toMatchObject({ mappa: { registration: { level: null, levelStatus: 'TBC' } } })
    const ended = await pushOne(PROBATION, registration({ crn: 'X100002' }, { ended: true }))
    expect(ended).toMatchObject({ outcome: 'APPLIED', offenderId })
    expect(await seen()).toEqual({ mappa: { registration: null, registrations: [] } })
    const { rows } = await record.query(
      `select level, upper_inf(period) as open from record.mappa_level_ever where offender_id = $1 and superseded_revision is null
       order by lower(period)`,
      [offenderId],
    )
    expect(rows).toEqual([
      { level: 2, open: false },
      { level: null, open: false },
    ])
  })

  test('an assessment, with risk of serious harm and predictors as received', async () => {
    await pushOne(PROBATION, probationRecord('X100003'))
    const assessment = {
      localId: '31',
      tool: 'OASYS_LAYER3',
      status: 'COMPLETE',
      completedAt: '2026-05-04T10:00:00Z',
      rosh: {
        overall: 'VERY_HIGH',
        community: { children: 'LOW', knownAdult: 'VERY_HIGH' },
        custody: { prisoners: 'MEDIUM' },
        whoIsAtRisk: 'Somebody.',
      },
      predictors: [
        { name: 'RSR', version: '3', score: 12.34, band: 'MEDIUM' },
        { name: 'OVP', band: 'NOT_APPLICABLE' },
      ],
    }
    const answer = await pushOne(PROBATION, { person: { crn: 'X100003' }, fact: { assessment } })
    expect(answer.outcome).toBe('APPLIED')
    const seen = await ask(
      `risk { state latest { tool status rosh { overall community { children public knownAdult } custody { prisoners } whoIsAtRisk }
       predictors { name version score band } } }`,
      { crn: 'X100003' },
    )
    expect(seen).toEqual({
      risk: {
        state: 'RECORDED',
        latest: {
          tool: 'OASYS_LAYER3',
          status: 'COMPLETE',
          rosh: {
            overall: 'VERY_HIGH',
            community: { children: 'LOW', public: null, knownAdult: 'VERY_HIGH' },
            custody: { prisoners: 'MEDIUM' },
            whoIsAtRisk: 'Somebody.',
          },
          predictors: [
            { name: 'OVP', version: null, score: null, band: 'NOT_APPLICABLE' },
            { name: 'RSR', version: '3', score: 12.34, band: 'MEDIUM' },
          ],
        },
      },
    })
  })

  test('access limitations, which close the case to those named and open it when they are lifted', async () => {
    await pushOne(PROBATION, probationRecord('X100004'))
    const as: As = { ...OFFICER, username: 'robin.reader' }
    const limit = (exclusions: object[]) => ({
      person: { crn: 'X100004' },
      fact: { accessLimitations: { exclusions, restrictions: [], exclusionMessage: 'You know the person.' } },
    })
    expect(await ask('id', { crn: 'X100004' }, as)).not.toBeNull()
    await pushOne(PROBATION, limit([{ username: 'Robin.Reader' }]))
    expect(await ask('id', { crn: 'X100004' }, as)).toBeNull()
    expect(await ask('id', { crn: 'X100004' })).not.toBeNull()
    await pushOne(PROBATION, limit([]))
    expect(await ask('id', { crn: 'X100004' }, as)).not.toBeNull()
  })
})

describe('the same rules as for supplier documents', () => {
  test('message ids: duplicate, conflict, and equal content under a new one', async () => {
    const at = (minute: number) => `2026-05-01T10:0${minute}:00Z`
    const stay = (establishment: string, messageId: string, minute: number) => ({
      messageId,
      observedAt: at(minute),
      ...prisonRecord('A2000AA', { custody: { status: 'IN_CUSTODY', establishment } }),
    })
    const first = stay('MDI', 'm-1', 0)
    expect((await push(PRISON, first, first, stay('LEI', 'm-1', 1))).results).toMatchObject([
      { index: 0, messageId: 'm-1', outcome: 'APPLIED' },
      { index: 1, outcome: 'DUPLICATE' },
      { index: 2, outcome: 'CONFLICT', errors: [{ code: 'CONFLICT', path: 'messageId' }] },
    ])
    const { results } = await push(PRISON, stay('LEI', 'm-2', 1), stay('MDI', 'm-3', 2))
    expect(results.map(({ outcome }) => outcome)).toEqual(['APPLIED', 'APPLIED'])
    const { rows } = await record.query(
      `select c.establishment_code as code from record.custody_ever c where c.offender_id = $1 order by c.revision, c.ordinal`,
      [results[0]?.offenderId],
    )
    expect(rows).toEqual([{ code: 'MDI' }, { code: 'LEI' }, { code: 'MDI' }])
  })

  test('order: version before time, and what is older is late', async () => {
    const stay = (establishment: string, version: number, observedAt: string) => ({
      version,
      observedAt,
      ...prisonRecord('A2001AA', { custody: { status: 'IN_CUSTODY', establishment } }),
    })
    const { results } = await push(
      PRISON,
      stay('LEI', 2, '2026-05-01T10:00:00Z'),
      stay('MDI', 1, '2026-05-02T10:00:00+01:00'),
    )
    expect(results.map(({ outcome }) => outcome)).toEqual(['APPLIED', 'LATE'])
  })

  test('a repeat without a message id is a duplicate and leaves the revision where it is', async () => {
    await push(PRISON, prisonRecord('A2002AA'))
    const before = await revision()
    const { results, revision: after } = await push(PRISON, prisonRecord('A2002AA'))
    expect(results[0]?.outcome).toBe('DUPLICATE')
    expect(after).toBe(before)
  })

  test('somebody unknown is waited for, also across the two doors', async () => {
    const waits = await pushOne(
      PROBATION,
      registration({ crn: 'X200001' }, { category: 2, level: 3 }, { messageId: 'waits' }),
    )
    expect(waits).toMatchObject({
      outcome: 'QUARANTINED',
      errors: [{ code: 'PERSON_UNKNOWN', path: 'person' }],
    })
    await t.ingest(PROBATION, 'probation-search', aCase('X200001'))
    expect(await ask('mappa { registration { level } }', { crn: 'X200001' })).toEqual({
      mappa: { registration: { level: 3 } },
    })
  })

  test('the person is named by id or by any identifier', async () => {
    const { offenderId } = await pushOne(
      PROBATION,
      probationRecord('X200002', { prisonNumber: 'A2003AA', pnc: '81/34U', cro: '65656/91H' }),
    )
    for (const [i, person] of [
      { id: offenderId },
      { crn: 'x200002' },
      { prisonNumber: 'A2003AA' },
      { pnc: '1981/34U' },
      { cro: '065656/91H' },
    ].entries()) {
      const assessment = { localId: `id-${i}`, tool: 'RM2000', status: 'COMPLETE' }
      expect(await pushOne(PROBATION, { person, fact: { assessment } })).toMatchObject({
        outcome: 'APPLIED',
        offenderId,
      })
    }
    const nobody = await pushOne(PROBATION, registration({ id: '00000000-0000-7000-8000-000000000000' }, {}))
    expect(nobody).toMatchObject({ outcome: 'QUARANTINED', errors: [{ code: 'PERSON_UNKNOWN' }] })
    const unnamed = await pushOne(PROBATION, { fact: { mappaRegistration: { category: 1 } } })
    expect(unnamed).toMatchObject({ outcome: 'QUARANTINED', errors: [{ path: 'person' }] })
  })

  test('one bad item harms neither its neighbours nor the person it waits for', async () => {
    const { results } = await push(
      PROBATION,
      probationRecord('X200003'),
      registration({ crn: 'X200004' }, { category: 7, level: 1 }),
      registration({ crn: 'X200003' }, { category: 1, level: 9 }),
      registration({ crn: 'X200003' }, { category: 1, level: 1, notes: 'Nu\u0000l, half \ud800' }),
      { ...registration({ crn: 'X200003' }, { category: 1 }), messageId: 'y'.repeat(4000) },
      { person: { crn: 'X200003' }, fact: { accessLimitations: { exclusions: [{}], restrictions: [] } } },
      probationRecord('X200004'),
    )
    expect(results.map(({ outcome }) => outcome)).toEqual([
      'APPLIED',
      'QUARANTINED',
      'QUARANTINED',
      'APPLIED',
      'REJECTED',
      'QUARANTINED',
      'APPLIED',
    ])
    expect([1, 2, 5].map((i) => results[i]?.errors[0]?.path)).toEqual(['category', 'level', 'exclusions.0'])
  })
})

describe('who may push', () => {
  const assessment = (crn: string, localId: string) => ({
    person: { crn },
    fact: { assessment: { localId, tool: 'OASYS_LAYER3', status: 'COMPLETE' } },
  })

  test.each<[string, As, object]>([
    ['a prison a probation record', PRISON, probationRecord('X300001')],
    ['a prison a MAPPA registration', PRISON, registration({ crn: 'X300002' }, { category: 1, level: 1 })],
    ['probation a prison record', PROBATION, prisonRecord('A3000AA')],
    [
      'a CRC access limitations',
      CRC,
      { person: { crn: 'X300002' }, fact: { accessLimitations: { exclusions: [], restrictions: [] } } },
    ],
    ['a CRC an allocation', CRC, probationRecord('X300002')],
    ['a CRC an assessment of another’s case', CRC, assessment('X300002', 'crc-1')],
    ['a CRC an assessment of nobody', CRC, assessment('X399999', 'crc-2')],
  ])('not %s', async (_, as, update) => {
    await t.ingest(PROBATION, 'probation-search', aCase('X300002'))
    const before = await revision()
    const answer = await pushOne(as, update)
    expect(answer).toMatchObject({ outcome: 'REJECTED', offenderId: null })
    expect(new Set(answer.errors.map(({ code }) => code))).toEqual(new Set(['NOT_OWNER']))
    expect(await revision()).toBe(before)
  })

  test('a CRC an assessment of a case that it holds', async () => {
    const manager = aManager({ staff: 'C05XYZ1', team: 'C05XYZ', provider: 'C05' })
    await t.ingest(PROBATION, 'probation-search', aCase('X300003', { offenderManagers: [manager] }))
    expect(await pushOne(CRC, assessment('X300003', 'crc-3'))).toMatchObject({ outcome: 'APPLIED' })
  })

  test.each<As['role']>(['PROBATION_OFFICER', 'MAPPA_COORDINATOR', 'DATA_PROTECTION_OFFICER'])(
    'no person, not even as %s',
    async (role) => {
      const body = await send({ role, agency: 'N02', purpose: 'SYSTEM_UPDATE' }, [probationRecord('X300004')])
      expect(body.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
      expect(body.data?.['pushCaseUpdates'] ?? null).toBeNull()
      const otherwise = await send({ role, agency: 'N02' }, [probationRecord('X300004')])
      expect(['FORBIDDEN', 'PURPOSE_NOT_ALLOWED']).toContain(otherwise.errors?.[0]?.extensions.code)
      const { rows } = await record.query(`select from record.source_record where local_id = 'X300004'`)
      expect(rows).toEqual([])
    },
  )

  test('every push is on record with what it altered of whom', async () => {
    const { offenderId } = await pushOne(PROBATION, probationRecord('X300005'))
    const { rows } = await record.query(
      `select l.kind, l.outcome, l.viewer, l.purpose from journal.lookup l where l.offender_id = $1`,
      [offenderId],
    )
    expect(rows).toEqual([
      { kind: 'PUSH', outcome: 'DONE', viewer: 'probation-system', purpose: 'SYSTEM_UPDATE' },
    ])
    const body = await t.ask({ role: 'DATA_PROTECTION_OFFICER' }, operation('WhoViewed'), {
      where: { offender: { id: offenderId } },
    })
    const { nodes } = body.data?.['disclosures'] as {
      nodes: { kind: string; operation: string; offenders: { fields: string[] }[] }[]
    }
    expect(nodes).toMatchObject([{ kind: 'PUSH', operation: 'pushCaseUpdates' }])
    expect(nodes[0]?.offenders[0]?.fields).toEqual(expect.arrayContaining(['Allocation.staffCode']))
  })
})

describe('inputs', () => {
  const codeOf = (body: Body) => body.errors?.[0]?.extensions.code

  test.each<[string, object]>([
    ['two facts in one update', { fact: { ...prisonRecord('A4000AA').fact, ...probationRecord('X4').fact } }],
    ['no fact', { fact: {} }],
    ['a fact that is null', { fact: { prisonRecord: null } }],
    ['a person named twice', registration({ crn: 'X400001', pnc: '81/34U' }, { category: 1 })],
    ['a date that is none', prisonRecord('A4001AA', { keyDates: [{ type: 'CRD', date: '2026-02-30' }] })],
    [
      'a year beyond four digits',
      prisonRecord('A4002AA', { person: { ...NAME, dateOfBirth: '99999-01-01' } }),
    ],
    ['a version below nought', { version: -1, ...prisonRecord('A4003AA') }],
  ])('%s is refused as a whole', async (_, update) => {
    const body = await send(PRISON, [prisonRecord('A4009AA'), update])
    expect(codeOf(body)).toBe('BAD_USER_INPUT')
    const { rows } = await record.query(`select from record.source_record where local_id = 'A4009AA'`)
    expect(rows).toEqual([])
  })

  test('more than 500 updates are refused', async () => {
    const body = await send(
      PRISON,
      Array.from({ length: 501 }, () => prisonRecord('A4010AA')),
    )
    expect(codeOf(body)).toBe('BAD_USER_INPUT')
  })
})
