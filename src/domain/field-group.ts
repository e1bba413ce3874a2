/** The classes of information that a role is granted, each as a whole (contract: roles). */
export const FIELD_GROUPS = [
  'IDENTITY',
  'CONTACT',
  'CUSTODY',
  'SENTENCE',
  'ALLOCATION',
  'ROSH_LEVEL',
  'ROSH_NARRATIVE',
  'SELF_RISK',
  'PREDICTORS',
  'NEEDS',
  'MAPPA_LEVEL',
  'MAPPA_DETAIL',
  'MAPPA_MINUTES',
  'DISCLOSURE_DECISIONS',
  'VICTIM',
  'SAFEGUARDING',
  'INTELLIGENCE',
  'HEALTH',
  'PROGRAMMES',
  'RELEASE',
  'LICENCE',
  'OVERSIGHT',
] as const

export type FieldGroup = (typeof FIELD_GROUPS)[number]

/** How deep into a group: a field says from which depth on it is shown. */
export const DEPTHS = ['NONE', 'SUMMARY', 'FULL'] as const
export type Depth = (typeof DEPTHS)[number]

/** Groups whose very existence would disclose: withheld without a mark. */
export const HIDDEN_GROUPS = ['VICTIM', 'INTELLIGENCE'] as const satisfies readonly FieldGroup[]
export type HiddenGroup = (typeof HIDDEN_GROUPS)[number]

export function isHiddenGroup(group: FieldGroup): group is HiddenGroup {
  return HIDDEN_GROUPS.some((hidden) => hidden === group)
}
