import { getNamedType, isObjectType } from 'graphql'
import { accessMatrix } from '../src/access/matrix'
import { readSchema } from '../src/catalogue/read-schema'
import type { Place } from '../src/query/cursor'
import { readSchemaFiles } from '../src/store/package-files'
import { aCase, aManager, aPrisoner, aRoshSummary } from './support/documents'
import { CHANGE_PARTS, FEED, pageOf, readFeed, told, type Change, type ChangePage } from './support/feed'
import { startTestGateway, type As, type TestGateway } from './support/gateway'
import { operation } from './support/operations'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI', subject: 'pom-one' }
const OFFICER: As = { role: 'PRISON_OFFICER', agency: 'MDI' }
const COM: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }
const CRC: As = { role: 'CRC_OFFICER', agency: 'C05' }
const COORDINATOR: As = { role: 'MAPPA_COORDINATOR', agency: 'N02' }
const DPO: As = { role: 'DATA_PROTECTION_OFFICER' }

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway()
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

let serial = 1000
/** A number of its own for the test's person. */
const aNumber = () => `C${serial++}AA`
const aCrn = () => `C${100_000 + serial++}`

const aPrisonerThere = async (number: string, more: Record<string, unknown> = {}) =>
  (await t.ingest(PRISON, 'prisoner-search', aPrisoner(number, more))).results[0]?.offenderId ?? ''

const aCaseThere = async (crn: string, more: Record<string, unknown> = {}, otherIds: object = {}) => {
  const document = aCase(crn, { ...more, otherIds: { crn, ...otherIds } })
  return (await t.ingest(PROBATION, 'probation-search', document)).results[0]?.offenderId ?? ''
}

const crcManager = () => aManager({ staff: 'C05XYZ1', team: 'C05XYZ', provider: 'C05' })

/** Where the log ends now. */
const here = async () => (await readFeed(t, DPO)).end

const changesSince = async (as: As, after: string | null) => (await readFeed(t, as, after)).changes

const changesOf = async (as: As, by: object, more = ''): Promise<ChangePage> => {
  const query = `query($by: OffenderRef!, $asOf: AsOf) { offender(by: $by, asOf: $asOf) { id changes${more} { ${CHANGE_PARTS} } } }`
  const body = await t.ask(as, query, { by })
  expect(body.errors).toBeUndefined()
  return (body.data?.['offender'] as { changes: ChangePage }).changes
}

