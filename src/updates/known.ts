import { normaliseIdentifier } from '../domain/identifiers'
import type { ReadItem } from './item'
import type { Place } from './order'
import type { Transaction } from './store'

/** A source record as the record holds it. */
export interface KnownRecord {
  readonly id: string
  readonly offenderId: string
  readonly agency: string | null
  readonly named: readonly string[] | null
  /** Tables that it said it holds no rows of. */
  readonly none: readonly string[]
  /** By fact: the newest statement, with the hash of what it said. */
  readonly newest: ReadonlyMap<string, Newest>
}

export interface Newest extends Place {
  readonly hash: string
}

/** By `SYSTEM:localId`. */
export type Known = ReadonlyMap<string, KnownRecord>

export async function fetchKnown(tx: Transaction, wave: readonly ReadItem[]): Promise<Known> {
  const keys = new Set(wave.flatMap((read) => (read.update?.records ?? []).map(recordKey)))
  if (keys.size === 0) return new Map()
  const rows = await tx.query(
    `select k.key, sr.id, sr.offender_id, sr.agency, sr.named, n.facts,
       array(select ns.table_name from record.none_stated ns where ns.source_record_id = sr.id) as none
     from unnest($1::text[]) k(key) join record.source_record sr
       on sr.system = split_part(k.key, ':', 1) and sr.local_id = substr(k.key, position(':' in k.key) + 1)
     left join record.newest n on n.source_record_id = sr.id`,
    [[...keys]],
  )
  return new Map(
    rows.map((row) => [
      String(row['key']),
      {
        id: String(row['id']),
        offenderId: String(row['offender_id']),
        agency: row['agency'] as string | null,
        named: row['named'] as string[] | null,
        none: row['none'] as string[],
        newest: newestOf((row['facts'] ?? {}) as Record<string, [number, number, string, string, string]>),
      },
    ]),
  )
}

function newestOf(facts: Record<string, [number, number, string, string, string]>): Map<string, Newest> {
  return new Map(
    Object.entries(facts).map(([fact, [rank, version, at, digest, hash]]) => [
      fact,
      { rank, version, at, digest, hash },
    ]),
  )
}

export function recordKey(record: { readonly system: string; readonly localId: string }): string {
  return `${record.system}:${record.localId}`
}

/** `TYPE:value` of the valid identifiers that a document names its person by, or `ID:` and our own id. */
export function namedBy(read: ReadItem, now: Date): string[] {
  const { personId, person } = read.item
  const named = [...(read.update?.person ?? []), ...person].flatMap(({ type, raw }) => {
    const { value, valid } = normaliseIdentifier(type, raw, now)
    return valid && type !== 'OTHER' ? [`${type}:${value}`] : []
  })
  return [...new Set([...(personId === undefined ? [] : [`ID:${personId.toLowerCase()}`]), ...named])].sort()
}

/** `TYPE:value` of every valid identifier that an item states or is sent under. */
export function identifiersOf(read: ReadItem, now: Date): string[] {
  const stated = (read.update?.records ?? []).flatMap((record) => record.facts.identifiers ?? [])
  const valid = stated.flatMap(({ type, raw, qualifier }) => {
    const normal = normaliseIdentifier(type, raw, now)
    return normal.valid && type !== 'OTHER' && qualifier !== 'SEPARATED' ? [`${type}:${normal.value}`] : []
  })
  return [...new Set([...(read.update?.createsPerson === true ? [] : namedBy(read, now)), ...valid])]
}
