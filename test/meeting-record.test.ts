import { aCase, aPrisoner } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { command, done, type CaseSeen, type MeetingSeen } from './support/meetings'
import { operation } from './support/operations'

const COORDINATOR: As = { role: 'MAPPA_COORDINATOR', agency: 'N02', subject: 'coordinator' }
const PANEL: As = { role: 'MAPPA_PANEL_MEMBER', agency: 'POL-NORTH', subject: 'panel-one' }
const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI', subject: 'pom-one', purpose: 'MAPPA' }
const FAR = '2035-01-01'
const BY = { crn: 'M111111' }

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway()
  await t.ingest({ role: 'PRISON_SYSTEM' }, 'prisoner-search', [aPrisoner('M1111AA'), aPrisoner('M2222AA')])
  await t.ingest({ role: 'PROBATION_SYSTEM', agency: 'N02' }, 'probation-search', [
    aCase('M111111', { otherIds: { crn: 'M111111', nomsNumber: 'M1111AA' } }),
    aCase('M222222', { otherIds: { crn: 'M222222', nomsNumber: 'M2222AA' } }),
  ])
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString()

function call(more: object = {}): Promise<MeetingSeen> {
  const input = {
    level: 2,
    at: tomorrow(),
    offenders: [BY],
    invitations: [{ agency: 'POL-NORTH', subject: 'panel-one' }, { agency: 'MDI' }],
    ...more,
  }
  return done(t, COORDINATOR, 'scheduleMappaMeeting', { input })
}

async function held(more: object = {}): Promise<string> {
  const { id } = await call(more)
  await done(t, COORDINATOR, 'holdMappaMeeting', { input: heldInput(id) })
  return id
}

const heldInput = (meeting: string) => ({
  meeting,
  heldAt: '2026-11-20T10:00:00Z',
  chair: { name: 'Jo Chair', agency: 'N02' },
  attendance: [
    { agency: 'N02', state: 'ATTENDED' },
    { agency: 'POL-NORTH', name: 'Sam Panel', state: 'ATTENDED' },
    { agency: 'MDI', state: 'ABSENT', reason: 'No link.' },
  ],
})

const refusal = (body: Body) => [body.errors?.[0]?.extensions.code, body.errors?.[0]?.extensions.field]
const first = ({ offenders: [one] }: MeetingSeen): CaseSeen => {
  if (!one) throw new Error('the meeting shows no case')
  return one
}
const sees = async (as: As) =>
  (await t.ask(as, operation('CaseSummary'), { by: BY })).data?.['offender'] !== null

