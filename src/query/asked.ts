import type { Binds } from '../domain/binds'
import { workedOut } from '../domain/blank'
import { normaliseIdentifier, REFERENCE_TYPES } from '../domain/identifiers'
import { asOfSql, sourceSql } from './conditions'
import type { Scope } from './scope'

/** One member: a text, or a blank for one. */
export type Reference = Readonly<Record<string, unknown>>

/** The ids that a reference names, whether or not the caller may know of them. In a form, the time is not known yet. */
export function askedSql(by: Reference, binds: Binds, now?: Date): string {
  if (by['id'] !== undefined) {
    return `  select coalesce(o.joined_into, o.id) as id, 1 as place from record.offender o where o.id = ${idSql(by, binds, now)}`
  }
  return `  select distinct i.offender_id as id, 1 as place from record.identifier i
  where ${namesSql(by, binds, now)}`
}

/**
 * Whom a reference named then: an id that was a person of its own is that person, whatever became of it. What
 * named nobody then is whom it names now, as they were.
 */
export function askedThenSql(by: Reference, scope: Scope): string {
  const then =
    by['id'] === undefined
      ? `select i.offender_id as id from ${sourceSql('identifier', 'i', scope)}
    where ${namesSql(by, scope.binds)}${asOfSql('i', scope)}`
      : `select o.id from ${sourceSql('offender', 'o', scope)}
    where o.id = ${idSql(by, scope.binds)}${asOfSql('o', scope)}`
  return `  with named as (
    ${then}
  ), found as (
    select n.id from named n
    union all select n.id from (${askedSql(by, scope.binds)}) n where not exists (select from named)
  )
  select distinct ${personThen(scope, 'f.id')} as id, 1 as place from found f`
}

/** The person that an id was part of then; the id itself where there was none yet. */
export function personThen(scope: Scope, id: string): string {
  return `coalesce((select coalesce(p.joined_into, p.id) from ${sourceSql('offender', 'p', scope)}
    where p.id = ${id}${asOfSql('p', scope)}), ${id})`
}

/** What cannot be an id of ours names nobody. */
function idSql({ id }: Reference, binds: Binds, now?: Date): string {
  return binds.bind(
    worked(id, 'id', (text) => (UUID.test(text) ? text : null), now),
    'uuid',
  )
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * A number that a supplier's own record goes by finds it even where it fails its check; a PNC or CRO that
 * fails finds nobody. What a CRC's copy says of other systems' numbers leads to nobody, nor does a number that
 * a supplier says is somebody else's.
 */
function namesSql(by: Reference, binds: Binds, now?: Date): string {
  const [[kind = '', text = ''] = []] = Object.entries(by)
  const type = REFERENCE_TYPES[kind as keyof typeof REFERENCE_TYPES]
  const value = worked(text, type, (raw, at) => normaliseIdentifier(type, raw, at).value, now)
  return `i.type = ${binds.bind(type, 'text')} and i.value = ${binds.bind(value, 'text')}
  and (i.valid or i.type in ('CRN', 'PRISON_NUMBER')) and i.qualifier is distinct from 'SEPARATED'
  and not exists (select from record.source_record sr where sr.id = i.source_record_id and sr.system = 'CRC'
    and (i.type <> 'CRN' or i.value <> sr.local_id))`
}

function worked(text: unknown, how: string, work: (text: string, now: Date) => unknown, now?: Date): unknown {
  if (now) return work(String(text), now)
  return workedOut(text, how, (value, particulars) => work(String(value), particulars.now))
}
