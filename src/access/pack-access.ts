import { FIELD_GROUPS, type FieldGroup } from '../domain/field-group'
import type { RoleName } from '../domain/caller'
import { weigh } from './plan-access'
import { ROLES } from './roles'

/** Who takes part in meetings, beside panel members, for an agency of a type. */
const SENT_BY: Readonly<Record<string, readonly RoleName[]>> = {
  PRISON: ['PRISON_OFFENDER_MANAGER', 'PRISON_PUBLIC_PROTECTION', 'HEAD_OF_OFFENDER_MANAGEMENT'],
  NPS_DIVISION: ['PROBATION_OFFICER', 'SENIOR_PROBATION_OFFICER'],
  PROBATION_TRUST: ['PROBATION_OFFICER', 'SENIOR_PROBATION_OFFICER'],
  PROBATION_REGION: ['PROBATION_OFFICER', 'SENIOR_PROBATION_OFFICER'],
  POLICE: ['POLICE_OFFENDER_MANAGER'],
}

export interface Lack {
  readonly group: FieldGroup
  /** What of the group is shown at most. */
  readonly depth: 'NONE' | 'SUMMARY'
}

/** The roles that an agency may send to a meeting; one whose type nobody stated might send any of them. */
export function attendingRoles(organisationType: string | undefined): RoleName[] {
  const known =
    organisationType === undefined || organisationType === 'UNKNOWN' ? undefined : organisationType
  const sent = known === undefined ? Object.values(SENT_BY).flat() : (SENT_BY[known] ?? [])
  return ['MAPPA_PANEL_MEMBER', ...new Set(sent)]
}

/** What somebody invited in this role lacks of a meeting's pack: the groups that the policy does not show in full. */
export function lacksOfPack(role: RoleName): Lack[] {
  return FIELD_GROUPS.flatMap((group): Lack[] => {
    if (shows(role, group, 'FULL')) return []
    return [{ group, depth: shows(role, group, 'SUMMARY') ? 'SUMMARY' : 'NONE' }]
  })
}

function shows(role: RoleName, group: FieldGroup, depth: 'SUMMARY' | 'FULL'): boolean {
  const verdict = weigh(ROLES[role].groups[group], depth, 'MAPPA')
  return verdict === 'yes' || (typeof verdict !== 'string' && verdict.includes('invitedToMeeting'))
}
