import type { OpenGlass } from '../access/plan-access'
import { ROLES } from '../access/roles'
import type { Query } from '../commands/asked'
import type { Caller } from '../domain/caller'

/** The grants of a caller that are open; of one whose role breaks no glass, none without asking. */
export async function openGlass(query: Query, caller: Caller, now: Date): Promise<OpenGlass[]> {
  const { issuer, person, role, agency } = caller
  if (!person || ROLES[role].breakGlass === undefined) return []
  const rows = await query(
    `select b.id, b.offender_id from record.break_glass b
     where b.issuer = $1 and b.subject = $2 and b.role = $3 and b.agency is not distinct from $4
       and b.since <= $5::timestamptz and b.until > $5::timestamptz
       and b.since > $5::timestamptz - interval '1 day'`,
    [issuer, person.subject, role, agency ?? null, now.toISOString()],
  )
  return rows.map((row) => ({ grant: String(row['id']), offender: String(row['offender_id']) }))
}
