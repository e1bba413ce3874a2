import type { Classification } from '../catalogue/catalogue'
import { isMachineRole } from '../domain/caller'
import type { Purpose } from '../domain/purpose'
import { weighField } from './plan-access'
import type { RelationshipName } from './relationships'
import type { Role } from './role'

/** What a role acts for; its systems also push. */
export function purposesOf(role: Role): readonly Purpose[] {
  return isMachineRole(role.name) ? [...role.purposes, 'SYSTEM_UPDATE'] : role.purposes
}

/** Whether there is a case and a purpose for which the role reads a field so classified. */
export function mayEverRead(role: Role, classification: Classification): boolean {
  if (classification.kind === 'follows') return true
  const { group, prose } = classification
  const isOpened = role.breakGlass?.some((opened) => opened === group) ?? false
  if (isOpened && !(prose && isMachineRole(role.name))) return true
  return purposesOf(role).some((purpose) => {
    const verdict = weighField(role, classification, purpose)
    return verdict !== 'ROLE' && verdict !== 'PURPOSE'
  })
}

/** All that a case may have to be to a reader in this role. */
export function relationshipsOf({ rows, groups, breakGlass }: Role): RelationshipName[] {
  const grants = Object.values(groups).flatMap((grant) => (typeof grant === 'string' ? [] : grant))
  return [
    ...new Set([
      rows.relationship,
      ...(rows.unjustified ? [rows.unjustified] : []),
      ...(breakGlass ? (['brokenGlass'] as const) : []),
      ...grants.map(({ when }) => when),
    ]),
  ]
}
