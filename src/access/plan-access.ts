import type { Catalogue, Field, GroupClassification } from '../catalogue/catalogue'
import type { SelectedField, Selection } from '../catalogue/select'
import { isMachineRole, type RequestContext } from '../domain/caller'
import type { Depth, FieldGroup } from '../domain/field-group'
import type { Purpose } from '../domain/purpose'
import { Refusal } from '../domain/refusal'
import type { OpenGlass } from './open-glass'
import type { Grant, Role } from './role'
import { roleOf } from './role-of'
import type { RelationshipName } from './relationships'

export type Reason = 'ROLE' | 'RELATIONSHIP' | 'PURPOSE' | 'LIMITED_ACCESS'

/** What happens to one selected field. `if` holds for the rows of which its condition is true. */
export type Decision =
  | { readonly show: 'yes' }
  | { readonly show: 'no'; readonly group: FieldGroup; readonly reason: Reason }
  | { readonly show: 'if'; readonly group: FieldGroup; readonly condition: number }

export interface AccessPlan {
  readonly role: Role
  readonly purpose: Purpose
  /** The relationship that a row must have to the caller. */
  readonly rows: RelationshipName
  /** Rows beyond `rows` exist for this role, for those who give a justification. */
  readonly mayJustify: boolean
  /** Break-glass grants of the caller that are open: their offenders are seen as the role's `breakGlass` says. */
  readonly glass: readonly OpenGlass[]
  /** Each is true of a row where any of its relationships is. */
  readonly conditions: readonly (readonly RelationshipName[])[]
  readonly decisions: ReadonlyMap<SelectedField, Decision>
  decide(selected: SelectedField): Decision
}

/**
 * Decides, before anything is read, what of a selection the caller gets. Refuses the whole operation
 * where the purpose is missing or not the role's, or where a field is used that may not be read.
 */
export function planAccess(
  catalogue: Catalogue,
  context: RequestContext,
  selection: Selection,
  glass: readonly OpenGlass[] = [],
): AccessPlan {
  const role = roleOf(context.caller)
  refuseExcess(selection)
  refuseMismatch(role, context, selection)
  const purpose = purposeOf(role, context, selection)
  const conditions: RelationshipName[][] = glass.length > 0 ? [['brokenGlass']] : []
  const decisions = new Map<SelectedField, Decision>()
  const deciding = { role, purpose, conditions, isGlassBroken: glass.length > 0 }
  for (const root of selection.roots) decideTree(deciding, root, decisions)
  refuseUses(catalogue, role, purpose, selection)
  const mayJustify = role.rows.unjustified !== undefined && context.justification === undefined
  return {
    role,
    purpose,
    rows: mayJustify ? role.rows.unjustified : role.rows.relationship,
    mayJustify,
    glass,
    conditions,
    decisions,
    decide: (selected) => decisions.get(selected) ?? { show: 'yes' },
  }
}

const ROOTS_MAX = 50

/** What suppliers send, and ask about what they sent. */
const SUPPLIER_ROOTS = [
  'pushCaseUpdates',
  'pushOfferings',
  'beginSnapshot',
  'endSnapshot',
  'receipt',
  'receipts',
]

/** Supplying goes by rules of its own, so it never lends them to its neighbours. */
function refuseExcess({ roots }: Selection): void {
  if (roots.length > ROOTS_MAX)
    throw new Refusal(
      'TOO_COSTLY',
      `An operation asks at most ${ROOTS_MAX} things; this one asks ${roots.length}.`,
      undefined,
      undefined,
      [],
      { roots: roots.length, limit: ROOTS_MAX },
    )
  const supplying = roots.find(isSupplying)
  if (supplying && roots.some((root) => root.field && !isSupplying(root))) {
    throw new Refusal('BAD_USER_INPUT', `${supplying.name} comes in an operation of its own.`)
  }
}

/**
 * A system that acts for a person acts in that person's role, and a person's role needs a person: else
 * nobody could be named in the journal, and limited access could not be decided.
 */
function refuseMismatch(role: Role, { caller }: RequestContext, selection: Selection): void {
  const machine = isMachineRole(role.name)
  const supplies = selection.roots.some(isSupplying)
  if (!machine && supplies) {
    throw new Refusal('FORBIDDEN', 'Only the systems of prisons, probation and CRCs push updates.')
  }
  if (machine && caller.person && !supplies) {
    throw new Refusal(
      'FORBIDDEN',
      `${role.name} acts for a person here: name the person’s role in the acting-role header.`,
    )
  }
  if (!machine && !caller.person) {
    throw new Refusal('FORBIDDEN', `${role.name} is a person’s role, and this token names nobody.`)
  }
}

function isSupplying(root: SelectedField): boolean {
  return SUPPLIER_ROOTS.includes(root.name)
}

/**
 * People say why they look; a system that reads for nobody looks for offender management unless it says
 * otherwise, and one that pushes does so under SYSTEM_UPDATE. What one may read needs no reason.
 */
function purposeOf(role: Role, context: RequestContext, selection: Selection): Purpose {
  const supplies = selection.roots.some(isSupplying)
  const allowed: readonly Purpose[] = supplies ? ['SYSTEM_UPDATE'] : purposesFor(role, selection)
  const assumed =
    supplies || (isMachineRole(role.name) && !context.caller.person) || selection.roots.every(isNotCaseData)
  const purpose = context.purpose ?? (assumed ? allowed[0] : undefined)
  if (purpose === undefined) {
    throw new Refusal('PURPOSE_REQUIRED', 'Say why you look: send the purpose-of-use header.')
  }
  if (!allowed.includes(purpose)) {
    throw new Refusal(
      'PURPOSE_NOT_ALLOWED',
      `${role.name} may act for ${allowed.join(', ')} here, not for ${purpose}.`,
    )
  }
  return purpose
}

