import type { CallerSlots } from './relationships'
import type { Role } from './role'

/** A break-glass grant of the caller that is open, and whose case it opened. */
export interface OpenGlass {
  readonly grant: string
  readonly offender: string
}

/** `[[grant, offender], …]`: the caller's grants that are open; undefined for whom no glass can be broken. */
export function openGlassSql(role: Role, { issuer, subject, role: named, agency, instant }: CallerSlots) {
  if (role.breakGlass === undefined || subject === undefined) return undefined
  return `(select coalesce(json_agg(json_build_array(bg.id, bg.offender_id) order by bg.id), '[]'::json) from record.break_glass bg
    where bg.issuer = ${issuer} and bg.subject = ${subject} and bg.role = ${named} and bg.agency is not distinct from ${agency ?? 'null'}
      and bg.since <= ${instant} and bg.since > ${instant} - interval '1 day' and bg.until > ${instant})`
}
