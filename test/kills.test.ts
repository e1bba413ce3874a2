import { Client } from 'pg'
import { createGateway } from '../src/gateway'
import type { Database } from '../src/store/database'
import { aPrisoner } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'
import { runKills, withOwner } from './support/kills'
import { dataText, Ledger, startLoad } from './support/load'
import { losses } from './support/losses'
import { Processes, until } from './support/process'

jest.setTimeout(300_000)

const processes = new Processes()

afterEach(() => processes.cleanUp())

test('ten kills under load lose nothing that was acknowledged and leave no view unlogged', async () => {
  const tally = await runKills(processes, 10)
  expect(tally.faults).toEqual([])
  expect(tally.gatewayMs).toHaveLength(5)
  expect(tally.databaseMs).toHaveLength(5)
  // The kills fell into the middle of something, else they showed nothing.
  expect(tally.refused + tally.broken).toBeGreaterThan(10)
  expect(tally.cut.batches).toBeGreaterThan(1)
  expect(tally.cut.documents).toBeGreaterThan(3 * tally.cut.batches)
  expect(Math.min(tally.updates, tally.views, tally.decisions)).toBeGreaterThan(20)
})

/** Each is planted as the superuser, with triggers and foreign keys off, and taken back. */
const DEFECTS: readonly [defect: string, plant: string, told: RegExp][] = [
  [
    'an entry is missing',
    `delete from journal.entry e where (e.log, e.index) = (
       select e.log, e.index from journal.entry e where e.kind = 'DISCLOSURE' order by e.index desc limit 1)`,
    /^view .* is journalled not at all$/,
  ],
  [
    'a log has a gap',
    `delete from journal.entry where index = 1`,
    /^log .* says \d+ entries and holds \d+ up to/,
  ],
  [
    'a log was cut short',
    `update journal.head set size = size + 1`,
    /^log .* says \d+ entries and holds \d+ up to/,
  ],
  [
    'an entry says something else',
    `update journal.entry set entry = convert_to(replace(convert_from(entry, 'UTF8'), '"digest":"', '"digest":"0'), 'UTF8')
     where kind = 'DISCLOSURE'`,
    /^view .* is journalled as another$/,
  ],
  [
    'an entry was rewritten',
    `update journal.entry set entry = entry || ' ' where index = 1`,
    /has another leaf$/,
  ],
  ['a detail is missing', `delete from journal.detail where index = 1 and part = 0`, /lacks details$/],
  ['a look-up is missing', `delete from journal.lookup where index = 1`, /cannot be looked up$/],
  [
    'a message is missing',
    `delete from record.received where id = (select max(id) from record.received)`,
    /^update .* was acknowledged and is not held as it was$/,
  ],
  [
    'a message is held twice',
    `drop index record.received_client_message_id_idx;
     insert into record.received (client, message_id, format, subject_key, digest, version, at, outcome, offender_id)
     select client, message_id, format, subject_key, digest, version, at, outcome, offender_id from record.received
     where message_id is not null limit 1`,
    /^message .* is held twice$/,
  ],
  [
    'an update was applied twice',
    `insert into record.custody_history select c.revision, c.ordinal, c.* from record.custody c limit 1`,
    /has \d+ versions, and another number of updates$/,
  ],
  [
    'a fact is an older one',
    `update record.custody set cell = 'C-0'`,
    /is at update 0, and update \d+ was acknowledged$/,
  ],
  [
    'a decision is missing',
    `delete from record.mappa_level_decision where ordinal = (select min(ordinal) from record.mappa_level_decision)`,
    /^decision .* was acknowledged and is not held$/,
  ],
  ['a revision is missing', `delete from record.revision where revision = 2`, /^the counter is at revision/],
  [
    'the counter ran ahead',
    `update record.revision_counter set value = value + 1`,
    /^the counter is at revision/,
  ],
]

