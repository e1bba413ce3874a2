import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { readSchema } from '../src/catalogue/read-schema'
import { sha256 } from '../src/domain/digest'
import { checkTables } from '../src/store/check-tables'
import { migrate } from '../src/store/migrate'
import { readMigrationFiles, readSchemaFiles } from '../src/store/package-files'
import { createEmptyDatabase, type TestDatabase } from './support/database'
import { aCase, aPrisoner, aRoshSummary } from './support/documents'
import { pageOf, readFeed } from './support/feed'
import { startTestGateway, type As, type ItemAnswer, type TestGateway } from './support/gateway'
import { operation } from './support/operations'
import { see } from './support/push'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const ANYONE: As = { role: 'DATA_PROTECTION_OFFICER' }
const OFFICER: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }
const COORDINATOR: As = { role: 'MAPPA_COORDINATOR', agency: 'N02', subject: 'coordinator-now' }

let t: TestGateway
let record: Client

beforeAll(async () => {
  const old = await aDatabaseOf('0007')
  record = new Client({ ...old.connection })
  await record.connect()
  await migrate(old.connection, undefined, () => undefined)
  t = await startTestGateway({ testDatabase: old })
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await record.end()
  await t.close()
})

/** As the gateway that knew no newer migration left it: its own rows, written by that version. */
async function aDatabaseOf(newest: string): Promise<TestDatabase> {
  const database = await createEmptyDatabase()
  const owner = new Client({ ...database.connection })
  await owner.connect()
  await owner.query(
    'create table public.throughcare_migration (name text primary key, digest text, at timestamptz not null default now())',
  )
  for (const { name, text } of readMigrationFiles().filter((each) => each.name.slice(0, 4) <= newest)) {
    await owner.query(text)
    await owner.query('insert into public.throughcare_migration (name, digest) values ($1, $2)', [
      name,
      sha256(text),
    ])
  }
  await fill(owner, newest)
  await owner.end()
  return database
}

async function fill(owner: Client, newest: string): Promise<void> {
  const lines = readFileSync(join(__dirname, 'samples', `database-${newest}.ndjson`), 'utf8')
    .trim()
    .split('\n')
  await owner.query('set session_replication_role = replica; delete from record.revision_counter')
  for (const line of lines) {
    const { table, row } = JSON.parse(line) as { table: string; row: Record<string, unknown> }
    if (table === 'journal.head') await openLog(owner, String(row['log']))
    const columns = Object.keys(row)
      .map((column) => `"${column}"`)
      .join(', ')
    await owner.query(
      `insert into ${table} (${columns}) overriding system value
       select ${columns} from jsonb_populate_record(null::${table}, $1)`,
      [row],
    )
  }
  await owner.query(`set session_replication_role = origin;
    select setval(pg_get_serial_sequence('record.received', 'id'), (select max(id) from record.received))`)
}

/** Makes the tables of a month; how far the log had come is among the rows. */
async function openLog(owner: Client, log: string): Promise<void> {
  await owner.query('select journal.open_log($1)', [log])
  await owner.query('delete from journal.head')
}

async function push(as: As, format: string, body: unknown): Promise<ItemAnswer> {
  return (await t.ingest(as, format, body)).results[0]!
}

async function rows(text: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  return (await record.query<Record<string, unknown>>(text, values)).rows
}

async function idOf(by: object): Promise<string | undefined> {
  const { offender } = await see(t, ANYONE, by, 'id')
  return (offender as { id: string } | null)?.id
}

const message = (observedAt: string, messageId: string | undefined, payload: unknown) => ({
  observedAt,
  ...(messageId !== undefined && { messageId }),
  payload,
})

test('the tables are what the schema reads', async () => {
  await expect(checkTables(readSchema(readSchemaFiles()), t.database.pools.reader)).resolves.toBeUndefined()
})

