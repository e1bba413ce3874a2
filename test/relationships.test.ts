import {
  callerSlots,
  RELATIONSHIPS,
  relationshipSql,
  type RelationshipName,
} from '../src/access/relationships'
import { SETTINGS } from '../src/access/settings'
import { Binds } from '../src/domain/binds'
import type { Caller } from '../src/domain/caller'
import { Client } from 'pg'
import { aCase, aPrisoner } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'
import { operation } from './support/operations'
import { state } from './support/push'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const FORCES: readonly [area: string, agency: string][] = [
  ['NORTHUMBRIA', 'POL-NORTH'],
  ['NORTHUMBRIA', 'P01'],
  ['NORTHUMBRIA', 'P02'],
  ['DURHAM', 'POL-DURHAM'],
  ['DURHAM', 'P02'],
]

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway()
  await t.database.transact(async (tx) => {
    await tx.query('select record.begin_revision()')
    for (const [area, agency] of FORCES)
      await tx.query('insert into record.mappa_area_agency (area, agency) values ($1, $2)', [area, agency])
    await tx.query('select record.end_revision()')
  })
})
afterAll(async () => {
  await t.close()
})

type Claims = Pick<Caller, 'agency' | 'staffCode' | 'staffCodeNamespace' | 'mappaArea' | 'through'> & {
  readonly nobody?: true
}

/** The midday of a day. */
const on = (day: string) => new Date(`${day}T12:00:00Z`)

function weighing(name: RelationshipName, { nobody, ...claims }: Claims, now: Date, offender: string) {
  const binds = new Binds()
  const caller: Caller = {
    issuer: 'urn:test',
    client: 'test',
    role: 'ANALYST',
    staffCodeNamespace: 'DELIUS',
    ...claims,
    ...(!nobody && { person: { subject: 'someone', username: 'someone', namespace: 'DELIUS' } }),
  }
  const slots = callerSlots(caller, now, binds)
  return binds.finish(
    `select ${relationshipSql(name, 'o.id', slots)} as holds from record.offender o where o.id = ${binds.bind(offender, 'uuid')}`,
  )
}

async function holds(name: RelationshipName, claims: Claims, now: Date, offender: string): Promise<boolean> {
  const { text, values } = weighing(name, claims, now, offender)
  const [row] = await t.database.pools.reader.query(text, values)
  if (typeof row?.['holds'] !== 'boolean') throw new Error('neither true nor false')
  return row['holds']
}

let serial = 100_000

async function aPerson(more: Readonly<Record<string, unknown>> = {}): Promise<{ crn: string; id: string }> {
  const crn = `R${serial++}`
  const { results } = await t.ingest(
    PROBATION,
    'probation-search',
    aCase(crn, { offenderManagers: [], ...more }),
  )
  return { crn, id: results[0]?.offenderId ?? '' }
}

/** Allocated as the probation record states it. */
async function allocate(crn: string, more: object = {}): Promise<void> {
  const own = { role: 'COM', staffCode: 'P01AAA1', organisation: 'P01', team: 'P01AAA', ...DAYS, ...more }
  const probationRecord = { crn, person: { family: 'Sample' }, allocations: [own] }
  const { outcome } = await state(t, PROBATION, { crn }, { probationRecord })
  expect(outcome).toBe('APPLIED')
}

const DAYS = { since: '2026-03-10', until: '2026-09-10' }
const OPEN = { since: null, until: null }

async function anAllocated(more: object = {}): Promise<string> {
  const { crn, id } = await aPerson()
  await allocate(crn, more)
  return id
}

async function aPrisonerWith(custody: Readonly<Record<string, unknown>>): Promise<string> {
  const prisonNumber = `R${String(serial++).slice(1, 5)}RA`
  const { results } = await t.ingest(PRISON, 'prisoner-search', aPrisoner(prisonNumber, custody))
  return results[0]?.offenderId ?? ''
}

/** What holds from 10 March up to, and not on, 10 September 2026. */
async function expectDays(name: RelationshipName, claims: Claims, offender: string): Promise<void> {
  const days = ['2026-03-09', '2026-03-10', '2026-09-09', '2026-09-10']
  const seen = await Promise.all(days.map((day) => holds(name, claims, on(day), offender)))
  expect(seen).toEqual([false, true, true, false])
}

