import type { Client } from 'pg'
import request from 'supertest'
import { Alarms } from '../src/alarms'
import { alarmsOf } from '../src/stewardship/alarms'
import { aPrisoner } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'
import {
  caseOf,
  codeOf,
  openRecord,
  OTHER_STEWARD,
  PRISON,
  PRISON_STEWARD,
  PROBATION,
  pushOne,
  rootOf,
  STEWARD,
  typeOrganisation,
} from './support/stewards'

let t: TestGateway
let record: Client

beforeAll(async () => {
  t = await startTestGateway()
  record = await openRecord(t.testDatabase.connection)
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await record.end()
  await t.close()
})

interface Source {
  readonly client: string
  readonly system: string
  readonly agency: string | null
  readonly overdue: boolean
  readonly nextNumber: number | null
  readonly gaps: readonly { readonly from: number; readonly to: number }[]
}

const SOURCES =
  '{ sources { client system agency lastHeardAt expectedEvery overdue nextNumber gaps { from to noticedAt } } }'

const sourcesOf = async (as: As) => rootOf(await t.ask(as, SOURCES), 'sources') as Source[]
const sourceOf = async (as: As, client: string) =>
  (await sourcesOf(as)).find((source) => source.client === client)
const gapsOf = async (as: As) =>
  (await sourcesOf(as)).flatMap(({ gaps }) => gaps.map(({ from, to }) => [from, to]))

const numbered = (as: As, first: number): As => ({ ...as, headers: { 'x-source-sequence': String(first) } })
const cases = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => caseOf(`S${String(from + i).padStart(6, '0')}`))

describe('a feed that numbers its messages', () => {
  const FEED: As = { ...PROBATION, client: 'numbered' }
  const push = (first: number, count: number) =>
    t.ingest(numbered(FEED, first), 'probation-search', cases(count))

  test('may begin anywhere, and has no gap while it goes on where it stood', async () => {
    await push(100, 3)
    await push(103, 2)
    expect(await sourceOf(STEWARD, 'numbered')).toMatchObject({
      system: 'DELIUS',
      agency: 'N02',
      expectedEvery: 'PT24H',
      overdue: false,
      nextNumber: 105,
      gaps: [],
    })
  })

  test('leaves a gap where it jumps, in the journal too', async () => {
    await push(110, 1)
    expect(await gapsOf(FEED)).toEqual([[105, 109]])
    const [entry] = (
      await record.query<{ body: Buffer }>(
        `select d.body from journal.detail d join journal.lookup l using (log, index)
         where d.part = 0 and l.kind = 'PUSH' order by d.log desc, d.index desc limit 1`,
      )
    ).rows
    expect(JSON.parse(entry?.body.toString() ?? '')).toMatchObject({
      parameters: { feed: { first: 110 }, gap: { from: 105, to: 109 } },
    })
  })

  test('closes it with what comes late, piece by piece', async () => {
    await push(107, 1)
    expect(await gapsOf(FEED)).toEqual([
      [105, 106],
      [108, 109],
    ])
    await push(104, 3)
    expect(await gapsOf(FEED)).toEqual([[108, 109]])
    expect((await t.gateway.alarms()).join()).toContain('feed numbered for N02 lacks the messages 108 to 109')
    expect(await metric('throughcare_source_missing_messages', 'numbered')).toBe(2)
    await push(108, 3)
    expect(await gapsOf(FEED)).toEqual([])
    expect(await sourceOf(FEED, 'numbered')).toMatchObject({ nextNumber: 111 })
    const kept = await record.query('select numbers::text, filled_at from record.source_gap')
    expect(kept.rows).toEqual([{ numbers: '[105,110)', filled_at: expect.any(Date) }])
  })

  test('numbers the lines of a stream through', async () => {
    const lines = cases(1_100).map((each) => JSON.stringify(each))
    const answer = await request(t.app)
      .post('/ingest/probation-search')
      .set('authorization', `Bearer ${await t.token({ ...FEED, client: 'streamed' })}`)
      .set({ 'content-type': 'application/x-ndjson', 'x-source-sequence': '1' })
      .send(lines.join('\n'))
    expect(answer.status).toBe(200)
    expect(await sourceOf(STEWARD, 'streamed')).toMatchObject({ nextNumber: 1_101, gaps: [] })
  })

  test.each(['x', '-1', '1.5', '9'.repeat(16), '1,2'])(
    'is refused on record where the number is %s',
    async (first) => {
      const before = await sourceOf(STEWARD, 'numbered')
      const answer = await request(t.app)
        .post('/ingest/probation-search')
        .set('authorization', `Bearer ${await t.token(FEED)}`)
        .set({ 'content-type': 'application/json', 'x-source-sequence': first })
        .send(JSON.stringify(caseOf('S900001')))
      expect(answer.status).toBe(400)
      expect(answer.body).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
      expect(await sourceOf(STEWARD, 'numbered')).toMatchObject({ nextNumber: before?.nextNumber })
      const [refusal] = (
        await record.query(
          `select outcome from journal.lookup where kind = 'REFUSAL' and viewer = 'numbered' order by log desc, index desc limit 1`,
        )
      ).rows as unknown[]
      expect(refusal).toEqual({ outcome: 'BAD_USER_INPUT' })
    },
  )
})

