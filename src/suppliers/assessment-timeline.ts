import { z } from 'zod'
import { Unreadable, type RecordStatement, type Update } from '../updates/update'
import { assessmentFrom, assessmentRecord, keepHigher } from './assessment-fields'
import { moment, Notes, parse, text, type Document, type ReadingContext } from './reading'
import { subjectOf } from './subject'

/**
 * Reads a list of assessments, one OASYS record each, by assessment number. An empty list is a statement
 * too: nobody has assessed this person. Throws Unreadable when nobody is named, when there is no list,
 * and when an assessment has no number.
 */
export function readAssessmentTimeline(document: Document, context: ReadingContext): Update {
  const { timeline } = parse(timelineSchema, document)
  const notes = new Notes()
  if ('assessments' in document)
    notes.add('PARTLY_READ', 'Only timeline is read of this document, not assessments')
  const { person, key } = subjectOf(document, context)
  const records = new Map<string, RecordStatement>()
  timeline.forEach((item, index) => keepHigher(records, recordFrom(item, `timeline.${index}`, notes)))
  if (timeline.length === 0) {
    records.set('', { system: 'OASYS', localId: `timeline:${key}`, facts: { assessments: [] } })
  }
  return { createsPerson: false, person, records: [...records.values()], warnings: notes.warnings }
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
