import { Client } from 'pg'
import { aCase, anEvent, aManager, aPrisoner, aRoshSummary } from './support/documents'
import { startTestGateway, type As, type ItemAnswer, type TestGateway } from './support/gateway'
import { operation } from './support/operations'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const CRC: As = { role: 'CRC_SYSTEM', agency: 'C05' }
const ANYONE: As = { role: 'DATA_PROTECTION_OFFICER' }
const OFFICER: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }
const COORDINATOR: As = { role: 'MAPPA_COORDINATOR', agency: 'N02' }

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

/** A police number of 2002 with its check letter, in the ways it is written. */
function aPnc(serial: number) {
  const digits = String(serial).padStart(7, '0')
  const letter = 'ZABCDEFGHJKLMNPQRTUVWXY'[Number(`02${digits}`) % 23]!
  return {
    canonical: `2002/${digits}${letter}`,
    short: `02/${serial}${letter}`,
    unslashed: `2002${digits}${letter}`,
    longYear: `2002/${serial}${letter}`,
    lower: ` 02/${serial}${letter.toLowerCase()} `,
    bare: `02${serial}${letter}`,
  }
}

async function push(as: As, format: string, body: unknown, query = ''): Promise<ItemAnswer> {
  const [answer] = (await t.ingest(as, format, body, query)).results
  return answer!
}

const prisoner = (number: string, more: Record<string, unknown> = {}) =>
  push(PRISON, 'prisoner-search', aPrisoner(number, more))

const probationCase = (
  crn: string,
  otherIds: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
) => push(PROBATION, 'probation-search', aCase(crn, { ...more, otherIds: { crn, ...otherIds } }))

async function idOf(by: object): Promise<string | null> {
  const body = await t.ask(ANYONE, 'query($by: OffenderRef!) { offender(by: $by) { id } }', { by })
  expect(body.errors).toBeUndefined()
  return (body.data?.['offender'] as { id: string } | null)?.id ?? null
}

const codes = ({ warnings }: ItemAnswer) => warnings.map(({ code }) => code)

async function rows(text: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  return (await record.query<Record<string, unknown>>(text, values)).rows
}

describe('records are joined', () => {
  test.each(
    Object.keys(aPnc(1)).map((notation, i) => [notation as keyof ReturnType<typeof aPnc>, i] as const),
  )('by a police number, written %s in one and canonical in the other', async (notation, i) => {
    const pnc = aPnc(73_000 + i)
    const held = await prisoner(`A100${i}AA`, { pncNumber: pnc.canonical })
    const answer = await probationCase(`X10000${i}`, { pncNumber: pnc[notation] })
    expect(answer).toMatchObject({ outcome: 'APPLIED', offenderId: held.offenderId })
    for (const written of Object.values(pnc)) expect(await idOf({ pnc: written })).toBe(held.offenderId)
  })

  test('(f) 2002/73319Z and 20020073319Z are one number', async () => {
    const held = await prisoner('A1101AA', { pncNumber: '2002/73319Z' })
    const answer = await probationCase('X110001', { pncNumber: '20020073319Z' })
    expect(answer.offenderId).toBe(held.offenderId)
  })

  test('by a criminal record number, padded or not', async () => {
    const held = await prisoner('A1102AA', { croNumber: '65656/91H' })
    const answer = await probationCase('X110002', { croNumber: '065656/91h' })
    expect(answer.offenderId).toBe(held.offenderId)
    expect(await idOf({ cro: '65656/91H' })).toBe(held.offenderId)
  })

  test('by the prison number that probation states, whatever the dates of birth', async () => {
    const held = await prisoner('A1103AA')
    const answer = await probationCase('X110003', { nomsNumber: 'a1103aa' }, { dateOfBirth: '1999-09-09' })
    expect(answer.offenderId).toBe(held.offenderId)
    expect(await idOf({ prisonNumber: 'A1103AA' })).toBe(held.offenderId)
    expect(await idOf({ crn: 'x110003' })).toBe(held.offenderId)
  })

  test('by a former case number', async () => {
    const former = await probationCase('X110004')
    const answer = await probationCase('X110005', { previousCrn: 'X110004' })
    expect(answer.offenderId).toBe(former.offenderId)
    expect(await idOf({ crn: 'X110005' })).toBe(former.offenderId)
  })

  test('by a prison number that the prison says was merged, and the former ids resolve for ever', async () => {
    const former = await prisoner('A1104AA')
    const kept = await prisoner('A1105AA')
    expect(former.offenderId).not.toBe(kept.offenderId)
    const merged = (number: string) => ({ identifiers: [{ type: 'MERGED', value: number }] })
    const joined = await prisoner('A1105AA', merged('A1104AA'))
    const again = await prisoner('A1106AA', merged('A1105AA'))
    const [survivor] = [former.offenderId!, kept.offenderId!].sort()
    expect([joined.offenderId, again.offenderId]).toEqual([survivor, survivor])
    for (const by of [
      { id: former.offenderId },
      { id: kept.offenderId },
      { prisonNumber: 'A1104AA' },
      { prisonNumber: 'A1105AA' },
      { prisonNumber: 'A1106AA' },
    ]) {
      expect(await idOf(by)).toBe(survivor)
    }
    const without = await prisoner('A1105AA', { title: 'Mr' })
    expect(without).toMatchObject({ offenderId: survivor, warnings: [] })
  })
})

