import type { Role } from '../../src/access/role'
import { ROLES } from '../../src/access/roles'
import { MACHINE_ROLES, type MachineRole } from '../../src/domain/caller'
import type { FieldGroup } from '../../src/domain/field-group'
import type { Purpose } from '../../src/domain/purpose'
import { DEVELOPMENT_ISSUER } from '../../src/config'
import type { As } from '../support/gateway'

/** Whoever asks, as their token and headers say it. */
export interface Asker {
  readonly role: Role
  readonly issuer: string
  /** Absent where a system asks for nobody. */
  readonly person?: { readonly subject: string; readonly username: string }
  readonly agency?: string
  readonly staffCode?: string
  readonly mappaArea?: string
  /** The systems through which a person asks. */
  readonly through: readonly MachineRole[]
  /** The groups that the client system may ever read. */
  readonly ceiling?: readonly FieldGroup[]
  readonly purpose?: Purpose
  readonly isJustified: boolean
  readonly isStrict: boolean
}

/** Names and staff codes of the development issuer are Delius'. */
export const NAMESPACE = 'DELIUS'

export function askerOf(as: As, ceiling: readonly FieldGroup[] | undefined): Asker {
  const isSystem = isMachine(as.role)
  const subject = as.subject ?? ''
  return {
    role: ROLES[as.role],
    issuer: DEVELOPMENT_ISSUER,
    through: isSystem ? [] : (as.also ?? []).filter(isMachine),
    isJustified: as.justification !== undefined,
    isStrict: as.headers?.['access-mode'] === 'strict',
    ...(!isSystem && { person: { subject, username: (as.username ?? subject).toLowerCase() } }),
    ...(as.agency !== undefined && { agency: as.agency }),
    ...(as.staffCode !== undefined && { staffCode: as.staffCode }),
    ...(as.mappaArea !== undefined && { mappaArea: as.mappaArea }),
    ...(ceiling && { ceiling }),
    ...(as.purpose != null && { purpose: as.purpose }),
  }
}

export function isMachine(role: string): role is MachineRole {
  return MACHINE_ROLES.some((machine) => machine === role)
}
