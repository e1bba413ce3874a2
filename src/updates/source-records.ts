import type { Known } from './known'
import type { Stated } from './statements'
import type { Transaction } from './store'
import type { Write } from './write-all'

/** A record that is to be put on record, under an offender whose id it may bring with it. */
export interface NewRecord {
  readonly stated: Stated
  readonly offenderId: string
  readonly isFounder: boolean
}

/** The ids of records by `SYSTEM:localId`; new ones are put on record. */
export async function ensureRecords(
  tx: Transaction,
  wanted: readonly NewRecord[],
  known: Known,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map([...known].map(([key, record]) => [key, record.id]))
  const fresh = wanted.filter(({ stated }) => !known.has(stated.key)).map(recordRow)
  if (fresh.length === 0) return ids
  const rows = await tx.query(
    `insert into record.source_record (offender_id, origin_offender_id, system, local_id, agency)
     select s.offender_id, s.origin_offender_id, s.system, s.local_id, s.agency
     from jsonb_populate_recordset(null::record.source_record, $1::jsonb) s returning system, local_id, id`,
    [JSON.stringify(fresh)],
  )
  for (const row of rows) ids.set(`${String(row['system'])}:${String(row['local_id'])}`, String(row['id']))
  return ids
}

function recordRow({ stated: { record, read }, offenderId, isFounder }: NewRecord) {
  return {
    offender_id: offenderId,
    origin_offender_id: isFounder ? offenderId : null,
    system: record.system,
    local_id: record.localId,
    agency: record.agency ?? read.sender.agency ?? null,
  }
}

/** What the newest statement says of the record itself: whose it is, whom it was sent about. */
export interface RecordMove {
  readonly id: string
  readonly agency?: string
  readonly named?: readonly string[]
}

export function* moveWrites(moved: readonly RecordMove[]): Iterable<Write> {
  if (moved.length === 0) return
  yield [
    `update record.source_record r set agency = coalesce(s.agency, r.agency), named = coalesce(s.named, r.named)
     from jsonb_populate_recordset(null::record.source_record, $1::jsonb) s
     where r.id = s.id and ((s.agency is not null and r.agency is distinct from s.agency)
       or (s.named is not null and r.named is distinct from s.named))`,
    [JSON.stringify(moved)],
  ]
}
