import { readRegisterType } from '../src/domain/register-types'
import { aCase, aManager, anEvent, aPrisoner } from './support/documents'
import { pageOf, readFeed } from './support/feed'
import { startTestGateway, type As, type ItemAnswer, type TestGateway } from './support/gateway'
import { operation } from './support/operations'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const CRC: As = { role: 'CRC_SYSTEM', agency: 'C05' }
const OFFICER: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }
const CRC_OFFICER: As = { role: 'CRC_OFFICER', agency: 'C05' }
const PRISON_OFFICER: As = { role: 'PRISON_OFFICER', agency: 'MDI' }
const COORDINATOR: As = { role: 'MAPPA_COORDINATOR', agency: 'N02' }

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway()
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

const MUTATION = `mutation($input: PushCaseUpdatesInput!) { pushCaseUpdates(input: $input) {
  results { index messageId outcome offenderId errors { code path message } warnings { code message } } } }`

let registrations = 0

/** Registers one entry; answers with what became of it and the number it has. */
async function register(
  crn: string,
  entry: { readonly registrationId?: string } & Readonly<Record<string, unknown>>,
  as = PROBATION,
) {
  registrations += 1
  const { registrationId = String(registrations) } = entry
  const fact = { registerEntry: { startedOn: '2026-01-05', ...entry, registrationId } }
  const body = await t.ask(as, MUTATION, { input: { updates: [{ person: { crn }, fact }] } })
  expect(body.errors).toBeUndefined()
  const { results } = body.data?.['pushCaseUpdates'] as { results: ItemAnswer[] }
  return { ...results[0]!, registrationId }
}

let cases = 0

/** In custody at MDI, held by probation and by a CRC. */
async function someCase(): Promise<string> {
  cases += 1
  const nomsNumber = `A6${String(cases).padStart(3, '0')}AA`
  const crn = `X6${String(cases).padStart(5, '0')}`
  const offenderManagers = [aManager(), aManager({ staff: 'C05ABC1', team: 'C05ABC', provider: 'C05' })]
  await t.ingest(PRISON, 'prisoner-search', aPrisoner(nomsNumber))
  await t.ingest(
    PROBATION,
    'probation-search',
    aCase(crn, { otherIds: { crn, nomsNumber }, offenderManagers }),
  )
  return crn
}

async function registersOf(crn: string, fields: string, as = OFFICER) {
  const query = `query($by: OffenderRef!) { offender(by: $by) { risk { registers { ${fields} } } } }`
  const body = await t.ask(as, query, { by: { crn } })
  expect(body.errors).toBeUndefined()
  const { risk } = body.data?.['offender'] as { risk: { registers: Record<string, unknown> } }
  const withheld = (body.extensions?.withheld ?? []).map(({ path }) => path.slice(3).join('.'))
  return { registers: risk.registers, withheld }
}

const ALL = `registerType description level levelDescription category categoryDescription startedOn nextReviewOn
  lastReviewedOn endedOn active notes staffCode officerName team organisation { code } source { system agency }`
const FULL = {
  description: 'Described',
  level: 'L1',
  levelDescription: 'A level',
  category: 'C1',
  categoryDescription: 'A category',
  nextReviewOn: '2026-07-05',
  lastReviewedOn: '2026-01-10',
  notes: 'Noted in words.',
  staffCode: 'N02ABC1',
  officerName: 'Ada Officer',
  team: 'N02ABC',
}

