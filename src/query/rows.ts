import type { ObjectType, Relation } from '../catalogue/catalogue'
import { asOfSql, CONDITIONS, sourceSql, type Condition } from './conditions'
import type { Row, Scope } from './scope'

/** The rows of a relation. Wherever an offender is entered from outside, only shown ones are. */
export function rowsOf(
  scope: Scope,
  type: ObjectType,
  relation: Relation,
  holder: Row,
): { sql: string; row: Row } {
  const alias = scope.nextAlias()
  const entering = type.about === 'OFFENDER' && (holder.shown === undefined || type.name === 'Offender')
  const shown = entering ? scope.nextAlias() : type.about === 'MEETING' ? undefined : holder.shown
  const join = entering
    ? ` join ${scope.name}_shown ${shown ?? ''} on ${shown ?? ''}.id = ${alias}.${type.name === 'Offender' ? 'id' : 'offender_id'}`
    : ''
  const conditions = relation.where
    .map((name) => ` and ${conditionOf(name)(alias, scope, holder.alias)}`)
    .join('')
  const sql = `${sourceSql(type.table ?? '', alias, scope, type.live)}${join}
    where ${alias}.${relation.key} = ${holder.alias}.${relation.of}${asOfSql(alias, scope, type.live)}${conditions}`
  return { sql, row: { alias, holder: holder.alias, ...(shown !== undefined && { shown }) } }
}

export function conditionOf(name: string): Condition {
  const known = CONDITIONS[name]
  if (!known) throw new Error(`no condition is called ${name}`)
  return known
}

/** The type of a relation's rows: what a connection pages through, else the type itself. */
export function rowType({ catalogue }: Scope, type: ObjectType): ObjectType {
  return type.kind === 'connection' ? catalogue.type(type.fields.get('nodes')?.type ?? '') : type
}
