import { asOfSql } from './conditions'
import type { Scope } from './scope'

/**
 * Rights are those of now, and records may have moved since an earlier state: of what it shows as one person,
 * each offender that owns a part of it now counts.
 */
export function everyOwner(scope: Scope, offender: string, condition: (owner: string) => string): string {
  return scope.moment ? ofOwners(scope, offender, `bool_and(${condition('w.id')})`) : condition(offender)
}

export function anyOwner(scope: Scope, offender: string, condition: (owner: string) => string): string {
  return scope.moment ? ofOwners(scope, offender, `bool_or(${condition('w.id')})`) : condition(offender)
}

/** One of the texts that there are, if any. */
export function ownersText(scope: Scope, offender: string, text: (owner: string) => string): string {
  return scope.moment ? ofOwners(scope, offender, `min(${text('w.id')})`) : text(offender)
}

function ofOwners(scope: Scope, offender: string, aggregate: string): string {
  return `(select ${aggregate} from (${ownersSql(scope, offender)}) w)`
}

/** The offenders, as they are now, of the records that an offender consisted of then. */
export function ownersSql(scope: Scope, offender: string): string {
  return `select coalesce(wo.joined_into, wo.id) as id from record.offender wo where wo.id = ${offender}
      union select wn.offender_id from record.source_record_ever wr join record.source_record wn on wn.id = wr.id
        where wr.offender_id = ${offender}${asOfSql('wr', scope)}`
}
