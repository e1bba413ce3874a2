import fc from 'fast-check'
import { Client } from 'pg'
import { aCase, aManager, aPrisoner } from './support/documents'
import { readFeed, type Change } from './support/feed'
import { startTestGateway, type As, type TestGateway } from './support/gateway'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
/** Reads all of the cases below, in full. */
const READER: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1', justification: 'all' }
const RUNS = Number(process.env['FEED_RUNS'] ?? 12)
const SEED = Number(process.env['FEED_SEED'] ?? Date.now() % 2 ** 31)

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

/** What the tables hold that the reader reads: the columns as the feed names them. */
const TABLES = {
  custody: {
    path: 'custody',
    columns: {
      status: 'status',
      rawStatus: 'raw_status',
      establishment: 'establishment_code',
      since: 'since',
      cell: 'cell',
      legalStatus: 'legal_status',
      supportingEstablishment: 'supporting_establishment_code',
    },
  },
  alert: {
    path: 'alerts',
    columns: {
      code: 'code',
      type: 'type',
      description: 'description',
      since: 'since',
      active: 'active',
    },
  },
  person: {
    path: 'names',
    columns: {
      title: 'title',
      given: 'given',
      middle: 'middle',
      family: 'family',
      dateOfBirth: 'date_of_birth',
    },
  },
  allocation: {
    path: 'allocations',
    columns: {
      role: 'role',
      staffCode: 'staff_code',
      officerName: 'officer_name',
      organisation: 'organisation_code',
      team: 'team_code',
      teamName: 'team_name',
      since: 'since',
      until: 'until',
      unallocated: 'unallocated',
    },
  },
  mappa_level: {
    path: 'mappa.registrations',
    columns: {
      category: 'category',
      level: 'level',
      levelStatus: 'level_status',
      leadAgency: 'lead_agency',
      since: 'since',
      nextReviewOn: 'next_review_on',
      from: 'from_at',
      until: 'until_at',
      system: 'system',
    },
  },
} as const

type Rows = Record<string, Record<string, string>[]>

/** All rows of people known to probation, by name of the table, without what is null. */
async function heldNow(): Promise<Rows> {
  const held: Rows = {}
  for (const [table, { path, columns }] of Object.entries(TABLES)) {
    const members = Object.entries(columns).map(
      ([name, column]) => `'${path}.${name}', to_jsonb(x.${column}) #>> '{}'`,
    )
    const { rows } = await record.query<{ row: Record<string, string> }>(
      `select jsonb_strip_nulls(jsonb_build_object(${members.join(', ')}, 'of', x.offender_id)) as row from record.${table} x
       where exists (select from record.source_record sr where sr.offender_id = x.offender_id and sr.system = 'DELIUS')`,
    )
    held[table] = inOrder(rows.map(({ row }) => row))
  }
  return held
}

