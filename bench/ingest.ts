import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import { BareTables, insertBare, type BatchRows } from './bare-insert'
import { envelope } from './documents'
import { startGateway, type GatewayProcess } from './gateway-process'
import { median, percentile } from './figures'

export interface IngestOptions {
  /** Documents pushed in one round. */
  readonly documents: number
  readonly rounds: number
  /** How many push at once, and how many documents each at a time. */
  readonly loads: readonly (readonly [writers: number, batch: number])[]
}

export interface IngestLine {
  readonly writers: number
  readonly batch: number
  /** Documents a second, medians of the rounds. */
  readonly gateway: number
  readonly bare: number
  /** Into empty tables. */
  readonly bareEmpty: number
  /** Milliseconds from sending a batch to its answer. */
  readonly p50: number
  readonly p99: number
  readonly rowsPerDocument: number
  readonly memoryMiB: number
}

/**
 * Documents applied a second, through HTTP with history, feed and journal, against a bare insert of the same
 * rows into tables with the same indexes, as full and empty: in one run, round by round in turn.
 */
export async function benchIngest(
  options: IngestOptions,
  tell: (line: string) => void,
): Promise<IngestLine[]> {
  const gateway = await startGateway()
  try {
    const bench = await IngestBench.open(gateway, options)
    tell(`loading ${options.documents} people`)
    await bench.load()
    const lines: IngestLine[] = []
    for (const [writers, batch] of options.loads) lines.push(await bench.measure(writers, batch, tell))
    return lines
  } finally {
    await gateway.stop()
  }
}

/** Of what the database takes, the gateway needs a part; more writers insert no faster on these machines. */
const SESSIONS_MAX = 32

interface Round {
  readonly perSecond: number
  readonly latencies: readonly number[]
}

class IngestBench {
  private version = 0
  private bareSessions: Client[] = []

  private constructor(
    private readonly gateway: GatewayProcess,
    private readonly options: IngestOptions,
    private readonly owner: Client,
    private readonly bare: BareTables,
    private readonly token: string,
  ) {}

  static async open(gateway: GatewayProcess, options: IngestOptions): Promise<IngestBench> {
    const owner = await gateway.session()
    const bare = await BareTables.create(owner)
    const token = await gateway.token({ roles: ['PRISON_SYSTEM'], client_id: 'bench-prison' })
    const bench = new IngestBench(gateway, options, owner, bare, token)
    const writers = Math.max(...options.loads.map(([each]) => each))
    for (let i = 0; i < Math.min(writers, SESSIONS_MAX); i += 1)
      bench.bareSessions.push(await gateway.session())
    return bench
  }

  async load(): Promise<void> {
    await this.pushRound(1, 500)
    await this.owner.query('vacuum analyze')
  }

  async measure(writers: number, batch: number, tell: (line: string) => void): Promise<IngestLine> {
    const pushed: Round[] = []
    const inserted: Round[] = []
    const insertedEmpty: Round[] = []
    let rows = 0
    for (let round = 0; round < this.options.rounds; round += 1) {
      await this.bare.fill(this.owner)
      const before = await this.revision()
      pushed.push(await this.pushRound(writers, batch))
      const batches = await this.writtenSince(before)
      rows = batches.reduce((sum, each) => sum + rowsIn(each), 0)
      inserted.push(await this.insertRound(writers, batches))
      await this.bare.empty(this.owner)
      insertedEmpty.push(await this.insertRound(writers, batches))
    }
    const perSecond = (of: readonly Round[]) => median(of.map((each) => each.perSecond))
    const latencies = pushed.flatMap((each) => each.latencies)
    const line: IngestLine = {
      writers,
      batch,
      gateway: perSecond(pushed),
      bare: perSecond(inserted),
      bareEmpty: perSecond(insertedEmpty),
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      rowsPerDocument: rows / this.options.documents,
      memoryMiB: this.gateway.memory(),
    }
    tell(JSON.stringify(line))
    return line
  }

  /** The next version of everybody, shared out to the writers batch by batch. */
  private async pushRound(writers: number, batch: number): Promise<Round> {
    this.version += 1
    const bodies: string[] = []
    for (let person = 0; person < this.options.documents; person += batch) {
      const people = Array.from(
        { length: Math.min(batch, this.options.documents - person) },
        (_, i) => person + i,
      )
      bodies.push(JSON.stringify(people.map((each) => envelope(each, this.version))))
    }
    return this.timed(writers, bodies, (body) => this.push(body))
  }

  private async insertRound(writers: number, batches: readonly BatchRows[]): Promise<Round> {
    return this.timed(Math.min(writers, SESSIONS_MAX), batches, (rows, writer) =>
      insertBare(this.bareSessions[writer] ?? this.owner, rows),
    )
  }

  private async timed<T>(
    writers: number,
    items: readonly T[],
    work: (item: T, writer: number) => Promise<void>,
  ): Promise<Round> {
    const latencies: number[] = []
    let next = 0
    const begun = performance.now()
    const writer = async (_: unknown, number: number) => {
      for (let item = items[next++]; item !== undefined; item = items[next++]) {
        const sent = performance.now()
        await work(item, number)
        latencies.push(performance.now() - sent)
      }
    }
    await Promise.all(Array.from({ length: writers }, writer))
    return { perSecond: this.options.documents / ((performance.now() - begun) / 1000), latencies }
  }

  private async push(body: string): Promise<void> {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' }
    for (;;) {
      const response = await fetch(`${this.gateway.url}/ingest/prisoner-search`, {
        method: 'POST',
        headers,
        body,
      })
      if (response.status === 429) {
        await sleep(1000 * Number(response.headers.get('retry-after') ?? 1))
        continue
      }
      const { results } = (await response.json()) as { results: { outcome: string }[] }
      const other = results.find(({ outcome }) => outcome !== 'APPLIED')
      if (other) throw new Error(`a document became ${JSON.stringify(other)}`)
      return
    }
  }

  private async revision(): Promise<number> {
    const { rows } = await this.owner.query<{ value: string }>('select value from record.revision_counter')
    return Number(rows[0]?.value)
  }

  /** What each transaction wrote: several pushes where they were applied together. */
  private async writtenSince(revision: number): Promise<BatchRows[]> {
    const { rows } = await this.owner.query<{ revision: string; entries: string[] }>(
      `select p.revision, array_agg(p.index)::text[] as entries from (
         select e.index, (convert_from(e.entry, 'UTF8')::json ->> 'revision')::bigint as revision
         from journal.entry e where e.kind = 'PUSH'
       ) p where p.revision > $1 group by p.revision order by p.revision`,
      [revision],
    )
    const batches: BatchRows[] = []
    for (const row of rows)
      batches.push(await this.bare.rowsOf(this.owner, Number(row.revision), row.entries.map(Number)))
    return batches
  }
}

function rowsIn(batch: BatchRows): number {
  return Object.values(batch).reduce((sum, text) => sum + (JSON.parse(text) as unknown[]).length, 0)
}
