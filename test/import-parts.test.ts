import { once } from 'node:events'
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { itemsOf, START, type Item, type Position } from '../src/import/items'
import type { Order } from '../src/import/order'
import { ProgressFile } from '../src/import/progress-file'
import { oneAhead, roundsOf, type Batch } from '../src/import/rounds'
import { Sender, type Patience } from '../src/import/sender'
import { sourcesOf, type Source } from '../src/import/sources'
import { elementsOf, linesOf, type JsonText } from '../src/import/split'
import { Terminal } from '../src/import/terminal'
import { aCase, aPrisoner } from './support/documents'
import { startTestGateway } from './support/gateway'
import { nthPrisonNumber } from './support/lines'

const UNSTOPPED = new AbortController().signal

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'throughcare-import-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

async function gathered<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const part of parts) all.push(part)
  return all
}

const order: Order = {
  url: '',
  format: 'auto',
  said: {},
  role: undefined,
  headers: () => Promise.resolve({}),
}

describe('a stream of bytes', () => {
  const values = fc.array(fc.jsonValue({ noUnicodeString: false, maxDepth: 3 }), { maxLength: 8 })
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 })

  /** The bytes from some byte on, in pieces of the sizes that are given. */
  async function* pieces(text: string, pieceSizes: readonly number[], from = 0): AsyncGenerator<Buffer> {
    const bytes = Buffer.from(text).subarray(from)
    for (let start = 0, i = 0; start < bytes.length; i++) {
      const size = pieceSizes[i % pieceSizes.length] ?? 1
      yield await Promise.resolve(bytes.subarray(start, start + size))
      start += size
    }
  }

  type Split = (chunks: AsyncIterable<Buffer>, from: number) => AsyncGenerator<JsonText>

  test.each<[name: string, split: Split, join: (texts: string[]) => string]>([
    ['lines', linesOf, (texts) => texts.map((text) => `${text}\n\r\n`).join('')],
    ['elements', elementsOf, (texts) => ` [ ${texts.join(' ,\n')} ] \n`],
  ])('is cut into %s wherever its pieces end, and again from the end of each', async (_, split, joined) => {
    await fc.assert(
      fc.asyncProperty(values, sizes, async (documents, pieceSizes) => {
        const text = joined(documents.map((document) => JSON.stringify(document)))
        const read = await gathered(split(pieces(text, pieceSizes), 0))
        const parsed = (texts: JsonText[]) => texts.map((one) => JSON.parse(one.text) as unknown)
        const expected = documents.map((document) => JSON.parse(JSON.stringify(document)) as unknown)
        expect(parsed(read)).toEqual(expected)
        for (const [i, { end }] of read.entries()) {
          const rest = await gathered(split(pieces(text, pieceSizes, end), end))
          expect(parsed(rest)).toEqual(expected.slice(i + 1))
        }
      }),
      { numRuns: 60 },
    )
  })

  test('that ends inside an array says so, and what follows an array is not passed over', async () => {
    const texts = async (text: string) =>
      (await gathered(elementsOf(pieces(text, [3]), 0))).map((one) => one.fault ?? one.text)
    expect(await texts('[1, {"a": [2')).toEqual(['1', 'NOT_JSON the array has no end'])
    expect(await texts('[1, 2,')).toEqual(['1', ' 2', 'NOT_JSON the array has no end'])
    expect(await texts('[1]\n{"b": 2}')).toEqual(['1', '\n{"b": 2}'])
  })

  test('keeps no line that could not be sent', async () => {
    const long = `${'x'.repeat(8_000_001)}\n{}`
    const read = await gathered(linesOf(pieces(long, [65_536]), 0))
    expect(read).toEqual([
      { text: '', fault: expect.stringContaining('TOO_LARGE'), end: 8_000_002 },
      { text: '{}', end: 8_000_004 },
    ])
  })
})

