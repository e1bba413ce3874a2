import { MAPPA_RULES } from '../domain/mappa-rules'

/** SQL of the day of release for planning, as suppliers state it, never worked out (domain 6.2); null where none is. */
export function releaseDateSql(offender: string): string {
  const firsts = MAPPA_RULES.releaseDates.map(
    (types) =>
      `(select min(k.date) from record.key_date k where k.offender_id = ${offender} and k.type in (${types.map((type) => `'${type}'`).join(', ')}))`,
  )
  return `coalesce(${firsts.join(', ')})`
}
