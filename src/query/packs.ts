import { acceptedSql, meetingVisibleSql } from '../access/meetings'
import type { SelectedField } from '../catalogue/select'
import { literal } from '../domain/binds'
import { momentOf } from './as-of'
import { askedSql, personThen, type Reference } from './asked'
import { jsonObject, objectSql } from './compile-object'
import { givenValue } from './given-value'
import { asUuid, type CompiledRoot, type Given } from './roots'
import { sightings, visibleNowSql, weighed, type Scope } from './scope'

const MARKING = `'OFFICIAL-SENSITIVE'::text`

/** A frozen meeting reads as of a freeze, the newest unless another is asked for; one that is not frozen yet, the newest state. */
export function compileMeetingSummary(
  undated: Scope,
  root: SelectedField,
  given: Given | null | undefined,
): CompiledRoot {
  const { name } = undated
  const scope: Scope = { ...undated, moment: momentOf(undated) }
  const condition = rootCondition(scope, root)
  const values: Members = {
    marking: () => MARKING,
    meeting: (child) => meetingSql(scope, child),
    freeze: () => `(select f.number from ${name}_freeze f)`,
    revision: () => momentOf(scope).revision,
    at: () => momentOf(scope).instant,
    cases: (child) => casesSql(scope, child, condition),
    attendees: (child) => scope.binds.bind(JSON.stringify(givenValue(given?.values ?? null, child)), 'json'),
  }
  const seen = condition('s')
  return {
    tables: [...meetingTables(scope, root), ...weighed(scope, meetingCasesSql(scope))],
    value: `(select ${membersSql(root, values)} from ${name}_meeting${seen === '' ? '' : `\n    where exists (select from ${name}_shown s where true${seen})`})`,
    sightings: sightings(scope, { unseen: true }),
    revision: momentOf(scope).revision,
  }
}

/** The SQL of an object's members, by name. */
type Members = Readonly<Record<string, (child: SelectedField) => string>>

function membersSql({ children }: SelectedField, values: Members): string {
  return jsonObject(
    children.map((child) => {
      const value = values[child.name]?.(child) ?? `${literal(child.parent.name)}::text`
      return `${literal(child.key)} value ${value}`
    }),
  )
}

/** The meeting, for those who may know of it and accepted its statement; the freeze that is asked for; its moment. */
function meetingTables(scope: Scope, { args }: SelectedField): string[] {
  const { name, binds, caller, plan } = scope
  const meeting = binds.bind(asUuid(args['meeting'] as string, 'meeting'), 'uuid')
  const asked = args['freeze'] as number | null | undefined
  const number = asked === null || asked === undefined ? undefined : binds.bind(asked, 'integer')
  const wanted = (freeze: string) => (number === undefined ? '' : ` and ${freeze}.number = ${number}`)
  const isFrozen =
    number === undefined
      ? ''
      : `\n    and exists (select from record.meeting_freeze wf where wf.meeting_id = m.id${wanted('wf')})`
  return [
    `${name}_meeting as materialized (
  select m.* from record.mappa_meeting m
  where m.id = ${meeting} and ${meetingVisibleSql('m', plan.role.rows.relationship, caller)}
    and ${acceptedSql('m', caller)}${isFrozen}
)`,
    `${name}_freeze as materialized (
  select mf.number, mf.frozen_revision, mf.frozen_at from record.meeting_freeze mf
  join ${name}_meeting m on m.id = mf.meeting_id${wanted('mf')}
  order by mf.number desc limit 1
)`,
    `${name}_moment as materialized (
  select coalesce(f.frozen_revision, (select c.value from record.revision_counter c)) as revision,
    coalesce(f.frozen_at, ${caller.instant}) as at
  from ${name}_meeting m left join ${name}_freeze f on true
)`,
  ]
}

/** A case is the person whom it was made about, as of the freeze: one who was joined to another since stays that person. */
function meetingCasesSql(scope: Scope): string {
  return `  select c.id, min(c.position) as place from (
    select ${personThen(scope, 'mc.made_about')} as id, mc.position
    from record.meeting_case mc join ${scope.name}_meeting m on m.id = mc.meeting_id
  ) c group by c.id`
}

