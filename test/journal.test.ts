import { createHash } from 'node:crypto'
import { Client } from 'pg'
import type { Gateway } from '../src/gateway'
import { aCase, aPrisoner } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { operation } from './support/operations'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI', subject: 'pom-one' }
const OFFICER: As = { role: 'PRISON_OFFICER', agency: 'MDI', subject: 'officer-one' }
const DPO: As = { role: 'DATA_PROTECTION_OFFICER', agency: 'MDI', subject: 'dpo-one' }

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway()
  await t.ingest(PRISON, 'prisoner-search', [aPrisoner('J1111AA'), aPrisoner('J2222AA')])
  await t.ingest(
    PROBATION,
    'probation-search',
    aCase('J111111', { otherIds: { crn: 'J111111', nomsNumber: 'J1111AA' } }),
  )
})
afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

interface Node {
  entry: string
  kind: string
  outcome: string
  viewer: { subject: string | null; role: string; client: string }
  purpose: string | null
  justification: string | null
  operation: string | null
  owningAgencies: string[]
  offenders: { id: string; fields: string[]; withheld: string[] }[]
  digest: string | null
}
const viewed = async (where: object, as: As = DPO, first = 50): Promise<Node[]> => {
  const body = await t.ask(as, operation('WhoViewed'), { where, first })
  expect(body.errors).toBeUndefined()
  return (body.data?.['disclosures'] as { nodes: Node[] }).nodes
}
const look = (as: As, prisonNumber: string) => t.ask(as, operation('CaseSummary'), { by: { prisonNumber } })

test('who viewed a person is answered by offender and by viewer, with the fields shown and withheld', async () => {
  const seen = await look(OFFICER, 'J1111AA')
  const entry = seen.extensions?.disclosure?.entry
  const [byOffender] = await viewed({ offender: { crn: 'J111111' }, kind: 'DISCLOSURE' })
  expect(byOffender).toMatchObject({
    entry,
    outcome: 'DISCLOSED',
    viewer: { subject: 'officer-one', role: 'PRISON_OFFICER', client: 'test-client' },
    purpose: 'OFFENDER_MANAGEMENT',
    operation: 'CaseSummary',
    owningAgencies: ['MDI', 'N02'],
  })
  const [subject] = byOffender?.offenders ?? []
  expect(subject?.fields).toEqual(
    expect.arrayContaining(['Offender.custody', 'PersonName.family', 'RoshSummary.overall']),
  )
  expect(subject?.fields).not.toContain('RoshSummary.whoIsAtRisk')
  expect(subject?.withheld).toEqual(
    expect.arrayContaining(['RoshSummary.whoIsAtRisk', 'Assessment.predictors']),
  )
  expect((await viewed({ viewer: 'officer-one' }))[0]?.entry).toBe(entry)
  expect(await viewed({ viewer: 'nobody' })).toEqual([])
})

test('the digest is that of the data as it was given', async () => {
  const { text } = (await look(POM, 'J1111AA'), t.given.at(-1)) ?? { text: '' }
  const data = /^\{"data":(.*),"extensions":\{.*\}\}$/s.exec(text)?.[1] ?? ''
  const [node] = await viewed({ viewer: 'pom-one' })
  expect(node?.digest).toBe(createHash('sha256').update(data).digest('hex'))
})

test('reading the journal is itself journalled', async () => {
  await viewed({ offender: { crn: 'J111111' } })
  const [read] = await viewed({ viewer: 'dpo-one', kind: 'AUDIT_READ' })
  expect(read?.viewer.role).toBe('DATA_PROTECTION_OFFICER')
  expect(read?.offenders[0]?.fields).toContain('Disclosure.viewer')
})