test('people are found by all their numbers, and by the ids that they had', async () => {
  const first = await idOf({ crn: 'U111111' })
  expect(await idOf({ prisonNumber: 'U1111AA' })).toBe(first)
  expect(await idOf({ cro: '65656/91H' })).toBe(first)
  const second = await idOf({ crn: 'U222222' })
  expect(await idOf({ prisonNumber: 'U2222AA' })).toBe(second)
  expect(await idOf({ pnc: '02/73319Z' })).toBe(second)
  const [joined] = await rows('select id from record.offender where joined_into is not null')
  expect(await idOf({ id: joined?.['id'] })).toBe(second)
  expect(new Set([first, second, undefined]).size).toBe(3)
})

test('a case reads as it did, and as it did then', async () => {
  const by = { crn: 'U111111' }
  const fields = `name { given family } custody { status establishment { code } } alerts { code } keyDates { type date }
    risk { state latest { status rosh { overall } } }`
  const { offender } = await see(t, OFFICER, by, fields)
  const now = {
    name: { given: 'Robin', family: 'Sample' },
    custody: { status: 'IN_CUSTODY', establishment: { code: 'LEI' } },
    alerts: [{ code: 'P22' }],
    keyDates: [{ type: 'CRD', date: '2027-04-01' }],
    risk: { state: 'RECORDED', latest: { status: 'COMPLETE', rosh: { overall: 'HIGH' } } },
  }
  expect(offender).toEqual(now)
  const before = await see(t, OFFICER, by, fields, { revision: 13 })
  expect(before.offender).toEqual({
    ...now,
    custody: { status: 'IN_CUSTODY', establishment: { code: 'MDI' } },
    alerts: [{ code: 'P22' }, { code: 'XA' }],
    keyDates: [{ type: 'CRD', date: '2027-03-01' }],
  })
  expect(
    await rows(`select n.table_name from record.none_stated n join record.source_record sr on sr.id = n.source_record_id
      where sr.system = 'OASYS' and sr.local_id like '%U333333%'`),
  ).toEqual([{ table_name: 'assessment' }])
})

test('who was joined with another is still found as they were before', async () => {
  const [joined] = await rows('select id from record.offender where joined_into is not null')
  const officer = { ...OFFICER, username: 'kim' }
  const before = await see(t, officer, { crn: 'U222222' }, 'id name { given }', { revision: 10 })
  expect(before.offender).toEqual({ id: joined?.['id'], name: { given: 'Alex' } })
})

test('levels and decisions stand, and what follows from the registers is what is held', async () => {
  const fields = `mappa { registration { system category level nextReviewOn } registrations { system category level }
    decisions { nodes { toLevel rationale assessments { tool } communications { agency } } } }`
  const { offender } = await see(t, COORDINATOR, { crn: 'U111111' }, fields)
  expect(offender).toEqual({
    mappa: {
      registration: { system: 'THROUGHCARE', category: 2, level: 2, nextReviewOn: '2035-01-01' },
      registrations: [
        { system: 'THROUGHCARE', category: 2, level: 2 },
        { system: 'DELIUS', category: 2, level: 2 },
        { system: 'NOMIS', category: 1, level: 1 },
      ],
      decisions: {
        nodes: [
          {
            toLevel: 2,
            rationale: 'Formal co-ordination adds value.',
            assessments: [{ tool: 'OASYS_LAYER3' }],
            communications: [{ agency: 'MDI' }, { agency: 'N02' }],
          },
        ],
      },
    },
  })
  const columns =
    'offender_id, register, period, source_record_id, decision_id, category, level, next_review_on'
  const everybody = 'array(select o.id from record.offender o)'
  const worked = await rows(
    `select ${columns} from record.mappa_level_periods(${everybody}) order by 1, 2, 3`,
  )
  expect(worked).toEqual(await rows(`select ${columns} from record.mappa_level order by 1, 2, 3`))
  expect(worked.length).toBeGreaterThan(4)
})