describe('each meeting record', () => {
  test('holds attendance and apologies per agency', async () => {
    const { id } = await call()
    await done(t, PANEL, 'sendMappaApologies', { meeting: id, reason: 'On leave.' })
    const meeting = await done(t, COORDINATOR, 'holdMappaMeeting', { input: heldInput(id) })
    expect(meeting).toMatchObject({ state: 'HELD', chair: { name: 'Jo Chair', agency: 'N02' } })
    expect(meeting.attendance).toEqual([
      { agency: 'MDI', name: null, state: 'ABSENT', reason: 'No link.' },
      { agency: 'N02', name: null, state: 'ATTENDED', reason: null },
      { agency: 'POL-NORTH', name: 'Sam Panel', state: 'ATTENDED', reason: null },
      { agency: 'POL-NORTH', name: 'panel-one', state: 'APOLOGIES', reason: 'On leave.' },
    ])
  })

  test('tells whether the prison contribution was received, and who else has not contributed', async () => {
    const { id, ...called } = await call()
    expect(first({ id, ...called }).missingContributions).toEqual([
      { agency: 'MDI', invited: true },
      { agency: 'POL-NORTH', invited: true },
    ])
    const input = { meeting: id, offender: BY, contribution: 'Two adjudications; asks to see his daughter.' }
    const after = await done(t, POM, 'contributeToMappaMeeting', { input })
    expect(first(after).missingContributions).toEqual([{ agency: 'POL-NORTH', invited: true }])
    expect(first(after).contributions).toEqual([
      {
        agency: 'MDI',
        contribution: input.contribution,
        contributedBy: 'pom-one',
        role: 'PRISON_OFFENDER_MANAGER',
      },
    ])
  })

  test('misses the contribution of the prison that holds the person although nobody invited it', async () => {
    const meeting = await call({ invitations: [] })
    expect(first(meeting).missingContributions).toEqual([{ agency: 'MDI', invited: false }])
  })

  test('holds a risk management plan with actions: owner, due, done', async () => {
    const meeting = await held()
    const actions = [
      { action: 'Visit the address.', ownerAgency: 'POL-NORTH', ownerName: 'Sam Panel', due: FAR },
      { action: 'Ask children’s services.', ownerAgency: 'N02', due: FAR },
    ]
    const input = { meeting, offender: BY, plan: 'Contain and visit.', rationale: 'Imminence.', actions }
    const planned = await done(t, COORDINATOR, 'agreeRiskManagementPlan', { input })
    const [visit] = first(planned).riskManagementPlans[0]?.actions ?? []
    expect(visit).toMatchObject({ action: 'Visit the address.', dueOn: FAR, doneAt: null })
    const complete = (as: As) =>
      command(t, as, 'completeMappaAction', { meeting, action: visit?.id, outcome: 'Visited; as stated.' })
    expect((await complete(POM)).data).toEqual({ completeMappaAction: null })
    expect((await complete(PANEL)).errors).toBeUndefined()
    expect(refusal(await complete(PANEL))).toEqual(['CONFLICT', 'action'])
    const { actionsOutstanding, riskManagementPlans } = await mappaOf(COORDINATOR)
    expect(actionsOutstanding).toEqual([{ ownerAgency: 'N02' }])
    expect(riskManagementPlans[0]).toMatchObject({
      actions: [
        { outcome: 'Visited; as stated.', doneBy: { name: 'panel-one', agency: 'POL-NORTH' } },
        { outcome: null },
      ],
    })
  })

  test('lets the agency that owns an action say that it is done, invited or not', async () => {
    const meeting = await held({ invitations: [] })
    const actions = [{ action: 'See him weekly.', ownerAgency: 'N02', due: FAR }]
    const input = { meeting, offender: BY, plan: 'Plan.', rationale: 'Reasons.', actions }
    const planned = await done(t, COORDINATOR, 'agreeRiskManagementPlan', { input })
    const action = first(planned).riskManagementPlans[0]?.actions[0]?.id
    const officer: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1', purpose: 'MAPPA' }
    const complete = (as: As) => command(t, as, 'completeMappaAction', { meeting, action, outcome: 'Seen.' })
    const stranger = await complete({ ...officer, staffCode: 'N02ZZZ9' })
    expect(refusal(stranger)).toEqual(['BAD_USER_INPUT', 'action'])
    expect((await complete(officer)).data).toEqual({ completeMappaAction: { meeting: null } })
    const closed = await done(t, COORDINATOR, 'recordMappaMinutes', {
      input: { meeting, reference: 'r', formCode: 'f', title: 't', guidanceEdition: 'g' },
    })
    expect(first(closed).riskManagementPlans[0]?.actions).toMatchObject([{ outcome: 'Seen.' }])
  })
})

interface MappaSeen {
  readonly actionsOutstanding: object[]
  readonly riskManagementPlans: object[]
  readonly disclosureDecisions: object[] | null
}

async function mappaOf(as: As, fields = 'outcome recipient'): Promise<MappaSeen> {
  const query = `query($by: OffenderRef!) { offender(by: $by) { id mappa { actionsOutstanding { ownerAgency }
    riskManagementPlans { actions { outcome doneBy { name agency } } } disclosureDecisions { ${fields} } } } }`
  return ((await t.ask(as, query, { by: BY })).data?.['offender'] as { mappa: MappaSeen }).mappa
}

test('all decisions and their rationale are recorded, and tied to the level decision; all differing views are reflected', async () => {
  const meeting = await held()
  const level = await t.ask(COORDINATOR, operation('RecordMappaLevel'), {
    input: {
      offender: BY,
      category: 1,
      level: 3,
      levelStatus: 'CONFIRMED',
      effectiveOn: '2026-11-20',
      nextReviewOn: FAR,
      forum: 'LEVEL_2_MEETING',
      rationale: 'Resources at short notice.',
      assessments: [],
    },
  })
  const { id } = (level.data?.['recordMappaLevel'] as { decision: { id: string } }).decision
  const input = { meeting, offender: BY, decision: 'Move to level 3.', rationale: 'Senior representation.' }
  const dissent = [{ agency: 'MDI', view: 'Level 2 would do.' }]
  const decided = await done(t, COORDINATOR, 'recordMappaMeetingDecision', {
    input: { ...input, levelDecision: id, dissent },
  })
  const [decision] = first(decided).decisions
  expect(decision).toMatchObject({ ...pick(input), levelDecision: { toLevel: 3 }, dissent })
  const views = { meeting, decision: decision?.id, view: 'Too late.' }
  const own = await done(t, PANEL, 'recordMappaDissent', views)
  expect(first(own).decisions[0]?.dissent.map(({ agency }) => agency)).toEqual(['MDI', 'POL-NORTH'])
  expect(refusal(await command(t, PANEL, 'recordMappaDissent', { ...views, agency: 'MDI' }))).toEqual([
    'FORBIDDEN',
    'agency',
  ])
  const another = { ...input, offender: BY, levelDecision: meeting }
  expect(refusal(await command(t, COORDINATOR, 'recordMappaMeetingDecision', { input: another }))).toEqual([
    'BAD_USER_INPUT',
    'input.levelDecision',
  ])
})

