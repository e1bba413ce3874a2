import { meetingVisibleSql } from '../access/meetings'
import type { SelectedField } from '../catalogue/select'
import { literal } from '../domain/binds'
import { Refusal } from '../domain/refusal'
import { dated } from './as-of'
import { askedSql, askedThenSql, type Reference } from './asked'
import { connectionSql } from './compile-connection'
import { jsonObject, objectSql } from './compile-object'
import { asOfSql, sourceSql } from './conditions'
import { readPage } from './cursor'
import { givenValue } from './given-value'
import { filtersSql } from './filters'
import { conditionsSql, sightings, visibleSql, weighed, type Scope } from './scope'

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
  /** Plain values, by the schema's field names; the items of a root that is a list, by the root's. */
  readonly values: Readonly<Record<string, unknown>>
  /** Entities of the payload, by the field that holds them. */
  readonly entities?: Readonly<Record<string, { readonly table: string; readonly id: string }>>
  /** Offenders that the values speak of. */
  readonly subjects?: readonly string[]
  /** The values are of a case, be it of nobody on record. */
  readonly discloses?: boolean
}

export function compileOffender(undated: Scope, root: SelectedField): CompiledRoot {
  const { name } = undated
  const { scope, tables, revision } = dated(undated, root.args['asOf'])
  const by = root.args['by'] as Reference
  const shown = scope.nextAlias()
  const row = scope.nextAlias()
  const source = sourceSql('offender', row, scope)
  const object = objectSql(scope, scope.catalogue.type('Offender'), root.children, { alias: row, shown })
  return {
    tables: [
      ...tables,
      ...weighed(scope, scope.moment ? askedThenSql(by, scope) : askedSql(by, scope.binds)),
    ],
    value: `(select ${object} from ${name}_shown ${shown} join ${source} on ${row}.id = ${shown}.id${asOfSql(row, scope)}
    where (select count(*) from ${name}_shown) = 1)`,
    sightings: sightings(scope, { unseen: true }),
    ...(revision !== undefined && { revision }),
  }
}

const NAME_ORDER = [
  `coalesce(o.family_name, '') collate "C"`,
  `coalesce(o.given_name, '') collate "C"`,
  'o.id',
]

export function compileOffenders(undated: Scope, root: SelectedField): CompiledRoot {
  const { name, binds } = undated
  const { scope, tables, revision } = dated(undated, root.args['asOf'])
  const page = readPage(root.args, NAME_ORDER.length, scope.cursors(root.name))
  const after = page.after
    ? `\n    and (${NAME_ORDER.join(', ')}) > (${page.after.map((value) => binds.bind(value, '')).join(', ')})`
    : ''
  // Of nobody nothing is asked: who sees no case may not read what a filter uses either.
  const filters = scope.plan.rows === 'nobody' ? {} : (root.args['where'] ?? {})
  const where = filtersSql(filters as Record<string, unknown>, 'o', scope)
  const row = scope.nextAlias()
  const shown = scope.nextAlias()
  const columns = [`coalesce(${row}.family_name, '')`, `coalesce(${row}.given_name, '')`, `${row}.id`]
  const type = scope.catalogue.type('Offender')
  return {
    tables: [
      ...tables,
      `${name}_page as materialized (
  select o.id, row_number() over (order by ${NAME_ORDER.join(', ')}) as place
  from ${sourceSql('offender', 'o', scope)}
  where o.joined_into is null${asOfSql('o', scope)}${where}${after}
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
        from: `${name}_listed ${shown} join ${sourceSql('offender', row, scope)} on ${row}.id = ${shown}.id${asOfSql(row, scope)}`,
        order: ` order by ${shown}.place`,
        list: root.name,
        columns,
        isLater: page.after !== undefined,
        item: (children) => objectSql(scope, type, children, { alias: row, shown }),
      },
      page.first,
    ),
    sightings: sightings(scope, { unseen: false }),
    ...(revision !== undefined && { revision }),
  }
}

/** A payload: values as given, entities read like everything else. */
export function compileGiven(scope: Scope, root: SelectedField, given: Given): CompiledRoot {
  const entities = Object.values(given.entities ?? {})
  return {
    tables: weighed(
      scope,
      entities.length === 0 ? NOBODY : entities.map((entity) => offendersOf(scope, entity)).join('\nunion\n'),
    ),
    value: root.field?.list ? plainSql(scope, root, given) : payloadSql(scope, root, given),
    sightings: sightings(scope, { unseen: entities.length > 0 }),
  }
}

function payloadSql(scope: Scope, root: SelectedField, given: Given): string {
  const members = root.children.map((child) => {
    const entity = given.entities?.[child.name]
    const value = entity ? entitySql(scope, child, entity.table, entity.id) : plainSql(scope, child, given)
    return `${literal(child.key)} value ${value}`
  })
  return jsonObject(members)
}

function plainSql({ binds }: Scope, selected: SelectedField, { values }: Given): string {
  return binds.bind(JSON.stringify(givenValue(values, selected)), 'json')
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
