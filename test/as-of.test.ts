import { readSchema } from '../src/catalogue/read-schema'
import { readSchemaFiles } from '../src/store/package-files'
import { aCase, aManager, aPrisoner, aRoshSummary } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'
import { operation } from './support/operations'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI' }
const LEEDS: As = { ...POM, agency: 'LEI' }
const COM: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }
const COORDINATOR: As = { role: 'MAPPA_COORDINATOR', agency: 'N02' }
const ANYONE: As = { role: 'DATA_PROTECTION_OFFICER' }

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway()
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

let serial = 1000
const aNumber = () => `T${serial++}AA`
const aCrn = () => `T${100_000 + serial++}`

/** Puts a document on record; answers whose it is and at which revision that was. */
async function state(as: As, format: string, document: object, query = '') {
  const { revision, results } = await t.ingest(as, format, document, query)
  expect(results[0]?.outcome).toBe('APPLIED')
  return { revision, id: results[0]?.offenderId ?? '' }
}

const prisoner = (number: string, more: Record<string, unknown> = {}) =>
  state(PRISON, 'prisoner-search', aPrisoner(number, more))

const aProbationCase = (crn: string, otherIds: object = {}, more: Record<string, unknown> = {}) =>
  state(PROBATION, 'probation-search', aCase(crn, { ...more, otherIds: { crn, ...otherIds } }))

interface Asked {
  readonly id: string
  readonly name: { readonly family: string } | null
  readonly identifiers: readonly { readonly value: string }[]
}

async function offender(as: As, by: object, asOf?: object): Promise<Asked | null> {
  const query = `query($by: OffenderRef!, $asOf: AsOf) { offender(by: $by, asOf: $asOf) { id name { family } identifiers { value } } }`
  const body = await t.ask(as, query, { by, asOf })
  expect(body.errors).toBeUndefined()
  return body.data?.['offender'] as Asked | null
}

const numbersOf = (asked: Asked | null) => asked?.identifiers.map(({ value }) => value)

test('every root that reads the record reads an earlier state of it too', () => {
  const query = readSchema(readSchemaFiles()).schema.getQueryType()?.getFields() ?? {}
  const dated = Object.values(query).filter(({ args }) => args.some(({ name }) => name === 'asOf'))
  expect(dated.map(({ name }) => name)).toEqual(['offender', 'offenders'])
})

describe('a list as of then', () => {
  const LIST = `query($where: OffenderFilter, $asOf: AsOf, $first: Int = 50, $after: String) {
    offenders(where: $where, asOf: $asOf, first: $first, after: $after) {
      nodes { id name { family } custody { establishment { code } } allocations { organisation { code } } mappa { registration { level } } }
      pageInfo { hasNextPage endCursor }
    } }`
  interface Listed {
    nodes: { id: string; name: { family: string }; custody: { establishment: { code: string } } | null }[]
    pageInfo: { hasNextPage: boolean; endCursor: string }
  }
  const list = async (as: As, variables: object) => {
    const body = await t.ask(as, LIST, { ...variables })
    expect(body.errors).toBeUndefined()
    return { body, ...(body.data?.['offenders'] as Listed) }
  }

  test('is filtered and ordered by what was recorded then, and shows that', async () => {
    const [one, two] = [aNumber(), aNumber()]
    await prisoner(one, { prisonId: 'WTI', prisonName: undefined, lastName: 'Abbott' })
    const { revision } = await prisoner(two, { prisonId: 'WTI', prisonName: undefined, lastName: 'Baker' })
    const away = { prisonId: 'LEI', prisonName: 'Leeds (HMP)' }
    await prisoner(one, { ...away, lastName: 'Young' })
    await prisoner(two, { ...away, lastName: 'Xavier' })
    const families = async (variables: object) =>
      (await list(LEEDS, variables)).nodes.map(({ name }) => name.family)
    const asOf = { revision }
    expect(await families({ where: { establishment: 'WTI' }, asOf })).toEqual(['Abbott', 'Baker'])
    expect(await families({ where: { name: 'Abb' }, asOf })).toEqual(['Abbott'])
    expect(await families({ where: { name: 'Young' }, asOf })).toEqual([])
    expect(await families({ where: { establishment: 'WTI' } })).toEqual([])
    expect(await families({ where: { establishment: 'LEI' } })).toEqual(['Xavier', 'Young'])
    const then = await list(LEEDS, { where: { establishment: 'WTI' }, asOf, first: 1 })
    expect(then.body.extensions?.disclosure?.revision).toBe(revision)
    expect(then.nodes[0]?.custody?.establishment.code).toBe('WTI')
    const next = await list(LEEDS, { where: { establishment: 'WTI' }, asOf, after: then.pageInfo.endCursor })
    expect(next.nodes.map(({ name }) => name.family)).toEqual(['Baker'])
    // The right to see somebody is that of today: they left Wetherby.
    expect((await list({ ...POM, agency: 'WTI' }, { asOf })).nodes).toEqual([])
  })

  test('by holder, officer and level too', async () => {
    const crn = aCrn()
    const offenderManagers = [aManager({ staff: 'N02OLD1' })]
    const { revision, id } = await aProbationCase(
      crn,
      {},
      { offenderManagers, mappa: { level: 3, category: 1 } },
    )
    const later = { offenderManagers: [aManager({ from: '2026-01-01' })], mappa: { level: 1, category: 1 } }
    await aProbationCase(crn, {}, later)
    const found = async (where: object, asOf?: object) =>
      (await list(COM, { where, asOf })).nodes.some((node) => node.id === id)
    for (const where of [{ organisation: 'N02' }, { allocatedTo: 'N02OLD1' }, { mappaLevel: 3 }]) {
      expect([where, await found(where, { revision })]).toEqual([where, true])
    }
    for (const where of [{ allocatedTo: 'N02ABC1' }, { mappaLevel: 1 }]) {
      expect([where, await found(where, { revision }), await found(where)]).toEqual([where, false, true])
    }
    expect(await found({ allocatedTo: 'N02OLD1' })).toBe(false)
  })
})

