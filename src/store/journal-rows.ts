import type { Receipt } from '../journal/appender'
import type { PreparedEntry } from '../journal/entry'
import type { Queryable } from './database'

/** Appends a batch in one call; in a write transaction it is the last statement before the commit. */
export async function appendEntries(
  db: Queryable,
  batch: readonly PreparedEntry[],
  knownPlans: KnownPlans = new KnownPlans(),
): Promise<Receipt[]> {
  const details = batch.flatMap((entry, i) => entry.details.map((detail) => ({ ...detail, entry: i + 1 })))
  const lookups = batch.flatMap((entry, i) => entry.lookups.map((row) => ({ row, entry: i + 1 })))
  const plans = knownPlans.unknownIn(batch)
  const [head] = await db.query(
    `select log, first_index from journal.append($1::text[], $2::bytea[], $3::timestamptz[], $4::integer[], $5::integer[],
       $6::uuid[], $7::bytea[], $8::bytea[], $9::integer[], $10::jsonb[], $11::text[], $12::text[])`,
    [
      batch.map((entry) => entry.kind),
      batch.map((entry) => entry.bytes),
      batch.map((entry) => entry.at.toISOString()),
      details.map((detail) => detail.entry),
      details.map((detail) => detail.part),
      details.map((detail) => detail.offender),
      details.map((detail) => detail.salt),
      details.map((detail) => detail.body),
      lookups.map((lookup) => lookup.entry),
      lookups.map((lookup) => JSON.stringify(lookup.row)),
      [...plans.keys()],
      [...plans.values()],
    ],
  )
  if (!head) throw new Error('the journal gave no index')
  knownPlans.learn(plans)
  return batch.map((_, i) => ({ log: String(head['log']), index: Number(head['first_index']) + i }))
}

export async function keepDictionary(
  db: Queryable,
  version: string,
  fields: readonly string[],
): Promise<void> {
  await db.query('select journal.keep_dictionary($1, $2::text[])', [version, [...fields]])
}

const PLANS_MAX = 10_000

/** The statement texts that are surely in the journal, so that each is sent once and not with every entry. */
export class KnownPlans {
  private readonly hashes = new Set<string>()

  unknownIn(batch: readonly PreparedEntry[]): Map<string, string> {
    return new Map(
      batch.flatMap(({ plan }) =>
        plan && !this.hashes.has(plan.hash) ? [[plan.hash, plan.text] as const] : [],
      ),
    )
  }

  learn(plans: ReadonlyMap<string, string>): void {
    if (this.hashes.size > PLANS_MAX) this.hashes.clear()
    for (const hash of plans.keys()) this.hashes.add(hash)
  }
}
