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
  const lookups = batch.flatMap((entry, i) => entry.lookups.map((lookup) => ({ ...lookup, entry: i + 1 })))
  const plans = knownPlans.unknownIn(batch)
  const [head] = await db.query(
    `select log, first_index from journal.append($1::bytea[], $2::text[], $3::timestamptz[],
       $4::text[], $5::text[], $6::text[], $7::text[],
       $8::integer[], $9::integer[], $10::uuid[], $11::bytea[], $12::bytea[],
       $13::integer[], $14::uuid[], $15::text[], $16::text[], $17::text[])`,
    [
      batch.map((entry) => entry.bytes),
      batch.map((entry) => entry.kind),
      batch.map((entry) => entry.at.toISOString()),
      batch.map((entry) => entry.viewer),
      batch.map((entry) => entry.agency),
      batch.map((entry) => entry.purpose),
      batch.map((entry) => entry.outcome),
      details.map((detail) => detail.entry),
      details.map((detail) => detail.part),
      details.map((detail) => detail.offender),
      details.map((detail) => detail.salt),
      details.map((detail) => detail.body),
      lookups.map((lookup) => lookup.entry),
      lookups.map((lookup) => lookup.offender),
      lookups.map((lookup) => arrayLiteral(lookup.owners)),
      [...plans.keys()],
      [...plans.values()],
    ],
  )
  if (!head) throw new Error('the journal gave no index')
  knownPlans.learn(plans)
  return batch.map((_, i) => ({ log: String(head['log']), index: Number(head['first_index']) + i }))
}

/** An array's text, as PostgreSQL reads it. */
function arrayLiteral(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replace(/["\\]/g, '\\$&')}"`).join()}}`
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