async function metric(name: string, client: string): Promise<number | undefined> {
  // Figures are read at most once a second.
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  const { text } = await request(t.app).get('/metrics')
  const line = text.split('\n').find((each) => each.startsWith(`${name}{client="${client}"`))
  return line === undefined ? undefined : Number(line.split(' ').at(-1))
}

describe('a feed that goes silent', () => {
  test('is overdue a day after it was heard last, and no longer when it is heard again', async () => {
    const feed: As = { ...PROBATION, client: 'silent' }
    await pushOne(t, feed, 'probation-search', caseOf('S800001'))
    const silentFor = (hours: number) =>
      record.query(
        `update record.source set last_heard_at = now() - make_interval(mins => $1) where client = 'silent'`,
        [Math.round(hours * 60)],
      )
    await silentFor(23.9)
    expect(await sourceOf(STEWARD, 'silent')).toMatchObject({ overdue: false })
    await silentFor(24.1)
    expect(await sourceOf(STEWARD, 'silent')).toMatchObject({ overdue: true })
    expect(await metric('throughcare_source_overdue', 'silent')).toBe(1)
    const alarms = await t.gateway.alarms()
    expect(
      alarms.filter((line) => /^alarm: feed silent for N02 has not been heard since/.test(line)),
    ).toHaveLength(1)
    expect(await t.gateway.alarms()).toEqual([])
    // What is turned away is heard too.
    await pushOne(t, feed, 'probation-search', 'nothing')
    expect(await metric('throughcare_source_overdue', 'silent')).toBe(0)
    expect((await t.gateway.alarms()).join()).toMatch(/^no longer: feed silent/)
  })

  test('is expected as often as the configuration says of it', () => {
    const source = {
      client: 'quick',
      role: 'PRISON_SYSTEM',
      system: 'NOMIS',
      agency: null,
      lastHeardAt: new Date('2026-05-01T10:00:00Z'),
      everyHours: 1,
      overdue: true,
      nextNumber: null,
      gaps: [],
    } as const
    expect(new Alarms().lines(alarmsOf(source))).toEqual([
      'alarm: feed quick has not been heard since 2026-05-01T10:00:00.000Z, and is expected every 1 h',
    ])
  })
})

