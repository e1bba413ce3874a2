import { aCase, aManager, aPrisoner, aRoshSummary } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { operation } from './support/operations'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const COORDINATOR: As = { role: 'MAPPA_COORDINATOR', agency: 'N02', subject: 'coordinator' }
const PANEL: As = { role: 'MAPPA_PANEL_MEMBER', agency: 'POL-NORTH', subject: 'panel-one' }
const COM: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway()
  await t.ingest(PRISON, 'prisoner-search', [
    aPrisoner('M1111AA', { alerts: [{ alertType: 'P', alertCode: 'P22', active: true, expired: false }] }),
    aPrisoner('M2222AA'),
  ])
  await t.ingest(PROBATION, 'probation-search', [
    aCase('M111111', { otherIds: { crn: 'M111111', nomsNumber: 'M1111AA' } }),
    aCase('M222222', { otherIds: { crn: 'M222222', nomsNumber: 'M2222AA' } }),
    aCase('M444444'),
    aCase('M333333', { offenderManagers: [aManager({ provider: 'N07', staff: 'N07AAA1', team: 'N07AAA' })] }),
  ])
  await t.ingest(
    PROBATION,
    'mappa-detail',
    { level: 1, category: 1, startDate: '2026-01-05', reviewDate: '2026-04-05' },
    '?crn=M111111',
  )
  await t.ingest(PROBATION, 'rosh-summary', [aRoshSummary('M111111', 7001), aRoshSummary('M222222', 7002)])
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

const decision = (more: object = {}) => ({
  offender: { crn: 'M111111' },
  category: 1,
  level: 2,
  levelStatus: 'CONFIRMED',
  effectiveOn: '2026-11-20',
  nextReviewOn: '2035-01-01',
  forum: 'LEVEL_2_MEETING',
  rationale: 'Formal co-ordination adds value.',
  assessments: [],
  ...more,
})
const record = (as: As, input: object) => t.ask(as, operation('RecordMappaLevel'), { input })
const codeOf = (body: Body) => [body.errors?.[0]?.extensions.code, body.errors?.[0]?.extensions.field]
const mappaOf = async (as: As, crn: string) => {
  const query = `query($by: OffenderRef!) { offender(by: $by) { mappa {
    registration { system level category } registrations { system level } conflict { system level category }
    decisions { nodes { id fromLevel toLevel supersedes assessments { id tool } decidedBy { name role agency } } } } } }`
  const body = await t.ask(as, query, { by: { crn } })
  return (body.data?.['offender'] as { mappa: Mappa }).mappa
}
interface Mappa {
  registration: { system: string; level: number; category: number } | null
  registrations: { system: string; level: number }[]
  conflict: { system: string; level: number; category: number }[]
  decisions: {
    nodes: {
      id: string
      fromLevel: number | null
      toLevel: number
      supersedes: string | null
      assessments: { id: string; tool: string }[]
      decidedBy: object
    }[]
  }
}

async function count(table: string): Promise<number> {
  const [row] = await t.database.pools.reader.query(`select count(*) as n from record.${table}`)
  return Number(row?.['n'])
}

test('registers that agree are no conflict', async () => {
  const mappa = await mappaOf(COM, 'M111111')
  expect(mappa.registrations.map(({ system, level }) => [system, level])).toEqual([
    ['DELIUS', 1],
    ['NOMIS', 1],
  ])
  expect(mappa.conflict).toEqual([])
})