describe('records are not joined', () => {
  test('by the prison number of a case that is another prisoner’s, nor by a police number against it', async () => {
    const { canonical } = aPnc(80_010)
    const other = await prisoner('A1214AA', { pncNumber: canonical })
    const linked = await probationCase('X120010', { pncNumber: canonical, nomsNumber: 'A1215AA' })
    const own = await prisoner('A1215AA', { pncNumber: canonical })
    expect(own.offenderId).toBe(linked.offenderId)
    expect(own.offenderId).not.toBe(other.offenderId)
    const unlinked = await probationCase('X120011', { pncNumber: aPnc(80_011).canonical })
    const first = await prisoner('A1216AA', { pncNumber: aPnc(80_011).canonical })
    expect(first.offenderId).toBe(unlinked.offenderId)
    await probationCase('X120011', { pncNumber: aPnc(80_011).canonical, nomsNumber: 'A1217AA' })
    const second = await prisoner('A1217AA')
    // The case says now that it is the second prisoner's; the first, whom nothing but the case joined, is somebody else.
    expect(await idOf({ crn: 'X120011' })).toBe(second.offenderId)
    expect(await idOf({ prisonNumber: 'A1216AA' })).not.toBe(second.offenderId)
    expect(codes(second)).toEqual(['SUSPECTED_MATCH'])
  })

  test('by a police number with a wrong check letter', async () => {
    const held = await prisoner('A1201AA', { pncNumber: '12/394773W' })
    const answer = await probationCase('X120001', { pncNumber: '12/394773W' })
    expect(answer.offenderId).not.toBe(held.offenderId)
    expect(codes(answer)).not.toContain('SUSPECTED_MATCH')
    expect(await idOf({ pnc: '12/394773W' })).toBeNull()
  })

  test('by a police or criminal record number where that would put two prison numbers on one person', async () => {
    const { canonical } = aPnc(80_001)
    const one = await prisoner('A1202AA', { pncNumber: canonical, croNumber: 'SF05/482703J' })
    const two = await prisoner('A1203AA', { pncNumber: canonical, croNumber: 'SF05/482703J' })
    expect(two.offenderId).not.toBe(one.offenderId)
    expect(codes(two)).toEqual(['SUSPECTED_MATCH'])
    const ill = await prisoner('AB1234E', { pncNumber: canonical })
    expect([one.offenderId, two.offenderId]).not.toContain(ill.offenderId)
    const alone = await prisoner('AB1234F', { pncNumber: aPnc(80_012).canonical })
    expect((await prisoner('A1218AA', { pncNumber: aPnc(80_012).canonical })).offenderId).not.toBe(
      alone.offenderId,
    )
  })

  test('through a case that shares its police number with two prisoners, however often it comes', async () => {
    const { canonical } = aPnc(80_002)
    const one = await prisoner('A1204AA', { pncNumber: canonical })
    const two = await prisoner('A1205AA', { pncNumber: canonical })
    const first = await probationCase('X120002', { pncNumber: canonical })
    const second = await probationCase('X120002', { pncNumber: canonical }, { title: 'Mr' })
    expect(new Set([one.offenderId, two.offenderId, first.offenderId]).size).toBe(3)
    expect(second.offenderId).toBe(first.offenderId)
    expect([codes(first), codes(second)]).toEqual([['SUSPECTED_MATCH'], ['SUSPECTED_MATCH']])
    expect(await idOf({ prisonNumber: 'A1204AA' })).not.toBe(await idOf({ prisonNumber: 'A1205AA' }))
  })

  test('with two prisoners of one batch, whichever numbers they share with a case', async () => {
    const { canonical } = aPnc(80_003)
    await probationCase('X120003', { pncNumber: canonical, croNumber: 'SF83/50058Z' })
    const { results } = await t.ingest(PRISON, 'prisoner-search', [
      aPrisoner('A1206AA', { pncNumber: canonical }),
      aPrisoner('A1207AA', { croNumber: 'SF83/50058Z' }),
    ])
    expect(results[0]?.offenderId).not.toBe(results[1]?.offenderId)
    expect(results.map(codes)).toEqual([['SUSPECTED_MATCH'], ['SUSPECTED_MATCH']])
  })

  test('by a police number where the dates of birth differ', async () => {
    const { canonical } = aPnc(80_004)
    const held = await prisoner('A1208AA', { pncNumber: canonical })
    const answer = await probationCase('X120004', { pncNumber: canonical }, { dateOfBirth: '1980-03-02' })
    expect(answer.offenderId).not.toBe(held.offenderId)
    expect(codes(answer)).toEqual(['SUSPECTED_MATCH'])
  })

  test('until the date of birth is put right, from either side', async () => {
    const [one, two] = [aPnc(80_005).canonical, aPnc(80_006).canonical]
    const held = await prisoner('A1209AA', { pncNumber: one })
    await probationCase('X120005', { pncNumber: one }, { dateOfBirth: '1980-03-02' })
    const right = await probationCase('X120005', { pncNumber: one })
    expect(right.offenderId).toBe(held.offenderId)
    const waits = await probationCase('X120006', { pncNumber: two })
    await prisoner('A1210AA', { pncNumber: two, dateOfBirth: '1980-03-02' })
    expect((await prisoner('A1210AA', { pncNumber: two })).offenderId).toBe(waits.offenderId)
  })

  test('by the person named beside a document that says itself whose it is', async () => {
    const held = await probationCase('X120007')
    for (const person of [{ crn: 'X120007' }, { id: held.offenderId }]) {
      const answer = await push(PRISON, 'prisoner-search', {
        person,
        payload: aPrisoner('A1211AA', { title: Object.keys(person)[0] }),
      })
      expect(answer).toMatchObject({ outcome: 'APPLIED', warnings: [{ code: 'PERSON_NOT_USED' }] })
      expect(answer.offenderId).not.toBe(held.offenderId)
    }
  })

  test('by what a CRC states of its own case, who gains nobody by that', async () => {
    const { canonical } = aPnc(80_007)
    const stranger = await prisoner('A1212AA', { pncNumber: canonical })
    const manager = aManager({ staff: 'C05XYZ1', team: 'C05XYZ', provider: 'C05' })
    const held = await probationCase('X120008', {}, { offenderManagers: [manager] })
    const answer = await push(CRC, 'probation-search', {
      ...aCase('X120008', { otherIds: { crn: 'X120008', nomsNumber: 'A1212AA', pncNumber: canonical } }),
      offenderManagers: undefined,
    })
    expect(answer).toMatchObject({ outcome: 'APPLIED', offenderId: held.offenderId, warnings: [] })
    expect((await prisoner('A1212AA', { pncNumber: canonical, title: 'Mr' })).offenderId).toBe(
      stranger.offenderId,
    )
    expect(await idOf({ crn: 'X120008' })).toBe(held.offenderId)
  })

  test('but a level that was pushed under a prison number does not keep them apart', async () => {
    const { canonical } = aPnc(80_008)
    const held = await prisoner('A1213AA', { pncNumber: canonical })
    await push(PROBATION, 'mappa-detail', { level: 2, category: 1 }, '?prisonNumber=A1213AA')
    expect((await probationCase('X120009', { pncNumber: canonical })).offenderId).toBe(held.offenderId)
  })
})