describe('the feed', () => {
  test('gives every change in order, with what it was before and what it is, when, by whom and from where', async () => {
    const start = await here()
    const number = aNumber()
    const id = await aPrisonerThere(number, { cellLocation: 'A-1' })
    await aPrisonerThere(number, { cellLocation: 'B-2', alerts: [{ alertCode: 'XA', active: true }] })
    const body = await t.ask(POM, operation('Changes'), { after: start })
    const { nodes } = pageOf(body)
    expect(nodes.every(({ offender }) => offender.id === id)).toBe(true)
    const { revision } = body.extensions?.disclosure ?? { revision: 0 }
    const second = nodes.filter((change) => change.revision === revision)
    expect(second.flatMap(told).sort()).toEqual([
      'CHANGED custody.cell: A-1 → B-2',
      'ENDED alerts: NONE → –',
      'RECORDED alerts.active: – → true',
      'RECORDED alerts.code: – → XA',
    ])
    expect(new Set(nodes.map((change) => change.revision))).toEqual(new Set([revision - 1, revision]))
    expect(second[0]?.source).toEqual({ system: 'NOMIS', agency: 'MDI' })
    const [told2] = await changesSince(POM, start)
    expect(told2?.by).toEqual({ agency: null, client: 'prison-system', subject: null })
    expect(Math.abs(Date.parse(told2?.at ?? '') - Date.now())).toBeLessThan(60_000)
  })

  test('tells that another prison holds the prison’s record', async () => {
    const number = aNumber()
    await aPrisonerThere(number)
    const start = await here()
    await aPrisonerThere(number, { prisonId: 'LEI' })
    const moved = (await changesSince({ ...POM, agency: 'LEI' }, start)).filter((change) =>
      told(change).some((line) => line.includes('sourceRecords')),
    )
    expect(moved.flatMap(told)).toEqual(['CHANGED sourceRecords.agency: MDI → LEI'])
    expect(moved[0]?.source).toEqual({ system: 'NOMIS', agency: 'LEI' })
  })

  test('names the row that changed by the same item in all its changes', async () => {
    const start = await here()
    const number = aNumber()
    const alert = (alertCode: string, alertType: string) => ({ alertType, alertCode, active: true })
    await aPrisonerThere(number, { alerts: [alert('XA', 'X'), alert('XB', 'X')] })
    await aPrisonerThere(number, { alerts: [alert('XA', 'X'), alert('XB', 'Y')] })
    await aPrisonerThere(number, { alerts: [] })
    const changes = (await changesSince(POM, start)).filter(({ fields }) =>
      fields.some(({ name }) => name.startsWith('alerts.')),
    )
    const items = new Map<string | null, string[]>()
    for (const change of changes) items.set(change.item, [...(items.get(change.item) ?? []), change.kind])
    expect([...items.values()].sort()).toEqual([
      ['RECORDED', 'CHANGED', 'ENDED'],
      ['RECORDED', 'ENDED'],
    ])
    expect(changes.filter(({ kind }) => kind === 'CHANGED').flatMap(told)).toEqual([
      'CHANGED alerts.type: X → Y',
    ])
  })

  test('pages follow on each other, each as an edge and as a node, without a gap or a repeat', async () => {
    await aPrisonerThere(aNumber(), { alerts: [{ alertCode: 'XA', active: true }] })
    const all = await changesSince(POM, null)
    const { changes } = await readFeed(t, POM, null, () => 3)
    expect(changes).toEqual(all)
    const { edges, nodes, pageInfo } = pageOf(await t.ask(POM, FEED, { first: 2, after: all[0]?.cursor }))
    expect(edges.map(({ cursor, node }) => [cursor, node.cursor])).toEqual(
      nodes.map(({ cursor }) => [cursor, cursor]),
    )
    expect(pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: true,
      startCursor: nodes[0]?.cursor,
      endCursor: nodes[1]?.cursor,
    })
  })

  test('gets on where there is nothing for this reader, and says so at the end', async () => {
    const start = await here()
    await aPrisonerThere(aNumber(), { prisonId: 'LEI', prisonName: 'Leeds (HMP)' })
    const page = pageOf(await t.ask(POM, FEED, { after: start }))
    expect(page.nodes).toEqual([])
    expect(page.pageInfo).toMatchObject({ hasNextPage: false, endCursor: await here() })
    const again = pageOf(await t.ask(POM, FEED, { after: page.pageInfo.endCursor }))
    expect(again.pageInfo).toMatchObject({ hasNextPage: false, endCursor: page.pageInfo.endCursor })
  })

  test('tells of a late statement what it said, and when it was made; of a list a value for each row', async () => {
    const number = aNumber()
    await aPrisonerThere(number, { alerts: [{ alertCode: 'XA', active: true }] })
    const start = await here()
    const late = (alerts: object[]) => ({
      messageId: `late-${number}-${alerts.length}`,
      observedAt: `2020-01-0${1 + alerts.length}T00:00:00Z`,
      payload: aPrisoner(number, { firstName: 'Former', alerts }),
    })
    await t.ingest(PRISON, 'prisoner-search', [
      late([]),
      late([
        { alertCode: 'XB', active: true },
        { alertCode: 'XC', active: false },
      ]),
    ])
    const changes = await changesSince(POM, start)
    expect(new Set(changes.map(({ kind, item }) => `${kind} ${item ?? 'no item'}`))).toEqual(
      new Set(['LATE no item']),
    )
    expect(changes.flatMap(told)).toEqual(
      expect.arrayContaining([
        'LATE names.given: – → Former',
        'LATE alerts: – → NONE',
        'LATE alerts.code: – → ["XB", "XC"]',
        'LATE alerts.active: – → [true, false]',
      ]),
    )
    const stated = (name: string) =>
      changes.find(({ fields }) => fields.some((field) => field.name === name))?.statedAt
    expect([stated('alerts'), stated('alerts.code')]).toEqual([
      '2020-01-01T00:00:00+00:00',
      '2020-01-03T00:00:00+00:00',
    ])
  })

  test('tells of what was decided here by whom; the person to those who oversee', async () => {
    const crn = aCrn()
    await aCaseThere(crn, { mappa: { level: 1, category: 2 } })
    const start = await here()
    const input = {
      offender: { crn },
      category: 2,
      level: 2,
      levelStatus: 'CONFIRMED',
      effectiveOn: '2026-05-01',
      nextReviewOn: '2099-01-01',
      forum: 'LEVEL_2_MEETING',
      rationale: 'Several agencies have to work together.',
      assessments: [],
    }
    const by: As = { ...COORDINATOR, subject: 'coordinator-one' }
    expect((await t.ask(by, operation('RecordMappaLevel'), { input })).errors).toBeUndefined()
    const decided = ({ fields }: Change) => fields.some(({ name }) => name === 'mappa.decisions.toLevel')
    const [full] = (await changesSince(COORDINATOR, start)).filter(decided)
    expect(full).toMatchObject({
      kind: 'RECORDED',
      source: null,
      by: { agency: 'N02', client: 'test-client', subject: 'coordinator-one' },
    })
    const machine = (await changesSince(PROBATION, start)).filter(decided)[0]
    expect(machine?.by.subject).toBeNull()
    expect(machine?.fields.map(({ name }) => name)).not.toContain('mappa.decisions.rationale')
    expect(full?.fields.map(({ name }) => name)).toContain('mappa.decisions.rationale')
  })

  test('(g) M1 to M2 to M1 inside five minutes is three rows and three items', async () => {
    const crn = aCrn()
    await aCaseThere(crn)
    const start = await here()
    for (const [minute, level] of [1, 2, 1].entries()) {
      const observedAt = `2026-11-20T10:0${minute}:00.000Z`
      const payload = { level, category: 2, startDate: '2026-11-01' }
      const message = { messageId: `g-${minute}`, observedAt, person: { crn }, payload }
      await t.ingest(PROBATION, 'mappa-detail', message)
    }
    const rows = await t.database.pools.reader.query(
      `select l.level, l.until_at from record.mappa_level l join record.source_record s on s.id = l.source_record_id
       where s.local_id = $1 order by l.period`,
      [crn],
    )
    expect(rows.map((row) => row['level'])).toEqual([1, 2, 1])
    const changes = (await changesSince(COM, start)).filter(({ fields }) =>
      fields.some(({ name }) => name.startsWith('mappa.registrations.')),
    )
    const recorded = changes.filter(({ kind }) => kind === 'RECORDED')
    const level = ({ fields }: Change) =>
      fields.find(({ name }) => name === 'mappa.registrations.level')?.after
    expect(recorded.map(level)).toEqual(['1', '2', '1'])
    expect(new Set(recorded.map(({ item }) => item)).size).toBe(3)
    const ended = changes.filter(({ kind }) => kind === 'CHANGED')
    expect(ended.map(({ item }) => item)).toEqual(recorded.slice(0, 2).map(({ item }) => item))
    expect(ended.flatMap(told)).toEqual([
      'CHANGED mappa.registrations.until: – → 2026-11-20T10:01:00+00:00',
      'CHANGED mappa.registrations.until: – → 2026-11-20T10:02:00+00:00',
    ])
    expect(changes).toHaveLength(5)
  })
})