const pick = ({ decision, rationale }: { decision: string; rationale: string }) => ({ decision, rationale })

test('disclosure decisions are recorded including those not to disclose, with recipient, content, conditions and rationale', async () => {
  const meeting = await held()
  const input = {
    meeting,
    offender: BY,
    outcome: 'DO_NOT_DISCLOSE',
    recipient: 'The employer',
    content: 'The conviction',
    conditions: ['Not to be passed on'],
    rationale: 'No contact with children at work; not proportionate.',
    discloser: 'Police',
  }
  const { meeting: _, offender: __, ...kept } = input
  const recorded = await done(t, COORDINATOR, 'recordMappaDisclosure', { input })
  expect(first(recorded).disclosureDecisions).toEqual([{ ...kept, recordedBy: 'coordinator' }])
  expect(
    refusal(await command(t, COORDINATOR, 'recordMappaDisclosure', { input: { ...input, rationale: ' ' } })),
  ).toEqual(['BAD_USER_INPUT', 'input.rationale'])
  // Who has the group in summary sees that there is one.
  const pom = await mappaOf(POM, 'id outcome recipient')
  expect(pom.disclosureDecisions).toEqual([
    { id: expect.any(String) as string, outcome: null, recipient: null },
  ])
  expect((await mappaOf(COORDINATOR)).disclosureDecisions).toMatchObject([{ recipient: 'The employer' }])
})

test('minutes are kept as form code, title and guidance edition, whatever the letter; a meeting without any is not closed', async () => {
  const meeting = await held()
  expect(refusal(await command(t, COORDINATOR, 'closeMappaMeeting', { meeting }))).toEqual([
    'CONFLICT',
    'meeting',
  ])
  const words = { reference: 'store/1', formCode: 'MAPPA Z', title: 'Minutes', guidanceEdition: '2012' }
  await done(t, COORDINATOR, 'recordMappaMinutes', { input: { meeting, ...words } })
  const closed = await done(t, COORDINATOR, 'closeMappaMeeting', { meeting })
  expect(closed).toMatchObject({ state: 'CLOSED', minutes: [{ ...words, minutedBy: 'coordinator' }] })
})

describe('an invitation', () => {
  test('may come later, and is what gives access', async () => {
    const { id } = await call({ invitations: [] })
    const late: As = { ...PANEL, agency: 'HOUSING', subject: 'late' }
    expect(await sees(late)).toBe(false)
    await done(t, COORDINATOR, 'inviteToMappaMeeting', { meeting: id, invitations: [{ agency: 'HOUSING' }] })
    expect(await sees(late)).toBe(true)
  })

  test('opens nothing once it is withdrawn, stays on record, and may be made again', async () => {
    const guest: As = { ...PANEL, agency: 'DWP', subject: 'guest' }
    const { id, invitations } = await call({ invitations: [{ agency: 'DWP' }] })
    expect(await sees(guest)).toBe(true)
    const withdraw = { meeting: id, invitation: invitations[0]?.id, reason: 'Not needed.' }
    const without = await done(t, COORDINATOR, 'withdrawMappaInvitation', withdraw)
    expect([without.invitations, without.withdrawnInvitations]).toEqual([
      [],
      [{ agency: 'DWP', withdrawnBecause: 'Not needed.' }],
    ])
    expect(await sees(guest)).toBe(false)
    expect(refusal(await command(t, COORDINATOR, 'withdrawMappaInvitation', withdraw))).toEqual([
      'BAD_USER_INPUT',
      'invitation',
    ])
    await done(t, COORDINATOR, 'inviteToMappaMeeting', { meeting: id, invitations: [{ agency: 'DWP' }] })
    expect(await sees(guest)).toBe(true)
  })

  test('opens nothing once the meeting is called off', async () => {
    const guest: As = { ...PANEL, agency: 'YOT', subject: 'guest' }
    const { id } = await call({ invitations: [{ agency: 'YOT' }] })
    expect(await sees(guest)).toBe(true)
    const off = await done(t, COORDINATOR, 'cancelMappaMeeting', { meeting: id, reason: 'Recalled.' })
    expect(off).toMatchObject({ state: 'CANCELLED', cancelledBecause: 'Recalled.' })
    expect(await sees(guest)).toBe(false)
  })
})