describe('own caseload', () => {
  test('holds from the first day of an allocation up to the day on which it ends', async () => {
    const id = await anAllocated()
    await expectDays('inOwnCaseload', { staffCode: 'P01AAA1' }, id)
  })

  test('ends at midnight in London, to the second', async () => {
    const id = await anAllocated()
    const own = (at: string) => holds('inOwnCaseload', { staffCode: 'P01AAA1' }, new Date(at), id)
    expect(await own('2026-09-09T22:59:59Z')).toBe(true)
    expect(await own('2026-09-09T23:00:00Z')).toBe(false)
  })

  test.each(['POM', 'COM', 'OFFENDER_SUPERVISOR', 'RESPONSIBLE_OFFICER', 'SPO'])(
    'counts for a %s',
    async (role) => {
      const id = await anAllocated({ role, ...OPEN })
      expect(await holds('inOwnCaseload', { staffCode: 'P01AAA1' }, on('2026-06-01'), id)).toBe(true)
    },
  )

  test('is nobody’s while a placeholder has it, and nobody’s without a staff code', async () => {
    const id = await anAllocated({ staffCode: 'P01AAAU' })
    const now = on('2026-06-01')
    expect(await holds('inOwnCaseload', { staffCode: 'P01AAAU' }, now, id)).toBe(false)
    expect(await holds('inOwnCaseload', { staffCode: 'P01AAA2' }, now, id)).toBe(false)
    expect(await holds('inOwnCaseload', { agency: 'P01' }, now, id)).toBe(false)
  })

  test('is not of the officer who has the same code in another system', async () => {
    const id = await anAllocated(OPEN)
    const now = new Date()
    for (const name of ['inOwnCaseload', 'inOwnCaseloadOrTeam'] as const) {
      expect(await holds(name, { staffCode: 'P01AAA1' }, now, id)).toBe(true)
      expect(await holds(name, { staffCode: 'P01AAA1', staffCodeNamespace: 'NOMIS' }, now, id)).toBe(false)
    }
  })
})

describe('own team', () => {
  test('covers a colleague’s cases and the placeholder’s, while both allocations are open', async () => {
    await anAllocated({ staffCode: 'P03AAA9', team: 'P03AAA' })
    const colleague = await anAllocated({ staffCode: 'P03AAA1', team: 'P03AAA', ...OPEN })
    const duty = await anAllocated({ staffCode: 'P03AAAU', team: 'P03AAA', ...OPEN })
    for (const id of [colleague, duty]) await expectDays('inOwnCaseloadOrTeam', { staffCode: 'P03AAA9' }, id)
    const own = await anAllocated({ staffCode: 'P03AAA8', team: 'P03AAA' })
    await expectDays('inOwnCaseloadOrTeam', { staffCode: 'P03AAA8' }, own)
  })

  test('is not another team, nor a placeholder’s, nor that of a token without a staff code', async () => {
    await anAllocated({ staffCode: 'P04AAAU', team: 'P04AAA' })
    const id = await anAllocated({ staffCode: 'P04AAA1', team: 'P04AAA' })
    const now = on('2026-06-01')
    expect(await holds('inOwnCaseloadOrTeam', { staffCode: 'P01AAA1' }, now, id)).toBe(false)
    expect(await holds('inOwnCaseloadOrTeam', { staffCode: 'P04AAAU' }, now, id)).toBe(false)
    expect(await holds('inOwnCaseloadOrTeam', {}, now, id)).toBe(false)
  })
})

describe('held by the own organisation', () => {
  const held = (day: string, id: string, agency = 'P01') =>
    holds('heldByOwnOrganisation', { agency }, on(day), id)

  test('holds from the first day until the tail after the transfer ends', async () => {
    const id = await anAllocated()
    const days = ['2026-03-09', '2026-03-10', '2026-09-10', '2026-10-07', '2026-10-08']
    expect(SETTINGS.transferTailDays).toBe(28)
    expect(await Promise.all(days.map((day) => held(day, id)))).toEqual([false, true, true, true, false])
    expect(await held('2026-06-01', id, 'P02')).toBe(false)
    expect(await holds('heldByOwnOrganisation', {}, on('2026-06-01'), id)).toBe(false)
  })

  test('a time that ended as it began has no tail', async () => {
    const id = await anAllocated({ since: '2026-09-10' })
    expect(await held('2026-09-11', id)).toBe(false)
  })

  test('an organisation whose time is over holds nothing, whatever allocation nobody ended', async () => {
    const id = await anAllocated({ organisation: 'C09', until: null })
    await t.database.transact(async (tx) => {
      await tx.query('select record.begin_revision()')
      await tx.query(`update record.organisation set until = '2026-06-26' where code = 'C09'`)
      await tx.query('select record.end_revision()')
    })
    expect(await held('2026-07-23', id, 'C09')).toBe(true)
    expect(await held('2026-07-24', id, 'C09')).toBe(false)
  })
})