test('who was told of a decision is a notice of it, in the feed and as of then too', async () => {
  const { rows } = await record.query(
    `select n.agency, n.kind, n.occasion = 'decision:' || n.decision_id as named, n.acknowledged_at is null = (n.opened_at is null) as opened,
       (select count(*)::integer from record.change c where c.table_name = 'notice' and c.revision = n.revision and c.ordinal = n.ordinal) as told
     from record.notice_ever n where n.revision <= 16 order by n.revision, n.ordinal`,
  )
  expect(rows).toEqual(
    ['MDI', 'N02', 'N02', 'N02'].map((agency) => {
      return { agency, kind: 'LEVEL_DECISION', named: true, opened: true, told: expect.any(Number) as number }
    }),
  )
})

test('limits on access hold', async () => {
  const shown = async (crn: string, as: As) => (await see(t, as, { crn }, 'id')).offender !== null
  expect(await shown('U222222', { ...OFFICER, username: 'kim' })).toBe(true)
  expect(await shown('U222222', { ...OFFICER, username: 'robin' })).toBe(false)
  expect(await shown('U333333', { ...OFFICER, username: 'kim' })).toBe(false)
})

test('who looked, and what was sent, is still on record', async () => {
  const query = `query($where: DisclosureFilter!) { disclosures(where: $where) { nodes {
    kind viewer { role } offenders { fields } } } }`
  const where = { offender: { crn: 'U111111' }, viewer: 'coordinator' }
  const body = await t.ask(ANYONE, query, { where })
  expect(body.errors).toBeUndefined()
  const { nodes } = body.data?.['disclosures'] as { nodes: unknown[] }
  expect(nodes).toContainEqual({
    kind: 'DISCLOSURE',
    viewer: { role: 'MAPPA_COORDINATOR' },
    offenders: [{ fields: expect.arrayContaining(['Assessment.id']) as string[] }],
  })
  for (const [as, messageId] of [
    [PRISON, 'prison-1'],
    [PROBATION, 'case-1'],
    [PROBATION, 'rosh-2'],
  ] as const) {
    const query = 'query($messageId: String!) { receipt(messageId: $messageId) { outcome } }'
    const receipt = await t.ask(as, query, { messageId })
    expect([messageId, receipt.data?.['receipt']]).toEqual([
      messageId,
      { outcome: messageId === 'rosh-2' ? 'QUARANTINED' : 'APPLIED' },
    ])
  }
})