test('feeds are shown to the stewards whose they are, to the system itself, and to nobody else', async () => {
  await t.ingest(PRISON, 'prisoner-search', [aPrisoner('S1111AA')])
  await typeOrganisation(record, 'MDI', 'PRISON')
  const clients = async (as: As) => (await sourcesOf(as)).map(({ client }) => client)
  expect(await clients(PRISON_STEWARD)).toEqual(['prison-system'])
  expect(await clients(OTHER_STEWARD)).toEqual([])
  expect(await clients({ ...PROBATION, client: 'silent' })).toEqual(['silent'])
  expect(await clients({ ...PROBATION, client: 'silent', agency: 'N07' })).toEqual([])
  expect(codeOf(await t.ask({ role: 'PROBATION_OFFICER', agency: 'N02' }, SOURCES))).toBe('FORBIDDEN')
  expect(codeOf(await t.ask({ role: 'DATA_PROTECTION_OFFICER', agency: 'N02' }, SOURCES))).toBe('FORBIDDEN')
})

describe('a full snapshot', () => {
  const FEED: As = { ...PROBATION, client: 'whole' }
  const SNAPSHOT = '{ revision snapshot { id client system agency state records lacking begunAt endedAt } }'

  interface Snapshot {
    readonly id: string
    readonly state: string
    readonly lacking: number | null
  }
  const begin = async (as = FEED) =>
    (
      rootOf(await t.ask(as, `mutation { beginSnapshot ${SNAPSHOT} }`), 'beginSnapshot') as {
        snapshot: Snapshot
      }
    ).snapshot
  const end = (id: string, records: number, as = FEED) =>
    t.ask(as, `mutation($input: EndSnapshotInput!) { endSnapshot(input: $input) ${SNAPSHOT} }`, {
      input: { snapshot: id, records },
    })
  const ended = async (id: string, records: number) =>
    (rootOf(await end(id, records), 'endSnapshot') as { snapshot: Snapshot }).snapshot
  const under = (id: string): As => ({ ...FEED, headers: { 'x-snapshot': id } })
  const lackingOf = async (id: string, as = STEWARD) =>
    (
      rootOf(
        await t.ask(
          as,
          'query($id: ID!) { lackingRecords(snapshot: $id) { nodes { system localId offenderId } } }',
          { id },
        ),
        'lackingRecords',
      ) as { nodes: { localId: string; offenderId: string; system: string }[] }
    ).nodes.map(({ localId }) => localId)
  const countOf = async (table: string) =>
    Number((await record.query<{ n: string }>(`select count(*) as n from record.${table}`)).rows[0]?.n)

  beforeAll(async () => {
    await t.ingest({ ...PROBATION, client: 'whole' }, 'probation-search', [
      caseOf('T000001'),
      caseOf('T000002'),
      caseOf('T000003'),
      caseOf('T000004'),
    ])
    await t.ingest({ role: 'PROBATION_SYSTEM', agency: 'N07' }, 'probation-search', [
      caseOf('T700001', 'N07'),
    ])
  })

  /** Everything of the agency that earlier tests sent. */
  const others = async () =>
    (
      await record.query<{ local_id: string }>(
        `select local_id from record.source_record where system = 'DELIUS' and agency = 'N02'
           and local_id ~ '^S'`,
      )
    ).rows.map(({ local_id }) => caseOf(local_id))

  async function send(id: string, crns: readonly string[]): Promise<number> {
    const documents = [...(await others()), ...crns.map((crn) => caseOf(crn))]
    for (let i = 0; i < documents.length; i += 500)
      await t.ingest(under(id), 'probation-search', documents.slice(i, i + 500))
    return documents.length
  }

  let first: string

  test('flags the records of its agency that it lacks, and deletes nothing', async () => {
    const before = await countOf('person')
    const { id } = await begin()
    first = id
    const count = await send(id, ['T000001', 'T000002'])
    // Heard of meanwhile beside the snapshot: it is there.
    await t.ingest({ ...PROBATION, client: 'another' }, 'probation-search', [caseOf('T000003')])
    expect(await ended(id, count)).toMatchObject({ state: 'ENDED', lacking: 1 })
    expect(await lackingOf(id)).toEqual(['T000004'])
    expect(await lackingOf(id, OTHER_STEWARD)).toEqual([])
    expect(await countOf('person')).toBe(before)
    expect(await countOf('snapshot_seen')).toBe(0)
    const listed = rootOf(
      await t.ask(STEWARD, `{ snapshots(first: 1) { nodes { id state lacking } } }`),
      'snapshots',
    ) as { nodes: Snapshot[] }
    expect(listed.nodes).toEqual([{ id, state: 'ENDED', lacking: 1 }])
    expect(
      (
        rootOf(await t.ask(OTHER_STEWARD, `{ snapshots { nodes { id } } }`), 'snapshots') as {
          nodes: Snapshot[]
        }
      ).nodes,
    ).toEqual([])
  })

  test('hides a flagged record from whoever is barred from the person', async () => {
    const limit = (excludedFrom: object[]) =>
      t.ingest(PROBATION, 'access-limitations', { excludedFrom, restrictedTo: [] }, '?prisonNumber=T1111AA')
    await t.ingest(PRISON, 'prisoner-search', [aPrisoner('T1111AA')])
    await record.query('begin; select record.begin_revision()')
    await record.query(
      `update record.source_record s set offender_id = n.offender_id from record.source_record n
       where s.local_id = 'T000004' and n.local_id = 'T1111AA'; select record.end_revision(); commit`,
    )
    await limit([{ username: 'steward.n02' }])
    expect(await lackingOf(first)).toEqual([])
    expect(await lackingOf(first, { ...STEWARD, username: 'another' })).toEqual(['T000004'])
    await limit([])
    expect(await lackingOf(first)).toEqual(['T000004'])
  })

  test('takes a flag back when the record is heard of again', async () => {
    await t.ingest(FEED, 'probation-search', [caseOf('T000004')])
    expect(await lackingOf(first)).toEqual([])
  })

  test('is not believed where the numbers differ, or where it is empty', async () => {
    const { id } = await begin()
    expect(codeOf(await end(id, 0))).toBe('CONFLICT')
    const count = await send(id, ['T000001'])
    const refused = await end(id, count + 1)
    expect(refused).toMatchObject({
      data: { endSnapshot: null },
      errors: [{ extensions: { code: 'CONFLICT', field: 'input.records' } }],
    })
    expect(await countOf('snapshot_lack where heard_at is null')).toBe(0)
    // What was pushed beside it counts for what is there, not for what was sent.
    await t.ingest(FEED, 'probation-search', [caseOf('T000002')])
    expect(codeOf(await end(id, count + 1))).toBe('CONFLICT')
  })

  test('is its own sender’s to end, once', async () => {
    const { id } = await begin()
    const count = await send(id, ['T000001', 'T000002', 'T000003', 'T000004'])
    for (const as of [
      { ...FEED, client: 'foreign' },
      { ...FEED, agency: 'N07' },
      { ...PRISON, client: 'whole' },
    ]) {
      const refused = await end(id, count, as)
      expect(refused).toMatchObject({
        errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'input.snapshot' } }],
      })
    }
    // Another's pushes are no part of it, whatever their header says.
    await t.ingest({ ...FEED, client: 'foreign', headers: { 'x-snapshot': id } }, 'probation-search', [
      caseOf('T000005'),
    ])
    expect(await ended(id, count)).toMatchObject({ state: 'ENDED', lacking: 0 })
    expect(codeOf(await end(id, count))).toBe('BAD_USER_INPUT')
    expect(codeOf(await t.ask(STEWARD, `mutation { beginSnapshot ${SNAPSHOT} }`))).toBe('FORBIDDEN')
  })

  test('that another follows is abandoned', async () => {
    const { id } = await begin()
    await begin()
    expect(codeOf(await end(id, 1))).toBe('BAD_USER_INPUT')
    const { nodes } = rootOf(
      await t.ask(STEWARD, `{ snapshots(first: 2) { nodes { id state } } }`),
      'snapshots',
    ) as { nodes: Snapshot[] }
    expect(nodes.map(({ state }) => state)).toEqual(['OPEN', 'ABANDONED'])
  })
})