function purposesFor({ journal, purposes }: Role, { roots }: Selection): readonly Purpose[] {
  return journal && roots.every((root) => root.name === 'disclosures') ? journal : purposes
}

/** One's own rights and webhooks, rules, how far the record has come, what attendees accept: none of it is about anybody. */
const NOT_CASE_DATA = [
  'myAccess',
  'sources',
  'mappaAreas',
  'mappaRules',
  'webhooks',
  'registerWebhook',
  'disableWebhook',
  'replayWebhook',
  'recordChanged',
  'mappaConfidentialityStatement',
]

export function isNotCaseData(root: SelectedField): boolean {
  return root.field === undefined || NOT_CASE_DATA.includes(root.name)
}

interface Deciding {
  readonly role: Role
  readonly purpose: Purpose
  readonly conditions: RelationshipName[][]
  readonly isGlassBroken: boolean
}

function decideTree(
  deciding: Deciding,
  selected: SelectedField,
  decisions: Map<SelectedField, Decision>,
): void {
  const decision = selected.field ? decideField(deciding, selected.field) : YES
  decisions.set(selected, decision)
  if (decision.show === 'no') return
  for (const child of selected.children) decideTree(deciding, child, decisions)
}

const YES: Decision = { show: 'yes' }

function decideField({ role, purpose, conditions, isGlassBroken }: Deciding, field: Field): Decision {
  if (field.classification.kind === 'follows') {
    // All that was ever recorded is more than an emergency opens.
    return isGlassBroken && field.worked === 'changes' ? ifAny(['anyone'], 'IDENTITY', conditions) : YES
  }
  const { group } = field.classification
  const verdict = weighField(role, field.classification, purpose)
  const needed = isGlassBroken ? neededUnderGlass(role, group, verdict) : verdict
  if (needed === 'yes') return YES
  if (needed === 'ROLE' || needed === 'PURPOSE') return { show: 'no', group, reason: needed }
  return ifAny(needed, group, conditions)
}

function ifAny(
  needed: readonly RelationshipName[],
  group: FieldGroup,
  conditions: RelationshipName[][],
): Decision {
  const known = conditions.findIndex((condition) => condition.join() === needed.join())
  if (known >= 0) return { show: 'if', group, condition: known }
  conditions.push([...needed])
  return { show: 'if', group, condition: conditions.length - 1 }
}

/** What the role reads of its own cases, it reads of no other; what broken glass opens, of the one offender. */
function neededUnderGlass(role: Role, group: FieldGroup, verdict: Verdict): Verdict {
  const own: Verdict = verdict === 'yes' ? ['anyone'] : verdict
  const isOpened = role.breakGlass?.some((opened) => opened === group) ?? false
  if (!isOpened) return own
  return typeof own === 'string' ? ['brokenGlass'] : [...own, 'brokenGlass']
}

/** Whether this operation looks at single offenders alone: broken glass opens no list and no feed. */
export function isLookUp({ roots }: Selection): boolean {
  return roots.some(({ name }) => name === 'offender') && roots.every(isLookUpRoot)
}

function isLookUpRoot(root: SelectedField): boolean {
  return root.name === 'offender' || isNotCaseData(root)
}

/** As `weigh`, of a field: a system that reads for nobody never gets free text (contract: roles). */
export function weighField(role: Role, { group, from, prose }: GroupClassification, purpose: Purpose) {
  return prose && isMachineRole(role.name) ? 'ROLE' : weigh(role.groups[group], from, purpose)
}

/** Whether a field is shown of every case that the caller sees; what depends on the case is not. */
export function showsAlways({ role, purpose }: AccessPlan, field: Field): boolean {
  return decideField({ role, purpose, conditions: [], isGlassBroken: false }, field).show === 'yes'
}

/** `yes`, the reason why not, or the relationships of which one must hold. */
export type Verdict = 'yes' | 'ROLE' | 'PURPOSE' | readonly RelationshipName[]

export function weigh(grant: Grant, from: Depth, purpose: Purpose): Verdict {
  if (typeof grant === 'string') return deepEnough(grant, from) ? 'yes' : 'ROLE'
  const deep = grant.filter((conditional) => deepEnough(conditional.depth, from))
  if (deep.length === 0) return 'ROLE'
  const now = deep.filter((conditional) => conditional.purposes?.includes(purpose) ?? true)
  return now.length === 0 ? 'PURPOSE' : now.map((conditional) => conditional.when)
}

const DEPTH_ORDER: Readonly<Record<Depth, number>> = { NONE: 0, SUMMARY: 1, FULL: 2 }

function deepEnough(granted: Depth, needed: Depth): boolean {
  return DEPTH_ORDER[granted] >= DEPTH_ORDER[needed]
}

/** A filter or an order on a field answers questions about it; pruning it would widen the result. */
function refuseUses(catalogue: Catalogue, role: Role, purpose: Purpose, selection: Selection): void {
  // Who sees nobody learns nothing by using a field.
  if (role.rows.relationship === 'nobody') return
  for (const coordinate of selection.used) {
    const [typeName = '', fieldName = ''] = coordinate.split('.')
    const field = catalogue.type(typeName).fields.get(fieldName)
    if (!field || field.classification.kind === 'follows') continue
    if (weighField(role, field.classification, purpose) !== 'yes') {
      throw new Refusal(
        'FIELD_NOT_USABLE',
        `${role.name} may not read ${coordinate}, so it cannot be used to search or order.`,
      )
    }
  }
}
