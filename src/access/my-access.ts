import { isMachineRole, type Caller } from '../domain/caller'
import { FIELD_GROUPS } from '../domain/field-group'
import type { Purpose } from '../domain/purpose'
import { POLICY_VERSION } from './policy-version'
import { RELATIONSHIPS } from './relationships'
import type { Grant, Role } from './role'
import { roleOf } from './role-of'

/** What the acting role may read, in the policy's own terms (schema: MyAccess). */
export function myAccess(caller: Caller): Record<string, unknown> {
  const role = roleOf(caller)
  return {
    role: role.name,
    agency: caller.agency ?? null,
    purposes: [...new Set([...role.purposes, ...(role.journal ?? []), ...suppliesFor(role)])],
    groups: FIELD_GROUPS.flatMap((group) => lines(role.groups[group]).map((line) => ({ group, ...line }))),
    emergencyGroups: caller.person ? (role.breakGlass ?? []) : [],
    policyVersion: POLICY_VERSION,
  }
}

function suppliesFor({ name }: Role): readonly Purpose[] {
  return isMachineRole(name) ? ['SYSTEM_UPDATE'] : []
}

function lines(grant: Grant): { depth: string; when: string | null; purposes: readonly string[] | null }[] {
  if (typeof grant === 'string') return [{ depth: grant, when: null, purposes: null }]
  return grant.map(({ depth, when, purposes }) => ({
    depth,
    when: RELATIONSHIPS[when].says,
    purposes: purposes ?? null,
  }))
}
