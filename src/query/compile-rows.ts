import type { CallerSlots } from '../access/relationships'
import type { SelectedField } from '../catalogue/select'
import { connectionSql } from './compile-connection'
import { objectSql } from './compile-object'
import { Columns, columnsRead } from './columns'
import { isAwaited } from './conditions'
import { readPage } from './cursor'
import type { CompiledRoot } from './roots'
import { sightings, visibleSql, weighed, type Scope } from './scope'

/** A list of rows about many offenders: of which table, in which order, which of them; always of whom the caller may see. */
interface RowList {
  readonly table: string
  /** Columns, ascending, by which a row is found again; none is ever null. */
  readonly order: readonly string[]
  readonly where: (row: string, args: SelectedField['args'], caller: CallerSlots) => string
}

const LISTS: Readonly<Record<string, RowList>> = {
  notices: { table: 'notice', order: ['sent_at', 'id'], where: inboxSql },
  mappaLevelChanges: { table: 'mappa_level_decision', order: ['revision', 'ordinal'], where: () => 'true' },
}

/** What more is true of an open notice in a state. */
const OPEN: Readonly<Record<string, (row: string, instant: string) => string>> = {
  OVERDUE: (row, instant) => ` and ${row}.due_at <= ${instant}`,
  ESCALATED: (row, instant) => ` and ${row}.escalates_at <= ${instant}`,
}

export function compilesRows({ name }: SelectedField): boolean {
  return Object.hasOwn(LISTS, name)
}

/** What is addressed to the caller's agency; one whom no agency sends has no inbox. */
function inboxSql(row: string, args: SelectedField['args'], caller: CallerSlots): string {
  if (caller.agency === undefined) return 'false'
  const { state } = args
  const open = OPEN[String(state)]?.(row, caller.instant) ?? ''
  const inState = state === 'ACKNOWLEDGED' ? `${row}.acknowledged_at is not null` : `${isAwaited(row)}${open}`
  const mine = caller.staff ? `${row}.contact_staff_code = ${caller.staff.code}` : 'false'
  const toMe = args['toMe'] === true ? ` and ${mine}` : ''
  return `${row}.agency = ${caller.agency} and ${inState}${toMe}`
}

/** What finds and orders the rows of a list. */
export function listColumns(name: string, caller: CallerSlots): Columns | undefined {
  const list = LISTS[name]
  if (!list) return undefined
  const columns = new Columns()
  for (const state of ['OVERDUE', 'ESCALATED', 'ACKNOWLEDGED'])
    columns.addAll(columnsRead(list.where('n', { state, toMe: true }, caller), { n: list.table }))
  columns.add(list.table, 'id', 'offender_id', ...list.order)
  return columns
}

export function compileRows(scope: Scope, root: SelectedField): CompiledRoot {
  const { name, binds, catalogue } = scope
  const list = LISTS[root.name]
  if (!list) throw new Error(`${root.name} is no list of rows`)
  const { table, order } = list
  const page = readPage(root.args, order.length, scope.cursors(root.name))
  const of = (row: string) => order.map((column) => `${row}.${column}`)
  const after = page.after
    ? `\n    and (${of('n').join(', ')}) > (${page.after.map((value) => binds.bind(value, '')).join(', ')})`
    : ''
  const connection = catalogue.type(root.field?.type ?? '')
  const type = catalogue.type(connection.fields.get('nodes')?.type ?? '')
  const [row, shown, place] = [scope.nextAlias(), scope.nextAlias(), scope.nextAlias()]
  return {
    tables: [
      `${name}_page as materialized (
  select n.id, n.offender_id, row_number() over (order by ${of('n').join(', ')}) as place
  from record.${table} n
  where ${list.where('n', root.args, scope.caller)}${after}
    and ${visibleSql(scope, 'n.offender_id')}
  order by ${of('n').join(', ')}
  limit ${page.first + 1}
)`,
      ...weighed(
        scope,
        `  select p.offender_id as id, min(p.place) as place from ${name}_page p where p.place <= ${page.first} group by p.offender_id`,
      ),
    ],
    value: connectionSql(
      scope,
      connection,
      root.children,
      {
        list: root.name,
        // One row more than is shown tells whether there is a next page.
        from: `${name}_page ${place} join record.${table} ${row} on ${row}.id = ${place}.id
    left join ${name}_shown ${shown} on ${shown}.id = ${row}.offender_id`,
        order: ` order by ${place}.place`,
        columns: of(row),
        isLater: page.after !== undefined,
        item: (children) => objectSql(scope, type, children, { alias: row, shown }),
      },
      page.first,
    ),
    sightings: sightings(scope, {
      unseen: false,
      also: `'places' value (select json_agg(p.place - 1 order by p.place) from ${name}_page p
        where p.offender_id = s.id and p.place <= ${page.first})`,
    }),
  }
}
