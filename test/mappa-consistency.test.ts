import fc from 'fast-check'
import { publishable } from '../src/domain/small-numbers'
import { aCase, aPrisoner, aRoshSummary } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'
import { coverAreas, day, Later, levelInput } from './support/mappa'
import { operation } from './support/operations'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const NORTH: As = { role: 'MAPPA_COORDINATOR', agency: 'N02', subject: 'north', mappaArea: 'NORTHUMBRIA' }
const LONDON: As = { ...NORTH, agency: 'N07', subject: 'london', mappaArea: 'LONDON' }
const ANALYST: As = { role: 'ANALYST' }
const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI', purpose: 'MAPPA', subject: 'pom' }

let t: TestGateway
const later = new Later()

/** Six people at level 2 with high risk in the North, two at level 3 with very high, and one in London. */
beforeAll(async () => {
  t = await startTestGateway(later)
  await coverAreas(t, [
    { area: 'NORTHUMBRIA', agency: 'N02' },
    { area: 'LONDON', agency: 'N07' },
  ])
  for (const [i, rosh] of ['H', 'H', 'H', 'H', 'H', 'H', 'V', 'V'].entries())
    await aDecided(`C10000${i}`, NORTH, i < 6 ? 2 : 3, rosh)
  await aDecided('C200000', LONDON, 2, 'H')
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

async function aDecided(crn: string, as: As, level: number, rosh: string): Promise<void> {
  const probation: As = { role: 'PROBATION_SYSTEM', agency: as.agency ?? '' }
  const prisonNumber = `C${crn.slice(1, 2)}${crn.slice(-3)}AA`
  await t.ingest(PRISON, 'prisoner-search', aPrisoner(prisonNumber))
  const manager = { ...aCase(crn), otherIds: { crn, nomsNumber: prisonNumber } }
  await t.ingest(probation, 'probation-search', provided(manager, as.agency ?? ''))
  const risk = rosh === 'V' ? 'Very High' : 'High'
  await t.ingest(
    probation,
    'rosh-summary',
    aRoshSummary(crn, Number(crn.slice(1)), {
      riskKnownAdultCommunity: risk,
      dateCompleted: `${day(-30)}T10:00:00`,
    }),
  )
  await decide(as, crn, { level, assessments: level === 3 ? [] : [await assessmentOf(crn)] })
}

function provided(document: Record<string, unknown>, provider: string): Record<string, unknown> {
  return JSON.parse(JSON.stringify(document).replaceAll('N02', provider)) as Record<string, unknown>
}

async function assessmentOf(crn: string): Promise<string> {
  const [row] = await t.database.pools.reader.query(
    `select a.id from record.assessment a join record.source_record s on s.offender_id = a.offender_id where s.local_id = $1`,
    [crn],
  )
  return String(row?.['id'])
}

async function decide(as: As, crn: string, more: object): Promise<string> {
  const body = await t.ask(as, operation('RecordMappaLevel'), { input: levelInput(crn, more) })
  if (body.errors) throw new Error(JSON.stringify(body.errors))
  return (body.data?.['recordMappaLevel'] as { decision: { id: string } }).decision.id
}

interface Consistency {
  readonly counted: string
  readonly levels: { level: number | null; rosh: string | null; cases: number | null; whole: number | null }[]
  readonly findings: { finding: string; cases: number | null }[]
}

async function consistency(as: As, area: string | null = null): Promise<Consistency> {
  const query = `query($area: String) { mappaConsistency(area: $area) { area counted
    levels { level levelStatus category rosh cases whole } findings { finding cases } } }`
  const body = await t.ask(as, query, { area })
  if (body.errors) throw new Error(JSON.stringify(body.errors))
  return body.data?.['mappaConsistency'] as Consistency
}

const levelsOf = ({ levels }: Consistency) =>
  levels.map(({ level, rosh, cases, whole }) => [level, rosh, cases, whole])
const findingsOf = ({ findings }: Consistency) =>
  Object.fromEntries(findings.map(({ finding, cases }) => [finding, cases]))

async function listed(as: As, where: object): Promise<number> {
  const body = await t.ask(
    as,
    'query($where: OffenderFilter) { offenders(where: $where, first: 100) { nodes { id } } }',
    { where },
  )
  if (body.errors) throw new Error(JSON.stringify(body.errors))
  return (body.data?.['offenders'] as { nodes: object[] }).nodes.length
}

describe('consistency report: level distribution by area × RoSH × category', () => {
  test('who sees the cases gets their exact numbers, against a whole in which small numbers are suppressed', async () => {
    const north = await consistency(NORTH, 'NORTHUMBRIA')
    expect(north.counted).toBe('CASES_YOU_SEE')
    expect(levelsOf(north)).toEqual([
      [2, 'HIGH', 6, 5],
      [3, 'VERY_HIGH', 2, null],
    ])
    expect(levelsOf(await consistency(LONDON))).toEqual([
      [2, 'HIGH', 1, 5],
      [3, 'VERY_HIGH', 0, null],
    ])
    expect(levelsOf(await consistency(NORTH, 'LONDON')).map(([, , cases]) => cases)).toEqual([0, 0])
  })

  test('who sees no case gets the numbers of all, rounded, the small ones suppressed', async () => {
    const all = await consistency(ANALYST)
    expect(all.counted).toBe('ALL_CASES')
    expect(levelsOf(all)).toEqual([
      [2, 'HIGH', 5, 5],
      [3, 'VERY_HIGH', null, null],
    ])
    expect(levelsOf(await consistency(ANALYST, 'LONDON'))).toEqual([
      [2, 'HIGH', null, 5],
      [3, 'VERY_HIGH', 0, null],
    ])
  })

  test('who may not read what is counted gets nothing', async () => {
    const body = await t.ask({ role: 'PRISON_OFFICER', agency: 'MDI' }, '{ mappaConsistency { counted } }')
    expect(body.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })

  test('the cases behind each number are listed by the same words', async () => {
    const where = { mappaArea: 'NORTHUMBRIA', mappaLevel: 2, mappaCategory: 1, rosh: 'HIGH' }
    expect(await listed(NORTH, where)).toBe(6)
    expect(await listed(NORTH, { ...where, mappaLevelStatus: 'TBC' })).toBe(0)
    const findings = findingsOf(await consistency(NORTH, 'NORTHUMBRIA'))
    expect(Object.keys(findings)).toHaveLength(6)
    for (const [mappaFinding, cases] of Object.entries(findings))
      expect([mappaFinding, await listed(NORTH, { mappaArea: 'NORTHUMBRIA', mappaFinding })]).toEqual([
        mappaFinding,
        cases,
      ])
  })

  test('a filter on what one may not read is refused', async () => {
    const body = await t.ask(
      { role: 'PRISON_OFFICER', agency: 'MDI' },
      'query($where: OffenderFilter) { offenders(where: $where) { nodes { id } } }',
      { where: { mappaFinding: 'NOT_ACKNOWLEDGED' } },
    )
    expect(body.errors?.[0]?.extensions.code).toBe('FIELD_NOT_USABLE')
  })
})

describe('what is amiss is counted', () => {
  test('a level set without a supporting assessment, or with one that is stale since', async () => {
    expect(findingsOf(await consistency(NORTH))).toMatchObject({ NO_CURRENT_ASSESSMENT: 2 })
    const stale = await later.by(370, async () => findingsOf(await consistency(NORTH)))
    expect(stale).toMatchObject({ NO_CURRENT_ASSESSMENT: 8 })
  })

  test('a review overdue', async () => {
    expect(findingsOf(await consistency(NORTH))).toMatchObject({ REVIEW_OVERDUE: 0 })
    expect(await later.by(71, async () => findingsOf(await consistency(NORTH)))).toMatchObject({
      REVIEW_OVERDUE: 8,
    })
  })

  test('no acknowledgement by every agency, and nobody who opened it', async () => {
    expect(findingsOf(await consistency(NORTH))).toMatchObject({ NOT_ACKNOWLEDGED: 8, NOT_COMMUNICATED: 8 })
    const decision = await decide(NORTH, 'C100000', { assessments: [await assessmentOf('C100000')] })
    for (const as of [POM, NORTH])
      expect((await t.ask(as, operation('AcknowledgeMappaLevel'), { decision })).errors).toBeUndefined()
    expect(findingsOf(await consistency(NORTH))).toMatchObject({ NOT_ACKNOWLEDGED: 7, NOT_COMMUNICATED: 7 })
  })

  test('a level that differs between systems', async () => {
    expect(findingsOf(await consistency(NORTH))).toMatchObject({ SYSTEMS_DISAGREE: 0 })
    await t.ingest(
      { role: 'PROBATION_SYSTEM', agency: 'N02' },
      'mappa-detail',
      { level: 1, category: 1, startDate: '2026-01-05' },
      '?crn=C100001',
    )
    expect(findingsOf(await consistency(NORTH))).toMatchObject({ SYSTEMS_DISAGREE: 1 })
  })

  test('a level to be confirmed six months before release', async () => {
    await decide(NORTH, 'C100002', {
      level: null,
      levelStatus: 'TBC',
      assessments: [await assessmentOf('C100002')],
    })
    expect(findingsOf(await consistency(NORTH))).toMatchObject({ TO_BE_CONFIRMED: 0 })
    await t.ingest(PRISON, 'prisoner-search', aPrisoner('C1002AA', { confirmedReleaseDate: day(240) }))
    expect(findingsOf(await consistency(NORTH))).toMatchObject({ TO_BE_CONFIRMED: 0 })
    expect(await later.by(90, async () => findingsOf(await consistency(NORTH)))).toMatchObject({
      TO_BE_CONFIRMED: 1,
    })
  })
})

test('no published number tells a small one, nor one from the next but by fives', () => {
  fc.assert(
    fc.property(fc.nat({ max: 100_000 }), (count) => {
      const told = publishable(count)
      if (count > 0 && count < 5) expect(told).toBeNull()
      else expect([Math.abs((told ?? NaN) - count) <= 2, (told ?? NaN) % 5]).toEqual([true, 0])
    }),
  )
})