test('others do not read the journal, and their attempt is on record', async () => {
  const body = await t.ask(POM, operation('WhoViewed'), { where: { viewer: 'pom-one' } })
  expect(body.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  expect((await viewed({ viewer: 'pom-one' }))[0]).toMatchObject({ kind: 'REFUSAL', outcome: 'FORBIDDEN' })
})

test('an attempt on a person whom the caller may not know of is on that person’s record', async () => {
  await look({ ...POM, agency: 'LEI', subject: 'prying' }, 'J2222AA')
  const [attempt] = await viewed({ offender: { prisonNumber: 'J2222AA' }, viewer: 'prying' })
  expect(attempt).toMatchObject({ outcome: 'NOTHING_SHOWN', offenders: [{ fields: [] }] })
})

test('a refusal for want of purpose or justification is on record', async () => {
  const stranger: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ZZZ1', subject: 'stranger' }
  await t.ask({ ...stranger, purpose: null }, operation('CaseSummary'), { by: { crn: 'J111111' } })
  await t.ask(stranger, operation('CaseSummary'), { by: { crn: 'J111111' } })
  await t.ask({ ...stranger, justification: 'Duty officer today' }, operation('CaseSummary'), {
    by: { crn: 'J111111' },
  })
  const nodes = await viewed({ viewer: 'stranger' })
  expect(nodes.map(({ outcome, justification }) => [outcome, justification])).toEqual([
    ['DISCLOSED', 'Duty officer today'],
    ['JUSTIFICATION_REQUIRED', null],
    ['PURPOSE_REQUIRED', null],
  ])
})

test('pushes are on record under their client, by person', async () => {
  const [push] = await viewed({ offender: { crn: 'J111111' }, kind: 'PUSH', viewer: 'probation-system' })
  expect(push).toMatchObject({
    outcome: 'DONE',
    operation: 'ingest/probation-search',
    viewer: { subject: null },
  })
  expect(push?.offenders[0]?.fields).toContain('Identifier.value')
})

test('the journal narrows by owning agency, purpose and time, and pages', async () => {
  const node = await viewed({ owningAgency: 'N02', purpose: 'OFFENDER_MANAGEMENT' })
  expect(node.every(({ owningAgencies }) => owningAgencies.includes('N02'))).toBe(true)
  expect(await viewed({ to: '2020-01-01T00:00:00Z' })).toEqual([])
  const all = await viewed({ viewer: 'officer-one' })
  const query = operation('WhoViewed')
  const page = await t.ask(DPO, query, { where: { viewer: 'prison-system' }, first: 1 })
  expect((page.data?.['disclosures'] as { pageInfo: object }).pageInfo).toMatchObject({ hasNextPage: false })
  expect(all.length).toBeGreaterThan(0)
})

test('entries, details and look-ups hold fields and hashes, never values', async () => {
  await t.ask(POM, operation('Caseload'), { where: { name: 'Zanzibarski' } })
  await look(POM, 'J1111AA')
  const client = new Client({ ...t.testDatabase.connection })
  await client.connect()
  const { rows } = await client.query<{ text: string }>(
    `select convert_from(entry, 'UTF8') as text from journal.entry
     union all select convert_from(body, 'UTF8') from journal.detail union all select l::text from journal.lookup l`,
  )
  await client.end()
  const everything = rows.map(({ text }) => text).join('\n')
  for (const value of ['Zanzibarski', 'Sample', 'J1111AA', 'J111111', '1980-02-03', 'Moorland']) {
    expect(everything).not.toContain(value)
  }
})

test('details recompute to the commitments in their entry', async () => {
  const client = new Client({ ...t.testDatabase.connection })
  await client.connect()
  const { rows } = await client.query<{ entry: Buffer; leaf: Buffer; salts: Buffer[]; bodies: Buffer[] }>(
    `select e.entry, e.leaf, array_agg(d.salt order by d.part) as salts, array_agg(d.body order by d.part) as bodies
     from journal.entry e join journal.detail d using (log, index) group by e.log, e.index, e.entry, e.leaf`,
  )
  await client.end()
  expect(rows.length).toBeGreaterThan(10)
  for (const { entry, leaf, salts, bodies } of rows) {
    const committed = (JSON.parse(entry.toString()) as { details: string[] }).details
    const hash = (i: number) =>
      createHash('sha256')
        .update(salts[i] ?? '')
        .update(bodies[i] ?? '')
        .digest('hex')
    expect(bodies.map((_, i) => hash(i))).toEqual(committed)
    expect(
      createHash('sha256')
        .update(Buffer.from([0]))
        .update(entry)
        .digest('hex'),
    ).toBe(leaf.toString('hex'))
  }
})

describe('with the append taken out on purpose', () => {
  let broken: TestGateway
  beforeAll(async () => {
    const forget = (gateway: Gateway): Gateway => ({
      ...gateway,
      deps: { ...gateway.deps, append: () => Promise.resolve({ log: '2026-11', index: 999_999 }) },
    })
    broken = await startTestGateway({ alter: forget })
    await broken.ingest(PRISON, 'prisoner-search', aPrisoner('J3333AA'))
  })
  afterAll(() => broken.close())

  test('the walker finds the fields that the journal lacks', async () => {
    await broken.ask(POM, operation('CaseSummary'), { by: { prisonNumber: 'J3333AA' } })
    const missing = await broken.unlogged()
    expect(missing).toContainEqual('PersonName.family: entry 2026-11/999999 is not in the journal')
  })
})

test('the walker finds a field that its entry leaves out', async () => {
  const cut: Body = await look(POM, 'J1111AA')
  const { id } = cut.data?.['offender'] as { id: string }
  const forged = {
    query: '{ offender(by: {id: "x"}) { id sex } }',
    variables: {},
    text: JSON.stringify({ ...cut, data: { offender: { id, sex: 'Male' } } }),
  }
  t.given.push(forged)
  expect(await t.unlogged()).toEqual([expect.stringContaining('Offender.sex')])
  t.given.pop()
})
