import type { Role } from '../role'

/** What a system reads for nobody in particular: no free text, no minutes, nothing of victims. */
export const MACHINE_GROUPS: Role['groups'] = {
  IDENTITY: 'FULL',
  CONTACT: 'FULL',
  CUSTODY: 'FULL',
  SENTENCE: 'FULL',
  ALLOCATION: 'FULL',
  ROSH_LEVEL: 'FULL',
  ROSH_NARRATIVE: 'NONE',
  SELF_RISK: 'SUMMARY',
  PREDICTORS: 'FULL',
  NEEDS: 'FULL',
  MAPPA_LEVEL: 'FULL',
  MAPPA_DETAIL: 'NONE',
  MAPPA_MINUTES: 'NONE',
  DISCLOSURE_DECISIONS: 'NONE',
  VICTIM: 'NONE',
  SAFEGUARDING: 'SUMMARY',
  INTELLIGENCE: 'NONE',
  HEALTH: 'NONE',
  PROGRAMMES: 'FULL',
  RELEASE: 'FULL',
  LICENCE: 'FULL',
  OVERSIGHT: 'NONE',
}
