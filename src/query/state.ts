import type { ObjectType, Relation } from '../catalogue/catalogue'
import { literal } from '../domain/binds'
import { asOfSql, sourceSql } from './conditions'
import { rowsOf, rowType } from './rows'
import type { Row, Scope } from './scope'

/** Which kind of empty a list is: `RECORDED`, `NONE` where somebody recorded that there are none, else `UNKNOWN`. */
export function stateSql(scope: Scope, holder: ObjectType, list: string, row: Row): string {
  const field = holder.fields.get(list)
  if (!field?.relation) throw new Error(`${holder.name}.${list} is no list`)
  const type = rowType(scope, scope.catalogue.type(field.type ?? ''))
  const none = [othersSql(scope, type, field.relation, row), noneStatedSql(scope, type, field.relation, row)]
  const known = none.filter((condition) => condition !== undefined)
  return `case when exists (select from ${rowsOf(scope, type, field.relation, row).sql}) then 'RECORDED'${
    known.length === 0 ? '' : `\n    when ${known.join('\n      or ')} then 'NONE'`
  } else 'UNKNOWN' end`
}

/** Rows that the list's conditions leave out: what was recorded once does not stand now. */
function othersSql(scope: Scope, type: ObjectType, relation: Relation, row: Row): string | undefined {
  if (relation.where.length === 0) return undefined
  return `exists (select from ${rowsOf(scope, type, { ...relation, where: [] }, row).sql})`
}

/** An empty list was stated: of the offender by any record, else by the record that the holder itself is from. */
function noneStatedSql(scope: Scope, type: ObjectType, relation: Relation, row: Row): string | undefined {
  if (relation.key !== 'offender_id' && relation.key !== 'source_record_id') return undefined
  const alias = scope.nextAlias()
  return `exists (select from ${sourceSql('none_stated', alias, scope)}
      where ${alias}.${relation.key} = ${row.alias}.${relation.of} and ${alias}.table_name = ${literal(type.table ?? '')}${asOfSql(alias, scope)})`
}