test('victim contact is its officer’s, on the days of the allocation', async () => {
  const { crn, id } = await aPerson()
  const officer = { staffCode: 'P01VLO1', organisation: 'P01', ...DAYS }
  await state(t, PROBATION, { crn }, { victimLiaisonOfficers: [officer] })
  await expectDays('victimContactAllocated', { staffCode: 'P01VLO1' }, id)
  const now = on('2026-06-01')
  expect(await holds('victimContactAllocated', { staffCode: 'P01VLO2' }, now, id)).toBe(false)
  expect(await holds('victimContactAllocated', { agency: 'P01' }, now, id)).toBe(false)
})

describe('own establishment', () => {
  const seen = (day: string, id: string, agency = 'MDI') =>
    holds('inOwnEstablishment', { agency }, on(day), id)
  const gone = { lastMovementTypeCode: 'TRN', lastMovementDate: '2026-03-10', lastPrisonId: 'MDI' }

  test('is where somebody is held, or out of for the day', async () => {
    const held = await aPrisonerWith({})
    const atCourt = await aPrisonerWith({ status: 'ACTIVE OUT', inOutStatus: 'OUT' })
    expect(await Promise.all([held, atCourt].map((id) => seen('2026-06-01', id)))).toEqual([true, true])
    expect(await Promise.all([held, atCourt].map((id) => seen('2026-06-01', id, 'LEI')))).toEqual([
      false,
      false,
    ])
    expect(await holds('inOwnEstablishment', {}, on('2026-06-01'), held)).toBe(false)
  })

  test('is the prison that answers for a restricted patient', async () => {
    const id = await aPrisonerWith({
      restrictedPatient: true,
      supportingPrisonId: 'LEI',
      status: 'INACTIVE OUT',
      prisonId: 'OUT',
    })
    expect([await seen('2026-06-01', id, 'LEI'), await seen('2026-06-01', id)]).toEqual([true, false])
  })

  test.each([
    ['in transfer', { status: 'INACTIVE TRN', inOutStatus: 'TRN', prisonId: 'TRN' }],
    [
      'released',
      { status: 'INACTIVE OUT', inOutStatus: 'OUT', prisonId: 'OUT', lastMovementTypeCode: 'REL' },
    ],
  ])('stays the last one’s for a while when somebody is %s', async (_state, where) => {
    const id = await aPrisonerWith({ ...gone, ...where })
    const days = ['2026-03-10', '2026-04-06', '2026-04-07']
    expect(SETTINGS.departureTailDays).toBe(28)
    expect(await Promise.all(days.map((day) => seen(day, id)))).toEqual([true, true, false])
    expect(await seen('2026-03-10', id, 'LEI')).toBe(false)
  })

  test('is nobody’s when it is not known on which day somebody left', async () => {
    const id = await aPrisonerWith({
      ...gone,
      lastMovementDate: null,
      status: 'INACTIVE TRN',
      inOutStatus: 'TRN',
      prisonId: 'TRN',
    })
    expect(await seen('2026-03-10', id)).toBe(false)
  })
})

describe('MAPPA in the own force’s area', () => {
  const seen = (agency: string, id: string, now = new Date()) =>
    holds('mappaInOwnForceArea', { agency }, now, id)
  const registered = (level: number | null = 2) => ({
    mappa: { level, category: 1, startDate: '2026-01-05' },
  })

  test('goes by who holds the case, where that agency works in no other area', async () => {
    const { crn, id } = await aPerson(registered())
    await allocate(crn, OPEN)
    expect([await seen('POL-NORTH', id), await seen('POL-DURHAM', id)]).toEqual([true, false])
    expect(await holds('mappaInOwnForceArea', { mappaArea: 'NORTHUMBRIA' }, new Date(), id)).toBe(false)
  })

  test('is nobody’s by an agency of several areas, until a decision names one', async () => {
    const { crn, id } = await aPerson(registered())
    await allocate(crn, { organisation: 'P02', ...OPEN })
    expect([await seen('POL-NORTH', id), await seen('POL-DURHAM', id)]).toEqual([false, false])
    const decided = await t.ask({ role: 'MAPPA_COORDINATOR', agency: 'P02' }, operation('RecordMappaLevel'), {
      input: {
        offender: { crn },
        category: 1,
        level: 2,
        levelStatus: 'CONFIRMED',
        effectiveOn: '2026-01-05',
        nextReviewOn: '2035-01-01',
        forum: 'LEVEL_2_MEETING',
        rationale: 'Reasons.',
        assessments: [],
        area: 'DURHAM',
      },
    })
    expect(decided.errors).toBeUndefined()
    const after = new Date()
    expect([await seen('POL-NORTH', id, after), await seen('POL-DURHAM', id, after)]).toEqual([false, true])
    expect(await seen('POL-DURHAM', id, on('2025-12-01'))).toBe(false)
  })

  test('is no case that is under no MAPPA level', async () => {
    const id = await anAllocated(OPEN)
    expect(await seen('POL-NORTH', id)).toBe(false)
  })
})

