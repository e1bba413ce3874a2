import type { Transaction } from '../commands/command'
import type { Pushed } from '../updates/push'
import type { RecordStatement } from '../updates/update'

/**
 * Notes which records batches speak of: for the snapshots that are open, and for the flags of records
 * that an earlier one lacked. A record is heard of whoever speaks of it, also beside the snapshot, so that
 * what changed meanwhile is not taken for missing.
 */
export async function noteSpokenOf(tx: Transaction, group: readonly Pushed[], now: Date): Promise<void> {
  const speaking = group.map((pushed) => ({ pushed, spoken: spokenOf(pushed) }))
  if (speaking.every(({ spoken }) => spoken.length === 0) || !(await isAwaited(tx))) return
  for (const { pushed, spoken } of speaking) await noteSpoken(tx, pushed, spoken, now)
}

type Spoken = Pick<RecordStatement, 'system' | 'localId'>

function spokenOf({ batch, results }: Pushed): Spoken[] {
  const refused = new Set(results.filter(({ outcome }) => outcome === 'REJECTED').map(({ index }) => index))
  return batch
    .filter(({ item }) => !refused.has(item.index))
    .flatMap(({ update }) => (update?.records ?? []).map(({ system, localId }) => ({ system, localId })))
}

async function noteSpoken(
  tx: Transaction,
  { request }: Pushed,
  spoken: readonly Spoken[],
  now: Date,
): Promise<void> {
  if (spoken.length === 0) return
  const systems = spoken.map(({ system }) => system)
  const localIds = spoken.map(({ localId }) => localId)
  const { client, role, agency } = request.sender
  await tx.query(
    `insert into record.snapshot_seen as seen (snapshot_id, local_id, part)
     select n.id, s.local_id, n.id::text is not distinct from lower($3::text) and n.client = $4 and n.role = $5 and n.agency is not distinct from $6
     from (select distinct * from unnest($1::text[], $2::text[])) s(system, local_id)
     join record.snapshot n on n.system = s.system and n.ended_at is null
     on conflict (snapshot_id, local_id) do update set part = true where excluded.part and not seen.part`,
    [systems, localIds, request.feed?.snapshot ?? null, client, role, agency ?? null],
  )
  await tx.query(
    `update record.snapshot_lack l set heard_at = $3
     from record.source_record sr
     where (sr.system, sr.local_id) in (select * from unnest($1::text[], $2::text[]))
       and l.source_record_id = sr.id and l.heard_at is null`,
    [systems, localIds, now.toISOString()],
  )
}

/** Most of the time nobody waits for a record, and a push need not pay for it. */
async function isAwaited(tx: Transaction): Promise<boolean> {
  const [row] = await tx.query(
    `select exists (select from record.snapshot n where n.ended_at is null)
       or exists (select from record.snapshot_lack l where l.heard_at is null) as awaited`,
  )
  return row?.['awaited'] === true
}
