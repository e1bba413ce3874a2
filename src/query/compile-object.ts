import { withheldBelow } from '../access/withheld'
import type { Field, ObjectType, Relation } from '../catalogue/catalogue'
import type { SelectedField } from '../catalogue/select'
import { literal } from '../domain/binds'
import { changedSinceSql } from './changed-since'
import { changeRows, changesOfOffender, changesSql } from './changes'
import { connectionSql, type RowItems } from './compile-connection'
import { readPage } from './cursor'
import { conditionOf, rowsOf, rowType } from './rows'
import type { Row, Scope } from './scope'
import { stateSql } from './state'

/** Lists that are not paged are bounded all the same. */
const LIST_MAX = 500

/** One JSON object in response shape. What may not be seen is not selected. */
export function objectSql(
  scope: Scope,
  type: ObjectType,
  children: readonly SelectedField[],
  row: Row,
): string {
  const members = children.map(
    (child) => `${literal(child.key)} value ${fieldSql(scope, type, child, row, children)}`,
  )
  return jsonObject(members)
}

/** Members one a line, so that a statement can be read. */
export function jsonObject(members: readonly string[]): string {
  const lines = members.map((member) => `\n  ${member.replaceAll('\n', '\n  ')}`)
  return `json_object(${lines.join(',')} returning json)`
}

function fieldSql(
  scope: Scope,
  type: ObjectType,
  selected: SelectedField,
  row: Row,
  siblings: readonly SelectedField[],
): string {
  const { field } = selected
  if (!field) return selected.name === '__typename' ? literal(type.name) + '::text' : 'null::text'
  const decision = scope.plan.decide(selected)
  if (decision.show === 'no') return 'null::text'
  const value =
    field.worked === 'withheld'
      ? withheldSql(scope, selected, row, siblings)
      : valueSql(scope, type, field, selected, row)
  if (decision.show === 'yes') return value
  if (row.shown === undefined)
    throw new Error(`${field.coordinate} depends on an offender, and there is none`)
  return `case when ${row.shown}.conditions[${decision.condition + 1}] then ${value} end`
}

function valueSql(scope: Scope, holder: ObjectType, field: Field, selected: SelectedField, row: Row): string {
  if (field.worked === 'changedSince') return changedSinceSql(scope, selected, row)
  if (field.holds !== undefined)
    return `(${conditionOf(field.holds)(row.alias, scope, row.holder ?? row.alias)})`
  if (field.stateOf !== undefined) return stateSql(scope, holder, field.stateOf, row)
  if (field.worked === 'changes') return changesOfSql(scope, selected, row)
  if (field.worked === 'fieldChanges') return fieldChangesSql(selected, row)
  if (field.relation) return relationSql(scope, field, field.relation, selected, row)
  if (field.type === undefined)
    return `${field.holder ? (row.holder ?? row.alias) : row.alias}.${field.column}`
  return objectSql(scope, scope.catalogue.type(field.type), selected.children, row)
}

function relationSql(
  scope: Scope,
  field: Field,
  relation: Relation,
  selected: SelectedField,
  row: Row,
): string {
  const type = scope.catalogue.type(field.type ?? '')
  if (relation.kind === 'connection') return pagedSql(scope, type, relation, selected, row)
  const from = rowsOf(scope, type, relation, row)
  const object = objectSql(scope, type, selected.children, from.row)
  const order = orderSql(relation, from.row.alias)
  if (relation.kind === 'one') return `(select ${object} from ${from.sql}${order} limit 1)`
  const item = scope.nextAlias()
  return `(select coalesce(json_agg(${item}.item), '[]'::json)
    from (select ${object} as item from ${from.sql}${order} limit ${LIST_MAX}) ${item})`
}

function pagedSql(
  scope: Scope,
  connection: ObjectType,
  relation: Relation,
  selected: SelectedField,
  row: Row,
): string {
  const list = `${selected.parent.name}.${selected.name}`
  const page = readPage(selected.args, relation.order.length, scope.cursors(list))
  const type = rowType(scope, connection)
  const from = rowsOf(scope, type, relation, row)
  const { alias } = from.row
  const columns = relation.order.map((term) => `${alias}.${term.column}`)
  const comparison = relation.order[0]?.descending ? '<' : '>'
  const after = page.after?.map((value) => scope.binds.bind(value, ''))
  const beyond = after ? ` and (${columns.join(', ')}) ${comparison} (${after.join(', ')})` : ''
  const rows: RowItems = {
    from: `${from.sql}${beyond}`,
    order: orderSql(relation, alias),
    list,
    columns,
    isLater: page.after !== undefined,
    item: (children) => objectSql(scope, type, children, from.row),
  }
  return connectionSql(scope, connection, selected.children, rows, page.first)
}

function changesOfSql(scope: Scope, selected: SelectedField, row: Row): string {
  const { catalogue } = scope
  const stretch = changesOfOffender(scope, selected.args, row)
  const alias = scope.nextAlias()
  const rows: RowItems = {
    ...changeRows(scope, stretch, `(${changesSql(scope, stretch)})`, alias),
    item: (children) => objectSql(scope, catalogue.type('Change'), children, { alias, shown: alias }),
  }
  return connectionSql(scope, catalogue.type('ChangeConnection'), selected.children, rows, stretch.first)
}

/** Each `[name, before, after]` as an object. */
function fieldChangesSql(selected: SelectedField, { alias }: Row): string {
  const places = ['name', 'before', 'after']
  const members = selected.children.map((child) => {
    const place = places.indexOf(child.name)
    return `${literal(child.key)} value ${place < 0 ? `${literal(child.parent.name)}::text` : `e.value ->> ${place}`}`
  })
  return `(select coalesce(json_agg(json_object(${members.join(', ')} returning json) order by e.ordinality), '[]'::json)
    from jsonb_array_elements(${alias}.fields) with ordinality e)`
}

function orderSql(relation: Relation, alias: string): string {
  if (relation.order.length === 0) return ''
  const terms = relation.order.map(
    (term) => `${alias}.${term.column}${term.descending ? ' desc nulls last' : ''}`,
  )
  return ` order by ${terms.join(', ')}`
}

/** The in-band marks: the same for every person but for what depends on the row. */
function withheldSql(
  scope: Scope,
  selected: SelectedField,
  row: Row,
  siblings: readonly SelectedField[],
): string {
  const marks = withheldBelow(scope.plan, siblings)
  const type = scope.catalogue.type('WithheldField')
  const objects = marks.map((mark) => {
    const values: Record<string, string> = {
      field: mark.names.join('.'),
      group: mark.group,
      reason: mark.reason,
    }
    const members = selected.children.map(
      (child) =>
        `${literal(child.key)} value ${literal(child.field ? (values[child.name] ?? '') : type.name)}::text`,
    )
    const shown =
      mark.condition === undefined ? 'false' : `${row.shown ?? ''}.conditions[${mark.condition + 1}]`
    return `(json_object(${members.join(', ')} returning json), ${shown})`
  })
  if (objects.length === 0) return `'[]'::json`
  const alias = scope.nextAlias()
  return `(select coalesce(json_agg(${alias}.mark), '[]'::json)
    from (values ${objects.join(', ')}) ${alias}(mark, shown) where not ${alias}.shown)`
}
