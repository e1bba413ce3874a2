import { limitedAccessSql } from '../access/limited-access'
import type { AccessPlan } from '../access/plan-access'
import { relationshipSql, type CallerSlots, type RelationshipName } from '../access/relationships'
import type { Catalogue } from '../catalogue/catalogue'
import type { Binds } from '../domain/binds'

/** All that compiling one root field needs: pure, one per root. */
export interface Scope {
  readonly catalogue: Catalogue
  readonly plan: AccessPlan
  readonly binds: Binds
  readonly caller: CallerSlots
  /** Prefix of this root's common table expressions. */
  readonly name: string
  /** Set where the question is about an earlier state: expressions for its revision and instant. */
  readonly moment?: Moment
  nextAlias(): string
}

/** The row that an object is made of. */
export interface Row {
  readonly alias: string
  /** The row that this one hangs on. */
  readonly holder?: string
  /** Alias of the shown offender this row is about; absent until an offender was entered. */
  readonly shown?: string
}

export interface Moment {
  readonly revision: string
  readonly instant: string
}

/** The offenders asked for, weighed against need-to-know and limited access, before anything is read of them. */
export function weighed(scope: Scope, asked: string): string[] {
  const { name, plan, caller } = scope
  const related = relationshipSql(plan.rows, 'a.id', caller)
  const limited = limitedAccessSql('a.id', caller)
  return [
    `${name}_asked as materialized (\n${asked}\n)`,
    `${name}_weighed as materialized (
  select a.id, a.place, a.related, a.barred, case when a.related and a.barred then ${limited.notice} end as notice
  from (
    select a.id, a.place,
      ${related} as related,
      ${limited.barred} as barred
    from ${name}_asked a
  ) a
)`,
    `${name}_shown as materialized (
  select a.id, a.place, ${conditionsSql(scope, 'a.id')} as conditions
  from ${name}_weighed a where a.related and not a.barred
)`,
  ]
}

/** One boolean per condition of the plan, for one row. */
export function conditionsSql({ plan, caller }: Scope, offender: string): string {
  const each = plan.conditions.map((any) => orOf(any, offender, caller))
  return each.length === 0 ? `'{}'::boolean[]` : `array[${each.join(', ')}]`
}

export function visibleSql({ plan, caller }: Scope, offender: string): string {
  return `${relationshipSql(plan.rows, offender, caller)} and not ${limitedAccessSql(offender, caller).barred}`
}

function orOf(any: readonly RelationshipName[], offender: string, caller: CallerSlots): string {
  return `(${any.map((name) => relationshipSql(name, offender, caller)).join(' or ')})`
}

/** Who was shown and who was asked for in vain: what the journal needs to know. */
export function sightings(scope: Scope, { unseen }: { unseen: boolean }): string {
  const { name } = scope
  const owners = `(select coalesce(json_agg(distinct sr.agency) filter (where sr.agency is not null), '[]'::json)
      from record.source_record sr where sr.offender_id = s.id)`
  const notShown = unseen
    ? `(select coalesce(json_agg(json_build_array(w.id, w.related and w.barred, w.notice)), '[]'::json)
      from ${name}_weighed w where not w.related or w.barred)`
    : `'[]'::json`
  return `json_build_array(
    (select coalesce(json_agg(json_build_array(s.id, s.conditions, ${owners}) order by s.place), '[]'::json) from ${name}_shown s),
    ${notShown})`
}
