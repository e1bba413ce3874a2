import type { Transaction } from '../updates/store'
import type { IdentityDecision, IdentityRecord } from './cluster'
import { identityRecord, type StatedNumber } from './identity-record'

/** A record that is held, with the offender it is under now and the one that it would be by itself. */
export interface HeldRecord extends IdentityRecord {
  readonly id: string
  readonly offenderId: string
  readonly originId: string | undefined
}

export interface Neighbourhood {
  readonly records: ReadonlyMap<string, HeldRecord>
  readonly decisions: readonly IdentityDecision[]
}

/**
 * All records that could be of one person with those given, by shared identifiers, by the offender they are
 * under and by what people decided, and all that could be with them in turn: what is decided among these
 * depends on no others.
 */
export async function neighbourhoodOf(
  tx: Transaction,
  keys: Iterable<string>,
  identifiers: Iterable<string>,
): Promise<Neighbourhood> {
  const records = new Map<string, HeldRecord>()
  const decisions = new Map<string, IdentityDecision>()
  const asked = { keys: new Set<string>(), identifiers: new Set<string>() }
  const given = [...keys]
  let next = { keys: new Set(given), identifiers: new Set(identifiers) }
  while (next.keys.size + next.identifiers.size > 0) {
    for (const key of next.keys) asked.keys.add(key)
    for (const identifier of next.identifiers) asked.identifiers.add(identifier)
    const found = await recordsOf(tx, given, [...next.keys], [...next.identifiers])
    for (const record of found) records.set(record.key, record)
    for (const decision of await decisionsOf(tx, [...next.keys, ...found.map(({ key }) => key)])) {
      decisions.set(`${decision.one}|${decision.other}`, decision)
    }
    next = beyond(found, [...decisions.values()], asked)
  }
  return { records, decisions: [...decisions.values()] }
}

function beyond(
  found: readonly HeldRecord[],
  decisions: readonly IdentityDecision[],
  asked: { readonly keys: ReadonlySet<string>; readonly identifiers: ReadonlySet<string> },
) {
  const keys = [...found.map(({ key }) => key), ...decisions.flatMap(({ one, other }) => [one, other])]
  const identifiers = found.flatMap(({ states, replaces, notThese }) => [...states, ...replaces, ...notThese])
  return {
    keys: new Set(keys.filter((key) => !asked.keys.has(key))),
    identifiers: new Set(identifiers.filter((each) => !asked.identifiers.has(each))),
  }
}

/** A police number that many state is proof of nobody, so it leads to nobody either. */
const LEADS_TO_MAX = 50

/**
 * The records under the offenders that these keys and identifiers lead to: those that say who somebody is, and those
 * given, which may be held and have said nothing of it so far.
 */
async function recordsOf(
  tx: Transaction,
  given: readonly string[],
  keys: readonly string[],
  identifiers: readonly string[],
): Promise<HeldRecord[]> {
  const rows = await tx.query(
    `with led as (
       select sr.offender_id from unnest($1::text[]) k(key) join record.source_record sr
         on sr.system = split_part(k.key, ':', 1) and sr.local_id = substr(k.key, position(':' in k.key) + 1)
       union
       select l.offender_id from unnest($2::text[]) n(number), lateral (
         select i.offender_id from record.identifier i
         where i.type = split_part(n.number, ':', 1) and i.value = substr(n.number, position(':' in n.number) + 1)
           and (i.valid or i.qualifier = 'SEPARATED') order by i.offender_id limit ${LEADS_TO_MAX}) l
     )
     select sr.id, sr.system, sr.local_id, sr.offender_id, sr.origin_offender_id, p.date_of_birth::text as date_of_birth,
       (select n.facts -> 'identifiers' ->> 2 from record.newest n where n.source_record_id = sr.id) as stated_at,
       coalesce((select jsonb_agg(jsonb_build_array(i.type || ':' || i.value, i.qualifier) order by i.type, i.value, i.qualifier)
         from record.identifier i where i.source_record_id = sr.id and i.type <> 'OTHER'
           and (i.valid or i.qualifier = 'SEPARATED')), '[]') as numbers
     from record.source_record sr left join record.person p on p.source_record_id = sr.id
     where sr.offender_id in (select l.offender_id from led l)
       and (p.source_record_id is not null or exists (select from record.identifier i where i.source_record_id = sr.id)
         or sr.system || ':' || sr.local_id = any($3::text[]))`,
    [keys, identifiers, given],
  )
  return rows.map((row) => ({
    ...identityRecord({
      system: String(row['system']),
      localId: String(row['local_id']),
      numbers: row['numbers'] as StatedNumber[],
      dateOfBirth: row['date_of_birth'] as string | null,
      at: (row['stated_at'] as string | null) ?? '',
    }),
    id: String(row['id']),
    offenderId: String(row['offender_id']),
    originId: (row['origin_offender_id'] as string | null) ?? undefined,
  }))
}

/** The newest decision about each pair that one of these records is in. */
async function decisionsOf(tx: Transaction, keys: readonly string[]): Promise<IdentityDecision[]> {
  const rows = await tx.query(
    `select distinct on (d.one, d.other) d.kind, d.one, d.other from record.identity_decision d
     where d.one = any($1::text[]) or d.other = any($1::text[]) order by d.one, d.other, d.revision desc, d.id desc`,
    [keys],
  )
  return rows.map((row) => ({
    kind: row['kind'] as IdentityDecision['kind'],
    one: String(row['one']),
    other: String(row['other']),
  }))
}
