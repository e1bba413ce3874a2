import type { CallerSlots } from './relationships'

/** Whether limited access bars this caller from this offender, and what the affected person is told. */
export interface LimitedAccessSql {
  /** true: barred. */
  readonly barred: string
  /** The owner's message, only while active and only to whom it is meant for; else null. */
  readonly notice: string
}

/** Who is weighed against the lists, and when; who has no username is nobody that they could name. */
type Listed = Pick<CallerSlots, 'username' | 'namespace' | 'agency' | 'instant'>

/**
 * The rule itself is the database's (`record.limited_access_bars`); it is asked for those alone of whom there is a list, a
 * mark or a change of one at all, as asking takes longer than looking. `case` keeps them in this order.
 */
export function limitedAccessSql(offender: string, caller: Listed): LimitedAccessSql {
  const { instant, namespace, username, agency } = caller
  const asked = [offender, instant, namespace ?? 'null', username ?? 'null', agency ?? 'null'].join(', ')
  const isListed = `exists (select from record.limitation ll where ll.offender_id = ${offender}
      union all select from record.limitation_flag lf where lf.offender_id = ${offender} and (lf.excluded or lf.restricted)
      union all select from record.limitation_change lc where lc.offender_id = ${offender})`
  return {
    barred: `case when ${isListed} then record.limited_access_bars(${asked}) else false end`,
    notice: `record.limited_access_notice(${asked})`,
  }
}