describe('who is one person', () => {
  test('a merge tells the former id, and what was recorded of both is the survivor’s', async () => {
    const [number, crn] = [aNumber(), aCrn()]
    const prison = await aPrisonerThere(number)
    const probation = await aCaseThere(crn)
    const start = await here()
    const joined = await aCaseThere(crn, {}, { nomsNumber: number })
    const [survivor, former] = [prison, probation].sort()
    expect(joined).toBe(survivor)
    const merged = (await changesSince(PROBATION, start)).filter(({ kind }) => kind === 'MERGED')
    expect(merged.map((change) => [change.offender.id, told(change), change.source, change.item])).toEqual([
      [survivor, [`MERGED formerIds: – → ${former ?? ''}`], null, null],
    ])
    const systems = (await changesOf(COM, { crn })).nodes.map(({ source }) => source?.system)
    expect(systems).toEqual(expect.arrayContaining(['NOMIS', 'DELIUS']))
    const answer = await t.ask(COM, 'query($by: OffenderRef!) { offender(by: $by) { formerIds { id } } }', {
      by: { crn },
    })
    expect(answer.data?.['offender']).toEqual({ formerIds: [{ id: former }] })
  })

  test('a separation is told of both, and names nobody whom the reader may not know of', async () => {
    const [number, crn] = [aNumber(), aCrn()]
    const prison = await aPrisonerThere(number)
    const case1 = await aCaseThere(crn, {}, { nomsNumber: number })
    expect(case1).toBe(prison)
    const start = await here()
    const apart = await aCaseThere(crn, {}, { nomsNumber: aNumber() })
    expect(apart).not.toBe(prison)
    const separated = async (as: As) =>
      (await changesSince(as, start))
        .filter(({ kind }) => kind === 'SEPARATED')
        .map(({ offender, fields }) => [offender.id, fields.map(({ before }) => before)])
        .sort()
    expect(await separated(PROBATION)).toEqual([[apart, []]])
    expect(await separated(POM)).toEqual([[prison, []]])
    const both: As = { role: 'MAPPA_COORDINATOR', agency: 'N02' }
    expect(await separated(both)).toEqual([[apart, []]])
  })
})