test('the check that finds no losses finds each of them when it is planted', async () => {
  const dataDir = await processes.dataDir()
  const { url } = await processes.serve(dataDir)
  const { ledger, stop } = await startLoad(dataDir, { url })
  await until('the load moves', () => ledger.views.length > 20 && ledger.decided.length > 2)
  await stop()
  await withOwner(dataDir, async (client) => {
    expect(await losses(client, ledger)).toEqual([])
    for (const [defect, plant, told] of DEFECTS) {
      const found = await planted(client, plant, ledger)
      expect([defect, found.some((line) => told.test(line))]).toEqual([defect, true])
    }
    expect(await losses(client, ledger)).toEqual([])
  })
})

async function planted(client: Client, plant: string, ledger: Ledger): Promise<string[]> {
  await client.query('begin; set local session_replication_role = replica')
  try {
    await client.query(plant)
    return await losses(client, ledger)
  } finally {
    await client.query('rollback')
  }
}

const PRISON: As = { role: 'PRISON_SYSTEM' }
const MANAGER: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI' }

describe('a gateway that breaks a promise is found out', () => {
  let t: TestGateway

  afterEach(() => t.close())

  const found = async (ledger: Ledger) => {
    const client = new Client({ ...t.testDatabase.connection })
    await client.connect()
    try {
      return await losses(client, ledger)
    } finally {
      await client.end()
    }
  }

  test('when it acknowledges before the commit', async () => {
    t = await startTestGateway()
    const ledger = new Ledger()
    const { catalogue, deps } = t.gateway
    for (const database of [t.database, rollingBack(t.database)]) {
      const gateway = createGateway({ catalogue, database, cursors: deps.cursors, now: () => new Date() })
      await pushTo(gateway, ledger, database === t.database ? 'kept' : 'lost')
    }
    expect(await found(ledger)).toEqual([
      'update lost was acknowledged and is not held as it was',
      'K2222KK is at update 1, and update 2 was acknowledged',
    ])
  })

  test('when it shows before the entry is committed', async () => {
    const receipt = { log: '2000-01', index: 7 }
    t = await startTestGateway({
      alter: (gateway) => ({ ...gateway, deps: { ...gateway.deps, append: () => Promise.resolve(receipt) } }),
    })
    await t.ingest(PRISON, 'prisoner-search', aPrisoner('K2222KK'))
    await t.ask(MANAGER, '{ offenders(first: 1) { nodes { id name { family } } } }')
    const ledger = new Ledger()
    for (const { text } of t.given) ledger.note({ text })
    expect(await found(ledger)).toEqual(['view 2000-01/7 was given and is journalled not at all'])
  })
})

test('the data of a body is cut out as it stands, whatever its texts hold', () => {
  const data = String.raw`{"a":"} \" {","b":[{"c":"\\"}],"d":null}`
  expect(dataText(`{"data":${data},"extensions":{}}`)).toBe(data)
  expect(dataText(`{"data":${data}}`)).toBe(data)
})

/** Says that it committed, and did not. */
function rollingBack(database: Database): Database {
  const undone = new Error('undone')
  return {
    ...database,
    transact: async <T>(work: Parameters<typeof database.transact<T>>[0]) => {
      const results: T[] = []
      await database
        .transact(async (tx) => {
          results.push(await work(tx))
          throw undone
        })
        .catch((error: unknown) => {
          if (error !== undone) throw error
        })
      return results[0]!
    },
  }
}

async function pushTo(gateway: TestGateway['gateway'], ledger: Ledger, messageId: string): Promise<void> {
  const number = 'K2222KK'
  const serial = (ledger.sent.get(number) ?? 0) + 1
  ledger.sent.set(number, serial)
  const client = 'prison-system'
  const item = { index: 0, format: 'prisoner-search', person: [], problems: [], messageId }
  const { results } = await gateway.push({
    caller: { issuer: 'test', client, role: 'PRISON_SYSTEM' },
    sender: { client, role: 'PRISON_SYSTEM' },
    operation: 'ingest/prisoner-search',
    requestId: messageId,
    items: [{ ...item, payload: aPrisoner(number, { cellLocation: `C-${serial}` }) }],
  })
  const { outcome, offenderId } = results[0]!
  ledger.acknowledged.push({
    client,
    messageId,
    outcome,
    serial,
    prisonNumber: number,
    offenderId: offenderId ?? '',
  })
}
