import { aCase, aManager, aPrisoner, aRoshSummary } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { acceptConfidentiality } from './support/meetings'
import { operation } from './support/operations'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const COORDINATOR: As = { role: 'MAPPA_COORDINATOR', agency: 'N02', subject: 'coordinator' }
const PANEL: As = { role: 'MAPPA_PANEL_MEMBER', agency: 'POL-NORTH', subject: 'panel-one' }

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
    aCase('M333333', { offenderManagers: [aManager({ provider: 'N07', staff: 'N07AAA1', team: 'N07AAA' })] }),
  ])
  await t.ingest(
    PROBATION,
    'mappa-detail',
    { level: 1, category: 1, startDate: '2026-01-05', reviewDate: '2026-04-05' },
    '?crn=M111111',
  )
  await t.ingest(PROBATION, 'rosh-summary', [aRoshSummary('M111111', 7001), aRoshSummary('M222222', 7002)])
  await record({ crn: 'M111111' }, { level: 3 })
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

async function record(offender: object, more: object = {}): Promise<void> {
  const input = {
    offender,
    category: 1,
    level: 2,
    levelStatus: 'CONFIRMED',
    effectiveOn: '2026-11-20',
    nextReviewOn: '2035-01-01',
    forum: 'LEVEL_2_MEETING',
    rationale: 'Formal co-ordination adds value.',
    assessments: [],
    ...more,
  }
  expect((await t.ask(COORDINATOR, operation('RecordMappaLevel'), { input })).errors).toBeUndefined()
}
const codeOf = (body: Body) => [body.errors?.[0]?.extensions.code, body.errors?.[0]?.extensions.field]

interface Summary {
  meeting: { id: string; frozenRevision: number | null } | null
  marking: string
  cases: {
    offender: {
      id: string
      name: { given: string }
      mappa: { registration: { level: number } | null; decisions: { nodes: object[] } | null }
    }
    levels: { level: number; source: { system: string } }[]
    changedSince: { field: string }[]
  }[]
}
const schedule = async (input: object) => {
  const body = await t.ask(COORDINATOR, operation('ScheduleMappaMeeting'), { input })
  expect(body.errors).toBeUndefined()
  return (
    body.data?.['scheduleMappaMeeting'] as {
      meeting: { id: string; offenders: { id: string }[]; invitations: object[] }
    }
  ).meeting
}
const pull = async (as: As, meeting: string) => {
  const body = await t.ask(as, operation('MappaMeetingSummary'), { meeting })
  return { body, summary: body.data?.['mappaMeetingSummary'] as Summary | null }
}
const nextWeek = new Date(Date.now() + 7 * 86_400_000).toISOString()

test('once frozen every attendee reads the same state, and what changed since is listed', async () => {
  const meeting = await schedule({
    level: 2,
    at: nextWeek,
    offenders: [{ crn: 'M222222' }],
    invitations: [{ agency: 'POL-NORTH', subject: 'panel-one' }, { agency: 'MDI' }],
  })
  expect(meeting.offenders).toHaveLength(1)
  const frozen = await t.ask(COORDINATOR, operation('FreezeMappaMeeting'), { meeting: meeting.id })
  expect(frozen.errors).toBeUndefined()
  await acceptConfidentiality(t, PANEL, meeting.id)
  const before = await pull(PANEL, meeting.id)
  await t.ingest(
    PROBATION,
    'probation-search',
    aCase('M222222', { otherIds: { crn: 'M222222', nomsNumber: 'M2222AA' }, firstName: 'Changed' }),
  )
  await t.ingest(
    PRISON,
    'prisoner-search',
    aPrisoner('M2222AA', { firstName: 'Changed', cellLocation: 'C-3' }),
  )
  await record({ crn: 'M222222' }, { category: 2, level: 3 })
  const after = await pull(PANEL, meeting.id)
  const [was, is] = [before.summary?.cases[0], after.summary?.cases[0]]
  expect(is?.offender).toEqual(was?.offender)
  expect(is?.levels).toEqual(was?.levels)
  expect(was?.changedSince).toEqual([])
  expect(is?.changedSince.map(({ field }) => field)).toEqual(
    expect.arrayContaining(['mappa.decisions', 'names']),
  )
  // Only the cell changed, which a panel member is not shown.
  expect(is?.changedSince).not.toContainEqual(expect.objectContaining({ field: 'custody' }))
  expect(after.summary?.marking).toBe('OFFICIAL-SENSITIVE')
  const chair = await pull(COORDINATOR, meeting.id)
  expect(chair.summary?.cases[0]?.offender).toEqual(is?.offender)
  expect(chair.summary?.cases[0]?.changedSince).toContainEqual(expect.objectContaining({ field: 'custody' }))
})