describe('rights are those of the reader, now', () => {
  const seenBy = async (as: As) => new Set((await changesSince(as, null)).map(({ offender }) => offender.id))

  test('no role gets a field that the matrix does not give it, before or after', async () => {
    const [number, crn] = [aNumber(), aCrn()]
    await aPrisonerThere(number, { cellLocation: 'A-1', alerts: [{ alertCode: 'XA', active: true }] })
    await aCaseThere(
      crn,
      { mappa: { level: 2, category: 1 }, offenderManagers: [aManager(), crcManager()] },
      { nomsNumber: number },
    )
    await t.ingest(PROBATION, 'rosh-summary', aRoshSummary(crn, serial))
    await t.ingest(
      PROBATION,
      'rosh-summary',
      aRoshSummary(crn, serial, { natureOfRisk: 'Other words.', riskPublicCustody: 'High' }),
    )
    await aPrisonerThere(number, { cellLocation: 'A-2', alerts: [] })
    const readers: As[] = [POM, OFFICER, COM, CRC, COORDINATOR, DPO, PROBATION, PRISON]
    const names = new Map<string, Set<string>>()
    for (const as of readers) {
      const changes = await changesSince(as, null)
      names.set(as.role, new Set(changes.flatMap(({ fields }) => fields.map(({ name }) => name))))
    }
    for (const [role, seen] of names) {
      expect(seen.size).toBeGreaterThan(3)
      expect([...seen].filter((name) => !isShown(role, name))).toEqual([])
    }
    const crc = names.get('CRC_OFFICER')
    expect([...(crc ?? [])]).toEqual(
      expect.arrayContaining(['risk.history.rosh.community.public', 'mappa.registrations.level']),
    )
    for (const hidden of [
      'custody.cell',
      'alerts.code',
      'mappa.registrations.category',
      'risk.history.rosh.custody.public',
    ])
      expect(crc?.has(hidden)).toBe(false)
    expect(names.get('PROBATION_OFFICER')?.has('risk.history.rosh.natureOfRisk')).toBe(true)
  })

  test('whose record states it is told to those who read that of the row', async () => {
    const [number, crn] = [aNumber(), aCrn()]
    const id = await aPrisonerThere(number)
    const more = { mappa: { level: 2, category: 1 }, offenderManagers: [crcManager()] }
    await aCaseThere(crn, more, { nomsNumber: number })
    await t.ingest(PROBATION, 'rosh-summary', aRoshSummary(crn, serial++))
    const sources = async (as: As) => {
      const own = (await changesSince(as, null)).filter(({ offender }) => offender.id === id)
      const of = (name: string) =>
        own.find(({ fields }) => fields.some((field) => field.name === name))?.source
      const names = [
        'custody.status',
        'mappa.registrations.level',
        'risk.history.rosh.overall',
        'names.family',
      ]
      return names.map((name) => of(name)?.system ?? null)
    }
    expect(await sources(CRC)).toEqual([null, null, 'OASYS', 'NOMIS'])
    expect(await sources({ ...COORDINATOR, agency: 'C05' })).toEqual(['NOMIS', 'DELIUS', 'OASYS', 'NOMIS'])
  })

  test('a change of which the reader may read nothing is not there at all', async () => {
    const crn = aCrn()
    await aCaseThere(crn, { offenderManagers: [crcManager()] })
    const assessment = serial++
    const state = (natureOfRisk: string, hour: number) => {
      const observedAt = `2026-06-01T${hour}:00:00Z`
      const payload = aRoshSummary(crn, assessment, { natureOfRisk })
      return t.ingest(PROBATION, 'rosh-summary', { messageId: `${crn}-${hour}`, observedAt, payload })
    }
    await state('Told so.', 10)
    const start = await here()
    await state('Told otherwise.', 11)
    expect(await changesSince(CRC, start)).toEqual([])
    const coordinator = await changesSince({ ...COORDINATOR, agency: 'C05' }, start)
    expect(coordinator.flatMap(told)).toEqual([
      'CHANGED risk.history.rosh.natureOfRisk: Told so. → Told otherwise.',
    ])
  })

  test('a case that left takes its changes along, those of before included', async () => {
    const number = aNumber()
    const id = await aPrisonerThere(number, { cellLocation: 'A-1' })
    expect((await seenBy(POM)).has(id)).toBe(true)
    await aPrisonerThere(number, { prisonId: 'LEI', prisonName: 'Leeds (HMP)', cellLocation: 'L-1' })
    expect((await seenBy(POM)).has(id)).toBe(false)
    const leeds = (await changesSince({ ...POM, agency: 'LEI' }, null)).filter((c) => c.offender.id === id)
    expect(leeds.flatMap(told)).toContain('CHANGED custody.cell: A-1 → L-1')
  })

  test('whoever is barred from a case reads nothing of it, before the limitation or after, and nobody reads the lists', async () => {
    const crn = aCrn()
    const id = await aCaseThere(crn)
    const barred: As = { ...COM, subject: 'kin', username: 'kin' }
    expect((await seenBy(barred)).has(id)).toBe(true)
    const lists = { excludedFrom: [{ username: 'kin' }], restrictedTo: [], exclusionMessage: 'Kin.' }
    await t.ingest(PROBATION, 'access-limitations', lists, `?crn=${crn}`)
    await aCaseThere(crn, { surname: 'Other' })
    expect((await seenBy(barred)).has(id)).toBe(false)
    expect((await seenBy(COM)).has(id)).toBe(true)
    const everything = JSON.stringify(await changesSince(COM, null))
    expect(everything).not.toMatch(/Kin\.|"kin"|limitation/)
  })

  test('a meeting’s cases are not in the feed, whoever reads', async () => {
    const crn = aCrn()
    await aCaseThere(crn, { mappa: { level: 2, category: 1 } })
    const start = await here()
    const input = {
      level: 2,
      at: new Date(Date.now() + 86_400_000).toISOString(),
      offenders: [{ crn }],
      invitations: [{ agency: 'N02' }],
    }
    expect((await t.ask(COORDINATOR, operation('ScheduleMappaMeeting'), { input })).errors).toBeUndefined()
    expect(await changesSince(COORDINATOR, start)).toEqual([])
  })

  test('a role without cases gets nothing, and still comes to the end', async () => {
    const analyst: As = { role: 'ANALYST' }
    expect(await readFeed(t, analyst)).toEqual({ changes: [], end: await here() })
  })
})