describe('what is pushed', () => {
  const latest = aPrisoner('U1111AA', {
    title: 'Mr',
    prisonId: 'LEI',
    prisonName: 'Leeds (HMP)',
    cellLocation: 'B-2',
    alerts: [{ alertType: 'P', alertCode: 'P22', active: true, expired: false, dateCreated: '2026-01-06' }],
    aliases: [{ firstName: 'Rob', lastName: 'Sample', dateOfBirth: '1980-02-03' }],
    conditionalReleaseDate: '2027-04-01',
    croNumber: '65656/91H',
  })
  const custody = async () =>
    (await see(t, OFFICER, { crn: 'U111111' }, 'custody { establishment { code } }')).offender
  const at = (code: string) => ({ custody: { establishment: { code } } })

  test('and was taken in before, is recognised, with its message id and without', async () => {
    const [before] = await rows('select value from record.revision_counter')
    const answer = await push(PRISON, 'prisoner-search', message('2026-07-01T09:00:00Z', 'prison-3', latest))
    expect(answer).toMatchObject({ outcome: 'DUPLICATE', offenderId: await idOf({ crn: 'U111111' }) })
    const bare = await push(PRISON, 'prisoner-search', message('2026-07-01T09:00:00Z', undefined, latest))
    expect(bare.outcome).toBe('DUPLICATE')
    expect(await rows('select value from record.revision_counter')).toEqual([before])
  })

  test('and says again under a new id what was said, changes nothing that is shown', async () => {
    const shown = () =>
      see(t, OFFICER, { crn: 'U111111' }, 'name { given } alerts { code } custody { cell } keyDates { date }')
    const before = await shown()
    const again = await push(
      PRISON,
      'prisoner-search',
      message('2026-07-01T09:00:00Z', 'prison-3-again', latest),
    )
    expect(['APPLIED', 'LATE']).toContain(again.outcome)
    expect(await shown()).toEqual(before)
  })

  test('and is older than what was held, is late', async () => {
    const payload = aPrisoner('U1111AA', { prisonId: 'WTI' })
    const answer = await push(PRISON, 'prisoner-search', message('2026-06-15T09:00:00Z', 'prison-5', payload))
    expect(answer.outcome).toBe('LATE')
    expect(await custody()).toEqual(at('LEI'))
    const level = { crn: 'U111111', mappa: { level: 3, category: 2, startDate: '2026-01-10' } }
    await push(PROBATION, 'mappa-detail', message('2026-06-10T09:00:00Z', 'mappa-5', level))
    const { offender } = await see(
      t,
      COORDINATOR,
      { crn: 'U111111' },
      'mappa { registrations { system level } }',
    )
    expect(offender).toMatchObject({ mappa: { registrations: [{}, { system: 'DELIUS', level: 2 }, {}] } })
    expect(
      await rows(`select level from record.mappa_level where register = 'DELIUS:U111111' order by period`),
    ).toEqual([{ level: 1 }, { level: 3 }, { level: 2 }])
  })

  test('and is news, applies and is told in the feed', async () => {
    const { end } = await readFeed(t, OFFICER)
    const payload = { ...latest, prisonId: 'MDI', prisonName: 'Moorland (HMP)' }
    const answer = await push(PRISON, 'prisoner-search', message('2026-08-01T09:00:00Z', 'prison-6', payload))
    expect(answer.outcome).toBe('APPLIED')
    expect(await custody()).toEqual(at('MDI'))
    const { nodes } = pageOf(await t.ask(OFFICER, operation('Changes'), { after: end }))
    expect(nodes.flatMap(({ fields }) => fields)).toContainEqual({
      name: 'custody.establishment',
      before: 'LEI',
      after: 'MDI',
    })
  })

  test('and was put aside, is applied when its person appears', async () => {
    const state = async () =>
      (await rows('select q.state from record.quarantine q')).map((row) => row['state'])
    expect(await state()).toEqual(['QUARANTINED'])
    const found = await push(PROBATION, 'probation-search', aCase('U444444'))
    expect(found.outcome).toBe('APPLIED')
    const { offender } = await see(t, OFFICER, { crn: 'U444444' }, 'risk { latest { rosh { overall } } }')
    expect(offender).toEqual({ risk: { latest: { rosh: { overall: 'HIGH' } } } })
    expect(await state()).toEqual(['RETRIED'])
  })

  test('of an assessment that was held, is the same assessment', async () => {
    const [before] = await rows(`select id from record.assessment where number = '7001'`)
    const summary = aRoshSummary('U111111', 7001, { natureOfRisk: 'Described anew.' })
    await push(PROBATION, 'rosh-summary', message('2026-08-02T09:00:00Z', 'rosh-3', summary))
    expect(await rows(`select id from record.assessment where number = '7001'`)).toEqual([before])
    const { offender } = await see(
      t,
      OFFICER,
      { crn: 'U111111' },
      'risk { latest { rosh { natureOfRisk } } }',
    )
    expect(offender).toEqual({ risk: { latest: { rosh: { natureOfRisk: 'Described anew.' } } } })
  })

  test('and takes two apart, gives the one who came later an id', async () => {
    const together = await idOf({ crn: 'U222222' })
    const alone = aCase('U222222', { firstName: 'Alex', dateOfBirth: '1971-11-30' })
    await push(PROBATION, 'probation-search', message('2026-08-03T09:00:00Z', 'case-5', alone))
    expect(await idOf({ prisonNumber: 'U2222AA' })).toBe(together)
    expect(await idOf({ crn: 'U222222' })).not.toBe(together)
  })
})
