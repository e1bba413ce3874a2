import type { SelectedField } from '../catalogue/select'
import { askedStretch, changeRows, changesSql, type Stretch } from './changes'
import { connectionSql } from './compile-connection'
import { objectSql } from './compile-object'
import type { CompiledRoot } from './roots'
import { sightings, visibleSql, type Scope } from './scope'

/** The feed: all changes from a cursor on, in the order in which they were recorded, as the caller's rights are now. */
export function compileChanges(scope: Scope, root: SelectedField): CompiledRoot {
  const { name, catalogue } = scope
  const stretch: Stretch = {
    ...askedStretch(scope, root.args),
    newestFirst: false,
    whose: 'true',
    visible: visibleSql(scope, 'c.offender_id'),
  }
  const alias = scope.nextAlias()
  const change = catalogue.type('Change')
  const rows = {
    ...changeRows(scope, stretch, `${name}_found`, alias),
    item: (children: readonly SelectedField[]) => objectSql(scope, change, children, { alias, shown: alias }),
  }
  return {
    tables: [
      `${name}_found as materialized (\n${changesSql(scope, stretch)}\n)`,
      `${name}_given as materialized (
  select g.*, row_number() over (order by g.revision, g.ordinal) as place from ${name}_found g
  order by place limit ${stretch.first}
)`,
      `${name}_shown as (
  select g.offender_id as id, min(g.conditions) as conditions, min(g.place) as place from ${name}_given g group by g.offender_id
)`,
    ],
    value: connectionSql(scope, catalogue.type('ChangeConnection'), root.children, rows, stretch.first),
    sightings: sightings(scope, { unseen: false, also: `'paths' value ${pathsSql(name)}` }),
    // A cursor is compared with the newest state, whatever else the operation asks.
    revision: '(select c.value from record.revision_counter c)',
  }
}

/** Where what was shown of an offender is found below `Offender`. */
function pathsSql(name: string): string {
  return `(select coalesce(json_agg(distinct e.value ->> 0), '[]'::json)
      from ${name}_given g, jsonb_array_elements(g.fields) e where g.offender_id = s.id)`
}