describe('the changes of one offender', () => {
  test('come newest first and page by page', async () => {
    const number = aNumber()
    await aPrisonerThere(number, { cellLocation: 'A-1' })
    await aPrisonerThere(number, { cellLocation: 'A-2' })
    await aPrisonerThere(number, { cellLocation: 'A-3' })
    const by = { prisonNumber: number }
    const all = (await changesOf(POM, by, '(first: 100)')).nodes
    expect(all.slice(0, 2).flatMap(told)).toEqual([
      'CHANGED custody.cell: A-2 → A-3',
      'CHANGED custody.cell: A-1 → A-2',
    ])
    const seen: Change[] = []
    let after: string | null = null
    for (;;) {
      const more: string = after === null ? '(first: 2)' : `(first: 2, after: "${after}")`
      const { nodes, pageInfo } = await changesOf(POM, by, more)
      seen.push(...nodes)
      if (!pageInfo.hasNextPage) break
      after = pageInfo.endCursor
    }
    expect(seen).toEqual(all)
    const feed = (await changesSince(POM, null)).filter(({ offender }) => offender.id === all[0]?.offender.id)
    expect(feed.reverse()).toEqual(all)
  })
})

describe('the journal', () => {
  const lastEntryOf = async (viewer: string) => {
    const body = await t.ask(DPO, operation('WhoViewed'), { where: { viewer }, first: 1 })
    const { nodes } = body.data?.['disclosures'] as {
      nodes: { kind: string; outcome: string; offenders: { id: string; fields: string[] }[] }[]
    }
    return nodes[0]
  }

  test('has an entry of every page, with those whose changes were shown and the fields that they showed', async () => {
    const start = await here()
    const one = await aPrisonerThere(aNumber())
    const number = aNumber()
    const two = await aPrisonerThere(number)
    await aPrisonerThere(aNumber(), { prisonId: 'LEI', prisonName: 'Leeds (HMP)' })
    const middle = await here()
    await aPrisonerThere(number, { cellLocation: 'C-3' })
    const viewer: As = { ...POM, subject: 'pom-journal' }
    await t.ask(viewer, operation('Changes'), { after: start })
    const all = await lastEntryOf('pom-journal')
    expect(all).toMatchObject({ kind: 'DISCLOSURE', outcome: 'DISCLOSED' })
    expect(all?.offenders.map(({ id }) => id).sort()).toEqual([one, two].sort())
    await t.ask(viewer, operation('Changes'), { after: middle })
    const [subject, ...others] = (await lastEntryOf('pom-journal'))?.offenders ?? []
    expect(others).toEqual([])
    expect(subject?.id).toBe(two)
    expect(subject?.fields).toEqual(
      expect.arrayContaining(['Custody.cell', 'Offender.custody', 'FieldChange.after']),
    )
    expect(subject?.fields).not.toContain('Custody.status')
    expect(subject?.fields).not.toContain('Offender.alerts')
  })

  test('has an entry of a page that showed nothing', async () => {
    await t.ask({ ...POM, subject: 'pom-nothing' }, FEED, { after: await here() })
    expect(await lastEntryOf('pom-nothing')).toMatchObject({
      kind: 'DISCLOSURE',
      outcome: 'NOTHING_SHOWN',
      offenders: [],
    })
  })
})

