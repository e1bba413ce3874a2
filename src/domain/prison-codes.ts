/** NOMIS says "released" and "in transfer" by codes that look like prisons and are none (domain section 4). */
export const PSEUDO_PRISONS: readonly string[] = ['OUT', 'TRN']