test.each([
  ['a blank rationale', { rationale: ' \n ' }, 'input.rationale'],
  ['category 3 at level 1', { category: 3, level: 1 }, 'input.level'],
  ['a review in the past', { nextReviewOn: '2026-01-01' }, 'input.nextReviewOn'],
  ['a review before it takes effect', { effectiveOn: '2035-02-01' }, 'input.nextReviewOn'],
  ['a category that there is not', { category: 5 }, 'input.category'],
  ['a level that there is not', { level: 4 }, 'input.level'],
  ['a confirmed decision without a level', { level: null }, 'input.level'],
  ['a level while it is to be confirmed', { levelStatus: 'TBC' }, 'input.level'],
  [
    'an assessment that is not this person’s',
    { assessments: ['01a201d7-d019-7ea4-9db1-34f0f9609333'] },
    'input.assessments.0',
  ],
  ['an assessment that cannot be one', { assessments: ['seven'] }, 'input.assessments.0'],
  [
    'the correction of a decision that there is not',
    { supersedes: '01a201d7-d019-7ea4-9db1-34f0f9609333' },
    'input.supersedes',
  ],
])('%s is refused by its field, and nothing is written', async (_name, input, field) => {
  const before = [await count('mappa_level_decision'), await count('revision')]
  expect(codeOf(await record(COORDINATOR, decision(input)))).toEqual(['BAD_USER_INPUT', field])
  expect([await count('mappa_level_decision'), await count('revision')]).toEqual(before)
})

test('a decision is appended with the level it starts from, shows beside the registers, and their disagreement with it', async () => {
  const [assessment] = await t.database.pools.reader.query(
    `select a.id from record.assessment a join record.source_record s on s.id = a.source_record_id where s.local_id = '7001'`,
  )
  const body = await record(COORDINATOR, decision({ assessments: [assessment?.['id']] }))
  expect(body.errors).toBeUndefined()
  const {
    decision: made,
    warnings,
    revision,
  } = body.data?.['recordMappaLevel'] as {
    decision: {
      fromLevel: number
      toLevel: number
      rationale: string
      revision: number
      assessments: { tool: string }[]
      communications: { agency: string }[]
    }
    warnings: { code: string }[]
    revision: number
  }
  expect(made).toMatchObject({
    fromLevel: 1,
    toLevel: 2,
    rationale: 'Formal co-ordination adds value.',
    revision,
  })
  expect(made.assessments).toMatchObject([{ tool: 'OASYS_LAYER3' }])
  expect(made.communications.map(({ agency }) => agency)).toEqual(['MDI', 'N02'])
  expect(warnings.map(({ code }) => code)).toEqual([
    'DIFFERS_FROM_DELIUS',
    'DIFFERS_FROM_NOMIS',
    'CRITERIA_NOT_STATED',
    'REVIEW_TOO_LATE',
  ])
  const mappa = await mappaOf(COM, 'M111111')
  expect(mappa.registration).toMatchObject({ system: 'THROUGHCARE', level: 2 })
  expect(mappa.conflict.map(({ system, level }) => [system, level])).toEqual([
    ['THROUGHCARE', 2],
    ['DELIUS', 1],
    ['NOMIS', 1],
  ])
})

test('a correction supersedes, once, and the history keeps both', async () => {
  const [first] = (await mappaOf(COM, 'M111111')).decisions.nodes
  const corrected = await record(
    COORDINATOR,
    decision({ level: 3, forum: 'LEVEL_3_MEETING', supersedes: first?.id }),
  )
  expect(corrected.errors).toBeUndefined()
  expect(codeOf(await record(COORDINATOR, decision({ supersedes: first?.id })))).toEqual([
    'BAD_USER_INPUT',
    'input.supersedes',
  ])
  const { decisions, registration } = await mappaOf(COM, 'M111111')
  expect(decisions.nodes.map(({ toLevel, supersedes }) => [toLevel, supersedes])).toEqual([
    [3, first?.id],
    [2, null],
  ])
  expect(registration?.level).toBe(3)
})

test('a repeat of the same request answers with the first outcome; another under its name is a conflict', async () => {
  const input = decision({ offender: { crn: 'M222222' }, category: 2, requestId: 'request-1' })
  const first = await record(COORDINATOR, input)
  const again = await record(COORDINATOR, input)
  expect(again.data).toEqual(first.data)
  expect((await mappaOf(COM, 'M222222')).decisions.nodes).toHaveLength(1)
  expect(codeOf(await record(COORDINATOR, { ...input, category: 1 }))[0]).toBe('CONFLICT')
})

test('a decision on a stale reading is refused', async () => {
  expect(codeOf(await record(COORDINATOR, decision({ expectedRevision: 1 })))).toEqual([
    'STALE_REVISION',
    'input.expectedRevision',
  ])
})

