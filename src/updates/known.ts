import { normaliseIdentifier } from '../domain/identifiers'
import type { ReadItem } from './item'
import type { Place } from './order'
import type { Transaction } from './store'

/** A source record as the record holds it. */
export interface KnownRecord {
  readonly id: string
  readonly offenderId: string
  readonly agency: string | null
}

/** What is already held about the people and records of a wave, fetched once for all of its items. */
export interface Known {
  /** By `SYSTEM:localId`. */
  readonly records: Map<string, KnownRecord>
  /** By `TYPE:value`: the offenders that have it. Valid identifiers only; what a CRC states is proof of nothing. */
  readonly owners: Map<string, Set<string>>
  /** By `recordId:fact`: the newest statement's place. */
  readonly places: ReadonlyMap<string, Place>
  /** Offenders that exist, by every id they ever had. */
  readonly offenders: Map<string, string>
}

export async function fetchKnown(tx: Transaction, wave: readonly ReadItem[], now: Date): Promise<Known> {
  const keys = new Set<string>()
  const identifiers = new Set<string>()
  const ids = new Set<string>()
  for (const read of wave) {
    for (const record of read.update?.records ?? []) keys.add(recordKey(record))
    for (const identifier of identifiersOf(read, now)) identifiers.add(identifier)
    if (read.item.personId !== undefined && UUID.test(read.item.personId)) ids.add(read.item.personId)
  }
  const records = new Map<string, KnownRecord>()
  for (const row of await tx.query(
    `select sr.system || ':' || sr.local_id as key, sr.id, sr.offender_id, sr.agency from record.source_record sr
     where (sr.system, sr.local_id) in (select split_part(k, ':', 1), substr(k, position(':' in k) + 1) from unnest($1::text[]) k)`,
    [[...keys]],
  )) {
    records.set(String(row['key']), {
      id: String(row['id']),
      offenderId: String(row['offender_id']),
      agency: row['agency'] as string | null,
    })
  }
  return {
    records,
    owners: await fetchOwners(tx, [...identifiers]),
    places: await fetchPlaces(
      tx,
      [...records.values()].map((record) => record.id),
    ),
    offenders: await fetchOffenders(tx, [...ids]),
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

async function fetchOwners(
  tx: Transaction,
  identifiers: readonly string[],
): Promise<Map<string, Set<string>>> {
  const owners = new Map<string, Set<string>>()
  for (const row of await tx.query(
    `select distinct i.type || ':' || i.value as key, i.offender_id
     from record.identifier i join record.source_record sr on sr.id = i.source_record_id
     where i.valid and sr.system <> 'CRC' and (i.type, i.value) in (select split_part(k, ':', 1), substr(k, position(':' in k) + 1) from unnest($1::text[]) k)`,
    [identifiers],
  )) {
    const key = String(row['key'])
    owners.set(key, (owners.get(key) ?? new Set()).add(String(row['offender_id'])))
  }
  return owners
}

async function fetchPlaces(tx: Transaction, recordIds: readonly string[]): Promise<Map<string, Place>> {
  const rows = await tx.query(
    `select s.source_record_id || ':' || s.fact as key, s.rank, s.version, s.at, s.digest from record.stated s
     where s.source_record_id = any($1::uuid[])`,
    [recordIds],
  )
  return new Map(
    rows.map((row) => [
      String(row['key']),
      {
        rank: Number(row['rank']),
        version: Number(row['version']),
        at: (row['at'] as Date).toISOString(),
        digest: String(row['digest']),
      },
    ]),
  )
}

async function fetchOffenders(tx: Transaction, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.query(
    'select o.id, coalesce(o.joined_into, o.id) as now from record.offender o where o.id = any($1::uuid[])',
    [ids],
  )
  return new Map(rows.map((row) => [String(row['id']), String(row['now'])]))
}

export function recordKey(record: { readonly system: string; readonly localId: string }): string {
  return `${record.system}:${record.localId}`
}

/**
 * `TYPE:value` of every valid identifier that an item states or is sent under. A document that says
 * itself whose it is goes by that alone.
 */
export function identifiersOf(read: ReadItem, now: Date): string[] {
  const stated = [
    ...(read.update?.createsPerson === true ? [] : read.item.person),
    ...(read.update?.person ?? []),
    ...(read.update?.records ?? []).flatMap((record) => record.facts.identifiers ?? []),
  ]
  return stated.flatMap(({ type, raw }) => {
    const { value, valid } = normaliseIdentifier(type, raw, now)
    return valid && type !== 'OTHER' ? [`${type}:${value}`] : []
  })
}
