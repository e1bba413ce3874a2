import { z } from 'zod'
import { Unreadable, type RecordStatement, type Update } from '../updates/update'
import {
  assessmentFrom,
  assessmentRecord,
  authorFrom,
  keepHigher,
  numberOf,
  oasysAssessment,
} from './assessment-fields'
import { readAssessmentNeeds } from './assessment-needs'
import { moment, Notes, parse, stated, text, type Document, type ReadingContext } from './reading'
import { subjectOf } from './subject'

/**
 * Reads a list of assessments, one OASys record each, by assessment number, and the lists of needs that
 * belong to them. An empty timeline is a statement too: nobody has assessed this person. Throws Unreadable
 * when nobody is named, when there is no list, and when an assessment has no number.
 */
export function readAssessmentTimeline(document: Document, context: ReadingContext): Update {
  if ('timeline' in document) return readTimeline(document, context)
  return isNeeds(document) ? readAssessmentNeeds(document, context) : readSummaries(document, context)
}

/** Needs section by section: a list of their own, or the blocks of OASys in its list of assessments. */
export function isNeeds(document: Document): boolean {
  if (Array.isArray(document.needs)) return true
  const [first] = Array.isArray(document.assessments) ? (document.assessments as unknown[]) : []
  return typeof first === 'object' && first !== null && 'acc' in first && 'eTE' in first
}

function readTimeline(document: Document, context: ReadingContext): Update {
  const notes = new Notes()
  if ('assessments' in document)
    notes.add('PARTLY_READ', 'Only timeline is read of this document, not assessments')
  const { person, key } = subjectOf(document, context)
  const records = timelineRecords(document, notes)
  const none: RecordStatement = { system: 'OASYS', localId: `timeline:${key}`, facts: { assessments: [] } }
  return {
    createsPerson: false,
    person,
    records: records.length === 0 ? [none] : records,
    warnings: notes.warnings,
  }
}

const itemSchema = z.object({
  assessmentPk: text,
  assessmentId: text,
  id: text,
  assessmentType: text,
  type: text,
  status: text,
  initiationDate: moment,
  completedDate: moment,
  completedAt: moment,
})

const timelineSchema = z.object({ timeline: z.array(itemSchema) })

/** The assessments of a document's timeline, each once. */
export function timelineRecords(document: Document, notes: Notes): RecordStatement[] {
  const { timeline } = parse(timelineSchema, document)
  const records = new Map<string, RecordStatement>()
  timeline.forEach((item, index) => keepHigher(records, recordFrom(item, `timeline.${index}`, notes)))
  return [...records.values()]
}

function recordFrom(item: z.infer<typeof itemSchema>, at: string, notes: Notes): RecordStatement {
  const localId = item.assessmentPk ?? item.assessmentId ?? item.id
  if (localId === undefined) {
    throw new Unreadable(`${at} has no assessmentPk, assessmentId or id`, `${at}.assessmentPk`)
  }
  const assessment = assessmentFrom(
    {
      type: item.assessmentType ?? item.type,
      status: item.status,
      initiated: item.initiationDate,
      completed: item.completedDate ?? item.completedAt,
    },
    at,
    notes,
  )
  return assessmentRecord(localId, { assessment })
}

/** A list of assessments with those who made them, and nothing else. */
function readSummaries(document: Document, context: ReadingContext): Update {
  const notes = new Notes()
  const { person } = subjectOf(document, context)
  const list = parse(z.array(z.record(z.string(), z.unknown())), document.assessments, 'assessments')
  const records = new Map<string, RecordStatement>()
  list.forEach((item, index) => {
    const at = `assessments.${index}`
    const number = numberOf(item)
    if (number === undefined) {
      throw new Unreadable(`${at} has no assessmentPk or assessmentId`, `${at}.assessmentPk`)
    }
    const facts = stated<RecordStatement['facts']>({
      assessment: oasysAssessment(item, at, notes),
      assessmentAuthor: authorFrom(item, at, notes),
    })
    keepHigher(records, assessmentRecord(number, facts))
  })
  if (records.size === 0) throw new Unreadable('assessments is empty: there is none to read', 'assessments')
  return { createsPerson: false, person, records: [...records.values()], warnings: notes.warnings }
}
