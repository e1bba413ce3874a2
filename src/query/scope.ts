import { limitedAccessSql } from '../access/limited-access'
import type { AccessPlan } from '../access/plan-access'
import { relationshipSql, type CallerSlots, type RelationshipName } from '../access/relationships'
import type { Catalogue } from '../catalogue/catalogue'
import type { Binds } from '../domain/binds'
import type { Cursors } from './cursor'
import { anyOwner, everyOwner, ownersSql, ownersText } from './owners'

/** All that compiling one root field needs: pure, one per root. */
export interface Scope {
  readonly catalogue: Catalogue
  readonly plan: AccessPlan
  readonly binds: Binds
  readonly caller: CallerSlots
  readonly cursors: Cursors
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

/**
 * The offenders asked for, weighed against need-to-know and limited access, before anything is read of them.
 * `provided`: what must be true besides for anybody to be shown.
 */
export function weighed(scope: Scope, asked: string, provided?: string): string[] {
  const { name, caller } = scope
  const own = everyOwner(scope, 'a.id', (owner) => relatedSql(scope, owner))
  const related = provided === undefined ? own : `(${own} and ${provided})`
  const barred = anyOwner(scope, 'a.id', (owner) => limitedAccessSql(owner, caller).barred)
  const notice = ownersText(scope, 'a.id', (owner) => limitedAccessSql(owner, caller).notice)
  // Without the offset each verdict would be worked out once for every place that it is named in. Limited access is
  // weighed of those alone who may be known of: of the others the time that it takes would tell.
  return [
    `${name}_asked as materialized (\n${asked}\n)`,
    `${name}_weighed as materialized (
  select a.id, a.place, a.related, a.barred, case when a.related and a.barred then ${notice} end as notice
  from (
    select a.id, a.place, a.related, case when a.related then ${barred} else false end as barred
    from (
      select a.id, a.place, ${related} as related
      from ${name}_asked a
      offset 0
    ) a
    offset 0
  ) a
)`,
    `${name}_shown as materialized (
  select a.id, a.place, ${conditionsSql(scope, 'a.id')} as conditions
  from ${name}_weighed a where a.related and not a.barred
)`,
  ]
}

/** One boolean per condition of the plan, for one row. */
export function conditionsSql(scope: Scope, offender: string): string {
  const each = scope.plan.conditions.map((any) =>
    everyOwner(scope, offender, (owner) => conditionSql(scope, any, owner)),
  )
  return each.length === 0 ? `'{}'::boolean[]` : `array[${each.join(', ')}]`
}

export function visibleSql(scope: Scope, offender: string): string {
  return everyOwner(scope, offender, (owner) => visibleNowSql(scope, owner))
}

/** Whether the caller may know of somebody as things are now, whatever state the question is about. */
export function visibleNowSql(scope: Scope, offender: string): string {
  return `${relatedSql(scope, offender)} and not ${limitedAccessSql(offender, scope.caller).barred}`
}

function relatedSql({ plan, caller }: Scope, offender: string): string {
  const own = relationshipSql(plan.rows, offender, caller)
  return plan.glass.length === 0 ? own : `(${own} or ${relationshipSql('brokenGlass', offender, caller)})`
}

/** Under broken glass the role's own conditions hold for the role's own cases alone. */
function conditionSql({ plan, caller }: Scope, any: readonly RelationshipName[], offender: string): string {
  const sql = (name: RelationshipName) => relationshipSql(name, offender, caller)
  if (plan.glass.length === 0) return `(${any.map(sql).join(' or ')})`
  const own = any.filter((name) => name !== 'brokenGlass')
  const either = [
    ...(own.length > 0 ? [`(${sql(plan.rows)} and (${own.map(sql).join(' or ')}))`] : []),
    ...(own.length < any.length ? [sql('brokenGlass')] : []),
  ]
  return `(${either.join(' or ')})`
}

/**
 * Who was shown and who was asked for in vain: what the journal needs to know. `also`: what more there is to
 * tell of one who was shown, as members of a JSON object.
 */
export function sightings(scope: Scope, { unseen, also }: { unseen: boolean; also?: string }): string {
  const { name, moment } = scope
  const whose = moment ? `in (${ownersSql(scope, 's.id')})` : '= s.id'
  const owners = `array(select sr.agency from record.source_record sr where sr.offender_id ${whose})`
  const notShown = unseen
    ? `(select coalesce(json_agg(json_build_array(w.id, w.related and w.barred, w.notice)), '[]'::json)
      from ${name}_weighed w where not w.related or w.barred)`
    : `'[]'::json`
  const others =
    moment &&
    `'others' value (select coalesce(json_agg(w.id), '[]'::json) from (${ownersSql(scope, 's.id')}) w)`
  const more = [others, also].filter((member) => member !== undefined)
  const told = more.length === 0 ? '' : `, json_object(${more.join(', ')} returning json)`
  return `json_build_array(
    (select coalesce(json_agg(json_build_array(s.id, s.conditions, ${owners}${told}) order by s.place), '[]'::json) from ${name}_shown s),
    ${notShown})`
}