describe('the documents of a source', () => {
  const indexes = (items: Item[]) => items.map(({ index, fault }) => fault ?? index)

  async function documentsIn(
    name: string,
    text: string,
    from?: (first: Item[]) => Position,
  ): Promise<Item[]> {
    const path = join(directory, name)
    await writeFile(path, text)
    const [source] = await sourcesOf([path])
    const first = await gathered(itemsOf(source!, order, START, UNSTOPPED))
    return from ? gathered(itemsOf(source!, order, from(first), UNSTOPPED)) : first
  }

  test.each([
    ['of lines that hold several documents', 'a.ndjson', '{"a":1}\n[{"b":1},{"b":2}]\nno\n{"c":1}\n'],
    ['of one array', 'a.json', '[{"a":1},{"b":1},{"b":2},{"c":1},{"c":2}]'],
  ])('%s go on after any of them, as the same messages', async (_, name, text) => {
    const all = await documentsIn(name, text)
    expect(all).toHaveLength(5)
    for (const [i, { after }] of all.entries()) {
      const rest = await documentsIn(name, text, () => after)
      expect(rest).toEqual(all.slice(i + 1).map((item) => ({ ...item, source: expect.any(Object) })))
    }
  })

  test('that is one large array are read one by one', async () => {
    const large = JSON.stringify(Array.from({ length: 5 }, (_, n) => ({ n, text: 'x'.repeat(7_000_000) })))
    const items = await documentsIn('large.json', large)
    expect(indexes(items)).toEqual([0, 1, 2, 3, 4])
    expect(indexes(await documentsIn('large.json', large, (first) => first[2]!.after))).toEqual([3, 4])
  })

  test('that is large and no array says what to do', async () => {
    const large = JSON.stringify({ content: [{ text: 'x'.repeat(33_000_000) }] })
    await expect(documentsIn('large.json', large)).rejects.toThrow('give one document a line')
  })
})

describe('rounds', () => {
  const [prison, probation] = [aPrisoner('A1111AA'), aCase('X100001')]

  async function roundsOfLines(documents: readonly unknown[]) {
    const path = join(directory, 'lines.ndjson')
    await writeFile(path, documents.map((document) => `${JSON.stringify(document)}\n`).join(''))
    const [source] = await sourcesOf([path])
    return gathered(roundsOf(itemsOf(source!, order, START, UNSTOPPED)))
  }

  test('hold up to 500 documents of each sender, the prisons’ batch first', async () => {
    const documents = Array.from({ length: 1_300 }, (_, i) => (i % 2 === 0 ? probation : prison))
    const rounds = await roundsOfLines(documents)
    const senders = rounds.map(({ batches }) => batches.map((batch) => [batch[0]!.sender, batch.length]))
    expect(senders).toEqual([
      [
        ['PRISON_SYSTEM', 500],
        ['PROBATION_SYSTEM', 500],
      ],
      [
        ['PRISON_SYSTEM', 150],
        ['PROBATION_SYSTEM', 150],
      ],
    ])
    expect(rounds.flatMap(({ items }) => items.map(({ index }) => index))).toEqual(documents.map((_, i) => i))
  })

  test('hold no more than a request takes', async () => {
    const large = { ...prison, text: 'x'.repeat(1_500_000) }
    const rounds = await roundsOfLines([
      large,
      large,
      large,
      { ...prison, text: 'x'.repeat(5_000_000) },
      prison,
    ])
    expect(rounds.map(({ items }) => items.length)).toEqual([2, 1, 1, 1])
  })

  test('are made ready one ahead, and no further', async () => {
    let made = 0
    async function* numbers() {
      while (made < 5) yield await Promise.resolve(++made)
    }
    const seen: [number, number][] = []
    for await (const number of oneAhead(numbers())) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      seen.push([number, made])
    }
    expect(seen).toEqual([
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5],
      [5, 5],
    ])
  })
})

