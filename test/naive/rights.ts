import type { RelationshipName } from '../../src/access/relationships'
import type { Grant } from '../../src/access/role'
import type { Field } from '../../src/catalogue/catalogue'
import type { FieldGroup } from '../../src/domain/field-group'
import type { Purpose } from '../../src/domain/purpose'
import { isMachine, type Asker } from './asker'
import type { Relationships } from './relationships'

export type Reason = 'ROLE' | 'PURPOSE' | 'RELATIONSHIP' | 'LIMITED_ACCESS'

/** Whether a field is shown: of every case, of none (and why), or of some. */
export type Right =
  | { readonly shown: 'always' }
  | { readonly shown: 'never'; readonly group: FieldGroup; readonly reason: Reason }
  | { readonly shown: 'perCase'; readonly group: FieldGroup; isShownOf(person: Person): boolean }

const CATEGORY = {
  classification: { kind: 'group', group: 'MAPPA_LEVEL', from: 'FULL', prose: false },
} as const

/** Somebody on record; of an earlier state, everybody who owns a part of it now. */
export interface Person {
  readonly id: string
  readonly owners: readonly string[]
}

/** What the role's own declaration gives a reader for a purpose, field by field and case by case. */
export class Rights {
  constructor(
    private readonly asker: Asker,
    private readonly purpose: Purpose,
    private readonly relationships: Relationships,
    /** Broken glass opens single offenders alone, not lists. */
    private readonly isLookUp: boolean,
  ) {}

  /** The relationship by which cases are seen; those beyond it may need a justification. */
  get rowRule(): RelationshipName {
    const { relationship, unjustified } = this.asker.role.rows
    return unjustified !== undefined && !this.asker.isJustified ? unjustified : relationship
  }

  get isGlassBroken(): boolean {
    return (
      this.isLookUp && this.asker.role.breakGlass !== undefined && this.relationships.openGrants().length > 0
    )
  }

  isOpened(owner: string): boolean {
    return this.isGlassBroken && this.relationships.holds('brokenGlass', owner)
  }

  /** Whether the caller is anything to the case, whatever limited access says. */
  isRelated(owner: string): boolean {
    return this.relationships.holds(this.rowRule, owner) || this.isOpened(owner)
  }

  of(field: Field): Right {
    const { classification } = field
    if (classification.kind === 'follows') {
      // All that was ever recorded is more than an emergency opens.
      return this.isGlassBroken && field.worked === 'changes'
        ? this.perCase('IDENTITY', (owner) => this.relationships.holds(this.rowRule, owner))
        : { shown: 'always' }
    }
    const { group } = classification
    const granted = this.granted(field)
    const isOpened = this.isGlassBroken && this.opens(group)
    if (typeof granted === 'string' && !isOpened) return { shown: 'never', group, reason: granted }
    if (granted === true && !this.isGlassBroken) return { shown: 'always' }
    const isGranted = (owner: string) =>
      granted === true ||
      (Array.isArray(granted) &&
        granted.some((name: RelationshipName) => this.relationships.holds(name, owner)))
    if (!this.isGlassBroken) return this.perCase(group, isGranted)
    const isOwn = (owner: string) => this.relationships.holds(this.rowRule, owner)
    return this.perCase(
      group,
      (owner) => (isOwn(owner) && isGranted(owner)) || (isOpened && this.isOpened(owner)),
    )
  }

  /** True: of every case; relationships: of those; else why not. */
  private granted({
    classification,
  }: Pick<Field, 'classification'>): true | RelationshipName[] | 'ROLE' | 'PURPOSE' {
    if (classification.kind === 'follows') return true
    const { group, from, prose } = classification
    // Systems that read for nobody never get free text.
    if (prose && isMachine(this.asker.role.name)) return 'ROLE'
    const grant: Grant = this.isBeyondCeiling(group) ? 'NONE' : this.asker.role.groups[group]
    const reaches = (depth: string) => depth === 'FULL' || depth === from
    if (typeof grant === 'string') return reaches(grant) || 'ROLE'
    const deep = grant.filter(({ depth }) => reaches(depth))
    const now = deep.filter(({ purposes }) => purposes?.includes(this.purpose) ?? true)
    if (deep.length === 0) return 'ROLE'
    return now.length === 0 ? 'PURPOSE' : now.map(({ when }) => when)
  }

  /** Whether a field may be searched by: it is shown of every case that the reader sees, glass or no glass. */
  showsEveryCase(field: Field): boolean {
    return this.granted(field) === true
  }

  /** Who reads levels of MAPPA alone must not learn from a conflict that the categories differ. */
  get seesCategories(): boolean {
    return this.granted(CATEGORY) === true
  }

  private opens(group: FieldGroup): boolean {
    const opened = this.asker.role.breakGlass?.some((one) => one === group) ?? false
    return opened && !this.isBeyondCeiling(group)
  }

  private isBeyondCeiling(group: FieldGroup): boolean {
    return this.asker.ceiling !== undefined && !this.asker.ceiling.includes(group)
  }

  private perCase(group: FieldGroup, is: (owner: string) => boolean): Right {
    return { shown: 'perCase', group, isShownOf: ({ owners }) => owners.every(is) }
  }
}
