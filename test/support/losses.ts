import type { Client, QueryResultRow } from 'pg'
import type { Ledger } from './load'

/**
 * Compares what clients hold with what the database holds, by SQL of its own: every fault is a line. The
 * load may go on meanwhile: what is acknowledged after the check has begun is left to the next.
 */
export async function losses(client: Client, ledger: Ledger): Promise<string[]> {
  const held = {
    acknowledged: [...ledger.acknowledged],
    views: [...ledger.views],
    decided: [...ledger.decided],
  }
  const found = await Promise.resolve([
    ...(await lostUpdates(client, held.acknowledged)),
    ...(await staleFacts(client, held.acknowledged, ledger.sent)),
    ...(await doubled(client)),
    ...(await lostDecisions(client, held.decided)),
    ...(await unloggedViews(client, held.views)),
    ...(await brokenLogs(client)),
    ...(await brokenRevisions(client)),
  ])
  return [...found, ...ledger.unexpected]
}

async function rowsOf<R extends QueryResultRow>(
  client: Client,
  text: string,
  values: unknown[] = [],
): Promise<R[]> {
  return (await client.query<R>(text, values)).rows
}

type Held<K extends 'acknowledged' | 'views' | 'decided'> = readonly Ledger[K][number][]

async function lostUpdates(client: Client, acknowledged: Held<'acknowledged'>): Promise<string[]> {
  const rows = await rowsOf<{ message_id: string; offender_id: string | null }>(
    client,
    `select a.message_id, r.offender_id from unnest($1::text[], $2::text[], $3::uuid[]) a(client, message_id, offender_id)
     left join record.received r on r.client = a.client and r.message_id = a.message_id
     where r.outcome is distinct from 'APPLIED' or r.offender_id is distinct from a.offender_id`,
    [
      acknowledged.map(({ client: sender }) => sender),
      acknowledged.map(({ messageId }) => messageId),
      acknowledged.map(({ offenderId }) => offenderId),
    ],
  )
  return rows.map((row) => `update ${row.message_id} was acknowledged and is not held as it was`)
}

async function staleFacts(
  client: Client,
  acknowledged: Held<'acknowledged'>,
  sent: ReadonlyMap<string, number>,
): Promise<string[]> {
  const newest = new Map<string, number>()
  for (const { prisonNumber, serial } of acknowledged)
    newest.set(prisonNumber, Math.max(serial, newest.get(prisonNumber) ?? 0))
  const rows = await rowsOf<{ number: string; cell: string | null }>(
    client,
    `select sr.local_id as number, cu.cell from record.source_record sr left join record.custody cu on cu.source_record_id = sr.id
     where sr.system = 'NOMIS'`,
  )
  const cells = new Map(rows.map(({ number, cell }) => [number, Number((cell ?? 'C-0').slice(2))]))
  return [...newest].flatMap(([number, serial]) => {
    const cell = cells.get(number) ?? 0
    const isCurrent = cell >= serial && cell <= (sent.get(number) ?? 0)
    return isCurrent ? [] : [`${number} is at update ${cell}, and update ${serial} was acknowledged`]
  })
}

/** Each message once, and each applied once: every update of a person makes one version of the custody. */
async function doubled(client: Client): Promise<string[]> {
  const rows = await rowsOf<{ fault: string }>(
    client,
    `select 'message ' || r.message_id || ' is held twice' as fault from record.received r
       where r.message_id is not null group by r.client, r.message_id having count(*) > 1
     union all
     select sr.local_id || ' has ' || count(*) || ' versions, and another number of updates' from record.source_record sr
       join record.custody_ever cu on cu.source_record_id = sr.id
       group by sr.id, sr.local_id, sr.offender_id
       having count(*) <> (select count(*) from record.received r where r.offender_id = sr.offender_id
         and r.outcome = 'APPLIED' and r.format = 'prisoner-search')`,
  )
  return rows.map(({ fault }) => fault)
}