describe('records that arrive before their link', () => {
  const decision = (by: object) => ({
    input: {
      offender: by,
      category: 2,
      level: 2,
      levelStatus: 'CONFIRMED',
      effectiveOn: '2026-05-01',
      nextReviewOn: '2099-01-01',
      forum: 'LEVEL_2_MEETING',
      rationale: 'Several agencies have to work together.',
      assessments: [],
    },
  })

  const levelsOf = (offender: string | null) =>
    rows('select register, level from record.mappa_level where offender_id = $1 order by register', offender)

  async function level(by: object): Promise<unknown> {
    const query =
      'query($by: OffenderRef!) { offender(by: $by) { id mappa { registration { level system } decisions { nodes { toLevel } } } } }'
    const body = await t.ask(COORDINATOR, query, { by })
    expect(body.errors).toBeUndefined()
    return body.data?.['offender']
  }

  test('end as one person: probation, prison, probation with the prison number', async () => {
    const probation = await probationCase('X130001', {}, { mappa: { level: 1, category: 2 } })
    const decided = await t.ask(COORDINATOR, operation('RecordMappaLevel'), decision({ crn: 'X130001' }))
    expect(decided.errors).toBeUndefined()
    const prison = await prisoner('A1301AA', { alerts: [{ alertCode: 'P33', active: true }] })
    expect(prison.offenderId).not.toBe(probation.offenderId)
    const linked = await probationCase(
      'X130001',
      { nomsNumber: 'A1301AA' },
      { mappa: { level: 1, category: 2 } },
    )
    expect(linked.offenderId).toBe(probation.offenderId)
    expect(await idOf({ id: prison.offenderId })).toBe(probation.offenderId)
    expect((await levelsOf(probation.offenderId)).map(({ register }) => register)).toEqual([
      'DELIUS:X130001',
      'NOMIS:A1301AA',
      'THROUGHCARE',
    ])
    expect(await levelsOf(prison.offenderId)).toEqual([])
    expect(await rows('select from record.source_record where offender_id = $1', prison.offenderId)).toEqual(
      [],
    )
  })

  test('and decisions follow the person whose id is given up', async () => {
    const prison = await prisoner('A1302AA')
    const probation = await probationCase('X130002', {}, { mappa: { level: 1, category: 2 } })
    await t.ask(COORDINATOR, operation('RecordMappaLevel'), decision({ crn: 'X130002' }))
    const linked = await probationCase('X130002', { nomsNumber: 'A1302AA' })
    expect(linked.offenderId).toBe(prison.offenderId)
    for (const by of [{ id: probation.offenderId }, { id: prison.offenderId }, { prisonNumber: 'A1302AA' }]) {
      expect(await level(by)).toEqual({
        id: prison.offenderId,
        mappa: { registration: { level: 2, system: 'THROUGHCARE' }, decisions: { nodes: [{ toLevel: 2 }] } },
      })
    }
    expect((await levelsOf(prison.offenderId)).map(({ register }) => register)).toEqual([
      'DELIUS:X130002',
      'THROUGHCARE',
    ])
  })

  test('and what waited for one of the identifiers finds them', async () => {
    await push(PROBATION, 'rosh-summary', {
      messageId: 'before-all',
      payload: aRoshSummary('X130003', 13_003),
    })
    await prisoner('A1303AA')
    const linked = await probationCase('X130003', { nomsNumber: 'A1303AA' })
    const assessments = await rows('select from record.assessment where offender_id = $1', linked.offenderId)
    expect(assessments).toHaveLength(1)
    expect(await idOf({ prisonNumber: 'A1303AA' })).toBe(linked.offenderId)
  })

  const merged = (source: string, target: string) =>
    t.ingest(
      PROBATION,
      'domain-event',
      anEvent('probation-case.merge.completed', { sourceCRN: source, targetCRN: target }, { crn: target }),
    )

  const risksOf = (offender: string | null | undefined) =>
    rows('select from record.assessment where offender_id = $1', offender)

  test('a notice of a merge, which may be undone, moves no document to the survivor; that the survivor says so does', async () => {
    const survivor = await probationCase('X130011')
    await merged('X130010', 'X130011')
    const { results } = await t.ingest(PROBATION, 'rosh-summary', aRoshSummary('X130010', 13_010))
    expect(results[0]).toMatchObject({ outcome: 'QUARANTINED', errors: [{ code: 'PERSON_UNKNOWN' }] })
    // Whoever looks for the former number finds the survivor all the same.
    expect(await idOf({ crn: 'X130010' })).toBe(survivor.offenderId)
    expect(await risksOf(survivor.offenderId)).toEqual([])
    await probationCase('X130011', { previousCrn: 'X130010' })
    expect(await risksOf(survivor.offenderId)).toHaveLength(1)
  })

  test('and so does the case that was merged, whenever it comes', async () => {
    const survivor = await probationCase('X130013')
    await t.ingest(PROBATION, 'rosh-summary', aRoshSummary('X130012', 13_012))
    await merged('X130012', 'X130013')
    expect(await risksOf(survivor.offenderId)).toEqual([])
    await probationCase('X130012')
    expect(await risksOf(survivor.offenderId)).toHaveLength(1)
  })

  test('even where one batch holds them all', async () => {
    const { results } = await t.ingest(PROBATION, 'auto', [
      aRoshSummary('X130004', 13_004),
      aCase('X130004'),
      aCase('X130005', { otherIds: { crn: 'X130005', previousCrn: 'X130004' } }),
      aRoshSummary('X130005', 13_005),
    ])
    expect(results.map(({ outcome }) => outcome)).toEqual(['APPLIED', 'APPLIED', 'APPLIED', 'APPLIED'])
    const offender = await idOf({ crn: 'X130004' })
    expect(await rows('select from record.assessment where offender_id = $1', offender)).toHaveLength(2)
  })
})