describe('what is no cursor is refused', () => {
  const sealed = (...place: Place) => t.gateway.deps.cursors('changes').seal(place)

  test.each<[string, () => string]>([
    ['no base64', () => '***'],
    ['what anybody can write', () => Buffer.from('[1, 0]').toString('base64')],
    ['names', () => sealed('Sample', 'Robin')],
    ['SQL', () => sealed("1'; drop table record.change; --", 1)],
    ['too few', () => sealed(1)],
    ['a fraction', () => sealed(1.5, 1)],
    ['less than nothing', () => sealed(-1, 0)],
    ['more than an integer', () => sealed(1, 2 ** 31)],
    ['more than a revision', () => sealed(1e300, 1)],
    ['a revision that was not reached', () => sealed(1_000_000, 0)],
  ])('%s', async (_, after) => {
    const body = await t.ask(POM, FEED, { after: after() })
    expect(body.data ?? null).toBeNull()
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'after' })
  })

  test('a number is no cursor either', async () => {
    const body = await t.ask(POM, '{ changes(after: 5) { nodes { cursor } } }')
    expect(body.errors?.[0]?.extensions.code).toMatch(/BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED/)
    const variable = await t.ask(POM, FEED, { after: 5 })
    expect(variable.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })

  test.each([[0], [-1], [101], [null]])('nor is %s a length of a page', async (first) => {
    const body = await t.ask(POM, FEED, { first })
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'first' })
  })

  test('a person says why they look', async () => {
    const body = await t.ask({ ...POM, purpose: null }, FEED, {})
    expect(body.errors?.[0]?.extensions.code).toBe('PURPOSE_REQUIRED')
  })
})

