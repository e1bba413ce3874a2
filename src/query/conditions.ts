import { weigh } from '../access/plan-access'
import type { Scope } from './scope'

/** A condition on a row, which may look at the row it hangs on. */
export type Condition = (row: string, scope: Scope, holder: string) => string

/** The named conditions that a relation in the schema may set on its rows. */
export const CONDITIONS: Readonly<Record<string, Condition>> = {
  active: (row) => `${row}.active`,
  ended: (row) => `not ${row}.active`,
  // Where a number that senders write leads to the rows, or a row that named another while two were one person, it
  // must not lead to another person's.
  ofSameOffender: (row, _, holder) => `${row}.offender_id = ${holder}.offender_id`,
  // That a number is somebody else's names that person.
  own: (row) => `${row}.qualifier is distinct from 'SEPARATED'`,
  open: (row, scope) => `(${row}.until is null or ${row}.until > ${todaySql(scope)})`,
  standing: (row) => `${row}.withdrawn_at is null`,
  withdrawn: (row) => `${row}.withdrawn_at is not null`,
  outstanding: (row) => `${row}.done_at is null`,
  addressed: (row) => `${row}.agency is not null`,
  notAddressed: (row) => `${row}.agency is null`,
  answered: (row) => `${row}.answer is not null`,
  overdue: (row, scope) => `coalesce(${row}.due_at <= ${instantSql(scope)}, false) and ${isAwaited(row)}`,
  escalated: (row, scope) =>
    `coalesce(${row}.escalates_at <= ${instantSql(scope)}, false) and ${isAwaited(row)}`,
  // A decision that no named person has opened is not communicated.
  communicated: (row, scope) =>
    `exists (select from ${sourceSql('notice', 'opened', scope)}
      where opened.decision_id = ${row}.id and opened.opened_at is not null${asOfSql('opened', scope)})`,
  reviewOverdue: (row, scope) => `coalesce(${row}.next_review_on < ${todaySql(scope)}, false)`,
  stepOverdue: (row, scope) => `coalesce(${row}.due_on < ${todaySql(scope)}, false)`,
  inForce: (row, scope) => `${row}.period @> ${instantSql(scope)}`,
  otherThanAssessed: (row, scope) =>
    `case ${row}.register_type when 'RLRH' then 'LOW' when 'RMRH' then 'MEDIUM' when 'RHRH' then 'HIGH' when 'RVHR' then 'VERY_HIGH' end
      <> ${overallRoshSql(`${row}.offender_id`, scope)}`,
  disagreeing: (row, scope) => {
    const other = scope.nextAlias()
    const { role, purpose } = scope.plan
    // Who reads levels alone must not learn from a conflict that the categories differ.
    const readsCategory = weigh(role.groups.MAPPA_LEVEL, 'FULL', purpose) === 'yes'
    const categories = readsCategory ? ` or ${other}.category <> ${row}.category` : ''
    return `exists (select from ${sourceSql('mappa_level', other, scope)} where ${other}.offender_id = ${row}.offender_id
      and ${other}.period @> ${instantSql(scope)}${asOfSql(other, scope)}
      and (${other}.level is distinct from ${row}.level${categories}))`
  },
}

/** Still to be acknowledged, or answered where it asks for an answer; not once a later decision took its place. */
export function isAwaited(notice: string): string {
  return `${notice}.agency is not null and ${notice}.lapsed_at is null
      and case when ${notice}.answer_wanted then ${notice}.answer is null else ${notice}.acknowledged_at is null end`
}

export function instantSql({ moment, caller }: Scope): string {
  return moment?.instant ?? caller.instant
}

export function todaySql({ moment, caller }: Scope): string {
  return moment ? `(${moment.instant} at time zone 'Europe/London')::date` : caller.today
}

/** The table as it is, or all that it ever held where an earlier state is asked for. */
export function sourceSql(table: string, alias: string, { moment }: Scope, live = false): string {
  return `record.${table}${moment && !live ? '_ever' : ''} ${alias}`
}

/** Narrows all that a table ever held to one state. */
export function asOfSql(alias: string, { moment }: Scope, live = false): string {
  if (!moment || live) return ''
  return ` and ${alias}.revision <= ${moment.revision}
    and (${alias}.superseded_revision is null or ${alias}.superseded_revision > ${moment.revision})`
}

/** The level of harm by the newest assessment that states one, a complete one before others: as `Risk.latest` has it. */
export function overallRoshSql(offender: string, scope: Scope): string {
  return `(select ro.overall from ${sourceSql('assessment', 'ra', scope)}
    join ${sourceSql('rosh', 'ro', scope)} on ro.source_record_id = ra.source_record_id
    where ra.offender_id = ${offender} and ro.overall is not null${asOfSql('ra', scope)}${asOfSql('ro', scope)}
    order by ra.standing desc, ra.specialist, ra.assessed_at desc, ra.id desc limit 1)`
}