function meetingSql(scope: Scope, selected: SelectedField): string {
  const alias = scope.nextAlias()
  const object = objectSql(scope, scope.catalogue.type('MappaMeeting'), selected.children, { alias })
  return `(select ${object} from ${scope.name}_meeting ${alias})`
}

/** Where the answer as a whole depends on the case: only the cases of which its condition is true. */
function rootCondition({ plan }: Scope, root: SelectedField): (shown: string) => string {
  const decision = plan.decide(root)
  return (shown) => (decision.show === 'if' ? ` and ${shown}.conditions[${decision.condition + 1}]` : '')
}

function casesSql(scope: Scope, selected: SelectedField, condition: (shown: string) => string): string {
  const { from, object, alias } = caseSql(scope, selected)
  return `(select coalesce(json_agg(${object} order by ${alias}.place), '[]'::json)
    from ${from(condition)})`
}

/** What a pack says of one of its cases: sections of the record, read at the pack's moment. */
function caseSql(scope: Scope, selected: SelectedField) {
  const alias = scope.nextAlias()
  const shown = scope.nextAlias()
  const type = scope.catalogue.type(selected.field?.type ?? '')
  return {
    alias,
    object: objectSql(scope, type, selected.children, { alias, shown }),
    from: (condition: (shown: string) => string) =>
      `(select a.id as offender_id, a.place from ${scope.name}_asked a) ${alias}
    join ${scope.name}_shown ${shown} on ${shown}.id = ${alias}.offender_id${condition(shown)}`,
  }
}

/** A referred case, as of its newest referral or the one that is asked for. */
export function compileParoleSummary(undated: Scope, root: SelectedField): CompiledRoot {
  const { name } = undated
  const scope: Scope = { ...undated, moment: momentOf(undated) }
  const values: Members = {
    referral: () => 'pr.number',
    referredAt: () => 'pr.referred_at',
    until: () => 'pr.until',
    marking: () => MARKING,
    revision: () => momentOf(scope).revision,
    case: (child) => {
      const { object, from } = caseSql(scope, child)
      return `(select ${object} from ${from(() => '')})`
    },
  }
  return {
    tables: [
      ...referralTables(scope, root),
      ...weighed(scope, referredSql(scope), `exists (select from ${name}_referral)`),
    ],
    value: `(select ${membersSql(root, values)} from ${name}_referral pr where (select count(*) from ${name}_shown) = 1)`,
    sightings: sightings(scope, { unseen: true }),
    revision: momentOf(scope).revision,
  }
}

/** Whom the reference names; their referral, as far as the caller may know of them; its moment. */
function referralTables(scope: Scope, { args }: SelectedField): string[] {
  const { name, binds } = scope
  const number = args['referral'] as number | null | undefined
  const wanted =
    number === null || number === undefined ? '' : ` and r.number = ${binds.bind(number, 'integer')}`
  return [
    `${name}_named as materialized (\n${askedSql(args['by'] as Reference, binds)}\n)`,
    `${name}_referral as materialized (
  select r.* from (
    select pr.offender_id, pr.made_about, pr.referred_at, pr.until, pr.frozen_revision,
      row_number() over (partition by pr.offender_id order by pr.referred_at, pr.id) as number
    from record.parole_referral pr join ${name}_named n on n.id = pr.offender_id
  ) r where ${visibleNowSql(scope, 'r.offender_id')}${wanted}
  order by r.number desc limit 1
)`,
    `${name}_moment as materialized (
  select r.frozen_revision as revision, r.referred_at as at from ${name}_referral r
)`,
  ]
}

/** The person whom the referral was made about, as of then; of whom there is none, whom the reference names. */
function referredSql(scope: Scope): string {
  const { name } = scope
  return `  select distinct coalesce((select ${personThen(scope, 'r.made_about')} from ${name}_referral r
      where r.offender_id = n.id), n.id) as id, 1 as place from ${name}_named n`
}
