/** Why somebody looks; recorded with every look (DPA 2018 s.62; contract: purposes). */
export const PURPOSES = [
  'OFFENDER_MANAGEMENT',
  'RISK_ASSESSMENT',
  'MAPPA',
  'RELEASE_PLANNING',
  'VICTIM_LIAISON',
  'PAROLE',
  'PUBLIC_PROTECTION',
  'INSPECTION',
  'AUDIT',
  'ANALYSIS',
  'SUBJECT_ACCESS',
  'DATA_QUALITY',
  'SYSTEM_UPDATE',
] as const

export type Purpose = (typeof PURPOSES)[number]

export function isPurpose(text: string): text is Purpose {
  return (PURPOSES as readonly string[]).includes(text)
}
