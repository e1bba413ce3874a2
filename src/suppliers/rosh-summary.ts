import { z } from 'zod'
import { Unreadable, type RecordStatement, type RoshFact, type Update } from '../updates/update'
import { assessmentFrom, assessmentRecord, keepHigher } from './assessment-fields'
import { isDocument, moment, Notes, parse, stated, text, type Document, type ReadingContext } from './reading'
import { isLower, levelsFrom, roshLevel, worst, type Levels } from './rosh-levels'
import { subjectOf, type Subject } from './subject'

/**
 * Reads risk of serious harm in every published shape: OASys assessments (one or a list), the ARN summary
 * (nested or flat) and its widget, bare or in `data`. With an assessment number the record is that
 * assessment; without one it is `assessed:<identifier>:<moment>`. Throws Unreadable when nobody is named
 * and when an assessment has neither a number nor a date.
 */
export function readRoshSummary(document: Document, context: ReadingContext): Update {
  const notes = new Notes()
  const subject = subjectOf(document, context)
  const records = new Map<string, RecordStatement>()
  for (const { assessment, at } of assessmentsIn(document)) {
    keepHigher(records, recordFrom(assessment, at, subject, notes))
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
  assessmentPk: text,
  assessmentId: text,
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
})

type Summary = z.infer<typeof summarySchema>

function assessmentsIn(document: Document): { assessment: Document; at: string }[] {
  if (!('assessments' in document)) return [{ assessment: document, at: '' }]
  const list = parse(z.array(z.record(z.string(), z.unknown())), document.assessments, 'assessments')
  return list.map((assessment, index) => ({ assessment, at: `assessments.${index}.` }))
}

function recordFrom(document: Document, at: string, subject: Subject, notes: Notes): RecordStatement {
  const left = ['riskToSelf', 'otherRisks'].filter((name) => name in document)
  if (left.length > 0) notes.add('PARTLY_READ', `${left.join(', ')} of this document is not read yet`)
  const flat: Document = isDocument(document.summary) ? { ...document, ...document.summary } : document
  const summary = parse(summarySchema, flat, at.slice(0, -1))
  const completed = summary.dateCompleted ?? summary.assessedOn
  const assessment = assessmentFrom(
    {
      type: summary.assessmentType,
      status: summary.assessmentStatus,
      initiated: summary.initiationDate,
      completed,
    },
    at === '' ? 'summary' : at.slice(0, -1),
    notes,
  )
  const pk = summary.assessmentPk ?? summary.assessmentId
  if (pk === undefined && assessment.completedAt === undefined) {
    throw new Unreadable(
      'The summary has neither an assessment number nor the date it was assessed on',
      `${at}assessedOn`,
    )
  }
  const rosh = roshFrom(summary, flat, at, notes)
  if (rosh === undefined) notes.add('NO_ROSH', 'The summary states no level of harm and no text')
  return assessmentRecord(
    pk ?? `assessed:${subject.key}:${assessment.completedAt}`,
    rosh === undefined ? { assessment } : { assessment, rosh },
  )
}

function roshFrom(summary: Summary, flat: Document, at: string, notes: Notes): RoshFact | undefined {
  const levels = { ...oasysLevels(flat, at, notes), ...mapLevels(summary, at, notes) }
  const rosh = stated<RoshFact>({
    overall: overallOf(summary, levels, at, notes),
    ...levels,
    whoIsAtRisk: notes.prose(summary.whoIsAtRisk ?? summary.whoAtRisk, `${at}whoIsAtRisk`),
    natureOfRisk: notes.prose(summary.natureOfRisk, `${at}natureOfRisk`),
    riskImminence: notes.prose(summary.riskImminence ?? summary.riskGreatest, `${at}riskImminence`),
    riskIncreaseFactors: notes.prose(
      summary.riskIncreaseFactors ??
        summary.factorsLikelyToIncreaseRisk ??
        summary.factorsSituationsLikelyToOffend,
      `${at}riskIncreaseFactors`,
    ),
    riskMitigationFactors: notes.prose(
      summary.riskMitigationFactors ??
        summary.factorsLikelyToReduceRisk ??
        summary.factorsStrengthsAndProtective,
      `${at}riskMitigationFactors`,
    ),
  })
  return Object.keys(rosh).length === 0 ? undefined : rosh
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

/** OASys names group and setting in one field: `riskKnownAdultCommunity`. */
function oasysLevels(flat: Document, at: string, notes: Notes): Levels {
  const inSetting = (setting: string): Document =>
    Object.fromEntries(
      ['Children', 'Public', 'KnownAdult', 'Staff', 'Prisoners'].flatMap((group) => {
        const value = flat[`risk${group}${setting}`]
        return value === undefined ? [] : [[group, value]]
      }),
    )
  return {
    ...levelsFrom(inSetting('Community'), 'community', `${at}risk…Community`, notes),
    ...levelsFrom(inSetting('Custody'), 'custody', `${at}risk…Custody`, notes),
  }
}
