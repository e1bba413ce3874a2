import { meetingVisibleSql } from '../access/relationships'
import type { SelectedField } from '../catalogue/select'
import { literal, type Binds } from '../domain/binds'
import { normaliseIdentifier, REFERENCE_TYPES } from '../domain/identifiers'
import { Refusal } from '../domain/refusal'
import { connectionSql } from './compile-connection'
import { jsonObject, objectSql } from './compile-object'
import { asOfSql, sourceSql } from './conditions'
import { readPage } from './cursor'
import { givenValue } from './given-value'
import { filtersSql } from './filters'
import { conditionsSql, sightings, visibleSql, weighed, type Moment, type Scope } from './scope'

/** One root field compiled: what it needs before it, its JSON, and who is seen in it. */
export interface CompiledRoot {
  readonly tables: readonly string[]
  readonly value: string
  readonly sightings: string
  /** Set where it reads an earlier state: the expression of its revision. */
  readonly revision?: string
}

/** Where a command's payload, or the gateway's own answer, finds its values. */
export interface Given {
  /** Plain values, by the schema's field names. */
  readonly values: Readonly<Record<string, unknown>>
  /** Where the answer is a list: the values of each. */
  readonly list?: readonly Readonly<Record<string, unknown>>[]
  /** Entities of the payload, by the field that holds them. */
  readonly entities?: Readonly<Record<string, { readonly table: string; readonly id: string }>>
  /** Offenders that the values speak of. */
  readonly subjects?: readonly string[]
  /** The values are of a case, be it of nobody on record. */
  readonly discloses?: boolean
}

export function compileOffender(scope: Scope, root: SelectedField, now: Date): CompiledRoot {
  const { name, binds } = scope
  const dated = withMoment(scope, root.args['asOf'], now)
  const shown = scope.nextAlias()
  const row = scope.nextAlias()
  const source = sourceSql('offender', row, dated.scope)
  const object = objectSql(dated.scope, scope.catalogue.type('Offender'), root.children, {
    alias: row,
    shown,
  })
  return {
    tables: [
      ...weighed(scope, askedSql(root.args['by'] as Record<string, string>, binds, now)),
      ...dated.tables,
    ],
    value: `(select ${object} from ${name}_shown ${shown} join ${source} on ${row}.id = ${shown}.id${asOfSql(row, dated.scope)}
    where (select count(*) from ${name}_shown) = 1)`,
    sightings: sightings(scope, { unseen: true }),
    ...(dated.scope.moment && { revision: dated.scope.moment.revision }),
  }
}

/** The ids that a reference names, whether or not the caller may know of them. */
export function askedSql(by: Readonly<Record<string, string>>, binds: Binds, now: Date): string {
  const [[kind = '', text = ''] = []] = Object.entries(by)
  if (kind === 'id') {
    const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text : null
    return `  select coalesce(o.joined_into, o.id) as id, 1 as place from record.offender o where o.id = ${binds.bind(id, 'uuid')}`
  }
  const type = REFERENCE_TYPES[kind as keyof typeof REFERENCE_TYPES]
  const { value } = normaliseIdentifier(type, text, now)
  // A number that a supplier's own record goes by finds it even where it fails its check; a PNC or CRO that
  // fails finds nobody. What a CRC's copy says of other systems' numbers leads to nobody, nor does a number that
  // a supplier says is somebody else's.
  return `  select distinct i.offender_id as id, 1 as place from record.identifier i
  where i.type = ${binds.bind(type, 'text')} and i.value = ${binds.bind(value, 'text')}
  and (i.valid or i.type in ('CRN', 'PRISON_NUMBER')) and i.qualifier is distinct from 'SEPARATED'
  and not exists (select from record.source_record sr where sr.id = i.source_record_id and sr.system = 'CRC'
    and (i.type <> 'CRN' or i.value <> sr.local_id))`
}

