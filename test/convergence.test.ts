import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { Client } from 'pg'
import { aCase, aPrisoner } from './support/documents'
import { startTestGateway, type TestGateway } from './support/gateway'
import { heldNow, historyNow, startAfresh, type Held } from './support/held'
import { SupplierSender, type Sent } from './support/supplier-sender'
import {
  fates,
  messagesOf,
  PRISON,
  PROBATION,
  streams,
  type Message,
  type Stream,
} from './support/supplier-stream'

const RUNS = Number(process.env['CONVERGENCE_RUNS'] ?? 20)
const SEED = Number(process.env['CONVERGENCE_SEED'] ?? Date.now() % 2 ** 31)
const SOME_RUNS = { seed: SEED, numRuns: Math.ceil(RUNS / 3), endOnFailure: true }

let t: TestGateway
let record: Client
let sender: SupplierSender

beforeAll(async () => {
  t = await startTestGateway()
  record = new Client({ ...t.testDatabase.connection })
  await record.connect()
  sender = await SupplierSender.start(t)
})

afterAll(async () => {
  await sender.close()
  await record.end()
  await t.close()
})

async function afterwards(importing: () => Promise<void>): Promise<Held> {
  await startAfresh(record)
  await importing()
  return heldNow(record)
}

const inOrder = (messages: readonly Sent[]) => afterwards(() => sender.send(messages, { sizes: [50] }))

/** The end of a stream that comes as its suppliers stated it, and of the same in another way. */
async function bothWays(stream: Stream, otherWay: (messages: Message[]) => Promise<void>) {
  const messages = messagesOf(stream)
  const straight = await inOrder(messages)
  const mixed = await afterwards(async () => {
    await otherWay(reordered(stream, messages))
  })
  return { straight, mixed, count: messages.length }
}

const reordered = ({ order }: Stream, messages: readonly Message[]) => order.map((place) => messages[place]!)

const shareOf = (messages: readonly Sent[], client: number) => messages.filter((_, i) => i % 3 === client)

test('any order, any batches and any repeats end in the same state', async () => {
  process.stdout.write(`convergence: seed ${SEED}, ${RUNS} runs\n`)
  let statements = 0
  const property = fc.asyncProperty(streams, async (stream) => {
    const { straight, mixed, count } = await bothWays(stream, (all) => sender.send(all, stream))
    statements += count
    expect(mixed).toEqual(straight)
  })
  await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true })
  expect(statements).toBeGreaterThan(RUNS * 6)
}, 120_000)

test('so does the same stream from three clients at once', async () => {
  const property = fc.asyncProperty(streams, async (stream) => {
    const { straight, mixed } = await bothWays(stream, async (all) => {
      await Promise.all([0, 1, 2].map((client) => sender.send(shareOf(all, client), stream, String(client))))
    })
    expect(mixed).toEqual(straight)
  })
  await fc.assert(property, SOME_RUNS)
}, 120_000)

test('so it does while transactions are cut off and acknowledgements lost', async () => {
  const before = { ...sender.tally }
  const property = fc.asyncProperty(streams, fc.tuple(fates, fates, fates), async (stream, fatesOf) => {
    const { straight, mixed } = await bothWays(stream, async (all) => {
      await Promise.all(
        fatesOf.map((its, client) =>
          sender.send(shareOf(all, client), { ...stream, fates: its }, String(client)),
        ),
      )
    })
    expect(mixed).toEqual(straight)
  })
  await fc.assert(property, SOME_RUNS)
  tellRoughness(before)
}, 240_000)

test('what was cut off or sent again leaves no trace, not in the history either', async () => {
  const before = { ...sender.tally }
  const property = fc.asyncProperty(streams, fates, async (stream, its) => {
    const all = reordered(stream, messagesOf(stream))
    await startAfresh(record)
    await sender.send(all, stream)
    const smooth = await historyNow(record)
    await startAfresh(record)
    await sender.send(all, { ...stream, fates: its, keepsBatches: true })
    expect(await historyNow(record)).toEqual(smooth)
  })
  await fc.assert(property, SOME_RUNS)
  tellRoughness(before)
}, 240_000)

/** A property is shown only by what really happened. */
function tellRoughness(before: SupplierSender['tally']): void {
  const { cut, undone, lost } = sender.tally
  const since = { cut: cut - before.cut, undone: undone - before.undone, lost: lost - before.lost }
  process.stdout.write(`convergence: ${JSON.stringify(since)}\n`)
  expect(Math.min(since.cut, since.undone, since.lost)).toBeGreaterThan(0)
}

const LINKED = { crn: 'T100001', nomsNumber: 'T1234AB' }

/** The samples of events as their queues deliver them, by who may state them, and documents about the same people. */
function eventFiles(): Sent[] {
  const directory = join(__dirname, 'samples', 'domain-event')
  const events = readdirSync(directory).map((name) => {
    const text = readFileSync(join(directory, name), 'utf8')
    return { as: /T1000\d\d/.test(text) ? PROBATION : PRISON, envelope: JSON.parse(text) as object }
  })
  const at = { observedAt: '2026-03-01T08:00:00.000Z' }
  return [
    ...['T1234AB', 'T1234AC'].map((number) => ({
      as: PRISON,
      envelope: { ...at, payload: aPrisoner(number) },
    })),
    { as: PROBATION, envelope: { ...at, payload: aCase('T100001', { otherIds: LINKED }) } },
    { as: PROBATION, envelope: { ...at, payload: aCase('T100002') } },
    ...events,
  ]
}

test('(i) replayed and reordered event files converge to one state', async () => {
  const files = eventFiles()
  const straight = await inOrder(files)
  const any = fc.shuffledSubarray(files, { minLength: files.length })
  const property = fc.asyncProperty(any, fc.subarray(files), streams, async (order, again, { sizes }) => {
    const mixed = await afterwards(async () => {
      await sender.send(order, { sizes })
      await sender.send(again, { sizes })
    })
    expect(mixed).toEqual(straight)
  })
  await fc.assert(property, SOME_RUNS)
}, 120_000)

test('the comparison would notice: without ids, times and versions the order of arrival shows', async () => {
  const bare = (content: number): Message => {
    const [{ as, envelope }] = messagesOf({
      drafts: [{ person: 0, feed: 'prisoner-search', content }],
      numbered: [],
    }) as [Message]
    return { as, envelope: { payload: envelope.payload } }
  }
  const straight = await inOrder([bare(0), bare(1)])
  const mixed = await inOrder([bare(1), bare(0)])
  expect(mixed).not.toEqual(straight)
  const differing = Object.keys(straight).filter(
    (name) => JSON.stringify(mixed[name]) !== JSON.stringify(straight[name]),
  )
  expect(differing).toEqual(expect.arrayContaining(['custody', 'person', 'statement', 'newest']))
}, 60_000)

test('the property would fail if times and versions were left out', async () => {
  const property = fc.asyncProperty(streams, async (stream) => {
    const messages = messagesOf(stream).map(({ as, envelope: { messageId, payload } }): Message => ({
      as,
      envelope: { ...(messageId !== undefined && { messageId }), payload },
    }))
    const withoutTimes = (held: Held) =>
      Object.entries(held).filter(([name]) => !['newest', 'statement', 'mappa_level'].includes(name))
    const straight = withoutTimes(await inOrder(messages))
    const mixed = withoutTimes(await afterwards(() => sender.send([...messages].reverse(), { sizes: [50] })))
    expect(mixed).toEqual(straight)
  })
  const { failed } = await fc.check(property, { seed: SEED, numRuns: 10, endOnFailure: true })
  expect(failed).toBe(true)
}, 60_000)