describe('what a command opens', () => {
  const far = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

  test('a referral opens a case to the Parole Board until its day', async () => {
    const { crn, id } = await aPerson()
    const before = new Date(Date.now() - 1_000)
    await t.ask(
      { role: 'PROBATION_OFFICER', agency: 'N02', purpose: 'PAROLE', justification: 'The dossier is due.' },
      'mutation($input: ParoleReferralInput!) { referToParoleBoard(input: $input) { until } }',
      { input: { offender: { crn }, reason: 'Tariff ends.', until: far(30) } },
    )
    const seen = (now: Date) => holds('paroleCaseReferred', {}, now, id)
    expect(await seen(before)).toBe(false)
    expect(await seen(new Date())).toBe(true)
    expect(await seen(on(far(29)))).toBe(true)
    expect(await seen(on(far(30)))).toBe(false)
    expect(await holds('paroleCaseReferred', { nobody: true }, new Date(), id)).toBe(false)
    expect(await holds('paroleCaseReferred', {}, new Date(), (await aPerson()).id)).toBe(false)
  })

  test('a sample opens its cases to the inspectorate that drew it until its day', async () => {
    const { crn, id } = await aPerson()
    const before = new Date(Date.now() - 1_000)
    await t.ask(
      { role: 'INSPECTOR', agency: 'HMIP', justification: 'Autumn inspection.' },
      'mutation($input: InspectionSampleInput!) { drawInspectionSample(input: $input) { until } }',
      { input: { inspection: 'Autumn', offenders: [{ crn }], until: far(30) } },
    )
    const seen = (now: Date, agency = 'HMIP') => holds('inInspectionSample', { agency }, now, id)
    expect(await seen(before)).toBe(false)
    expect(await seen(new Date())).toBe(true)
    expect(await seen(on(far(29)))).toBe(true)
    expect(await seen(on(far(30)))).toBe(false)
    expect(await seen(new Date(), 'HMICFRS')).toBe(false)
    expect(await holds('inInspectionSample', {}, new Date(), id)).toBe(false)
  })
})

test('whoever asks through a system is nothing to a case that the system is nothing to', async () => {
  const { id } = await aPerson()
  const now = new Date()
  expect(await holds('anyProbationCase', {}, now, id)).toBe(true)
  expect(await holds('anyProbationCase', { through: ['PROBATION_SYSTEM'] }, now, id)).toBe(true)
  expect(await holds('anyProbationCase', { through: ['PRISON_SYSTEM'] }, now, id)).toBe(false)
  expect(
    await holds('anyProbationCase', { through: ['PROBATION_SYSTEM', 'CRC_SYSTEM'], agency: 'C05' }, now, id),
  ).toBe(false)
})

test.each(Object.keys(RELATIONSHIPS) as RelationshipName[])('%s is found by indexes', async (name) => {
  const reader = new Client({
    ...t.testDatabase.connection,
    options: '-c role=throughcare_reader -c enable_seqscan=off',
  })
  await reader.connect()
  try {
    const claims = { agency: 'N02', staffCode: 'N02ABC1' }
    const { text, values } = weighing(name, claims, new Date(), '00000000-0000-0000-0000-000000000000')
    const { rows } = await reader.query<{ 'QUERY PLAN': string }>(`explain ${text}`, [...values])
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(plan).toMatch(/Index/)
    expect(plan).not.toMatch(/Seq Scan/)
  } finally {
    await reader.end()
  }
})
