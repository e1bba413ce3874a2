import { date, flag, instant, many, none, number, one, text, whole } from './declare'
import { BY_ASSESSORS } from './owners'

export type AssessmentStatus = 'COMPLETE' | 'LOCKED_INCOMPLETE' | 'OPEN' | 'UNKNOWN'
export type RoshLevel = 'LOW' | 'MEDIUM' | 'HIGH' | 'VERY_HIGH'
export type SelfRiskArea = 'SUICIDE' | 'SELF_HARM' | 'CUSTODY' | 'HOSTEL_SETTING' | 'VULNERABILITY'
export type OtherRiskArea =
  'ESCAPE_OR_ABSCOND' | 'CONTROL_ISSUES_DISRUPTIVE_BEHAVIOUR' | 'BREACH_OF_TRUST' | 'RISK_TO_OTHER_PRISONERS'

/** An incomplete assessment never stands before a complete one, whichever is newer. */
export const STANDING: Readonly<Record<AssessmentStatus, number>> = {
  COMPLETE: 2,
  LOCKED_INCOMPLETE: 1,
  OPEN: 0,
  UNKNOWN: 0,
}

const level = () => text<RoshLevel>()
/** `YES`, `NO`, `DONT_KNOW`, `NOT_APPLICABLE`, or the assessor's own word. */
const answer = () => text()

const concern = <Area extends string>() => ({
  area: text<Area>().must,
  risk: answer(),
  current: answer(),
  currentText: text(),
  previous: answer(),
  previousText: text(),
})

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
      /** What ARMS concludes: how much attention, which is no risk label (domain 3.2). */
      priority: text(),
      /** Known by a list of scores that names no assessment. */
      scoresOnly: flag(),
    },
    BY_ASSESSORS,
    {
      worked: ({ tool, status, completedAt, initiatedAt, scoresOnly }) => ({
        // Scores of which nothing is known but the day are no assessment to look at first.
        standing: STANDING[status] - (scoresOnly === true && status === 'UNKNOWN' ? 1 : 0),
        assessed_at: completedAt ?? initiatedAt ?? '-infinity',
        scores_only: scoresOnly ?? false,
        specialist: tool !== 'UNKNOWN' && !tool.startsWith('OASYS'),
      }),
      workedColumns: ['standing', 'assessed_at', 'specialist'],
    },
  ),
  /** Apart from the assessment, because only some documents name them. */
  assessmentAuthor: one(
    'assessment_author',
    { assessorName: text(), countersignerName: text(), signedAt: instant() },
    BY_ASSESSORS,
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
      analysisOfRiskFactors: text(),
      assessedOn: date(),
    },
    BY_ASSESSORS,
  ),
  selfRisks: many('self_risk', ['area'], concern<SelfRiskArea>(), BY_ASSESSORS),
  otherRisks: many('other_risk', ['area'], concern<OtherRiskArea>(), BY_ASSESSORS),
  sections: many(
    'assessment_section',
    ['section'],
    {
      /** e.g. `DRUG_MISUSE`. */
      section: text().must,
      number: whole(),
      name: text(),
      score: number(),
      /** The score from which OASys sees a need, as the document states it. */
      threshold: number(),
      severity: text(),
      /** `IDENTIFIED_NEED`, `NOT_IDENTIFIED_NEED`, `UNSCORED_NEED`; only where it is stated. */
      need: text(),
      linkedToReoffending: answer(),
      linkedToHarm: answer(),
      /** False: the section is missing, for nothing in it is answered. */
      answered: flag().must,
      version: text(),
    },
    BY_ASSESSORS,
  ),
  /** The scores alone, as the assessment's own summary has them: apart, so that they never replace the sections. */
  sectionScores: many(
    'section_score',
    ['section'],
    { section: text().must, number: whole(), name: text(), score: number().must },
    BY_ASSESSORS,
  ),
  predictors: many(
    'predictor',
    ['name', 'version', 'staticOrDynamic'],
    {
      /** `OGRS3`, `OVP`, `OGP`, `RSR`, `OSP/C`, …, `RM2000/S`; of the newer tools as published, e.g. `allReoffendingPredictor`. */
      name: text().must,
      /** Which generation of tools: `1` of OGRS3, `2` of OGRS4. */
      version: text(),
      /** Of tools that give one- and two-year scores, the two-year one: the band is its band. */
      score: number(),
      oneYear: number(),
      twoYears: number(),
      /** As received, never re-banded; `NOT_APPLICABLE` and `NA` are bands. */
      band: text(),
      staticOrDynamic: text(),
      staticWeightedScore: number(),
      dynamicWeightedScore: number(),
      totalWeightedScore: number(),
      algorithmVersion: text(),
      completedAt: instant(),
      status: text(),
      /** What calculated it, e.g. `OASYS`. */
      calculatedBy: text(),
    },
    BY_ASSESSORS,
  ),
  /** An empty timeline is a statement: nobody has assessed this person. */
  assessments: none('assessment', { tool: text() }, BY_ASSESSORS),
}
