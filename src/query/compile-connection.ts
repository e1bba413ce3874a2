import type { ObjectType } from '../catalogue/catalogue'
import type { SelectedField } from '../catalogue/select'
import { literal } from '../domain/binds'
import { cursorSql, placeSql } from './cursor'
import type { Scope } from './scope'

/** The rows of a list, and how one of them becomes an object. */
export interface RowItems {
  /** `… where …` of the rows after the cursor. */
  readonly from: string
  readonly order: string
  /** What the list's cursors are of. */
  readonly list: string
  /** The sort values, which make the cursor. */
  readonly columns: readonly string[]
  /** The page was asked for after a cursor. */
  readonly isLater: boolean
  /** Set where looking may end beyond the last row: that place, and whether anything lies after it. */
  readonly beyond?: { readonly end: string; readonly hasMore: string }
  item(children: readonly SelectedField[]): string
}

/** A Relay connection: one row more than asked for tells whether there is a next page. */
export function connectionSql(
  scope: Scope,
  type: ObjectType,
  children: readonly SelectedField[],
  rows: RowItems,
  first: number,
): string {
  const page = scope.nextAlias()
  const items: string[] = []
  const members = children.map(
    (child) => `${literal(child.key)} value ${memberSql(scope, type, child, rows, page, items, first)}`,
  )
  return `(select json_object(${members.join(', ')} returning json) from (
    select ${[...items, `${placeSql(rows.columns)} as sorted`, `row_number() over (${rows.order}) as place`].join(', ')}
    from ${rows.from}${rows.order} limit ${first + 1}) ${page}${children.some(countsRows) ? '' : ' having true'})`
}

/** What looks at no row, as `hasPreviousPage`, would come once for each of them. */
function countsRows({ name, children }: SelectedField): boolean {
  if (name !== 'pageInfo') return name === 'nodes' || name === 'edges'
  return children.some((child) => child.field && child.name !== 'hasPreviousPage')
}

function memberSql(
  scope: Scope,
  type: ObjectType,
  selected: SelectedField,
  rows: RowItems,
  page: string,
  items: string[],
  first: number,
): string {
  if (!selected.field) return `${literal(type.name)}::text`
  if (selected.name === 'pageInfo') return pageInfoSql(scope, selected.children, page, first, rows)
  const item =
    selected.name === 'edges' ? edgeSql(scope, selected.children, rows) : rows.item(selected.children)
  const column = `item${items.length}`
  items.push(`${item} as ${column}`)
  return `coalesce(json_agg(${page}.${column} order by ${page}.place) filter (where ${page}.place <= ${first}), '[]'::json)`
}

function edgeSql(scope: Scope, children: readonly SelectedField[], rows: RowItems): string {
  const members = children.map((child) => {
    if (child.name === 'cursor')
      return `${literal(child.key)} value ${cursorSql(rows.list, placeSql(rows.columns), scope)}`
    if (child.name === 'node') return `${literal(child.key)} value ${rows.item(child.children)}`
    return `${literal(child.key)} value ${literal(child.parent.name)}::text`
  })
  return `json_object(${members.join(', ')} returning json)`
}

function pageInfoSql(
  scope: Scope,
  children: readonly SelectedField[],
  page: string,
  first: number,
  { list, isLater, beyond }: RowItems,
): string {
  const members = children.map((child) => {
    if (child.name === 'hasNextPage') {
      return `${literal(child.key)} value count(*) > ${first}${beyond ? ` or ${beyond.hasMore}` : ''}`
    }
    if (child.name === 'hasPreviousPage') return `${literal(child.key)} value ${String(isLater)}`
    if (child.name === 'startCursor') {
      return `${literal(child.key)} value ${cursorSql(list, `(array_agg(${page}.sorted order by ${page}.place))[1]`, scope)}`
    }
    if (child.name === 'endCursor') {
      const last = `(array_agg(${page}.sorted order by ${page}.place desc) filter (where ${page}.place <= ${first}))[1]`
      const end = beyond ? `case when count(*) > ${first} then ${last} else ${beyond.end} end` : last
      return `${literal(child.key)} value ${cursorSql(list, end, scope)}`
    }
    return `${literal(child.key)} value 'PageInfo'::text`
  })
  return `json_object(${members.join(', ')} returning json)`
}
