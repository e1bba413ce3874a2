import type { Found } from './find-person'
import type { ReadItem } from './item'
import { combined, NOBODY, standingOfRecord, type Standing } from './standing'
import type { Transaction } from './store'
import type { SourceSystem } from './update'

/** Only records that say who somebody is tell people apart; one opened for a mere level or list does not. */
export async function standingsOf(tx: Transaction, ids: readonly string[]): Promise<Map<string, Standing>> {
  const standings = new Map<string, Standing[]>(ids.map((id) => [id, []]))
  if (ids.length === 0) return new Map()
  for (const row of await tx.query(
    `select p.offender_id, sr.system, sr.local_id, p.date_of_birth::text as date_of_birth,
       array(select i.value from record.identifier i where i.source_record_id = sr.id and i.type = 'PRISON_NUMBER' and i.valid) as numbers
     from record.person p join record.source_record sr on sr.id = p.source_record_id where p.offender_id = any($1::uuid[])`,
    [ids],
  )) {
    const system = row['system'] as SourceSystem
    const dateOfBirth = row['date_of_birth'] as string | null
    const localId = String(row['local_id'])
    standings
      .get(String(row['offender_id']))
      ?.push(standingOfRecord({ system, localId }, dateOfBirth, row['numbers'] as string[]))
  }
  return new Map([...standings].map(([id, records]) => [id, records.reduce(combined, NOBODY)]))
}

export async function newOffenders(
  tx: Transaction,
  reads: readonly ReadItem[],
): Promise<Map<ReadItem, string>> {
  if (reads.length === 0) return new Map()
  const rows = await tx.query(
    'insert into record.offender (given_name) select null from generate_series(1, $1::integer) returning id',
    [reads.length],
  )
  return new Map(reads.map((read, i) => [read, String(rows[i]?.['id'])]))
}

/** Joins what belongs together; answers with the survivor of every offender that was absorbed. */
export async function joinAll(
  tx: Transaction,
  people: readonly { readonly offenderId: string; readonly join: readonly string[] }[],
): Promise<Map<string, string>> {
  const survivors = new Map<string, string>()
  const resolve = (id: string): string => {
    const next = survivors.get(id)
    return next === undefined ? id : resolve(next)
  }
  for (const { offenderId, join } of people) {
    for (const other of join) {
      const [survivor, absorbed] = [resolve(offenderId), resolve(other)].sort()
      if (survivor === undefined || absorbed === undefined || survivor === absorbed) continue
      await tx.query('select record.join_offenders($1::uuid, $2::uuid)', [survivor, absorbed])
      survivors.set(absorbed, survivor)
    }
  }
  return new Map([...survivors.keys()].map((id) => [id, resolve(id)]))
}

/** The items of CRC senders whose person the sender's organisation holds now. */
export async function heldBy(
  tx: Transaction,
  reads: readonly ReadItem[],
  found: ReadonlyMap<ReadItem, Found>,
): Promise<Set<ReadItem>> {
  const asked = reads.flatMap((read) => {
    const person = found.get(read)
    return read.sender.role === 'CRC_SYSTEM' && person?.kind === 'known' ? [{ read, person }] : []
  })
  if (asked.length === 0) return new Set()
  const rows = await tx.query(
    `select w.place from unnest($1::uuid[], $2::text[]) with ordinality w(offender_id, agency, place)
     where exists (select from record.allocation al where al.offender_id = w.offender_id
       and al.organisation_code = w.agency and (al.until is null or al.until > (now() at time zone 'Europe/London')::date))`,
    [asked.map(({ person }) => person.offenderId), asked.map(({ read }) => read.sender.agency ?? null)],
  )
  return new Set(rows.flatMap((row) => asked[Number(row['place']) - 1]?.read ?? []))
}