test('levels over time come from every register, each with its source', async () => {
  const meeting = await schedule({ level: 3, at: nextWeek, offenders: [{ crn: 'M111111' }], invitations: [] })
  const { summary } = await pull(COORDINATOR, meeting.id)
  const levels = summary?.cases[0]?.levels.map(({ level, source }) => [source.system, level])
  expect(levels).toEqual(
    expect.arrayContaining([
      ['NOMIS', 1],
      ['DELIUS', 1],
      ['THROUGHCARE', 3],
    ]),
  )
})

test('an invited panel member sees the meeting’s cases and no others; who is not invited sees nothing', async () => {
  const meeting = await schedule({
    level: 2,
    at: nextWeek,
    offenders: [{ crn: 'M222222' }],
    invitations: [{ agency: 'POL-NORTH', subject: 'panel-one' }],
  })
  await acceptConfidentiality(t, PANEL, meeting.id)
  const { summary } = await pull(PANEL, meeting.id)
  expect(summary?.cases).toHaveLength(1)
  const see = async (as: As, crn: string) =>
    (await t.ask(as, operation('CaseSummary'), { by: { crn } })).data?.['offender']
  expect(await see(PANEL, 'M222222')).not.toBeNull()
  expect(await see(PANEL, 'M111111')).toBeNull()
  const other: As = { ...PANEL, subject: 'panel-two' }
  expect((await pull(other, meeting.id)).summary).toBeNull()
  expect(await see(other, 'M222222')).toBeNull()
  expect((await pull({ ...PANEL, agency: 'POL-SOUTH' }, meeting.id)).summary).toBeNull()
})

test('an invitation ends a while after its meeting', async () => {
  const past = new Date(Date.now() - 20 * 86_400_000).toISOString()
  const meeting = await schedule({
    level: 2,
    at: past,
    offenders: [{ crn: 'M111111' }],
    invitations: [{ agency: 'POL-LATE', subject: 'late' }],
  })
  expect((await pull({ ...PANEL, agency: 'POL-LATE', subject: 'late' }, meeting.id)).summary).toBeNull()
})

test('a case’s meetings are shown to those invited under purpose MAPPA, and marked as withheld from others', async () => {
  const query =
    'query($by: OffenderRef!) { offender(by: $by) { id mappa { meetings { meeting { level } } } withheld { field reason } } }'
  const pom: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI', subject: 'pom-x' }
  const ask = async (as: As, prisonNumber: string) => {
    const body = await t.ask(as, query, { by: { prisonNumber } })
    const { mappa, withheld } = body.data?.['offender'] as {
      mappa: { meetings: object[] | null }
      withheld: { field: string; reason: string }[]
    }
    expect(body.extensions?.withheld ?? []).toHaveLength(withheld.length)
    return [mappa.meetings === null, withheld.map(({ reason }) => reason)]
  }
  expect(await ask({ ...pom, purpose: 'MAPPA' }, 'M2222AA')).toEqual([false, []])
  expect(await ask(pom, 'M2222AA')).toEqual([true, ['PURPOSE']])
  expect(await ask({ ...pom, purpose: 'MAPPA' }, 'M1111AA')).toEqual([true, ['RELATIONSHIP']])
})

test('in a list the marks say for which rows', async () => {
  const query = '{ offenders { nodes { id mappa { meetings { meeting { id } } } } } }'
  const body = await t.ask({ role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI', purpose: 'MAPPA' }, query)
  const { nodes } = body.data?.['offenders'] as { nodes: { mappa: { meetings: object[] | null } }[] }
  const without = nodes.flatMap(({ mappa }, row) => (mappa.meetings === null ? [row] : []))
  expect(without).toHaveLength(1)
  expect(body.extensions?.withheld).toEqual([
    {
      path: ['offenders', 'nodes', without[0], 'mappa', 'meetings'],
      group: 'MAPPA_MINUTES',
      reason: 'RELATIONSHIP',
    },
  ])
})

test('a meeting on a case that the coordinator may not see is refused by its place', async () => {
  const body = await t.ask(COORDINATOR, operation('ScheduleMappaMeeting'), {
    input: { level: 2, at: nextWeek, offenders: [{ crn: 'M111111' }, { crn: 'M333333' }], invitations: [] },
  })
  expect(codeOf(body)).toEqual(['BAD_USER_INPUT', 'input.offenders.1'])
})
