import type { Client } from 'pg'
import { aPrisoner, aRoshSummary } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import {
  caseOf,
  codeOf,
  itemOf,
  openRecord,
  PRISON,
  PROBATION,
  pushOne,
  rootOf,
  STEWARD,
} from './support/stewards'

const CRC: As = { role: 'CRC_SYSTEM', agency: 'C05' }

interface Receipt {
  readonly id: string
  readonly messageId: string | null
  readonly format: string
  readonly outcome: string
  readonly offenderId: string | null
  readonly errors: readonly { readonly code: string }[]
  readonly receivedAt: string
  readonly settledAt: string | null
}

let t: TestGateway
let record: Client

beforeAll(async () => {
  t = await startTestGateway()
  record = await openRecord(t.testDatabase.connection)
  await t.ingest(PROBATION, 'probation-search', [caseOf('R100001')])
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await record.end()
  await t.close()
})

const PARTS =
  '{ id messageId format outcome offenderId errors { code path message } warnings { code } receivedAt settledAt }'

async function receiptOf(as: As, messageId: string): Promise<Receipt | null> {
  const body = await t.ask(as, `query($m: String!) { receipt(messageId: $m) ${PARTS} }`, { m: messageId })
  return rootOf(body, 'receipt') as Receipt | null
}

interface Page {
  readonly nodes: readonly Receipt[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

async function page(as: As, after: string | null, first = 100): Promise<Page> {
  const body: Body = await t.ask(
    as,
    `query($after: String, $first: Int) { receipts(after: $after, first: $first) { nodes ${PARTS} pageInfo { hasNextPage endCursor } } }`,
    { after, first },
  )
  return rootOf(body, 'receipts') as Page
}

/** All from a cursor on, and the cursor to go on from. */
async function walk(as: As, from: string | null, first = 100) {
  const nodes: Receipt[] = []
  let after = from
  for (;;) {
    const { nodes: more, pageInfo } = await page(as, after, first)
    nodes.push(...more)
    after = pageInfo.endCursor ?? after
    if (!pageInfo.hasNextPage) return { nodes, after }
  }
}

const summary = (messageId: string, crn: string, pk: number) => ({
  messageId,
  payload: aRoshSummary(crn, pk),
})

describe('a receipt', () => {
  test('tells how a message was applied', async () => {
    const { offenderId } = await pushOne(t, PROBATION, 'rosh-summary', summary('one-1', 'R100001', 1))
    expect(await receiptOf(PROBATION, 'one-1')).toMatchObject({
      format: 'rosh-summary',
      outcome: 'APPLIED',
      offenderId,
      errors: [],
      receivedAt: expect.any(String),
      settledAt: expect.any(String),
    })
  })

  test('tells that a message waits, and later that it was applied', async () => {
    await pushOne(t, PROBATION, 'rosh-summary', summary('wait-1', 'R200001', 2))
    expect(await receiptOf(PROBATION, 'wait-1')).toMatchObject({
      outcome: 'QUARANTINED',
      errors: [{ code: 'PERSON_UNKNOWN' }],
      settledAt: null,
    })
    const { offenderId } = await pushOne(t, PROBATION, 'probation-search', caseOf('R200001'))
    expect(await receiptOf(PROBATION, 'wait-1')).toMatchObject({
      outcome: 'APPLIED',
      offenderId,
      errors: [],
      settledAt: expect.any(String),
    })
  })

  test('tells that a steward discarded it, and not in whose words', async () => {
    await pushOne(t, PROBATION, 'licence', { messageId: 'gone-1', payload: { licence: 1 } })
    const item = await itemOf(t, STEWARD, 'gone-1')
    const discard =
      'mutation($item: ID!) { discardQuarantined(item: $item, reason: "Robin is dead.") { revision } }'
    rootOf(await t.ask(STEWARD, discard, { item: item?.id }), 'discardQuarantined')
    const receipt = await receiptOf(PROBATION, 'gone-1')
    expect(receipt).toMatchObject({ outcome: 'DISCARDED', errors: [{ code: 'UNREADABLE' }] })
    expect(JSON.stringify(receipt)).not.toContain('Robin')
  })

  test('tells that a message was turned away and why, until the corrected one is there', async () => {
    const wrong = { messageId: 'turned-1', version: -1, payload: aRoshSummary('R100001', 3) }
    expect(await pushOne(t, PROBATION, 'rosh-summary', wrong)).toMatchObject({ outcome: 'REJECTED' })
    expect(await receiptOf(PROBATION, 'turned-1')).toMatchObject({
      outcome: 'REJECTED',
      offenderId: null,
      errors: [{ code: expect.any(String), path: 'version' }],
    })
    await pushOne(t, PROBATION, 'rosh-summary', { ...wrong, version: 1 })
    expect(await receiptOf(PROBATION, 'turned-1')).toMatchObject({ outcome: 'APPLIED' })
    await pushOne(t, PROBATION, 'rosh-summary', { ...wrong, version: 2, payload: aRoshSummary('R100001', 4) })
    expect(await receiptOf(PROBATION, 'turned-1')).toMatchObject({ outcome: 'APPLIED' })
  })

  test('of a message id that is too long to be one is turned away without harm', async () => {
    const messageId = 'x'.repeat(3000)
    expect(
      await pushOne(t, PROBATION, 'rosh-summary', { messageId, payload: aRoshSummary('R100001', 5) }),
    ).toMatchObject({ outcome: 'REJECTED' })
    expect(await receiptOf(PROBATION, messageId)).toBeNull()
  })

  test('is for the client that sent the message, for the agency it sent it for, and for nobody else', async () => {
    await pushOne(t, PROBATION, 'rosh-summary', summary('mine-1', 'R100001', 6))
    await pushOne(t, CRC, 'rosh-summary', summary('mine-2', 'R100001', 7))
    expect(await receiptOf(CRC, 'mine-2')).toMatchObject({ outcome: 'REJECTED' })
    for (const [as, messageId] of [
      [{ ...PROBATION, client: 'other' }, 'mine-1'],
      [{ ...PROBATION, agency: 'N07' }, 'mine-1'],
      [{ role: 'PROBATION_SYSTEM' }, 'mine-1'],
      [{ ...PRISON, client: 'probation-system' }, 'mine-1'],
      [{ ...CRC, agency: 'C07' }, 'mine-2'],
    ] as [As, string][]) {
      expect(await receiptOf(as, messageId)).toBeNull()
      expect((await walk(as, null)).nodes).toEqual([])
    }
    for (const as of [STEWARD, { role: 'PROBATION_OFFICER', agency: 'N02' } as As]) {
      expect(codeOf(await t.ask(as, '{ receipts { nodes { id } } }'))).toBe('FORBIDDEN')
    }
  })

  test('is asked for as updates are pushed, and lends that purpose to nothing beside it', async () => {
    const named = { ...PROBATION, headers: { 'purpose-of-use': 'SYSTEM_UPDATE' } }
    expect(await receiptOf(named, 'one-1')).not.toBeNull()
    const mixed = '{ receipts { nodes { id } } offender(by: {crn: "R100001"}) { id } }'
    expect(codeOf(await t.ask(named, mixed))).toBe('BAD_USER_INPUT')
    const [entry] = (
      await record.query(
        `select kind, purpose, outcome from journal.lookup where viewer = 'probation-system' and kind <> 'PUSH'
         order by log desc, index desc limit 1`,
      )
    ).rows as unknown[]
    expect(entry).toEqual({ kind: 'REFUSAL', purpose: 'SYSTEM_UPDATE', outcome: 'BAD_USER_INPUT' })
  })
})

describe('receipts', () => {
  const FEED: As = { ...PROBATION, client: 'feed-one' }

  test('list every item in order of receipt, with or without an id, also what was turned away', async () => {
    const document = aRoshSummary('R100001', 20)
    await t.ingest(FEED, 'rosh-summary', [
      summary('list-1', 'R100001', 21),
      document,
      document,
      summary('list-1', 'R100001', 22),
      summary('list-2', 'R999999', 23),
      'not a document',
    ])
    await t.ingest(FEED, 'prisoner-search', [aPrisoner('R1111AA')])
    const { nodes } = await walk(FEED, null, 2)
    const told = nodes.map(({ messageId, outcome }) => [messageId, outcome])
    expect(told.slice(0, -1).sort()).toEqual(
      [
        ['list-1', 'APPLIED'],
        [null, 'APPLIED'],
        [null, 'DUPLICATE'],
        ['list-1', 'CONFLICT'],
        ['list-2', 'QUARANTINED'],
        [null, 'QUARANTINED'],
      ].sort(),
    )
    expect(told.at(-1)).toEqual([null, 'REJECTED'])
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length)
  })

  test('tell an item again at their end when it is settled', async () => {
    const { nodes, after } = await walk(FEED, null)
    const waiting = nodes.find(({ messageId }) => messageId === 'list-2')
    await t.ingest(FEED, 'probation-search', [caseOf('R999999')])
    const more = (await walk(FEED, after)).nodes
    expect(more).toHaveLength(2)
    expect(more).toContainEqual(
      expect.objectContaining({ id: waiting?.id, messageId: 'list-2', outcome: 'APPLIED' }),
    )
    expect((await walk(FEED, null)).nodes.filter(({ id }) => id === waiting?.id)).toHaveLength(1)
  })

  test('pass nothing over that is pushed while somebody reads them', async () => {
    const busy: As = { ...PROBATION, client: 'feed-busy' }
    const pushes = 40
    const size = 5
    let open = pushes
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let i = writer; i < pushes; i += 8) {
        const items = Array.from({ length: size }, (_each, n) => {
          const payload = aRoshSummary(n === 0 ? 'R999001' : 'R100001', 1000 + i * size + n)
          return { messageId: `busy-${i}-${n}`, payload, ...(n === 1 && { version: -1 }) }
        })
        await t.ingest(busy, 'rosh-summary', items)
        open -= 1
      }
    })
    const seen = new Map<string, number>()
    let after: string | null = null
    const read = async () => {
      const { nodes, after: next } = await walk(busy, after, 7)
      after = next
      for (const { messageId } of nodes) seen.set(messageId ?? '', (seen.get(messageId ?? '') ?? 0) + 1)
    }
    while (open > 0) await read()
    await Promise.all(writers)
    await read()
    expect(seen.size).toBe(pushes * size)
    expect(new Set(seen.values())).toEqual(new Set([1]))
  })

  test('are paged by a cursor of their own', async () => {
    expect(codeOf(await t.ask(PROBATION, '{ receipts(first: 101) { nodes { id } } }'))).toBe('BAD_USER_INPUT')
    expect(codeOf(await t.ask(PROBATION, '{ receipts(after: "x") { nodes { id } } }'))).toBe('BAD_USER_INPUT')
  })
})

test('what was turned away is forgotten after a time, what was taken in is not', async () => {
  const old: As = { ...PROBATION, client: 'feed-old' }
  await pushOne(t, old, 'rosh-summary', {
    messageId: 'old-1',
    version: -1,
    payload: aRoshSummary('R100001', 40),
  })
  await pushOne(t, old, 'rosh-summary', summary('old-2', 'R100001', 41))
  await record.query(
    `update record.turned_away set at = at - interval '31 days' where message_id = 'old-1';
     update record.received set received_at = received_at - interval '31 days' where message_id = 'old-2'`,
  )
  await pushOne(t, old, 'rosh-summary', {
    messageId: 'old-3',
    version: -1,
    payload: aRoshSummary('R100001', 42),
  })
  expect(await receiptOf(old, 'old-1')).toBeNull()
  expect(await receiptOf(old, 'old-2')).toMatchObject({ outcome: 'APPLIED' })
  expect(await receiptOf(old, 'old-3')).toMatchObject({ outcome: 'REJECTED' })
})
