import type { RoleName } from '../domain/caller'
import type { Depth, FieldGroup, HiddenGroup } from '../domain/field-group'
import type { Purpose } from '../domain/purpose'
import type { RelationshipName } from './relationships'

/** What a role may read: silence never grants, so every group is decided. */
export interface Role {
  readonly name: RoleName
  readonly rows: RowRule
  readonly purposes: readonly Purpose[]
  readonly groups: Readonly<Record<FieldGroup, Grant>>
  /** Purposes for which it reads the journal; absent: it does not. */
  readonly journal?: readonly Purpose[]
  /** The groups of one offender that an emergency opens in full, for an hour; absent: it opens none. */
  readonly breakGlass?: readonly BreakableGroup[]
}

/** No emergency opens a group that is withheld without a mark. */
export type BreakableGroup = Exclude<FieldGroup, HiddenGroup>

export interface RowRule {
  readonly relationship: RelationshipName
  /** Rows that need no justification; the others of `relationship` need one. */
  readonly unjustified?: RelationshipName
}

/** A depth for every case, or depths that hold only for cases in a relationship or under a purpose. */
export type Grant = Depth | readonly ConditionalGrant[]

export interface ConditionalGrant {
  readonly depth: Exclude<Depth, 'NONE'>
  readonly when: RelationshipName
  readonly purposes?: readonly Purpose[]
}

/** What an emergency needs of somebody else's case: who and where, the risk, who to ring; nothing of victims. */
export const EMERGENCY_GROUPS: readonly BreakableGroup[] = [
  'IDENTITY',
  'CONTACT',
  'CUSTODY',
  'SENTENCE',
  'ALLOCATION',
  'ROSH_LEVEL',
  'ROSH_NARRATIVE',
  'SELF_RISK',
  'MAPPA_LEVEL',
  'SAFEGUARDING',
  'RELEASE',
  'LICENCE',
]

/** Full while invited to a meeting of this offender, under purpose MAPPA (contract: roles, *meeting*). */
export const WHILE_INVITED: readonly ConditionalGrant[] = [
  { depth: 'FULL', when: 'invitedToMeeting', purposes: ['MAPPA'] },
]