/** An earlier state is found by its revision, or by the instant at which it was the newest. */
function withMoment(scope: Scope, asOf: unknown, now: Date): { scope: Scope; tables: string[] } {
  if (asOf === null || asOf === undefined) return { scope, tables: [] }
  const { revision, at } = asOf as { revision?: number; at?: string }
  const chosen =
    at === undefined
      ? `select ${scope.binds.bind(revision, 'bigint')} as revision,
      coalesce((select r.at from record.revision r where r.revision >= ${scope.binds.bind(revision, 'bigint')}
        order by r.revision limit 1), ${scope.binds.bind(now.toISOString(), 'timestamptz')}) as at`
      : `select coalesce((select max(r.revision) from record.revision r where r.at <= ${scope.binds.bind(at, 'timestamptz')}), 0) as revision,
      ${scope.binds.bind(at, 'timestamptz')} as at`
  return {
    scope: { ...scope, moment: momentOf(scope) },
    tables: [`${scope.name}_moment as materialized (\n  ${chosen}\n)`],
  }
}

function momentOf({ name }: Scope): Moment {
  return {
    revision: `(select m.revision from ${name}_moment m)`,
    instant: `(select m.at from ${name}_moment m)`,
  }
}

const NAME_ORDER = [
  `coalesce(o.family_name, '') collate "C"`,
  `coalesce(o.given_name, '') collate "C"`,
  'o.id',
]

export function compileOffenders(scope: Scope, root: SelectedField): CompiledRoot {
  const { name, binds } = scope
  const page = readPage(root.args, NAME_ORDER.length)
  const after = page.after
    ? `\n    and (${NAME_ORDER.join(', ')}) > (${page.after.map((value) => binds.bind(value, '')).join(', ')})`
    : ''
  const where = filtersSql((root.args['where'] ?? {}) as Record<string, unknown>, 'o', scope)
  const row = scope.nextAlias()
  const shown = scope.nextAlias()
  const columns = [`coalesce(${row}.family_name, '')`, `coalesce(${row}.given_name, '')`, `${row}.id`]
  const type = scope.catalogue.type('Offender')
  return {
    tables: [
      `${name}_page as materialized (
  select o.id, row_number() over (order by ${NAME_ORDER.join(', ')}) as place
  from record.offender o
  where o.joined_into is null${where}${after}
    and ${visibleSql(scope, 'o.id')}
  order by ${NAME_ORDER.join(', ')}
  limit ${page.first + 1}
)`,
      `${name}_listed as materialized (
  select p.id, p.place, ${conditionsSql(scope, 'p.id')} as conditions from ${name}_page p
)`,
      `${name}_shown as (select l.* from ${name}_listed l where l.place <= ${page.first})`,
    ],
    value: connectionSql(
      scope,
      scope.catalogue.type('OffenderConnection'),
      root.children,
      {
        from: `${name}_listed ${shown} join record.offender ${row} on ${row}.id = ${shown}.id`,
        order: ` order by ${shown}.place`,
        columns,
        isLater: page.after !== undefined,
        item: (children) => objectSql(scope, type, children, { alias: row, shown }),
      },
      page.first,
    ),
    sightings: sightings(scope, { unseen: false }),
  }
}

/** A frozen meeting reads as of its freeze; one that is not frozen yet reads the newest state. */
export function compileMeetingSummary(scope: Scope, root: SelectedField): CompiledRoot {
  const { name } = scope
  const dated: Scope = { ...scope, moment: momentOf(scope) }
  const condition = rootCondition(scope, root)
  const members = root.children.map((child) => {
    if (child.name === 'marking') return `${literal(child.key)} value 'OFFICIAL-SENSITIVE'::text`
    if (child.name === 'meeting') return `${literal(child.key)} value ${meetingSql(dated, child)}`
    if (child.name === 'cases') return `${literal(child.key)} value ${casesSql(dated, child, condition)}`
    return `${literal(child.key)} value 'MappaMeetingSummary'::text`
  })
  return {
    tables: [
      meetingTable(scope, root.args['meeting'] as string),
      `${name}_moment as materialized (
  select coalesce(m.frozen_revision, (select c.value from record.revision_counter c)) as revision,
    coalesce(m.frozen_at, ${scope.caller.instant}) as at from ${name}_meeting m
)`,
      ...weighed(
        scope,
        `  select mc.offender_id as id, mc.position as place from record.meeting_case mc join ${name}_meeting m on m.id = mc.meeting_id`,
      ),
    ],
    value: `(select ${jsonObject(members)} from ${name}_meeting${condition('s') === '' ? '' : `\n    where exists (select from ${name}_shown s where true${condition('s')})`})`,
    sightings: sightings(scope, { unseen: true }),
    revision: momentOf(scope).revision,
  }
}

