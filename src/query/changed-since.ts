import type { RecordPart } from '../catalogue/record-parts'
import type { SelectedField } from '../catalogue/select'
import { literal } from '../domain/binds'
import { readableParts } from './readable-parts'
import type { Row, Scope } from './scope'

/**
 * What was recorded of an offender after the frozen revision, part by part. Only columns that the caller
 * may read are compared: a change of what is withheld does not show.
 */
export function changedSinceSql(scope: Scope, selected: SelectedField, row: Row): string {
  const { moment } = scope
  if (!moment) return `'[]'::json`
  const changes = readableParts(scope.catalogue, scope.plan).map((part) =>
    changeSql(part, `${row.shown ?? ''}.id`, moment.revision),
  )
  if (changes.length === 0) return `'[]'::json`
  const members = selected.children.map((child) => {
    if (child.name === 'field') return `${literal(child.key)} value p.field`
    if (child.name === 'at') return `${literal(child.key)} value p.at`
    return `${literal(child.key)} value 'ChangedField'::text`
  })
  return `(select coalesce(json_agg(json_object(${members.join(', ')} returning json) order by p.field), '[]'::json)
    from (${changes.join('\n      union all ')}) p)`
}

function changeSql({ path, table, columns }: RecordPart, offender: string, revision: string): string {
  const read = columns.map(({ column }) => `c.${column}`).join(', ')
  const now = `select ${read} from record.${table} c where c.offender_id = ${offender}`
  const then = `select ${read} from record.${table}_ever c where c.offender_id = ${offender} and c.revision <= ${revision}
          and (c.superseded_revision is null or c.superseded_revision > ${revision})`
  return `select ${literal(path)}::text as field, (
        select max(r.at) from record.${table}_ever c
        join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
        where c.offender_id = ${offender} and greatest(c.revision, coalesce(c.superseded_revision, 0)) > ${revision}) as at
      where exists ((${now} except ${then}) union all (${then} except ${now}))`
}
