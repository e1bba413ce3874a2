import { weigh } from '../access/plan-access'
import type { Field, ObjectType } from '../catalogue/catalogue'
import type { SelectedField } from '../catalogue/select'
import { literal } from '../domain/binds'
import { rowType } from './rows'
import type { Row, Scope } from './scope'

/**
 * What was recorded of an offender after the frozen revision, part by part. Only columns that the caller
 * may read are compared: a change of what is withheld does not show.
 */
export function changedSinceSql(scope: Scope, selected: SelectedField, row: Row): string {
  const { moment } = scope
  if (!moment) return `'[]'::json`
  const changes = partsOf(scope, scope.catalogue.type('Offender'), '').map((part) =>
    changeSql(part, `${row.shown ?? ''}.id`, moment.revision),
  )
  const members = selected.children.map((child) => {
    if (child.name === 'field') return `${literal(child.key)} value p.field`
    if (child.name === 'at') return `${literal(child.key)} value p.at`
    return `${literal(child.key)} value 'ChangedField'::text`
  })
  return `(select coalesce(json_agg(json_object(${members.join(', ')} returning json) order by p.field), '[]'::json)
    from (${changes.join('\n      union all ')}) p)`
}

/** A part of the record: where it lies and what of it the caller may read. */
interface Part {
  readonly path: string
  readonly table: string
  readonly columns: readonly string[]
}

function changeSql({ path, table, columns }: Part, offender: string, revision: string): string {
  const read = columns.map((column) => `c.${column}`).join(', ')
  const now = `select ${read} from record.${table} c where c.offender_id = ${offender}`
  const then = `select ${read} from record.${table}_ever c where c.offender_id = ${offender} and c.revision <= ${revision}
          and (c.superseded_revision is null or c.superseded_revision > ${revision})`
  return `select ${literal(path)}::text as field, (
        select max(r.at) from record.${table}_ever c
        join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
        where c.offender_id = ${offender} and greatest(c.revision, coalesce(c.superseded_revision, 0)) > ${revision}) as at
      where exists ((${now} except ${then}) union all (${then} except ${now}))`
}

function partsOf(scope: Scope, type: ObjectType, prefix: string): Part[] {
  return [...type.fields.values()].flatMap((field): Part[] => {
    if (!isReadable(scope, field)) return []
    const target = field.type === undefined ? undefined : scope.catalogue.type(field.type)
    const path = `${prefix}${field.name}`
    if (target?.kind === 'part') return partsOf(scope, target, `${path}.`)
    const rows = target && rowType(scope, target)
    if (field.relation?.key !== 'offender_id' || !rows?.table || rows.live) return []
    // Which agency a record has come to is told by what that record says.
    if (rows.table === 'source_record') return []
    const columns = columnsOf(scope, rows)
    return columns.length === 0 ? [] : [{ path, table: rows.table, columns }]
  })
}

/** The columns of a row that the caller may read, those that lead to readable objects included. */
function columnsOf(scope: Scope, type: ObjectType): string[] {
  const columns = [...type.fields.values()].flatMap((field): string[] => {
    if (!isReadable(scope, field) || !isColumn(field)) return []
    if (field.type === undefined) return [field.column]
    const target = scope.catalogue.type(field.type)
    if (target.kind === 'part') return columnsOf(scope, target)
    return field.relation?.kind === 'one' && target.about === 'REFERENCE' ? [field.relation.of] : []
  })
  return [...new Set(columns)]
}

function isColumn({ holder, worked, stateOf }: Field): boolean {
  return !holder && worked === undefined && stateOf === undefined
}

function isReadable({ plan: { role, purpose } }: Scope, { classification }: Field): boolean {
  if (classification.kind === 'follows') return true
  return weigh(role.groups[classification.group], classification.from, purpose) === 'yes'
}