const catalogue = readSchema(readSchemaFiles())
const matrix = accessMatrix(catalogue).split('\n')
const roles = matrix
  .filter((line) => /│ {2}[A-Z_]+$|^ +[A-Z_]+$/.test(line))
  .map((line) => line.replace(/[ │]/g, ''))

/** As the matrix has it, for every field from `Offender` down; what it does not list follows its object. */
function isShown(role: string, path: string): boolean {
  const { schema } = catalogue
  let holder = schema.getType('Offender')
  return path.split('.').every((step) => {
    if (!isObjectType(holder)) return false
    const list = holder.getFields()['nodes']
    if (list) holder = getNamedType(list.type)
    if (!isObjectType(holder)) return false
    const coordinate = `${holder.name}.${step}`
    const field = holder.getFields()[step]
    if (!field) return false
    holder = getNamedType(field.type)
    const line = matrix.find((each) => each.startsWith(`${coordinate} `))
    if (line === undefined) return true
    const cells = line.slice(line.search(/[●◐○]/))
    return cells[roles.indexOf(role) * 3] === '●'
  })
}

test('a column on which it depends whether a row is listed is a field, so that the feed tells of the row’s end', () => {
  const columns: Record<string, string | undefined> = {
    active: 'active',
    ended: 'active',
    open: 'until',
    inForce: 'until_at',
  }
  const silent = [...catalogue.types.values()].flatMap((type) =>
    [...type.fields.values()].flatMap(({ coordinate, relation, type: target }) => {
      const rows = catalogue.types.get(target ?? '')
      const part = catalogue.parts.find(({ table }) => table === rows?.table)
      const needed = (relation?.where ?? []).flatMap((name) => columns[name] ?? [])
      return needed
        .filter((column) => part && !part.columns.some((each) => each.column === column))
        .map((column) => `${coordinate} needs ${column}`)
    }),
  )
  expect(silent).toEqual([])
})