describe('the progress file', () => {
  const said: string[] = []
  const say = (line: string) => void said.push(line)
  const path = () => join(directory, 'progress', 'one.json')
  const after = { documents: 7, offset: 70, before: 7 }
  let source: Source

  beforeEach(async () => {
    said.length = 0
    await writeFile(join(directory, 'a.ndjson'), '{}\n'.repeat(100))
    source = (await sourcesOf([join(directory, 'a.ndjson')]))[0]!
    const file = await ProgressFile.open(path(), { of: 'one', restart: false, say })
    expect(await file.positionIn(source)).toEqual(START)
    await file.acknowledge([{ source, index: 6, after }], 12, { APPLIED: 7 })
  })

  const positionAfterwards = async (restart = false) =>
    (await ProgressFile.open(path(), { of: 'one', restart, say })).positionIn(source)

  test('says where to go on, and what came of all before', async () => {
    const file = await ProgressFile.open(path(), { of: 'one', restart: false, say })
    expect(await file.positionIn(source)).toMatchObject(after)
    expect([file.outcomes, file.revision, said]).toEqual([{ APPLIED: 7 }, 12, []])
  })

  test('holds for the next run: a file that is named twice is read twice', async () => {
    const file = await ProgressFile.open(path(), { of: 'one', restart: true, say })
    await file.positionIn(source)
    await file.acknowledge([{ source, index: 6, after }], 12, { APPLIED: 7 })
    expect(await file.positionIn(source)).toEqual(START)
  })

  test('is not another import’s', async () => {
    const other = ProgressFile.open(path(), { of: 'another', restart: false, say })
    await expect(other).rejects.toThrow('of another import')
  })

  test('does not hold for a file of another time or content', async () => {
    await utimes(source.path, 1, 1)
    expect(await positionAfterwards()).toEqual(START)
    expect(said).toEqual([`${source.path} has changed since: it is read from its start`])
  })

  test('is passed over when told to restart, and where it is spoilt', async () => {
    await writeFile(path(), '{"format":1,"import":"one"')
    expect(await positionAfterwards()).toEqual(START)
    expect(said).toEqual([`${path()} holds no progress of an import: all is sent again`])
    await positionAfterwards()
    expect(await positionAfterwards(true)).toEqual(START)
  })
})

describe('the sender', () => {
  test('gives up when nothing was taken for too long, and stops waiting when told to', async () => {
    const t = await startTestGateway()
    const server: Server = createServer(t.app).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const token = await t.token({ role: 'PRISON_SYSTEM' })
    const headers = () => Promise.resolve({ authorization: `Bearer ${token}` })
    const waits: string[] = []
    const stop = new AbortController()
    const senderOf = (patience: Patience) =>
      new Sender({ ...order, url, headers }, stop.signal, (line) => waits.push(line), patience)
    const [hasty, patient] = [
      senderOf({ totalMs: 1_500, pauseMaxMs: 500 }),
      senderOf({ totalMs: 60_000, pauseMaxMs: 60_000 }),
    ]
    const batch = await aBatch()
    for (const outcome of ['APPLIED', 'DUPLICATE']) {
      const { status, text } = await (outcome === 'APPLIED' ? hasty : patient).send(batch)
      expect([status, JSON.parse(text)]).toMatchObject([200, { revision: 1, results: [{ outcome }] }])
    }
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
    await t.close()
    await expect(hasty.send(batch)).rejects.toThrow('has taken nothing for')
    expect(waits[0]).toContain('is gone')
    const waiting = patient.send(batch)
    setTimeout(() => stop.abort(), 50)
    const begun = performance.now()
    await expect(waiting).rejects.toThrow('aborted')
    expect(performance.now() - begun).toBeLessThan(900)
    const newcomer = senderOf({ totalMs: 60_000, pauseMaxMs: 60_000 })
    await expect(newcomer.send(batch)).rejects.toThrow('cannot be reached')
  })

  async function aBatch(): Promise<Batch> {
    const path = join(directory, 'one.json')
    await writeFile(path, JSON.stringify(aPrisoner(nthPrisonNumber(1))))
    const [source] = await sourcesOf([path])
    const [round] = await gathered(roundsOf(itemsOf(source!, order, START, UNSTOPPED)))
    return round!.batches[0]!
  }
})

describe('the terminal', () => {
  function outputs(isTTY: boolean) {
    const written: string[] = []
    const output = { isTTY, write: (text: string) => written.push(text) > 0 }
    return { written, terminal: new Terminal(output, output) }
  }

  test('keeps one line alive beneath what is printed', async () => {
    const { written, terminal } = outputs(true)
    await new Promise((resolve) => setTimeout(resolve, 120))
    terminal.tell('progress', 'half')
    terminal.print('a result')
    terminal.end('all')
    expect(written.join('')).toBe('\r\u001b[Khalf\r\u001b[Ka result\n\r\u001b[Khalf\r\u001b[Kall\n')
  })

  test('is not filled where nobody watches', () => {
    const { written, terminal } = outputs(false)
    for (let i = 0; i < 100; i++) {
      terminal.tell('progress', 'half')
      terminal.tell('waiting', 'it waits')
    }
    expect(written).toEqual(['it waits\n'])
  })
})
