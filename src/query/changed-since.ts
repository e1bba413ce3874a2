import { weigh } from '../access/plan-access'
import type { ObjectType } from '../catalogue/catalogue'
import type { SelectedField } from '../catalogue/select'
import { literal } from '../domain/binds'
import type { Row, Scope } from './scope'

/**
 * What was recorded of an offender after the frozen revision, part by part; parts that the caller may
 * not read are not listed.
 */
export function changedSinceSql(scope: Scope, selected: SelectedField, row: Row): string {
  if (!scope.moment) return `'[]'::json`
  const offender = row.shown ?? ''
  const parts = partsOf(scope, scope.catalogue.type('Offender'), '')
  const changes = parts.map(
    ([path, table]) =>
      `select ${literal(path)}::text as field, max(r.at) as at from (
        select c.revision from record.${table} c where c.offender_id = ${offender}.id and c.revision > ${scope.moment?.revision ?? ''}
        union all select h.superseded_revision from record.${table}_history h
          where h.offender_id = ${offender}.id and h.superseded_revision > ${scope.moment?.revision ?? ''}
      ) changed join record.revision r on r.revision = changed.revision having count(*) > 0`,
  )
  const members = selected.children.map((child) => {
    if (child.name === 'field') return `${literal(child.key)} value p.field`
    if (child.name === 'at') return `${literal(child.key)} value p.at`
    return `${literal(child.key)} value 'ChangedField'::text`
  })
  return `(select coalesce(json_agg(json_object(${members.join(', ')} returning json) order by p.field), '[]'::json)
    from (${changes.join('\n      union all ')}) p)`
}

/** The offender's own relations that the caller may read, each with its table. */
function partsOf(scope: Scope, type: ObjectType, prefix: string): [path: string, table: string][] {
  return [...type.fields.values()].flatMap((field): [string, string][] => {
    const { classification } = field
    const { role, purpose } = scope.plan
    if (
      classification.kind === 'group' &&
      weigh(role.groups[classification.group], classification.from, purpose) !== 'yes'
    ) {
      return []
    }
    const target = field.type === undefined ? undefined : scope.catalogue.type(field.type)
    const path = `${prefix}${field.name}`
    if (target?.kind === 'part') return partsOf(scope, target, `${path}.`)
    const rows =
      target?.kind === 'connection' ? scope.catalogue.type(target.fields.get('nodes')?.type ?? '') : target
    return field.relation?.key === 'offender_id' && rows?.table && !rows.live ? [[path, rows.table]] : []
  })
}
