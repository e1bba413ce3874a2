import { z } from 'zod'
import type { Document, Notes } from './reading'
import { SUBJECT_NAMES } from './subject'
import { noteUnread } from './unread'

/** What every answer about an assessment says of it: who, when, which. */
const DESCRIPTION = [
  ...['assessmentPk', 'assessmentId', 'assessmentType', 'assessmentStatus', 'assessmentVersion', 'status'],
  ...['initiationDate', 'dateCompleted', 'completedDate', 'calculatedDate', 'signedDate', 'assessedOn'],
  ...['assessor', 'assessorName', 'countersignerName', 'assessorSignedDate', 'outputVersion', 'output'],
]

/** How OASys answers, and what it says of other assessments, which the timeline tells. */
const NOT_HELD = [
  'source',
  'inputs',
  'limitedAccessOffender',
  'superStatus',
  'partcompStatus',
  'personSummary',
]
const OF_OTHERS = /^(later|latest)[A-Z]\w+(Exists|Date)$/

/** Fields that are read, by name; of a block, those in it. */
export type ReadFields = Readonly<Record<string, z.ZodType>>

export function readFields(names: readonly string[]): ReadFields {
  return Object.fromEntries(names.map((name) => [name, z.unknown()]))
}

/** Warns of what a document carries of an assessment beside its description and the fields that are read. */
export function noteUnreadAssessment(document: Document, read: ReadFields, notes: Notes): void {
  const others = Object.keys(document).filter((name) => OF_OTHERS.test(name))
  const passedOver = [...NOT_HELD, ...SUBJECT_NAMES, ...others]
  noteUnread(z.object({ ...readFields(DESCRIPTION), ...read }), document, passedOver, notes)
}