describe('who may', () => {
  test.each<[string, As]>([
    ['a panel member', PANEL],
    ['a prison offender manager', POM],
    ['a prison officer', { role: 'PRISON_OFFICER', agency: 'MDI', purpose: 'PUBLIC_PROTECTION' }],
  ])('%s does not change the meeting itself', async (_who, as) => {
    const { id } = await call()
    for (const [name, args] of Object.entries({
      freezeMappaMeeting: {},
      cancelMappaMeeting: { reason: 'x' },
      inviteToMappaMeeting: { invitations: [{ agency: 'X' }] },
    }))
      expect(refusal(await command(t, as, name, { meeting: id, ...args }))[0]).toBe('FORBIDDEN')
  })

  test('whoever reads no minutes has no part, though their agency is invited', async () => {
    const { id } = await call()
    const officer: As = { role: 'PRISON_OFFICER', agency: 'MDI', purpose: 'PUBLIC_PROTECTION' }
    const input = { meeting: id, offender: BY, contribution: 'I know him.' }
    expect(refusal(await command(t, officer, 'contributeToMappaMeeting', { input }))[0]).toBe('FORBIDDEN')
    const other: As = { ...POM, purpose: 'OFFENDER_MANAGEMENT' }
    expect(refusal(await command(t, other, 'contributeToMappaMeeting', { input }))[0]).toBe('FORBIDDEN')
  })

  test('a meeting that is not theirs is to everybody as one that is not there', async () => {
    const { id } = await call({ invitations: [] })
    const nothing = { acceptMappaConfidentiality: null }
    for (const meeting of [id, '01a201d7-d019-7ea4-9db1-34f0f9609333'])
      expect(
        (await command(t, PANEL, 'acceptMappaConfidentiality', { meeting, edition: '2026-1' })).data,
      ).toEqual(nothing)
    const elsewhere: As = { ...COORDINATOR, agency: 'N07' }
    expect((await command(t, elsewhere, 'freezeMappaMeeting', { meeting: id })).data).toEqual({
      freezeMappaMeeting: null,
    })
  })

  test('a case that the meeting does not take is refused by its field, and on that person’s record', async () => {
    const { id } = await call()
    const input = { meeting: id, offender: { crn: 'M222222' }, contribution: 'x' }
    const asked: As = { ...POM, subject: 'curious' }
    expect(refusal(await command(t, asked, 'contributeToMappaMeeting', { input }))).toEqual([
      'BAD_USER_INPUT',
      'input.offender',
    ])
    const seen = await t.ask({ role: 'DATA_PROTECTION_OFFICER' }, operation('WhoViewed'), {
      where: { offender: { crn: 'M222222' }, viewer: 'curious' },
    })
    expect((seen.data?.['disclosures'] as { nodes: object[] }).nodes).toMatchObject([{ kind: 'REFUSAL' }])
  })
})

test('every command is on the record of the case', async () => {
  const meeting = await held()
  await done(t, COORDINATOR, 'recordMappaMinutes', {
    input: { meeting, reference: 'r', formCode: 'f', title: 't', guidanceEdition: 'g' },
  })
  const body = await t.ask({ role: 'DATA_PROTECTION_OFFICER' }, operation('WhoViewed'), {
    where: { offender: BY, viewer: 'coordinator', kind: 'ALTERATION' },
    first: 3,
  })
  const { nodes } = body.data?.['disclosures'] as {
    nodes: { operation: string; offenders: { fields: string[] }[] }[]
  }
  expect(nodes.map((node) => node.operation)).toEqual([
    'recordMappaMinutes',
    'holdMappaMeeting',
    'scheduleMappaMeeting',
  ])
  expect(nodes[0]?.offenders[0]?.fields).toContain('MappaMinutes.formCode')
})

test('what a meeting said goes with a person who is joined to another', async () => {
  const by = { crn: 'M555555' }
  await t.ingest({ role: 'PRISON_SYSTEM' }, 'prisoner-search', [aPrisoner('M5555AA')])
  await t.ingest({ role: 'PROBATION_SYSTEM', agency: 'N02' }, 'probation-search', [aCase('M555555')])
  const { id, offenders } = await call({ offenders: [by] })
  const input = { meeting: id, offender: by, contribution: 'Before.' }
  await done(t, COORDINATOR, 'contributeToMappaMeeting', { input })
  const joined = aCase('M555555', { otherIds: { crn: 'M555555', nomsNumber: 'M5555AA' } })
  await t.ingest({ role: 'PROBATION_SYSTEM', agency: 'N02' }, 'probation-search', [joined])
  const query = `query($by: OffenderRef!) { offender(by: $by) { id formerIds { id } mappa { contributions { contribution } } } }`
  const body = await t.ask(COORDINATOR, query, { by: { prisonNumber: 'M5555AA' } })
  const person = body.data?.['offender'] as { id: string; formerIds: { id: string }[]; mappa: object }
  expect([person.id, ...person.formerIds.map((former) => former.id)]).toContain(offenders[0]?.id)
  expect(person.formerIds).toHaveLength(1)
  expect(person.mappa).toEqual({ contributions: [{ contribution: 'Before.' }] })
})
