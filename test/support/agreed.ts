import { ROLES } from '../../src/access/roles'
import type { Catalogue } from '../../src/catalogue/catalogue'
import { isMachineRole, type RoleName } from '../../src/domain/caller'
import type { Depth, FieldGroup } from '../../src/domain/field-group'
import type { Purpose } from '../../src/domain/purpose'
import type { State } from './canary-world'
import { agreedDepth } from './contract-policy'
import type { Leaf } from './leaves'

export const JUSTIFYING: readonly RoleName[] = ['PROBATION_OFFICER', 'SENIOR_PROBATION_OFFICER']

export interface Standing {
  readonly role: RoleName
  readonly purpose: Purpose
  readonly state: State
  readonly justified: boolean
  /** One cell otherwise than agreed. */
  readonly instead?: { readonly group: FieldGroup; readonly depth: Depth }
}

/** Whether the case is seen, and how: by the role's own right, or through broken glass. */
export function sight({ role, state, justified }: Standing): 'own' | 'glass' | 'none' {
  const machine = isMachineRole(role)
  if (state === 'absent' || role === 'ANALYST' || state === 'excluded' || state === 'restricted')
    return 'none'
  if (state === 'own') return 'own'
  if (state === 'named') return machine ? 'none' : 'own'
  const seesOthers =
    role === 'DATA_PROTECTION_OFFICER' ||
    role === 'PRISON_SYSTEM' ||
    role === 'PROBATION_SYSTEM' ||
    (JUSTIFYING.includes(role) && justified)
  if (seesOthers) return 'own'
  return state === 'broken' && ROLES[role].breakGlass !== undefined ? 'glass' : 'none'
}

/** What was agreed of one field on the way to a leaf. */
function isAgreed(catalogue: Catalogue, coordinate: string, standing: Standing): boolean {
  const [type = '', name = ''] = coordinate.split('.')
  const { classification } = catalogue.type(type).fields.get(name) ?? {}
  if (classification?.kind !== 'group') return true
  const { role, purpose, state } = standing
  if (classification.prose && isMachineRole(role)) return false
  const { group, from } = classification
  const isOpened = ROLES[role].breakGlass?.some((opened) => opened === group) ?? false
  if (state === 'broken' && isOpened) return true
  if (sight(standing) === 'glass') return false
  const isOwn = state === 'own' || state === 'named'
  const depth =
    standing.instead?.group === group ? standing.instead.depth : agreedDepth(role, group, { purpose, isOwn })
  return depth === 'FULL' || (depth === 'SUMMARY' && from === 'SUMMARY')
}

/** The first field on the way that is withheld; undefined where the leaf is shown. */
export function firstWithheld(catalogue: Catalogue, { chain }: Leaf, standing: Standing): number | undefined {
  const at = chain.findIndex((coordinate) => !isAgreed(catalogue, coordinate, standing))
  // All that was ever recorded is no part of an emergency.
  const changes = sight(standing) === 'glass' ? chain.indexOf('Offender.changes') : -1
  if (changes >= 0) return changes
  return at < 0 ? undefined : at
}
