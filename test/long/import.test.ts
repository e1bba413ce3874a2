import { join } from 'node:path'
import { withOwner } from '../support/kills'
import { aPrisoner } from '../support/documents'
import { nthIdentity, nthPrisonNumber, writeLines } from '../support/lines'
import { MemorySamples } from '../support/memory'
import { Processes, until, type Launched } from '../support/process'

jest.setTimeout(6 * 3_600_000)

const processes = new Processes()

afterEach(() => processes.cleanUp())

/** `IMPORT_LINES=100000` is enough to see that it runs. */
const LINES = Number(process.env['IMPORT_LINES'] ?? 1_000_000)
/** How often each person is spoken of, each time with another cell. */
const TIMES = 20
const PEOPLE = Math.ceil(LINES / TIMES)
const SAMPLE_MS = 2_000

/** Everybody once, then everybody again. */
const line = (n: number) =>
  JSON.stringify(
    aPrisoner(nthPrisonNumber(n % PEOPLE), { cellLocation: `C-${n}`, ...nthIdentity(n % PEOPLE) }),
  )

test(`${LINES} lines are imported once, in memory that does not grow, though the import is stopped half-way`, async () => {
  const dataDir = await processes.dataDir()
  const lines = join(await processes.emptyDataDir(), 'prisoners.ndjson')
  await writeLines(lines, LINES, line)
  const served = await processes.serve(dataDir)
  const begin = () => processes.begin(['import', '--url', served.url, lines], { DATA_DIR: dataDir })
  const begunAt = performance.now()
  let command = begin()
  const memory = new MemorySamples(() => ({ server: served.pid, client: command.child.pid }), SAMPLE_MS)
  await until('half of it is sent', () => percentage(command) >= 50, 3 * 3_600_000)
  command.child.kill('SIGTERM')
  const stopped = await command.finished
  command = begin()
  const done = await command.finished
  await memory.stop()
  const seconds = Math.round((performance.now() - begunAt) / 1000)
  const [server, client] = [memory.tell('server'), memory.tell('client')]
  process.stdout.write(
    `${JSON.stringify({ lines: LINES, seconds, perSecond: Math.round(LINES / seconds), server, client })}\n`,
  )
  expect([stopped.code, done.code]).toEqual([143, 0])
  expect(done.stdout).toMatch(countOf('APPLIED', LINES))
  expect(done.stdout).toMatch(/^earlier +\d+$/m)
  expect(await received(dataDir)).toEqual([{ rows: LINES, people: PEOPLE }])
  for (const { first, last } of [server, client]) expect(last).toBeLessThanOrEqual(first * 1.25 + 30)
})

/** As the command tells it every ten seconds. */
function percentage({ stderr }: Launched): number {
  return Number([...stderr().matchAll(/(\d+)% of/g)].at(-1)?.[1] ?? 0)
}

function countOf(name: string, count: number): RegExp {
  return new RegExp(`^${name} +${count}$`, 'm')
}

async function received(dataDir: string): Promise<unknown[]> {
  const { rows } = await withOwner(dataDir, (client) =>
    client.query(
      `select count(*)::integer as rows, count(distinct r.subject_key)::integer as people from record.received r
       where r.outcome = 'APPLIED'`,
    ),
  )
  return rows
}
