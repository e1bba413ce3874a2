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
 * An exclusion bars those it names; a restriction bars everybody it does not name (Delius: limited access).
 * Whoever cannot be matched with the list's names is barred by both: another system's user, an e-mail
 * address against a username, a call on nobody's behalf. A list that was changed since it came bars everybody.
 */
export function limitedAccessSql(offender: string, caller: Listed): LimitedAccessSql {
  const active = (kind: string, l: string) =>
    `select from record.limitation ${l} where ${l}.offender_id = ${offender} and ${l}.kind = '${kind}'
      and (${l}.since is null or ${l}.since <= ${caller.instant}) and (${l}.until is null or ${l}.until > ${caller.instant})`
  const unnamed = (kind: string, flag: string) =>
    `exists (select from record.limitation_flag lf where lf.offender_id = ${offender} and lf.${flag}
      and not exists (${active(kind, 'lk')} and lk.source_record_id = lf.source_record_id))`
  // By time alone: lists may be numbered, and what tells that they changed never is.
  const changed = `exists (select from record.limitation_change lc
      join record.newest lnew on lnew.source_record_id = lc.source_record_id where lc.offender_id = ${offender}
      and coalesce(lnew.facts -> 'limitations' ->> 2, '') <= lnew.facts -> 'limitationChange' ->> 2)`
  const flagged = `${unnamed('EXCLUSION', 'excluded')} or ${unnamed('RESTRICTION', 'restricted')} or ${changed}`
  const { username, namespace, agency } = caller
  if (username === undefined || namespace === undefined) {
    return {
      barred: `(exists (${active('EXCLUSION', 'lx')}) or exists (${active('RESTRICTION', 'lr')}) or ${flagged})`,
      notice: 'null::text',
    }
  }
  const names = (l: string) =>
    [
      `(${l}.namespace = ${namespace} and (${l}.username = ${username} or ${l}.email = ${username}))`,
      ...(agency === undefined ? [] : [`${l}.organisation_code = upper(btrim(${agency}))`]),
    ].join(' or ')
  const mayName = (l: string) =>
    `(${names(l)} or (${l}.organisation_code is null and ${l}.namespace <> ${namespace})
      or (${l}.email is not null and position('@' in ${username}) = 0)
      or (${l}.username is not null and position('@' in ${username}) > 0 and position('@' in ${l}.username) = 0)${
        agency === undefined ? `\n      or ${l}.organisation_code is not null` : ''
      })`
  const excluded = `exists (${active('EXCLUSION', 'lx')} and ${mayName('lx')})`
  const excludedByName = `exists (${active('EXCLUSION', 'lx')} and (${names('lx')}))`
  // Each record has a list of its own: a name on one of a joined person's lists is not on the others.
  const restricted = `exists (${active('RESTRICTION', 'lr')}
      and not exists (${active('RESTRICTION', 'ln')} and ln.source_record_id = lr.source_record_id and (${names('ln')})))`
  return {
    barred: `(${excluded} or ${restricted} or ${flagged})`,
    notice: `case when ${excludedByName} then ${message(offender, 'exclusion_message')}
      when ${restricted} then ${message(offender, 'restriction_message')} end`,
  }
}

function message(offender: string, column: string): string {
  return `(select min(m.text) from (
      select ll.${column} as text from record.limitation_list ll where ll.offender_id = ${offender}
      union all select lf.${column} from record.limitation_flag lf where lf.offender_id = ${offender}) m)`
}
