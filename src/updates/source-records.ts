import type { Located } from './apply-statements'
import { recordKey, type Known } from './known'
import type { Transaction } from './store'

/** The ids of the records that a wave states something of; new ones are put on record. */
export async function ensureRecords(
  tx: Transaction,
  located: readonly Located[],
  known: Known,
): Promise<Map<string, string>> {
  const ids = new Map([...known.records].map(([key, record]) => [key, record.id]))
  const fresh = new Map<string, Record<string, unknown>>()
  for (const { read, offenderId } of located) {
    for (const record of read.update?.records ?? []) {
      const key = recordKey(record)
      const agency = record.agency ?? read.sender.agency ?? null
      if (!known.records.has(key))
        fresh.set(key, { offender_id: offenderId, system: record.system, local_id: record.localId, agency })
    }
  }
  for (const row of await insertRecords(tx, [...fresh.values()])) {
    ids.set(`${String(row['system'])}:${String(row['local_id'])}`, String(row['id']))
  }
  return ids
}

/** Records whose newest statement names another organisation than before. */
export async function moveRecords(
  tx: Transaction,
  moved: readonly { id: string; agency: string }[],
): Promise<void> {
  if (moved.length === 0) return
  await tx.query(
    `update record.source_record r set agency = s.agency
     from jsonb_populate_recordset(null::record.source_record, $1::jsonb) s where r.id = s.id and r.agency is distinct from s.agency`,
    [JSON.stringify(moved)],
  )
}

async function insertRecords(tx: Transaction, rows: readonly Record<string, unknown>[]) {
  if (rows.length === 0) return []
  return tx.query(
    `insert into record.source_record (offender_id, system, local_id, agency)
     select s.offender_id, s.system, s.local_id, s.agency
     from jsonb_populate_recordset(null::record.source_record, $1::jsonb) s returning system, local_id, id`,
    [JSON.stringify(rows)],
  )
}
