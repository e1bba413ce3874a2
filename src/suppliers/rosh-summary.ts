import { z } from 'zod'
import { Unreadable, type Facts, type RecordStatement, type RoshFact, type Update } from '../updates/update'
import {
  assessmentFrom,
  assessmentKey,
  assessmentRecord,
  authorFrom,
  keepHigher,
  numberOf,
} from './assessment-fields'
import { noteUnreadAssessment, readFields } from './assessment-unread'
import { CONCERN_FIELDS, otherRisksFrom, selfRisksFrom } from './concerns'
import {
  isDocument,
  MASK,
  moment,
  Notes,
  parse,
  stated,
  text,
  type Document,
  type ReadingContext,
} from './reading'
import { isLower, levelsFrom, OASYS_LEVELS, oasysLevels, roshLevel, worst, type Levels } from './rosh-levels'
import { sectionScoresFrom } from './sections'
import { subjectOf, type Subject } from './subject'

/**
 * Reads risk of serious harm, risk to self and other risks in every published shape: OASys assessments (one
 * or a list), the ARN summary (nested or flat) and its widget, bare or in `data`. With an assessment number
 * the record is that assessment; without one it is `assessed:<identifier>:<moment>`. Throws Unreadable when
 * nobody is named and when an assessment has neither a number nor a date.
 */
export function readRoshSummary(document: Document, context: ReadingContext): Update {
  const notes = new Notes()
  const subject = subjectOf(document, context)
  const records = new Map<string, RecordStatement>()
  for (const { assessment, at, asked } of assessmentsIn(document)) {
    keepHigher(records, recordFrom(assessment, { at, asked, subject, notes }))
  }
  if (records.size === 0) {
    throw new Unreadable('assessments is empty: there is no summary to read', 'assessments')
  }
  return {
    createsPerson: false,
    person: subject.person,
    records: [...records.values()],
    warnings: notes.warnings,
  }
}

const summarySchema = z.object({
  assessmentType: text,
  assessmentStatus: text,
  initiationDate: moment,
  dateCompleted: moment,
  assessedOn: moment,
  overallRiskLevel: moment,
  overallRisk: moment,
  riskInCommunity: moment,
  riskInCustody: moment,
  whoIsAtRisk: text,
  whoAtRisk: text,
  natureOfRisk: text,
  riskImminence: text,
  riskGreatest: text,
  riskIncreaseFactors: text,
  factorsLikelyToIncreaseRisk: text,
  factorsSituationsLikelyToOffend: text,
  riskMitigationFactors: text,
  factorsLikelyToReduceRisk: text,
  factorsStrengthsAndProtective: text,
  analysisOfRiskFactors: text,
  factorsAnalysisOfRisk: text,
})

type Summary = z.infer<typeof summarySchema>

interface Placed {
  readonly assessment: Document
  readonly at: string
  /** What the answer of OASys was asked for: it names the assessment where the answer does not. */
  readonly asked?: unknown
}

function assessmentsIn(document: Document): Placed[] {
  if (!('assessments' in document)) return [{ assessment: document, at: '' }]
  const list = parse(z.array(z.record(z.string(), z.unknown())), document.assessments, 'assessments')
  const asked = list.length === 1 ? document.inputs : undefined
  return list.map((assessment, index) => ({ assessment, at: `assessments.${index}.`, asked }))
}

interface Reading {
  readonly at: string
  readonly asked: unknown
  readonly subject: Subject
  readonly notes: Notes
}

function recordFrom(document: Document, { at, asked, subject, notes }: Reading): RecordStatement {
  const flat: Document = isDocument(document.summary) ? { ...document, ...document.summary } : document
  const where = at === '' ? 'summary' : at.slice(0, -1)
  const summary = parse(summarySchema, flat, at.slice(0, -1))
  const { assessmentType: type, assessmentStatus: status, initiationDate: initiated } = summary
  const completed = summary.dateCompleted ?? summary.assessedOn
  const assessment = assessmentFrom({ type, status, initiated, completed }, where, notes)
  const key = assessmentKey(numberOf(flat, asked), assessment.completedAt, subject, `${at}assessedOn`)
  const facts = stated<Facts>({
    assessment,
    assessmentAuthor: authorFrom(flat, where, notes),
    rosh: roshFrom(summary, flat, at, notes),
    selfRisks: selfRisksFrom(flat, at, notes),
    otherRisks: otherRisksFrom(flat, at, notes),
    sectionScores: sectionScoresFrom(flat, at, notes),
  })
  if (!Object.keys(facts).some((kind) => !kind.startsWith('assessment'))) {
    notes.add('NO_ROSH', 'The summary states no level of harm, no text and no other risk')
  }
  noteUnreadAssessment(flat, READ, notes)
  const partial = facts.rosh === undefined ? status === undefined : !hasNarrative(flat)
  return assessmentRecord(key, facts, { partial })
}

