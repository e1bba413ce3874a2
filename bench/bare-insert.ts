import type { Client } from 'pg'

/** The rows of one batch, by table, as JSON: what the gateway wrote for it. */
export type BatchRows = Readonly<Record<string, string>>

/** Rows are found by the revision, or the instant, or the place in the journal, that the batch was written at. */
const WRITTEN: Readonly<Record<string, string>> = {
  'record.change': 't.revision = $1',
  'record.statement': 't.revision = $1',
  'record.content': 't.revision = $1',
  'record.newest':
    't.source_record_id in (select s.source_record_id from record.statement s where s.revision = $1)',
  'record.received':
    't.received_at = (select min(c.recorded_at) from record.custody c where c.revision = $1)',
  'record.revision': 't.revision = $1',
  'journal.entry': 't.index = any($2)',
  'journal.detail': 't.index = any($2)',
  'journal.lookup': 't.index = any($2)',
}

/** Tables beside the gateway's own: the same columns, rows and indexes, no triggers, no keys to other tables. */
export class BareTables {
  private constructor(
    private readonly tables: readonly string[],
    private readonly conditions: ReadonlyMap<string, string>,
    private readonly facts: readonly string[],
  ) {}

  static async create(owner: Client): Promise<BareTables> {
    const { rows } = await owner.query<{ name: string }>(
      'select f.name from record.fact_table f order by f.name',
    )
    const conditions = new Map(Object.entries(WRITTEN))
    for (const { name } of rows) {
      conditions.set(`record.${name}`, 't.revision = $1')
      conditions.set(`record.${name}_history`, 't.superseded_revision = $1')
    }
    const tables = [...conditions.keys()]
    await owner.query('drop schema if exists bare cascade; create schema bare')
    for (const table of tables) {
      await owner.query(
        `create table bare.${flat(table)} (like ${table} including defaults including generated)
         with (autovacuum_enabled = false)`,
      )
      const { rows: indexes } = await owner.query<{ def: string }>(
        'select pg_get_indexdef(i.indexrelid) as def from pg_index i where i.indrelid = $1::regclass',
        [table],
      )
      // The same rows are inserted more than once.
      for (const { def } of indexes)
        await owner.query(
          def.replace(/^CREATE (UNIQUE )?INDEX \S+ ON (ONLY )?\S+ /, `create index on bare.${flat(table)} `),
        )
    }
    return new BareTables(
      tables,
      conditions,
      rows.map(({ name }) => name),
    )
  }

  /** What the gateway wrote at a revision, its journal entries included. */
  async rowsOf(owner: Client, revision: number, entries: readonly number[]): Promise<BatchRows> {
    const texts: Record<string, string> = {}
    for (const table of this.tables) {
      const condition = `${this.conditions.get(table) ?? 'false'} and $1::bigint is not null and $2::bigint[] is not null`
      const { rows } = await owner.query<{ text: string | null }>(
        `select json_agg(to_jsonb(t))::text as text from ${table} t where ${condition}`,
        [revision, entries],
      )
      if (rows[0]?.text != null) texts[flat(table)] = rows[0].text
    }
    return texts
  }

  async empty(owner: Client): Promise<void> {
    await owner.query(`truncate ${this.tables.map((table) => `bare.${flat(table)}`).join(', ')}`)
  }

  /** Makes them as full as the gateway's: an index that holds more takes longer to add to. */
  async fill(owner: Client): Promise<void> {
    await this.empty(owner)
    for (const table of this.tables)
      await owner.query(`insert into bare.${flat(table)} select * from ${table}`)
  }

  /** Tables of facts that hold any rows. */
  async heldIn(owner: Client): Promise<string[]> {
    const held: string[] = []
    for (const table of this.facts) {
      const { rows } = await owner.query(`select from record.${table} limit 1`)
      if (rows.length > 0) held.push(table)
    }
    return held
  }
}

function flat(table: string): string {
  return table.replace('.', '_')
}

/** One batch in one durable transaction: one insert of the whole set for each table. */
export async function insertBare(client: Client, rows: BatchRows): Promise<void> {
  await client.query('begin')
  for (const [table, text] of Object.entries(rows)) {
    await client.query({
      name: `bare-${table}`,
      text: `insert into bare.${table} select * from json_populate_recordset(null::bare.${table}, $1::json)`,
      values: [text],
    })
  }
  await client.query('commit')
}
