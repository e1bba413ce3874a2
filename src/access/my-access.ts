import { isMachineRole, type Caller } from '../domain/caller'
import { FIELD_GROUPS } from '../domain/field-group'
import { POLICY_VERSION } from './policy-version'
import { RELATIONSHIPS } from './relationships'
import type { Grant } from './role'
import { ROLES } from './roles'

/** What the acting role may read, in the policy's own terms (schema: MyAccess). */
export function myAccess(caller: Caller): Record<string, unknown> {
  const role = ROLES[caller.role]
  return {
    role: role.name,
    agency: caller.agency ?? null,
    purposes: isMachineRole(role.name) ? [...role.purposes, 'SYSTEM_UPDATE'] : role.purposes,
    groups: FIELD_GROUPS.flatMap((group) => lines(role.groups[group]).map((line) => ({ group, ...line }))),
    policyVersion: POLICY_VERSION,
  }
}

function lines(grant: Grant): { depth: string; when: string | null; purposes: readonly string[] | null }[] {
  if (typeof grant === 'string') return [{ depth: grant, when: null, purposes: null }]
  return grant.map(({ depth, when, purposes }) => ({
    depth,
    when: RELATIONSHIPS[when].says,
    purposes: purposes ?? null,
  }))
}
