import { randomBytes } from 'node:crypto'
import { Pool, type Client, type PoolConfig } from 'pg'

/** Bytes that one answer puts on record: of the entry, of its header, and of each person's part. */
export interface EntrySize {
  readonly entry: number
  readonly header: number
  readonly person: number
}

/** Tables like the journal's, with its indexes. */
export async function createEntryTables(owner: Client): Promise<void> {
  await owner.query(`drop schema if exists bench cascade; create schema bench;
    create table bench.entry (like journal.entry including indexes);
    create table bench.detail (like journal.detail including indexes);
    create table bench.lookup (like journal.lookup including defaults including indexes)`)
}

/** Who was seen in one answer. */
export interface Seen {
  readonly offenders: readonly string[]
  readonly size: EntrySize
}

/** Puts answers on record, durably, in one statement; each process keeps a log of its own. */
export class EntryTables {
  private index = 0

  constructor(
    private readonly pool: Pool,
    private readonly log: string,
  ) {}

  async insert(batch: readonly Seen[]): Promise<void> {
    const entries = batch.map((each) => ({ ...each, index: ++this.index }))
    const details = entries.flatMap(({ index, offenders, size }) => [
      { index, part: 0, offender: null, body: randomBytes(size.header) },
      ...offenders.map((offender, i) => ({ index, part: i + 1, offender, body: randomBytes(size.person) })),
    ])
    await this.pool.query({
      name: 'insert entries',
      text: INSERT,
      values: [
        this.log,
        entries.map(({ index }) => index),
        entries.map(({ size }) => randomBytes(size.entry)),
        details.map(({ index }) => index),
        details.map(({ part }) => part),
        details.map(({ offender }) => offender),
        details.map(() => randomBytes(32)),
        details.map(({ body }) => body),
      ],
    })
  }
}

const INSERT = `with e as (
    insert into bench.entry (log, index, at, kind, entry, leaf)
    select $1, e.index, now(), 'DISCLOSURE', e.entry, sha256(e.entry) from unnest($2::bigint[], $3::bytea[]) e(index, entry)
  ), d as (
    insert into bench.detail (log, index, part, offender_id, salt, body)
    select $1, d.index, d.part, d.offender, d.salt, d.body
    from unnest($4::bigint[], $5::integer[], $6::uuid[], $7::bytea[], $8::bytea[]) d(index, part, offender, salt, body)
  )
  insert into bench.lookup (log, index, offender_id, viewer, agency, owners, purpose, kind, outcome, at)
  select $1, l.index, l.offender, 'reader', 'N02', '{N02,MDI}', 'OFFENDER_MANAGEMENT', 'DISCLOSURE', 'DISCLOSED', now()
  from unnest($4::bigint[], $6::uuid[]) l(index, offender) where l.offender is not null`

interface Waiting {
  readonly seen: Seen
  done(error?: Error): void
}

/** Group commit: while one insert is on its way the next batch gathers. */
export class GroupCommit {
  private readonly pool: Pool
  private readonly tables: EntryTables
  private queue: Waiting[] = []
  private isWriting = false

  constructor(connection: PoolConfig) {
    this.pool = new Pool({ ...connection, max: 1 })
    this.tables = new EntryTables(this.pool, 'limit')
  }

  append(seen: Seen): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error?: Error) => {
        if (error) reject(error)
        else resolve()
      }
      this.queue.push({ seen, done })
      void this.drain()
    })
  }

  async close(): Promise<void> {
    await this.pool.end()
  }

  private async drain(): Promise<void> {
    if (this.isWriting) return
    this.isWriting = true
    while (this.queue.length > 0) {
      const batch = this.queue.splice(0)
      const error = await this.tables.insert(batch.map(({ seen }) => seen)).then(
        () => undefined,
        (reason: unknown) => (reason instanceof Error ? reason : new Error(String(reason))),
      )
      for (const each of batch) each.done(error)
    }
    this.isWriting = false
  }
}