function inOrder(rows: Record<string, string>[]): Record<string, string>[] {
  const key = (row: Record<string, string>) => JSON.stringify(Object.entries(row).sort())
  return rows
    .map((row) => Object.fromEntries(Object.entries(row).sort()))
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** What a reader knows who began with nothing and did what each change says, checking what it says was before. */
function applied(changes: readonly Change[]): Rows {
  const items = new Map<string, { table: string; row: Record<string, string> }>()
  for (const { kind, item, offender, fields } of changes) {
    const table = tableOf(fields[0]?.name ?? '')
    if (item === null || kind === 'LATE' || table === undefined) continue
    const known = items.get(item)
    if ((kind === 'RECORDED') !== (known === undefined)) throw new Error(`${kind} ${item} comes out of turn`)
    const row: Record<string, string> = { ...known?.row, of: offender.id }
    for (const { name, before, after } of fields) {
      if ((row[name] ?? null) !== before) throw new Error(`${name} was not ${before ?? 'nothing'}`)
      if (after === null) Reflect.deleteProperty(row, name)
      else row[name] = after
    }
    if (kind === 'ENDED') items.delete(item)
    else items.set(item, { table, row })
  }
  const rows: Rows = Object.fromEntries(Object.keys(TABLES).map((table) => [table, []]))
  for (const { table, row } of items.values()) rows[table]?.push(row)
  return Object.fromEntries(Object.entries(rows).map(([table, list]) => [table, inOrder(list)]))
}

function tableOf(name: string): string | undefined {
  return Object.entries(TABLES).find(([, { path }]) => name.startsWith(`${path}.`))?.[0]
}

interface Draft {
  readonly person: number
  readonly feed: 'prison' | 'probation' | 'mappa'
  readonly content: number
}

const drafts = fc.array(
  fc.record<Draft>({
    person: fc.nat(3),
    feed: fc.constantFrom('prison', 'prison', 'probation', 'mappa'),
    content: fc.nat(29),
  }),
  { minLength: 4, maxLength: 20 },
)

const prisons = ['MDI', 'LEI', 'WTI']
let round = 0

async function state({ person, feed, content: n }: Draft): Promise<void> {
  const number = `F${1000 + round}A${'ABCD'[person] ?? 'Z'}`
  const crn = `F${100_000 + round * 4 + person}`
  if (feed === 'prison') {
    const alerts = ['XA', 'XB', 'XC'].slice(0, n % 4).map((alertCode, i) => {
      return { alertCode, alertCodeDescription: `Says ${n % 2}`, active: (n + i) % 5 !== 0 }
    })
    const more = { prisonId: prisons[n % 3], prisonName: undefined, cellLocation: `A-${n % 7}` }
    await t.ingest(
      PRISON,
      'prisoner-search',
      aPrisoner(number, { ...more, lastName: `Sample${n % 3}`, alerts }),
    )
  } else if (feed === 'probation') {
    const offenderManagers = [
      aManager({ staff: `N02ABC${n % 3}` }),
      aManager({ staff: 'N07XYZU', provider: 'N07' }),
    ]
    const otherIds = { crn, ...(n % 5 === 0 && { nomsNumber: number }) }
    const more = {
      otherIds,
      offenderManagers: offenderManagers.slice(0, 1 + (n % 2)),
      surname: `Sample${n % 4}`,
    }
    await t.ingest(PROBATION, 'probation-search', aCase(crn, more))
  } else {
    const mappa = n % 6 === 0 ? null : { level: 1 + (n % 3), category: 1 + (n % 2) }
    await t.ingest(PROBATION, 'mappa-detail', { crn, mappa })
  }
}

test('the feed from the beginning, in pages of any size, gives the state that is held', async () => {
  process.stdout.write(`feed: seed ${SEED}, ${RUNS} runs\n`)
  let told = 0
  const sizes = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 9 })
  const property = fc.asyncProperty(drafts, sizes, async (stated, pages) => {
    round += 1
    for (const draft of stated) await state(draft)
    let page = 0
    const { changes } = await readFeed(t, READER, null, () => pages[page++ % pages.length] ?? 1)
    expect(applied(changes)).toEqual(await heldNow())
    told = changes.length
  })
  await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true })
  expect(told).toBeGreaterThan(RUNS * 5)
}, 240_000)

describe('with many writers', () => {
  const keys = (changes: readonly Change[]) => changes.map(({ cursor }) => cursor)

  test('a reader who follows them misses nothing, and gets everything once and in order', async () => {
    round += 1
    const { end } = await readFeed(t, READER)
    const writing = { now: true }
    const writers = [0, 1, 2, 3].map(async (person) => {
      for (let i = 0; i < 12; i++) {
        await state({ person, feed: i % 3 === 0 ? 'mappa' : 'probation', content: i * 7 + person })
      }
    })
    const done = Promise.all(writers).finally(() => (writing.now = false))
    const followed: Change[] = []
    let after = end
    let rounds = 0
    for (let last = false; !last; rounds += 1) {
      last = !writing.now
      const more = await readFeed(t, READER, after, () => 1 + (rounds % 20))
      followed.push(...more.changes)
      after = more.end
    }
    await done
    expect(keys(followed)).toEqual(keys((await readFeed(t, READER, end)).changes))
    expect(followed.length).toBeGreaterThan(40)
    // A round is as many pages as there are: it may well last as long as the writing does.
    expect(rounds).toBeGreaterThan(1)
  }, 120_000)

  test('what commits late is not passed by', async () => {
    round += 1
    const draft: Draft = { person: 0, feed: 'probation', content: 1 }
    await state(draft)
    const { end } = await readFeed(t, READER)
    await record.query('begin')
    await record.query('select record.begin_revision()')
    await record.query(`update record.person set title = 'Dr' where source_record_id in
      (select id from record.source_record where local_id = 'F${100_000 + round * 4}')`)
    let hasArrived = false
    const behind = state({ ...draft, content: 2 }).then(() => (hasArrived = true))
    const meanwhile = await readFeed(t, READER, end)
    expect(meanwhile).toEqual({ changes: [], end })
    expect(hasArrived).toBe(false)
    await record.query('select record.end_revision()')
    await record.query('commit')
    await behind
    const { changes } = await readFeed(t, READER, meanwhile.end)
    expect(changes[0]?.fields).toEqual([{ name: 'names.title', before: null, after: 'Dr' }])
    expect(changes.length).toBeGreaterThan(1)
    expect(changes.map(({ revision }) => revision)).toEqual(
      changes.map(({ revision }) => revision).sort((a, b) => a - b),
    )
  })
})