/** The summary asks for the registers where a client wants them beside the assessments. */
function withRegisters(summary: string): string {
  const asked = summary.replace(/risk \{\s+state/, '$& registers { risk { registerType startedOn active } }')
  expect(asked).not.toBe(summary)
  return asked
}

describe('a registration of very high risk of serious harm', () => {
  test('appears under risk, whole for those who manage the case, and without its notes for others', async () => {
    const crn = await someCase()
    await register(crn, {
      registerType: 'RVHR',
      ...FULL,
      organisation: 'N02',
      organisationName: 'NPS North East',
    })
    const whole = { registerType: 'RVHR', ...FULL, startedOn: '2026-01-05', endedOn: null, active: true }
    const source = { system: 'DELIUS', agency: 'N02' }
    expect((await registersOf(crn, `risk { ${ALL} } riskState`)).registers).toEqual({
      risk: [{ ...whole, organisation: { code: 'N02' }, source }],
      riskState: 'RECORDED',
    })
    for (const as of [PRISON_OFFICER, CRC_OFFICER]) {
      const { registers, withheld } = await registersOf(
        crn,
        'risk { registerType startedOn notes officerName }',
        as,
      )
      expect(registers).toEqual({
        risk: [{ registerType: 'RVHR', startedOn: '2026-01-05', notes: null, officerName: null }],
      })
      expect(withheld).toEqual(['risk.notes', 'risk.officerName'])
    }
  })

  test.each<[string, (crn: string) => object]>([
    ['a payload', (crn) => ({ crn, roshHistory: [{ active: true, type: 'RVHR', startDate: '2026-01-05' }] })],
    [
      'an event',
      (crn) =>
        anEvent(
          'probation-case.registration.added',
          { registerTypeCode: 'RVHR', registrationId: '77', registrationDate: '2026-01-05' },
          { crn },
        ),
    ],
  ])('(a) an RVHR registration appears in summary and feed, pushed as %s', async (_, document) => {
    const crn = await someCase()
    const { end } = await readFeed(t, OFFICER)
    const { results } = await t.ingest(PROBATION, 'auto', document(crn))
    expect(results).toMatchObject([{ outcome: 'APPLIED' }])
    const body = await t.ask(OFFICER, withRegisters(operation('CaseSummary')), { by: { crn } })
    expect(body.errors).toBeUndefined()
    expect(body.data?.['offender']).toMatchObject({
      name: { family: 'Sample' },
      risk: { registers: { risk: [{ registerType: 'RVHR', startedOn: '2026-01-05', active: true }] } },
    })
    const { nodes } = pageOf(await t.ask(OFFICER, operation('Changes'), { after: end }))
    const { id } = body.data?.['offender'] as { id: string }
    const told = nodes.find(({ fields }) => fields.some(({ after }) => after === 'RVHR'))
    expect(told).toMatchObject({
      offender: { id },
      kind: 'RECORDED',
      source: { system: 'DELIUS', agency: 'N02' },
    })
    expect(told?.fields).toContainEqual({
      name: 'risk.registers.risk.registerType',
      before: null,
      after: 'RVHR',
    })
  })

  test('is taken in the misspelling that is published too, as received', async () => {
    const crn = await someCase()
    const { outcome, warnings } = await register(crn, { registerType: 'RVRH' })
    expect([outcome, warnings.map(({ code }) => code)]).toEqual(['APPLIED', ['MISSPELT_REGISTER']])
    expect((await registersOf(crn, 'risk { registerType }')).registers).toEqual({
      risk: [{ registerType: 'RVRH' }],
    })
  })

  test('is read out of a case document beside the MAPPA detail', async () => {
    const crn = await someCase()
    const document = {
      crn,
      mappa: { level: 2, category: 1 },
      roshHistory: [{ active: true, type: 'RVHR', startDate: '2021-01-30' }],
      dynamicRisks: [{ code: 'RCCO', startDate: '2018-07-27', notes: 'Noted in words.' }],
    }
    await t.ingest(PROBATION, 'mappa-detail', document)
    expect((await registersOf(crn, 'risk { registerType } safeguarding { notes }')).registers).toEqual({
      risk: [{ registerType: 'RVHR' }],
      safeguarding: [{ notes: 'Noted in words.' }],
    })
  })
})

describe('each class of register is for its own readers', () => {
  const LISTS = `risk { registerType } safeguarding { registerType notes } selfRisk { registerType notes }
    health { registerType } intelligence { registerType active notes } victims { registerType }
    supervision { registerType notes } intelligenceState`
  let crn: string

  beforeAll(async () => {
    crn = await someCase()
    for (const registerType of ['WEAP', 'RCPR', 'ALSH', 'RMDO', 'STRG', 'INVI', 'IIOM']) {
      expect(await register(crn, { registerType, notes: 'Noted.' })).toMatchObject({
        outcome: 'APPLIED',
        warnings: [],
      })
    }
  })

  test('a probation officer reads all but health, victims and intelligence, of which there is no mark', async () => {
    const { registers, withheld } = await registersOf(crn, LISTS)
    expect(registers).toEqual({
      risk: [{ registerType: 'WEAP' }],
      safeguarding: [{ registerType: 'RCPR', notes: 'Noted.' }],
      selfRisk: [{ registerType: 'ALSH', notes: 'Noted.' }],
      health: null,
      intelligence: null,
      victims: null,
      supervision: [{ registerType: 'IIOM', notes: 'Noted.' }],
      intelligenceState: null,
    })
    expect(withheld).toEqual(['health'])
  })

  test('a CRC officer and a prison officer read flags', async () => {
    expect((await registersOf(crn, LISTS, CRC_OFFICER)).registers).toMatchObject({
      safeguarding: [{ registerType: 'RCPR', notes: null }],
      selfRisk: [{ registerType: 'ALSH', notes: null }],
      supervision: [{ registerType: 'IIOM', notes: null }],
    })
    expect((await registersOf(crn, LISTS, PRISON_OFFICER)).registers).toMatchObject({
      risk: [{ registerType: 'WEAP' }],
      safeguarding: null,
      selfRisk: [{ registerType: 'ALSH', notes: null }],
      supervision: null,
    })
  })

  test('a coordinator learns that there is intelligence, and not what', async () => {
    await t.ingest(PROBATION, 'mappa-detail', { crn, level: 2, category: 1 })
    const { registers, withheld } = await registersOf(
      crn,
      'intelligence { registerType active notes }',
      COORDINATOR,
    )
    expect(registers).toEqual({ intelligence: [{ registerType: null, active: true, notes: null }] })
    expect(withheld).toEqual([])
  })

  test('a machine reads no notes', async () => {
    const { registers } = await registersOf(
      crn,
      'risk { registerType notes } supervision { notes }',
      PROBATION,
    )
    expect(registers).toEqual({
      risk: [{ registerType: 'WEAP', notes: null }],
      supervision: [{ notes: null }],
    })
  })

  test('a register that we do not know is kept closed: silence never grants', async () => {
    const unknown = await someCase()
    const { outcome, warnings } = await register(unknown, {
      registerType: 'ZZZZ',
      description: 'Very High RoSH',
    })
    expect([outcome, warnings.map(({ code }) => code)]).toEqual(['APPLIED', ['UNKNOWN_REGISTER']])
    expect((await registersOf(unknown, LISTS)).registers).toMatchObject({ risk: [], intelligence: null })
    await t.ingest(PROBATION, 'mappa-detail', { crn: unknown, level: 2, category: 1 })
    expect((await registersOf(unknown, 'intelligence { active }', COORDINATOR)).registers).toEqual({
      intelligence: [{ active: true }],
    })
  })

  test.each([
    ['rvhr', undefined, 'RISK'],
    [' RVHR ', undefined, 'RISK'],
    [undefined, 'VERY HIGH ROSH', 'RISK'],
    [undefined, 'Child protection', 'SAFEGUARDING'],
    ['', '', 'INTELLIGENCE'],
    [undefined, undefined, 'INTELLIGENCE'],
    ['toString', undefined, 'INTELLIGENCE'],
    ['DASO', 'Low RoSH', 'VICTIM'],
  ])('code %j and name %j are of class %s', (code, name, registerClass) => {
    expect(readRegisterType(code, name).registerClass).toBe(registerClass)
  })
})

describe('what becomes of a registration', () => {
  const ended = async (crn: string) => {
    const query = `query($by: OffenderRef!) { offender(by: $by) { risk {
      registers { risk { level } riskState } endedRegistrations { risk { level endedOn active } } } } }`
    return (await t.ask(OFFICER, query, { by: { crn } })).data?.['offender']
  }

  test('an entry that ended is shown among the ended, one that was deleted nowhere', async () => {
    const crn = await someCase()
    const first = await register(crn, { registerType: 'RHRH', level: '1' })
    const { registrationId } = await register(crn, { registerType: 'ADVP', level: '2' })
    await register(crn, { registrationId, registerType: 'ADVP', level: '2', endedOn: '2026-03-01' })
    const gone = { level: '2', endedOn: '2026-03-01', active: false }
    expect(await ended(crn)).toEqual({
      risk: {
        registers: { risk: [{ level: '1' }], riskState: 'RECORDED' },
        endedRegistrations: { risk: [gone] },
      },
    })
    const { outcome } = await register(crn, {
      registrationId: first.registrationId,
      registerType: 'RHRH',
      deleted: true,
    })
    expect(outcome).toBe('APPLIED')
    expect(await ended(crn)).toEqual({
      risk: { registers: { risk: [], riskState: 'NONE' }, endedRegistrations: { risk: [gone] } },
    })
  })

  test('nobody said anything of a register that is unknown, which is not none', async () => {
    expect((await registersOf(await someCase(), 'risk { level } riskState')).registers).toEqual({
      risk: [],
      riskState: 'UNKNOWN',
    })
  })

  test('that a register holds no entry is said of its class alone', async () => {
    const crn = await someCase()
    const update = { person: { crn }, fact: { none: ['RISK_REGISTRATIONS'] } }
    const body = await t.ask(PROBATION, MUTATION, { input: { updates: [update] } })
    expect(body.data?.['pushCaseUpdates']).toMatchObject({ results: [{ outcome: 'APPLIED', errors: [] }] })
    expect((await registersOf(crn, 'riskState safeguardingState')).registers).toEqual({
      riskState: 'NONE',
      safeguardingState: 'UNKNOWN',
    })
  })

  test('a copy whose notes were masked leaves the notes as they are', async () => {
    const crn = await someCase()
    const send = (observedAt: string, notes: string, reviewDate: string) => {
      const payload = { crn, dynamicRisks: [{ code: 'RCPR', startDate: '2026-01-05', reviewDate, notes }] }
      return t.ingest(PROBATION, 'mappa-detail', { observedAt, payload })
    }
    await send('2026-06-01T10:00:00Z', 'Noted in words.', '2026-07-01')
    await send('2026-06-02T10:00:00Z', '**REDACTED**', '2026-12-01')
    expect((await registersOf(crn, 'safeguarding { notes nextReviewOn }')).registers).toEqual({
      safeguarding: [{ notes: 'Noted in words.', nextReviewOn: '2026-12-01' }],
    })
  })

  test('an earlier state is late and changes nothing', async () => {
    const crn = await someCase()
    const document = (level: string) => ({ crn, riskFlags: [{ id: 9001, code: 'RHRH', level }] })
    const send = (observedAt: string, level: string) =>
      t.ingest(PROBATION, 'mappa-detail', { observedAt, payload: document(level) })
    await send('2026-06-02T10:00:00Z', 'newer')
    const { results } = await send('2026-06-01T10:00:00Z', 'older')
    expect(results[0]?.outcome).toBe('LATE')
    expect((await registersOf(crn, 'risk { level }')).registers).toEqual({ risk: [{ level: 'newer' }] })
  })

  test.each([['PRISON_SYSTEM', PRISON] as const, ['CRC_SYSTEM', CRC] as const])(
    '%s does not own the registers',
    async (_, as) => {
      const crn = await someCase()
      const { outcome, errors } = await register(crn, { registerType: 'RHRH' }, as)
      expect([outcome, errors.map(({ code }) => code)]).toEqual(['REJECTED', ['NOT_OWNER']])
    },
  )

  test('an entry of the MAPPA register is not one of these', async () => {
    const crn = await someCase()
    expect(await register(crn, { registerType: 'mapp' })).toMatchObject({
      outcome: 'QUARANTINED',
      errors: [{ path: 'registerType', message: 'an entry of the MAPPA register is a mappaRegistration' }],
    })
  })
})