const NARRATIVE = [
  'whoIsAtRisk',
  'whoAtRisk',
  'natureOfRisk',
  'riskImminence',
  'riskGreatest',
  'analysisOfRiskFactors',
  'factorsAnalysisOfRisk',
]

/** A widget of levels, or a copy whose text was masked, is less than the summary itself. */
function hasNarrative(flat: Document): boolean {
  return NARRATIVE.some((name) => name in flat && flat[name] !== MASK)
}

const READ = {
  ...summarySchema.shape,
  ...readFields([
    ...CONCERN_FIELDS,
    ...OASYS_LEVELS,
    'summary',
    'riskToSelf',
    'otherRisks',
    'weightedScores',
  ]),
}

function roshFrom(summary: Summary, flat: Document, at: string, notes: Notes): RoshFact | undefined {
  const levels = { ...oasysLevels(flat, at, notes), ...mapLevels(summary, at, notes) }
  const rosh = stated<RoshFact>({
    overall: overallOf(summary, levels, at, notes),
    ...levels,
    whoIsAtRisk: notes.prose(summary.whoIsAtRisk ?? summary.whoAtRisk, `${at}whoIsAtRisk`),
    natureOfRisk: notes.prose(summary.natureOfRisk, `${at}natureOfRisk`),
    riskImminence: notes.prose(summary.riskImminence ?? summary.riskGreatest, `${at}riskImminence`),
    riskIncreaseFactors: proseOf(INCREASE, summary, at, notes),
    riskMitigationFactors: proseOf(MITIGATE, summary, at, notes),
    analysisOfRiskFactors: notes.prose(
      summary.analysisOfRiskFactors ?? summary.factorsAnalysisOfRisk,
      `${at}analysisOfRiskFactors`,
    ),
  })
  if (Object.keys(rosh).length === 0) return undefined
  const assessedOn = notes.date(summary.assessedOn, `${at}assessedOn`)
  return { ...rosh, ...(assessedOn !== undefined && { assessedOn }) }
}

/** Asked of assessors in one way before and in two ways since: what is answered in both is kept from both. */
const INCREASE = [
  'riskIncreaseFactors',
  'factorsLikelyToIncreaseRisk',
  'factorsSituationsLikelyToOffend',
] as const
const MITIGATE = [
  'riskMitigationFactors',
  'factorsLikelyToReduceRisk',
  'factorsStrengthsAndProtective',
] as const

function proseOf(
  names: typeof INCREASE | typeof MITIGATE,
  summary: Summary,
  at: string,
  notes: Notes,
): string | undefined {
  const said = names.map((name) => notes.prose(summary[name], `${at}${name}`))
  const answers = said.filter((answer) => answer !== undefined)
  return answers.length === 0 ? undefined : answers.join('\n\n')
}

function overallOf(summary: Summary, levels: Levels, at: string, notes: Notes): RoshFact['overall'] {
  const worstOfGroups = worst(Object.values(levels))
  const overall = roshLevel(summary.overallRiskLevel ?? summary.overallRisk, `${at}overallRiskLevel`, notes)
  if (overall !== undefined && worstOfGroups !== undefined && isLower(overall, worstOfGroups)) {
    notes.add(
      'OVERALL_BELOW_WORST',
      'The overall level is lower than the worst of the groups: kept as stated',
    )
  }
  return overall ?? worstOfGroups
}

function mapLevels(summary: Summary, at: string, notes: Notes): Levels {
  return {
    ...levelsFrom(summary.riskInCommunity, 'community', `${at}riskInCommunity`, notes),
    ...levelsFrom(summary.riskInCustody, 'custody', `${at}riskInCustody`, notes),
  }
}
