import { instant, many, number, one, text } from './declare'
import { BY_ASSESSORS } from './owners'

export type AssessmentStatus = 'COMPLETE' | 'LOCKED_INCOMPLETE' | 'OPEN' | 'UNKNOWN'
export type RoshLevel = 'LOW' | 'MEDIUM' | 'HIGH' | 'VERY_HIGH'

/** An incomplete assessment never stands before a complete one, whichever is newer. */
export const STANDING: Readonly<Record<AssessmentStatus, number>> = {
  COMPLETE: 2,
  LOCKED_INCOMPLETE: 1,
  OPEN: 0,
  UNKNOWN: 0,
}

const level = () => text<RoshLevel>()

export const riskFacts = {
  assessment: one(
    'assessment',
    {
      /** `OASYS_LAYER1`, `OASYS_LAYER3`, `OASYS_STANDALONE`, `RM2000`, `ARMS`, …, `UNKNOWN`. */
      tool: text().must,
      rawType: text(),
      status: text<AssessmentStatus>().must,
      initiatedAt: instant(),
      completedAt: instant(),
    },
    BY_ASSESSORS,
    {
      worked: ({ status, completedAt, initiatedAt }) => ({
        standing: STANDING[status],
        assessed_at: completedAt ?? initiatedAt ?? '-infinity',
      }),
      workedColumns: ['standing', 'assessed_at'],
    },
  ),
  rosh: one(
    'rosh',
    {
      overall: level(),
      communityChildren: level(),
      communityPublic: level(),
      communityKnownAdult: level(),
      communityStaff: level(),
      custodyChildren: level(),
      custodyPublic: level(),
      custodyKnownAdult: level(),
      custodyStaff: level(),
      custodyPrisoners: level(),
      whoIsAtRisk: text(),
      natureOfRisk: text(),
      riskImminence: text(),
      riskIncreaseFactors: text(),
      riskMitigationFactors: text(),
    },
    BY_ASSESSORS,
  ),
  predictors: many(
    'predictor',
    ['name', 'version'],
    {
      /** e.g. `RSR`, `OGRS3`, `OVP`. */
      name: text().must,
      version: text(),
      score: number(),
      /** As received, never re-banded; `NOT_APPLICABLE` is a band. */
      band: text(),
    },
    BY_ASSESSORS,
  ),
  /** An empty timeline is a statement: nobody has assessed this person. */
  assessments: many('assessment', ['tool'], { tool: text().must }, BY_ASSESSORS),
}
