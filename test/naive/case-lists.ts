import type { Asker } from './asker'
import { isAwaited, isPast } from './conditions'
import type { Row } from './record'

/** A list of rows about many people. */
export interface CaseList {
  readonly table: string
  readonly order: readonly string[]
  isIn(
    row: Row,
    args: Readonly<Record<string, unknown>>,
    by: { readonly asker: Asker; readonly now: string },
  ): boolean
}

export const CASE_LISTS: Readonly<Record<string, CaseList>> = {
  // Longest waiting first.
  notices: { table: 'notice', order: ['sent_at', 'id'], isIn: isInInbox },
  // In the order in which decisions were recorded.
  mappaLevelChanges: { table: 'mappa_level_decision', order: ['revision', 'ordinal'], isIn: () => true },
}

function isInInbox(
  notice: Row,
  { state, toMe }: Readonly<Record<string, unknown>>,
  { asker, now }: { readonly asker: Asker; readonly now: string },
): boolean {
  const { agency, staffCode } = asker
  if (agency === undefined || notice['agency'] !== agency) return false
  if (toMe === true && !(isOfficersCode(staffCode) && notice['contact_staff_code'] === staffCode))
    return false
  if (state === 'ACKNOWLEDGED') return notice['acknowledged_at'] !== null
  if (!isAwaited(notice)) return false
  if (state === 'OVERDUE') return isPast(notice['due_at'], now)
  return state === 'ESCALATED' ? isPast(notice['escalates_at'], now) : true
}

function isOfficersCode(code: string | undefined): boolean {
  return code !== undefined && !code.toUpperCase().endsWith('U')
}
