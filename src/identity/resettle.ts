import type { Transaction } from '../updates/store'
import { settleIdentities, type Settled } from './settle'

/** Works out anew who is who around these records (`SYSTEM:localId`) after a person decided, and all that follows. */
export async function resettle(tx: Transaction, keys: readonly string[]): Promise<Settled> {
  const settled = await settleIdentities(tx, new Map(), keys)
  const touched = [...new Set([...settled.affected, ...settled.offenderOf.values()])]
  for (const step of [
    'follow_named',
    'refresh_offenders',
    'refresh_mappa_levels',
    'refresh_suspected_matches',
  ]) {
    await tx.query(`select record.${step}($1::uuid[])`, [touched])
  }
  return settled
}

/** The records of an offender that say who somebody is, as `SYSTEM:localId`, by their ids. */
export async function identityRecordsOf(tx: Transaction, offender: string): Promise<Map<string, string>> {
  const rows = await tx.query(
    `select sr.id, sr.system || ':' || sr.local_id as key from record.source_record sr
     where sr.offender_id = $1 and (exists (select from record.person p where p.source_record_id = sr.id)
       or exists (select from record.identifier i where i.source_record_id = sr.id)) order by 2`,
    [offender],
  )
  return new Map(rows.map((row) => [String(row['id']), String(row['key'])]))
}

export interface Decided {
  readonly kind: 'JOIN' | 'SEPARATE'
  readonly reason: string
  readonly by: string
  readonly agency: string | undefined
  readonly at: Date
}

/** Puts on record that a person takes these for the same, or for different people: each of the ones with each of the others. */
export async function keepDecision(
  tx: Transaction,
  ones: Iterable<string>,
  others: Iterable<string>,
  { kind, reason, by, agency, at }: Decided,
): Promise<void> {
  await tx.query(
    `insert into record.identity_decision (kind, one, other, reason, decided_by, agency, revision, decided_at)
     select $3, least(a.key, b.key), greatest(a.key, b.key), $4, $5, $6,
       current_setting('throughcare.revision')::bigint, $7
     from unnest($1::text[]) a(key), unnest($2::text[]) b(key)`,
    [[...ones], [...others], kind, reason, by, agency ?? null, at.toISOString()],
  )
}
