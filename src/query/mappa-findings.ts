import { MAPPA_RULES } from '../domain/mappa-rules'
import { asOfSql, instantSql, isAwaited, sourceSql, todaySql } from './conditions'
import { releaseDateSql } from './release-date'
import type { Scope } from './scope'

const { assessmentCurrent, levelConfirmed } = MAPPA_RULES.deadlines

/** What findings look at of a level. */
export const FINDING_COLUMNS = [
  'offender_id',
  'decision_id',
  'level',
  'category',
  'next_review_on',
  'area',
  'organisation_code',
] as const

/** The level in force by the leading register, as `alias`, with these columns; no row where the person is not under MAPPA. */
export function leadingLevelSql(
  offender: string,
  alias: string,
  columns: readonly string[],
  scope: Scope,
): string {
  return `(select ${columns.map((column) => `ml.${column}`).join(', ')} from ${sourceSql('mappa_level', 'ml', scope)}
      where ml.offender_id = ${offender} and ml.period @> ${instantSql(scope)}${asOfSql('ml', scope)}
      order by ml.lead, ml.stated_at desc limit 1) ${alias}`
}

/** A case of an area: by our own decision, else by who registered it. `level`: the leading level. */
export function inAreaSql(level: string, area: string, scope: Scope): string {
  const covers = scope.nextAlias()
  return `(${level}.area = ${area} or ${level}.area is null and exists (select from record.mappa_area_agency ${covers}
      where ${covers}.area = ${area} and ${covers}.agency = ${level}.organisation_code
      and (${covers}.since is null or ${covers}.since <= ${todaySql(scope)})
      and (${covers}.until is null or ${covers}.until > ${todaySql(scope)})))`
}

/** What is amiss with the level that leads, `level`, of a person; each is counted and listed by the same words. */
const FINDINGS = {
  /** No assessment was cited, or the newest of them was stale. */
  NO_CURRENT_ASSESSMENT: (level, scope) =>
    `${level}.decision_id is not null and not exists (select from ${sourceSql('decision_assessment', 'da', scope)}
      where da.decision_id = ${level}.decision_id${asOfSql('da', scope)}
      and da.completed_at > ${instantSql(scope)} - interval '${assessmentCurrent.count} weeks')`,
  REVIEW_OVERDUE: (level, scope) => `coalesce(${level}.next_review_on < ${todaySql(scope)}, false)`,
  /** Some agency has still to acknowledge the decision. */
  NOT_ACKNOWLEDGED: (level, scope) =>
    `exists (select from ${sourceSql('notice', 'nt', scope)} where nt.decision_id = ${level}.decision_id
      and ${isAwaited('nt')}${asOfSql('nt', scope)})`,
  /** No named person has opened the decision. */
  NOT_COMMUNICATED: (level, scope) =>
    `${level}.decision_id is not null and not exists (select from ${sourceSql('notice', 'nt', scope)}
      where nt.decision_id = ${level}.decision_id and nt.opened_at is not null${asOfSql('nt', scope)})`,
  SYSTEMS_DISAGREE: (level, scope) =>
    `exists (select from ${sourceSql('mappa_level', 'dl', scope)} where dl.offender_id = ${level}.offender_id
      and dl.period @> ${instantSql(scope)}${asOfSql('dl', scope)}
      and (dl.level is distinct from ${level}.level or dl.category <> ${level}.category))`,
  /** Release is nearer than the time by which a level is confirmed. */
  TO_BE_CONFIRMED: (level, scope) =>
    `${level}.level is null and coalesce(${releaseDateSql(`${level}.offender_id`, sourceSql('key_date', 'k', scope), asOfSql('k', scope))}
      < ${todaySql(scope)} + interval '${levelConfirmed.count} months', false)`,
} satisfies Record<string, (level: string, scope: Scope) => string>

type MappaFinding = keyof typeof FINDINGS

export const MAPPA_FINDINGS = Object.keys(FINDINGS) as readonly MappaFinding[]

export function findingSql(finding: MappaFinding, level: string, scope: Scope): string {
  return FINDINGS[finding](level, scope)
}

/** Whether the finding that `finding` names is one of the level. */
export function namedFindingSql(finding: string, level: string, scope: Scope): string {
  const each = MAPPA_FINDINGS.map((name) => `when '${name}' then ${findingSql(name, level, scope)}`)
  return `case ${finding} ${each.join('\n      ')} end`
}
