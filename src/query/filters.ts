import { asOfSql, instantSql, overallRoshSql, sourceSql, todaySql } from './conditions'
import { FINDING_COLUMNS, inAreaSql, leadingLevelSql, namedFindingSql } from './mappa-findings'
import type { Scope } from './scope'

/** The filters of `offenders`, each index-backed; their names are those of OffenderFilter. */
const FILTERS: Readonly<Record<string, (offender: string, value: unknown, scope: Scope) => string>> = {
  establishment: (o, value, scope) =>
    `exists (select from ${sourceSql('custody', 'cu', scope)} where cu.offender_id = ${o}.id
      and cu.establishment_code = upper(${scope.binds.bind(value, 'text')})${asOfSql('cu', scope)})`,
  organisation: (o, value, scope) =>
    heldSql(o, `al.organisation_code = upper(${scope.binds.bind(value, 'text')})`, scope),
  allocatedTo: (o, value, scope) =>
    heldSql(o, `not al.unallocated and al.staff_code = upper(${scope.binds.bind(value, 'text')})`, scope),
  mappaLevel: (o, value, scope) =>
    `${scope.binds.bind(value, 'integer')} = (select ml.level from ${sourceSql('mappa_level', 'ml', scope)}
      where ml.offender_id = ${o}.id and ml.period @> ${instantSql(scope)}${asOfSql('ml', scope)} order by ml.lead, ml.stated_at desc limit 1)`,
  mappaLevelStatus: (o, value, scope) =>
    leadingSql(
      o,
      ['level_status'],
      scope,
      (level) => `${level}.level_status = ${scope.binds.bind(value, 'text')}`,
    ),
  mappaCategory: (o, value, scope) =>
    leadingSql(
      o,
      ['category'],
      scope,
      (level) => `${level}.category = ${scope.binds.bind(value, 'integer')}`,
    ),
  mappaArea: (o, value, scope) =>
    leadingSql(o, ['area', 'organisation_code'], scope, (level) =>
      inAreaSql(level, scope.binds.bind(value, 'text'), scope),
    ),
  mappaFinding: (o, value, scope) =>
    leadingSql(o, FINDING_COLUMNS, scope, (level) =>
      namedFindingSql(scope.binds.bind(value, 'text'), level, scope),
    ),
  rosh: (o, value, scope) => `${overallRoshSql(`${o}.id`, scope)} = ${scope.binds.bind(value, 'text')}`,
  name: (o, value, { binds }) => {
    const words = String(value).trim().toLowerCase().split(/\s+/)
    const prefix = (word: string) => binds.bind(`${word.replace(/[\\%_]/g, '\\$&')}%`, 'text')
    const whole = `lower(${o}.family_name) like ${prefix(words.join(' '))}`
    if (words.length < 2) return whole
    const [given = '', ...family] = words
    return `(${whole} or (lower(${o}.given_name) like ${prefix(given)} and lower(${o}.family_name) like ${prefix(family.join(' '))}))`
  },
}

/** A level is in force, and the leading one is such. */
function leadingSql(
  offender: string,
  columns: readonly string[],
  scope: Scope,
  is: (level: string) => string,
): string {
  return `exists (select from ${leadingLevelSql(`${offender}.id`, 'll', columns, scope)} where ${is('ll')})`
}

/** An open allocation of which the condition is true. */
function heldSql(offender: string, condition: string, scope: Scope): string {
  return `exists (select from ${sourceSql('allocation', 'al', scope)} where al.offender_id = ${offender}.id
      and ${condition} and (al.until is null or al.until > ${todaySql(scope)})${asOfSql('al', scope)})`
}

export function filtersSql(where: Readonly<Record<string, unknown>>, offender: string, scope: Scope): string {
  return Object.entries(where)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => {
      const filter = FILTERS[name]
      if (!filter) throw new Error(`no filter is called ${name}`)
      return `\n    and ${filter(offender, value, scope)}`
    })
    .join('')
}
