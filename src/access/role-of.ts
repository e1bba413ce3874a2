import type { Caller } from '../domain/caller'
import { FIELD_GROUPS, type FieldGroup } from '../domain/field-group'
import type { Grant, Role } from './role'
import { ROLES } from './roles'

/** The acting role as far as the client system's ceiling lets it read. */
export function roleOf({ role, ceiling }: Caller): Role {
  const own = ROLES[role]
  if (ceiling === undefined) return own
  const groups = Object.fromEntries(
    FIELD_GROUPS.map((group): [FieldGroup, Grant] => [
      group,
      ceiling.includes(group) ? own.groups[group] : 'NONE',
    ]),
  ) as Record<FieldGroup, Grant>
  const opened = own.breakGlass?.filter((group) => ceiling.includes(group))
  return { ...own, groups, ...(opened && { breakGlass: opened }) }
}