function meetingTable(scope: Scope, id: string): string {
  return `${scope.name}_meeting as materialized (
  select m.* from record.mappa_meeting m
  where m.id = ${scope.binds.bind(asUuid(id, 'meeting'), 'uuid')} and ${meetingVisibleSql('m', scope.plan.role.rows.relationship, scope.caller)}
)`
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
  const alias = scope.nextAlias()
  const shown = scope.nextAlias()
  const object = objectSql(scope, scope.catalogue.type('MeetingCaseSummary'), selected.children, {
    alias,
    shown,
  })
  return `(select coalesce(json_agg(${object} order by ${alias}.position), '[]'::json)
    from record.meeting_case ${alias} join ${scope.name}_meeting m on m.id = ${alias}.meeting_id
    join ${scope.name}_shown ${shown} on ${shown}.id = ${alias}.offender_id${condition(shown)})`
}

/** A payload: values as given, entities read like everything else. */
export function compileGiven(scope: Scope, root: SelectedField, given: Given): CompiledRoot {
  const { binds } = scope
  if (given.list) {
    const list = JSON.stringify(givenValue({ [root.name]: given.list }, root))
    return {
      tables: weighed(scope, NOBODY),
      value: binds.bind(list, 'json'),
      sightings: sightings(scope, { unseen: false }),
    }
  }
  const entities = Object.values(given.entities ?? {})
  const members = root.children.map((child) => {
    const entity = given.entities?.[child.name]
    const value = entity
      ? entitySql(scope, child, entity.table, entity.id)
      : binds.bind(JSON.stringify(givenValue(given.values, child)), 'json')
    return `${literal(child.key)} value ${value}`
  })
  return {
    tables: weighed(
      scope,
      entities.length === 0 ? NOBODY : entities.map((entity) => offendersOf(scope, entity)).join('\nunion\n'),
    ),
    value: jsonObject(members),
    sightings: sightings(scope, { unseen: entities.length > 0 }),
  }
}

const NOBODY = '  select null::uuid as id, 1 as place where false'

function offendersOf(scope: Scope, { table, id }: { table: string; id: string }): string {
  const slot = scope.binds.bind(id, 'uuid')
  return table === 'mappa_meeting'
    ? `  select mc.offender_id as id, mc.position as place from record.meeting_case mc where mc.meeting_id = ${slot}`
    : `  select d.${ownerOf(table)} as id, 1 as place from record.${table} d where d.id = ${slot}`
}

function ownerOf(table: string): string {
  return table === 'offender' ? 'id' : 'offender_id'
}

function entitySql(scope: Scope, selected: SelectedField, table: string, id: string): string {
  const alias = scope.nextAlias()
  const type = scope.catalogue.type(selected.field?.type ?? '')
  const slot = scope.binds.bind(id, 'uuid')
  if (type.about === 'MEETING') {
    const object = objectSql(scope, type, selected.children, { alias })
    const visible = meetingVisibleSql(alias, scope.plan.role.rows.relationship, scope.caller)
    return `(select ${object} from record.${table} ${alias} where ${alias}.id = ${slot} and ${visible})`
  }
  const shown = scope.nextAlias()
  const object = objectSql(scope, type, selected.children, { alias, shown })
  return `(select ${object} from record.${table} ${alias} join ${scope.name}_shown ${shown} on ${shown}.id = ${alias}.${ownerOf(table)}
    where ${alias}.id = ${slot})`
}

/** An id that cannot be one of ours names nothing: the same as one that is unknown. */
export function asUuid(text: string, field: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text
  throw new Refusal('BAD_USER_INPUT', `${field} is not an id of ours.`, field)
}
