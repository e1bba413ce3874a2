import { MAPPA_RULES } from '../domain/mappa-rules'
import { literal } from '../domain/binds'

/**
 * SQL of the day of release for planning, as suppliers state it, never worked out (domain 6.2); null where none is.
 * `source` and `state`: the key dates `k`, and what narrows them to one state.
 */
export function releaseDateSql(offender: string, source = 'record.key_date k', state = ''): string {
  const firsts = MAPPA_RULES.releaseDates.map((types) => {
    const listed = types.map((type) => literal(type)).join(', ')
    return `(select min(k.date) from ${source} where k.offender_id = ${offender} and k.type in (${listed})${state})`
  })
  return `coalesce(${firsts.join(', ')})`
}