describe('somebody who was joined to another since', () => {
  test('is shown by their own id and numbers as the person that they were', async () => {
    const [number, crn] = [aNumber(), aCrn()]
    const prison = await prisoner(number, { lastName: 'Prisoner' })
    const probation = await aProbationCase(crn, {}, { surname: 'Supervised' })
    const joined = await aProbationCase(crn, { nomsNumber: number }, { surname: 'Supervised' })
    const before = { revision: joined.revision - 1 }
    for (const by of [{ id: probation.id }, { crn }]) {
      const then = await offender(COM, by, before)
      expect([then?.id, then?.name?.family, numbersOf(then)]).toEqual([probation.id, 'Supervised', [crn]])
    }
    for (const by of [{ id: prison.id }, { prisonNumber: number }]) {
      const then = await offender(COM, by, before)
      expect([then?.id, then?.name?.family, numbersOf(then)]).toEqual([prison.id, 'Prisoner', [number]])
    }
    for (const by of [{ id: prison.id }, { id: probation.id }, { crn }, { prisonNumber: number }]) {
      expect((await offender(COM, by))?.id).toBe(joined.id)
      expect((await offender(COM, by, { revision: joined.revision }))?.id).toBe(joined.id)
    }
    // Before there was anybody of this id, who they are now.
    expect((await offender(COM, { id: probation.id }, { revision: prison.revision }))?.id).toBe(prison.id)
  })

  test('is not shown to whoever is barred from the person that they are part of now', async () => {
    const [number, crn] = [aNumber(), aCrn()]
    const prison = await prisoner(number)
    const alone = await aProbationCase(crn)
    await aProbationCase(crn, { nomsNumber: number })
    const reader: As = { ...POM, subject: 'kin', username: 'kin' }
    const before = { revision: alone.revision }
    expect((await offender(reader, { id: prison.id }, before))?.id).toBe(prison.id)
    const lists = { excludedFrom: [{ username: 'kin' }], restrictedTo: [] }
    await state(PROBATION, 'access-limitations', lists, `?crn=${crn}`)
    expect(await offender(reader, { id: prison.id }, before)).toBeNull()
    expect((await offender(POM, { id: prison.id }, before))?.id).toBe(prison.id)
  })

  test('has changes of their own up to then', async () => {
    const [number, crn] = [aNumber(), aCrn()]
    const prison = await prisoner(number, { cellLocation: 'A-1' })
    const moved = await prisoner(number, { cellLocation: 'A-2' })
    const probation = await aProbationCase(crn)
    await aProbationCase(crn, { nomsNumber: number })
    await prisoner(number, { cellLocation: 'A-3' })
    const query = `query($by: OffenderRef!, $asOf: AsOf) { offender(by: $by, asOf: $asOf) {
      changes(first: 100) { nodes { kind revision source { system } fields { name after } } pageInfo { hasNextPage } } } }`
    const ask = async (by: object, asOf?: object) => {
      const body = await t.ask(COM, query, { by, asOf })
      expect(body.errors).toBeUndefined()
      return (
        body.data?.['offender'] as {
          changes: { nodes: { kind: string; revision: number; source: { system: string } | null }[] }
        }
      ).changes.nodes
    }
    const systems = (nodes: { source: { system: string } | null }[]) =>
      [...new Set(nodes.map(({ source }) => source?.system))].sort()
    const before = { revision: probation.revision }
    const then = await ask({ id: prison.id }, before)
    expect(systems(then)).toEqual(['NOMIS'])
    expect(then[0]).toMatchObject({
      kind: 'CHANGED',
      revision: moved.revision,
      fields: [{ name: 'custody.cell', after: 'A-2' }],
    })
    expect(systems(await ask({ id: probation.id }, before))).toEqual(['DELIUS'])
    const now = await ask({ id: prison.id })
    expect(now[0]).toMatchObject({ fields: [{ name: 'custody.cell', after: 'A-3' }] })
    expect(systems(now)).toEqual(['DELIUS', 'NOMIS', undefined])
    expect(now.some(({ kind }) => kind === 'MERGED')).toBe(true)
  })
})

