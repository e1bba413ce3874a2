import { literal } from '../domain/binds'
import { FORMER_IDS, readablePaths } from './change-paths'
import { readableParts, type ReadablePart } from './readable-parts'
import { visibleNowSql, type Scope } from './scope'

/** Whether the caller may know which offenders were one. */
export function readsFormerIds({ catalogue, plan }: Scope): boolean {
  return readablePaths(catalogue, plan).includes(FORMER_IDS)
}

/**
 * Of a change `c`: its `item`, whether its source is shown, and its `fields` as a list of `[name, before,
 * after]`, null where the caller may read nothing that differs. Tables and columns that the caller may not
 * read are not in it.
 */
export function changeFieldsSql(scope: Scope): string {
  const parts = readableParts(scope.catalogue, scope.plan)
  const arms = [
    'select null::text as item, false as sourced, 0 as place, null::text as name, null::jsonb as before, null::jsonb as after where false',
    ...parts.map(rowSql),
    ...(parts.length > 0 ? [noneSql(parts), lateSql(parts)] : []),
    ...(readsFormerIds(scope) ? [formerIdSql(scope)] : []),
  ]
  return `select max(f.item) as item, bool_or(f.sourced) as sourced,
      jsonb_agg(jsonb_build_array(f.name, f.before #>> '{}', f.after #>> '{}') order by f.place, f.name) as fields
    from (
      ${arms.join('\n      union all ')}
    ) f where f.before is distinct from f.after`
}

/** The version of the row that the change superseded, beside the one that it wrote. */
function versionsSql(table: string): string {
  return `(select) one
        left join record.${table}_ever b on b.superseded_revision = c.revision and b.superseded_ordinal = c.ordinal
        left join record.${table}_ever a on a.revision = c.revision and a.ordinal = c.ordinal`
}

function rowSql({ table, columns, isSourceShown }: ReadablePart): string {
  const values = columns.map(
    ({ path, column }, i) => `(${i}, ${literal(path)}, to_jsonb(b.${column}), to_jsonb(a.${column}))`,
  )
  return `select coalesce(a.item, b.item), ${String(isSourceShown)}, v.* from ${versionsSql(table)},
        lateral (values ${values.join(', ')}) v(place, name, before, after)
        where c.table_name = ${literal(table)}`
}

/** What a late statement says: a value, or of a list one for each of its rows; of an empty one that there are none. */
function lateSql(parts: readonly ReadablePart[]): string {
  const values = parts.flatMap(({ table, columns, isSourceShown }) =>
    columns.map(({ path, column }, i) => {
      return `(${literal(table)}, ${String(isSourceShown)}, ${i}, ${literal(path)}, ${literal(column)})`
    }),
  )
  const content = `record.readable_content k`
  const isItsContent = `c.kind = 'LATE' and k.source_record_id = c.source_record_id and k.fact = c.fact and k.hash = c.hash`
  return `select null, v.sourced, v.place, v.name, null,
          case when count(*) = 1 then jsonb_agg(r.value -> v.col) -> 0 else jsonb_agg(r.value -> v.col order by r.ordinality) end
        from ${content}, (values ${values.join(', ')}) v(table_name, sourced, place, name, col),
        lateral jsonb_array_elements(k.body -> v.table_name) with ordinality r
        where ${isItsContent} group by v.sourced, v.place, v.name having count(r.value ->> v.col) > 0
      union all select null, v.sourced, 0, v.name, null, to_jsonb('NONE'::text)
        from ${content}, (values ${pathsOf(parts)}) v(table_name, sourced, name)
        where ${isItsContent} and k.body -> v.table_name = '[]'`
}

/** That a record holds none of these is a statement, which may begin and end. */
function noneSql(parts: readonly ReadablePart[]): string {
  const none = (row: string) => `case when ${row}.table_name is not null then to_jsonb('NONE'::text) end`
  return `select coalesce(a.item, b.item), v.sourced, 0, v.name, ${none('b')}, ${none('a')}
        from ${versionsSql('none_stated')}, lateral (values ${pathsOf(parts)}) v(table_name, sourced, name)
        where c.table_name = 'none_stated' and v.table_name = coalesce(a.table_name, b.table_name)`
}

function pathsOf(parts: readonly ReadablePart[]): string {
  return parts
    .map(
      ({ table, isSourceShown, path }) => `(${literal(table)}, ${String(isSourceShown)}, ${literal(path)})`,
    )
    .join(', ')
}

/** The other id, unless it is somebody whom the caller may not know of. */
function formerIdSql(scope: Scope): string {
  const other = `(select to_jsonb(o.id) from record.offender o
          where o.id = case when c.kind in ('MERGED', 'SEPARATED') then c.hash::uuid end
          and ${visibleNowSql(scope, 'coalesce(o.joined_into, o.id)')})`
  return `select null, false, 0, ${literal(FORMER_IDS)}, case when c.kind = 'SEPARATED' then x.id end, case when c.kind = 'MERGED' then x.id end
        from (select ${other} as id offset 0) x where c.kind in ('MERGED', 'SEPARATED')`
}