test('people who are absent and cases of another area get the same null', async () => {
  const [absent, elsewhere] = [
    await record(COORDINATOR, decision({ offender: { crn: 'M999999' } })),
    await record(COORDINATOR, decision({ offender: { crn: 'M333333' } })),
  ]
  expect(absent.data).toEqual({ recordMappaLevel: null })
  expect({ ...elsewhere, extensions: null }).toEqual({ ...absent, extensions: null })
})

test('who decides: probation and police officers at level 1 for own cases alone, nobody else', async () => {
  const levelOne = { offender: { crn: 'M444444' }, category: 2, level: 1, forum: 'LEAD_AGENCY_REVIEW' }
  expect(codeOf(await record({ ...COM, purpose: 'MAPPA' }, decision({ ...levelOne, level: 2 })))[0]).toBe(
    'FORBIDDEN',
  )
  expect((await record({ ...COM, purpose: 'MAPPA', staffCode: 'N02ZZZ9' }, decision(levelOne))).data).toEqual(
    { recordMappaLevel: null },
  )
  expect((await record({ ...COM, purpose: 'MAPPA' }, decision(levelOne))).errors).toBeUndefined()
  const senior: As = { ...COM, role: 'SENIOR_PROBATION_OFFICER', purpose: 'MAPPA' }
  expect((await record(senior, decision(levelOne))).errors).toBeUndefined()
  expect((await record({ ...senior, staffCode: 'N02ZZZ9' }, decision(levelOne))).data).toEqual({
    recordMappaLevel: null,
  })
  expect(
    codeOf(
      await record({ role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI', purpose: 'MAPPA' }, decision(levelOne)),
    )[0],
  ).toBe('FORBIDDEN')
  expect(codeOf(await record(PANEL, decision(levelOne)))[0]).toBe('FORBIDDEN')
  const police: As = { role: 'POLICE_OFFENDER_MANAGER', agency: 'POL-NORTH', staffCode: 'N02ABC1' }
  expect((await record(police, decision(levelOne))).errors).toBeUndefined()
  expect(codeOf(await record(police, decision({ ...levelOne, level: 2 })))[0]).toBe('FORBIDDEN')
  expect((await record({ ...police, staffCode: 'N02ZZZ9' }, decision(levelOne))).data).toEqual({
    recordMappaLevel: null,
  })
})

test('an addressee acknowledges for its agency, once; others are not asked', async () => {
  const [latest] = (await mappaOf(COM, 'M111111')).decisions.nodes
  const acknowledge = (as: As) => t.ask(as, operation('AcknowledgeMappaLevel'), { decision: latest?.id })
  const pom: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI', purpose: 'MAPPA', subject: 'pom-one' }
  const done = await acknowledge(pom)
  const communications = (body: Body) =>
    (
      body.data?.['acknowledgeMappaLevel'] as {
        decision: { communications: { agency: string; acknowledgedBy: string | null }[] }
      }
    ).decision.communications
  expect(communications(done)).toContainEqual(
    expect.objectContaining({ agency: 'MDI', acknowledgedBy: 'pom-one' }),
  )
  const again = await acknowledge({ ...pom, subject: 'pom-two' })
  expect(communications(again)).toContainEqual(
    expect.objectContaining({ agency: 'MDI', acknowledgedBy: 'pom-one' }),
  )
  expect((await acknowledge({ ...pom, agency: 'LEI' })).data).toEqual({ acknowledgeMappaLevel: null })
})

test('M1 to M2 to M1 in one batch is three periods of the register', async () => {
  const at = (minute: number) => `2026-11-20T10:0${minute}:00Z`
  const say = (level: number, minute: number) => ({
    messageId: `m-${minute}`,
    observedAt: at(minute),
    person: { crn: 'M333333' },
    payload: { level, category: 2, startDate: '2026-11-01' },
  })
  await t.ingest(PROBATION, 'mappa-detail', [say(1, 1), say(2, 2), say(1, 3)])
  const rows = await t.database.pools.reader.query(
    `select l.level from record.mappa_level l join record.source_record s on s.id = l.source_record_id where s.local_id = 'M333333' order by l.period`,
  )
  expect(rows.map((row) => row['level'])).toEqual([1, 2, 1])
})