describe('records that were one person’s, and are not any more', () => {
  test('are shown as of then to those who see all of them now, and counted as shown of each', async () => {
    const [number, crn] = [aNumber(), aCrn()]
    const prison = await prisoner(number)
    const joined = await aProbationCase(crn, { nomsNumber: number })
    const apart = await aProbationCase(crn, { nomsNumber: aNumber() })
    expect([joined.id, apart.id === prison.id]).toEqual([prison.id, false])
    const then = { revision: joined.revision }
    const viewer: As = { ...ANYONE, subject: 'dpo-then' }
    expect(numbersOf(await offender(viewer, { id: prison.id }, then))).toEqual([crn, number, number])
    const body = await t.ask(ANYONE, operation('WhoViewed'), { where: { viewer: 'dpo-then' } })
    const { nodes } = body.data?.['disclosures'] as {
      nodes: { offenders: { id: string; fields: string[] }[] }[]
    }
    expect(nodes[0]?.offenders.map(({ id }) => id).sort()).toEqual([prison.id, apart.id].sort())
    expect(nodes[0]?.offenders.every(({ fields }) => fields.includes('Identifier.value'))).toBe(true)
    for (const as of [POM, COM]) {
      for (const by of [{ id: prison.id }, { crn }, { prisonNumber: number }]) {
        const justified = { ...as, justification: 'looks back' }
        expect(await offender(justified, by, then)).toBeNull()
      }
    }
    expect((await offender(POM, { id: prison.id }))?.id).toBe(prison.id)
    expect((await offender(COM, { crn }))?.id).toBe(apart.id)
  })
})

test('a number that was learnt later finds the person as they were', async () => {
  const [number, crn] = [aNumber(), aCrn()]
  const prison = await prisoner(number)
  const later = await aProbationCase(crn, { nomsNumber: number })
  const then = await offender(POM, { crn }, { revision: prison.revision })
  expect([then?.id, numbersOf(then)]).toEqual([prison.id, [number]])
  expect(numbersOf(await offender(POM, { crn }, { revision: later.revision }))).toContain(crn)
  expect(await offender(POM, { prisonNumber: number }, { revision: prison.revision - 1 })).toBeNull()
})

test('a frozen meeting goes on showing the person that its case was made about', async () => {
  const [number, crn] = [aNumber(), aCrn()]
  await prisoner(number, { lastName: 'Elder' })
  await aProbationCase(crn, {}, { surname: 'Case', mappa: { level: 2, category: 1 } })
  const input = {
    level: 2,
    at: new Date(Date.now() + 86_400_000).toISOString(),
    offenders: [{ crn }],
    invitations: [{ agency: 'N02' }],
  }
  const scheduled = await t.ask(COORDINATOR, operation('ScheduleMappaMeeting'), { input })
  const meeting = (scheduled.data?.['scheduleMappaMeeting'] as { meeting: { id: string } }).meeting.id
  expect((await t.ask(COORDINATOR, operation('FreezeMappaMeeting'), { meeting })).errors).toBeUndefined()
  const pack = async () => {
    const body = await t.ask(COORDINATOR, operation('MappaMeetingSummary'), { meeting })
    expect(body.errors).toBeUndefined()
    return (
      body.data?.['mappaMeetingSummary'] as {
        cases: { offender: object; levels: object[]; changedSince: { field: string }[] }[]
      }
    ).cases
  }
  const before = await pack()
  expect(before).toMatchObject([
    { offender: { name: { family: 'Case' } }, levels: [{ level: 2 }], changedSince: [] },
  ])
  await aProbationCase(crn, { nomsNumber: number }, { surname: 'Case', mappa: { level: 2, category: 1 } })
  const after = await pack()
  expect(after.map(({ offender: shown, levels }) => ({ offender: shown, levels }))).toEqual(
    before.map(({ offender: shown, levels }) => ({ offender: shown, levels })),
  )
})

test('what changed since the freeze counts what hangs on an assessment', async () => {
  const crn = aCrn()
  await aProbationCase(crn, {}, { mappa: { level: 2, category: 1 } })
  const rosh = (natureOfRisk: string, day: number) =>
    state(PROBATION, 'rosh-summary', {
      messageId: `${crn}-${day}`,
      observedAt: `2026-06-0${day}T10:00:00Z`,
      payload: aRoshSummary(crn, serial, { natureOfRisk }),
    })
  await rosh('Told so.', 1)
  const input = {
    level: 2,
    at: new Date(Date.now() + 86_400_000).toISOString(),
    offenders: [{ crn }],
    invitations: [],
  }
  const scheduled = await t.ask(COORDINATOR, operation('ScheduleMappaMeeting'), { input })
  const meeting = (scheduled.data?.['scheduleMappaMeeting'] as { meeting: { id: string } }).meeting.id
  await t.ask(COORDINATOR, operation('FreezeMappaMeeting'), { meeting })
  await rosh('Told otherwise.', 2)
  const body = await t.ask(COORDINATOR, operation('MappaMeetingSummary'), { meeting })
  const { cases } = body.data?.['mappaMeetingSummary'] as { cases: { changedSince: { field: string }[] }[] }
  expect(cases[0]?.changedSince.map(({ field }) => field)).toEqual(['risk.history.rosh'])
})
