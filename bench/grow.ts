import type { Client } from 'pg'

/** How a record came about: what is read of anybody now is not there. */
const NOT_COPIED = ['change', 'content', 'newest', 'received', 'statement', 'suspected_match']

/**
 * Puts copies of everybody beside them, table by table: the same rows under other ids, numbers and officers, of the same
 * organisations. Their history and the log of what was stated are not copied.
 */
export async function copyEverybody(
  sessions: readonly Client[],
  copies: number,
  tell: (line: string) => void,
): Promise<void> {
  const [owner] = sessions
  if (!owner) return
  const tables = await copiedTables(owner)
  await owner.query('drop schema if exists originals cascade; create schema originals')
  for (const { name } of tables)
    await owner.query(`create table originals.${name} as select * from record.${name}`)
  // Rows that follow from others are copied too, so nothing is to be worked out or checked.
  for (const session of sessions)
    await session.query(`set session_replication_role = replica; set synchronous_commit = off`)
  let next = 1
  const copy = async (session: Client) => {
    for (let nth = next++; nth <= copies; nth = next++) {
      for (const { name, columns, values } of tables)
        await session.query(
          `insert into record.${name} (${columns}) select ${values} from originals.${name} o, (values (${nth})) c(nth)`,
        )
      if (nth % 10 === 0) tell(`  copied ${nth} of ${copies} times`)
    }
  }
  await Promise.all(sessions.map(copy))
  await owner.query('drop schema originals cascade')
}

interface CopiedTable {
  readonly name: string
  readonly columns: string
  readonly values: string
}

async function copiedTables(owner: Client): Promise<CopiedTable[]> {
  const { rows } = await owner.query<CopiedTable>(
    `select c.relname as name, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns,
       string_agg(case
         when a.atttypid = 'uuid'::regtype then format($f$overlay(o.%1$I::text placing lpad(to_hex(c.nth), 4, '0') from 20)::uuid$f$, a.attname)
         when a.attname in ('local_id', 'value', 'staff_code', 'occasion') then format($f$o.%1$I || '-' || c.nth$f$, a.attname)
         else format('o.%I', a.attname) end, ', ' order by a.attnum) as values
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       and a.attgenerated = '' and a.attidentity = ''
     where c.relnamespace = 'record'::regnamespace and c.relkind = 'r' and c.relname not like '%_history' and c.relname <> all($1)
       and (c.relname = 'offender' or exists (select from pg_attribute x
         where x.attrelid = c.oid and x.attname in ('offender_id', 'source_record_id') and not x.attisdropped))
     group by c.relname order by c.relname`,
    [NOT_COPIED],
  )
  return rows
}

const BEHIND = 1_000_000_000

/** Fills this month's log of the journal with copies of its entries, far behind those that the gateway numbers. */
export async function copyEntries(
  owner: Client,
  entries: number,
  tell: (line: string) => void,
): Promise<void> {
  const { rows } = await owner.query<{ count: number }>(
    'select count(*)::integer as count from journal.entry',
  )
  const held = rows[0]?.count ?? 0
  if (held === 0) throw new Error('the journal is empty')
  await owner.query('set session_replication_role = replica; set synchronous_commit = off')
  await owner.query(
    `create temporary table numbered as select e.log, e.index, row_number() over (order by e.log, e.index) as place from journal.entry e;
     create unique index on numbered (log, index)`,
  )
  for (const table of ['entry', 'detail', 'lookup']) {
    await owner.query(`create temporary table ${table}_held as select * from journal.${table}`)
  }
  const times = Math.ceil((entries - held) / held)
  for (let nth = 0; nth < times; nth += 1) {
    for (const table of ['entry', 'detail', 'lookup']) {
      const columns = await otherColumns(owner, table)
      await owner.query(
        `insert into journal.${table} (log, index, ${columns.join(', ')})
         select t.log, n.place + ${BEHIND + nth * held}, ${columns.map((each) => `t.${each}`).join(', ')}
         from ${table}_held t join numbered n using (log, index)`,
      )
    }
    if (nth % 50 === 0) tell(`  ${(nth + 1) * held} of ${entries} entries`)
  }
}

async function otherColumns(owner: Client, table: string): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `select quote_ident(a.attname) as name from pg_attribute a
     where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attname not in ('log', 'index')`,
    [`journal.${table}`],
  )
  return rows.map(({ name }) => name)
}
