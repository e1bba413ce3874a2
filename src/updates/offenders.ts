import type { Found, Standing } from './find-person'
import type { ReadItem } from './item'
import type { Transaction } from './store'

export async function standingsOf(tx: Transaction, ids: readonly string[]): Promise<Map<string, Standing>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.query(
    `select o.id, o.date_of_birth::text as date_of_birth,
       array(select sr.local_id from record.source_record sr where sr.offender_id = o.id and sr.system = 'NOMIS') as prison_numbers,
       array(select sr.local_id from record.source_record sr where sr.offender_id = o.id and sr.system in ('DELIUS', 'CRC')) as crns
     from record.offender o where o.id = any($1::uuid[])`,
    [ids],
  )
  return new Map(
    rows.map((row) => [
      String(row['id']),
      {
        prisonNumbers: row['prison_numbers'] as string[],
        crns: row['crns'] as string[],
        dateOfBirth: row['date_of_birth'] as string | null,
      },
    ]),
  )
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
       and al.organisation_code = w.agency and (al.until is null or al.until > current_date))`,
    [asked.map(({ person }) => person.offenderId), asked.map(({ read }) => read.sender.agency ?? null)],
  )
  return new Set(rows.flatMap((row) => asked[Number(row['place']) - 1]?.read ?? []))
}