describe('as published evidence has it', () => {
  test('(h) of two assessments on one day, the incomplete one does not replace the complete one', async () => {
    await probationCase('X140001')
    const timeline = [
      {
        assessmentPk: 14_001,
        assessmentType: 'LAYER3',
        status: 'COMPLETE',
        initiationDate: '2026-05-04T09:00:00',
        completedDate: '2026-05-04T15:00:00',
      },
      {
        assessmentPk: 14_002,
        assessmentType: 'LAYER3',
        status: 'LOCKED_INCOMPLETE',
        initiationDate: '2026-05-04T16:00:00',
        completedDate: '2026-05-04T17:00:00',
      },
    ]
    await push(PROBATION, 'assessment-timeline', { crn: 'X140001', timeline })
    const locked = { crn: 'X140001', timeline: [{ ...timeline[0], status: 'LOCKED_INCOMPLETE' }] }
    const later = await push(PROBATION, 'assessment-timeline', {
      messageId: 'locked-later',
      observedAt: '2026-05-05T09:00:00Z',
      payload: locked,
    })
    expect(later.outcome).toBe('LATE')
    const query = `query($by: OffenderRef!) { offender(by: $by) { risk {
      latest { status completedAt } history { nodes { status completedAt } } } } }`
    const body = await t.ask(OFFICER, query, { by: { crn: 'X140001' } })
    expect(body.data?.['offender']).toEqual({
      risk: {
        latest: { status: 'COMPLETE', completedAt: '2026-05-04T14:00:00+00:00' },
        history: {
          nodes: [
            { status: 'LOCKED_INCOMPLETE', completedAt: '2026-05-04T16:00:00+00:00' },
            { status: 'COMPLETE', completedAt: '2026-05-04T14:00:00+00:00' },
          ],
        },
      },
    })
  })

  test('(j) a release that only a merge of records made up changes no custody status', async () => {
    const custody = () =>
      rows(
        `select c.status, c.establishment_code from record.custody c join record.source_record sr on sr.id = c.source_record_id
         where sr.local_id = 'A1401AA'`,
      )
    await prisoner('A1401AA')
    const merged = await prisoner('A1401AA', {
      status: 'INACTIVE OUT',
      inOutStatus: 'OUT',
      prisonId: 'OUT',
      lastMovementTypeCode: 'REL',
      lastMovementReasonCode: 'MRG',
    })
    expect(merged).toMatchObject({ outcome: 'APPLIED', warnings: [{ code: 'MERGE_ARTEFACT' }] })
    expect(await custody()).toEqual([{ status: 'IN_CUSTODY', establishment_code: 'MDI' }])
  })
})

test('an identifier that two people have, both of whom may be seen, is ambiguous', async () => {
  const { canonical, short } = aPnc(80_009)
  await prisoner('A1501AA', { pncNumber: canonical })
  await prisoner('A1502AA', { pncNumber: short, prisonId: 'LEI', prisonName: 'Leeds (HMP)' })
  const query = 'query($by: OffenderRef!) { offender(by: $by) { id } }'
  const both = await t.ask(ANYONE, query, { by: { pnc: short } })
  expect(both.errors?.[0]?.extensions.code).toBe('AMBIGUOUS_IDENTIFIER')
  const moorland: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI' }
  const one = await t.ask(moorland, query, { by: { pnc: short } })
  expect(one.errors).toBeUndefined()
  expect(one.data?.['offender']).toEqual({ id: await idOf({ prisonNumber: 'A1501AA' }) })
})