async function lostDecisions(client: Client, decided: Held<'decided'>): Promise<string[]> {
  const rows = await rowsOf<{ request_id: string }>(
    client,
    `select d.request_id from unnest($1::uuid[], $2::text[], $3::bigint[]) d(id, request_id, revision)
     left join record.mappa_level_decision m on m.id = d.id and m.revision = d.revision
     left join record.command c on c.request_id = d.request_id
     where m.id is null or c.request_id is null`,
    [
      decided.map(({ decision }) => decision),
      decided.map(({ requestId }) => requestId),
      decided.map(({ revision }) => revision),
    ],
  )
  const [twice] = await rowsOf<{ decisions: string; commands: string }>(
    client,
    `select (select count(*) from record.mappa_level_decision)::text as decisions,
       (select count(*) from record.command c where c.name = 'recordMappaLevel')::text as commands`,
  )
  return [
    ...rows.map((row) => `decision ${row.request_id} was acknowledged and is not held`),
    ...(twice?.decisions === twice?.commands
      ? []
      : [`${twice?.decisions} decisions of ${twice?.commands} commands`]),
  ]
}

async function unloggedViews(client: Client, views: Held<'views'>): Promise<string[]> {
  const rows = await rowsOf<{ id: string; digest: string | null; held: string | null }>(
    client,
    `select v.log || '/' || v.index as id, v.digest, convert_from(e.entry, 'UTF8')::jsonb ->> 'digest' as held
     from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[]) v(log, index, digest, revision)
     left join journal.entry e on e.log = v.log and e.index = v.index
     where convert_from(e.entry, 'UTF8')::jsonb ->> 'digest' is distinct from v.digest
       or (convert_from(e.entry, 'UTF8')::jsonb ->> 'revision')::bigint is distinct from v.revision`,
    [
      views.map(({ entry }) => entry.split('/')[0]),
      views.map(({ entry }) => entry.split('/')[1]),
      views.map(({ digest }) => digest),
      views.map(({ revision }) => revision),
    ],
  )
  return rows.map(
    ({ id, held }) => `view ${id} was given and is journalled ${held === null ? 'not at all' : 'as another'}`,
  )
}

/** No gaps, the head where the last entry is, leaves over the bytes, and the details that each entry commits to. */
async function brokenLogs(client: Client): Promise<string[]> {
  const rows = await rowsOf<{ fault: string }>(
    client,
    `select 'log ' || h.log || ' says ' || h.size || ' entries and holds ' || count(e.index) || ' up to ' || coalesce(max(e.index), -1) as fault
       from journal.head h left join journal.entry e on e.log = h.log group by h.log, h.size
       having count(e.index) <> h.size or coalesce(max(e.index), -1) <> h.size - 1 or coalesce(min(e.index), 0) <> 0
     union all
     select 'entry ' || e.log || '/' || e.index || ' has another leaf' from journal.entry e
       where e.leaf <> sha256('\\x00'::bytea || e.entry)
     union all
     select 'entry ' || e.log || '/' || e.index || ' lacks details' from journal.entry e
       cross join lateral (select convert_from(e.entry, 'UTF8')::jsonb -> 'details' as list) c
       where c.list is distinct from (select jsonb_agg(encode(sha256(d.salt || d.body), 'hex') order by d.part)
         from journal.detail d where d.log = e.log and d.index = e.index)
     union all
     select 'entry ' || e.log || '/' || e.index || ' cannot be looked up' from journal.entry e
       where not exists (select from journal.lookup l where l.log = e.log and l.index = e.index)`,
  )
  return rows.map(({ fault }) => fault)
}

async function brokenRevisions(client: Client): Promise<string[]> {
  const [row] = await rowsOf<{ counter: string; count: string; newest: string }>(
    client,
    `select (select c.value from record.revision_counter c)::text as counter, count(*)::text as count,
       coalesce(max(r.revision), 0)::text as newest from record.revision r`,
  )
  const { counter, count, newest } = row ?? {}
  return counter === count && counter === newest
    ? []
    : [`the counter is at revision ${counter}, and ${count} revisions are held up to ${newest}`]
}
