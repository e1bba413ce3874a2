import type { CallerSlots } from './caller-slots'
import type { Role } from './role'

/** A break-glass grant of the caller that is open, and whose case it opened. */
export interface OpenGlass {
  readonly grant: string
  readonly offender: string
}

/** Whether a row of `record.break_glass` is a grant of the caller that is open; undefined where no person asks. */
export function openGrantSql(
  grant: string,
  { issuer, subject, role, agency, instant }: CallerSlots,
): string | undefined {
  return (
    subject &&
    `${grant}.issuer = ${issuer} and ${grant}.subject = ${subject} and ${grant}.role = ${role}
      and ${grant}.agency is not distinct from ${agency ?? 'null'} and ${grant}.since <= ${instant} and ${grant}.until > ${instant}`
  )
}

/** `[[grant, offender], …]`: the caller's grants that are open; undefined for whom no glass can be broken. */
export function openGlassSql(role: Role, caller: CallerSlots): string | undefined {
  const isOpen = role.breakGlass && openGrantSql('bg', caller)
  if (isOpen === undefined) return undefined
  return `(select coalesce(json_agg(json_build_array(bg.id, bg.offender_id) order by bg.id), '[]'::json) from record.break_glass bg
    where ${isOpen} and bg.since > ${caller.instant} - interval '1 day')`
}
