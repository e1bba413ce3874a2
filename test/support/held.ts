import type { Client } from 'pg'

/** Few rows in many tables are deleted faster than the tables are truncated; a replica runs no triggers. */
export async function startAfresh(record: Client): Promise<void> {
  const { rows } = await record.query<{ text: string }>(
    `select string_agg(format('delete from record.%I;', tablename), ' ') as text
     from pg_tables where schemaname = 'record' and tablename not in ('revision_counter', 'fact_table', 'owned_table')`,
  )
  await record.query(`set session_replication_role = replica; ${rows[0]?.text ?? ''}
    update record.revision_counter set value = 0; set session_replication_role = origin`)
}

/** Rows by name of their table, as texts in order. */
export type Held = Record<string, string[]>

/** All that is held now, by natural keys: an offender is the set of its records. */
export async function heldNow(record: Client): Promise<Held> {
  const { rows: tables } = await record.query<{ name: string }>('select f.name from record.fact_table f')
  const owned = [...tables.map(({ name }) => name), 'mappa_level'].map(
    (
      table,
    ) => `select '${table}' as name, to_jsonb(x) - $1::text[] || jsonb_build_object('of', c.records, 'by',
        (select sr.system || ':' || sr.local_id from record.source_record sr where sr.id = x.source_record_id)) as row
      from record.${table} x left join cluster c on c.id = x.offender_id`,
  )
  const { rows } = await record.query<{ name: string; row: object }>(
    `with cluster as (
       select sr.offender_id as id, array_agg(sr.system || ':' || sr.local_id order by sr.system, sr.local_id) as records
       from record.source_record sr group by sr.offender_id)
     ${owned.join(' union all ')}
     union all select 'offender', to_jsonb(o) - $1::text[] || jsonb_build_object('of', c.records)
       from record.offender o left join cluster c on c.id = o.id where o.joined_into is null
     union all select 'source_record', to_jsonb(sr) - $1::text[] || jsonb_build_object('of', c.records)
       from record.source_record sr left join cluster c on c.id = sr.offender_id
     union all select name, to_jsonb(s) - $1::text[] || jsonb_build_object('by', sr.system || ':' || sr.local_id) from (
       select 'newest' as name, n.source_record_id, to_jsonb(n) as s from record.newest n
       union all select 'statement', s.source_record_id, to_jsonb(s) from record.statement s
       union all select 'content', c.source_record_id, to_jsonb(c) from record.content c) s
       join record.source_record sr on sr.id = s.source_record_id
     union all select 'organisation', to_jsonb(o) - $1::text[] from record.organisation o
     union all select 'suspected_match', to_jsonb(m) - $1::text[] from record.suspected_match m
     union all select r.name, to_jsonb(r.message_id) from (
       select distinct case r.outcome when 'QUARANTINED' then 'waiting' else 'taken in' end as name, r.message_id
       from record.received r) r`,
    [
      [
        ...[
          'id',
          'offender_id',
          'source_record_id',
          'revision',
          'ordinal',
          'recorded_at',
          'origin_offender_id',
        ],
        ...['other_offender_id', 'found_at'],
      ],
    ],
  )
  return inOrder(rows)
}

/** Every version that there ever was, and every change of the feed, each at its revision; in which order inside, ids drawn by lot decide. */
export async function historyNow(record: Client): Promise<Held> {
  const { rows: tables } = await record.query<{ name: string }>(
    `select v.viewname as name from pg_views v where v.schemaname = 'record' and right(v.viewname, 5) = '_ever'`,
  )
  const drawn = `'{id,offender_id,source_record_id,recorded_at,origin_offender_id,item,joined_into,made_about,ordinal,superseded_ordinal,occasion,stated_by,sent_at}'::text[]`
  const { rows } = await record.query<{ name: string; row: object }>(
    `${tables.map(({ name }) => `select '${name}' as name, to_jsonb(x) - ${drawn} as row from record.${name} x`).join(' union all ')}
     union all select 'change', to_jsonb(c) - ${drawn} - case when c.kind in ('MERGED', 'SEPARATED') then 'hash' else '' end from record.change c
     union all select 'received', jsonb_build_array(r.client, r.message_id, r.outcome) from record.received r
     union all select 'revision', to_jsonb(r.revision) from record.revision r`,
  )
  return inOrder(rows)
}

function inOrder(rows: readonly { name: string; row: object }[]): Held {
  const held: Held = {}
  for (const { name, row } of rows) (held[name] ??= []).push(JSON.stringify(row))
  for (const list of Object.values(held)) list.sort()
  return held
}
