import type { FieldGroup } from './field-group'
import type { Purpose } from './purpose'

export const ROLE_NAMES = [
  'PRISON_OFFICER',
  'PRISON_OFFENDER_MANAGER',
  'PRISON_PUBLIC_PROTECTION',
  'PROGRAMME_TEAM',
  'HEAD_OF_OFFENDER_MANAGEMENT',
  'PROBATION_OFFICER',
  'SENIOR_PROBATION_OFFICER',
  'CRC_OFFICER',
  'VICTIM_LIAISON_OFFICER',
  'MAPPA_COORDINATOR',
  'MAPPA_PANEL_MEMBER',
  'POLICE_OFFENDER_MANAGER',
  'PAROLE_BOARD',
  'INSPECTOR',
  'DATA_PROTECTION_OFFICER',
  'DATA_STEWARD',
  'ANALYST',
  'PRISON_SYSTEM',
  'PROBATION_SYSTEM',
  'CRC_SYSTEM',
] as const
export type RoleName = (typeof ROLE_NAMES)[number]

export const MACHINE_ROLES = ['PRISON_SYSTEM', 'PROBATION_SYSTEM', 'CRC_SYSTEM'] as const
export type MachineRole = (typeof MACHINE_ROLES)[number]

export function isMachineRole(role: RoleName): role is MachineRole {
  return (MACHINE_ROLES as readonly string[]).includes(role)
}

/** Who asks, as a verified token says it. `person` is absent where a system calls on nobody's behalf. */
export interface Caller {
  readonly issuer: string
  /** The client system. */
  readonly client: string
  readonly person?: Person
  readonly role: RoleName
  /** Roles of the system that calls for the person: nothing is shown that it may not see as well. */
  readonly through?: readonly MachineRole[]
  /** The groups that the client may ever read, whatever the role; absent: no such limit. */
  readonly ceiling?: readonly FieldGroup[]
  /** Organisation code of the caller's agency. */
  readonly agency?: string
  readonly staffCode?: string
  /** Whose staff codes the issuer's are, e.g. `DELIUS`: prisons and probation share none. */
  readonly staffCodeNamespace?: string
  readonly mappaArea?: string
}

export interface Person {
  /** `sub`: unique within the issuer. */
  readonly subject: string
  /** What limited-access lists name; lower case. */
  readonly username: string
  /** The namespace the username lives in, e.g. `DELIUS`: a list of another system cannot be matched. */
  readonly namespace: string
  readonly name?: string
}

/** One request's standing: the caller and why they ask. Frozen before anything is read. */
export interface RequestContext {
  readonly caller: Caller
  readonly purpose?: Purpose
  readonly justification?: string
  readonly strict: boolean
  readonly requestId: string
}
