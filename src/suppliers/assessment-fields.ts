import { STANDING } from '../updates/facts/risk'
import {
  Unreadable,
  type AssessmentAuthorFact,
  type AssessmentFact,
  type AssessmentStatus,
  type RecordStatement,
} from '../updates/update'
import { isDocument, stated, text, type Document, type Notes } from './reading'
import type { Subject } from './subject'

/** An assessment as any of the documents states it, not yet in our words. */
export interface StatedAssessment {
  readonly type: string | undefined
  readonly status: string | undefined
  readonly initiated: unknown
  readonly completed: unknown
}

/** All assessment formats state the same assessments: one reading, so that they meet in one record. */
export function assessmentFrom(assessment: StatedAssessment, at: string, notes: Notes): AssessmentFact {
  const status = STATUSES.find((known) => known === worded(assessment.status)) ?? 'UNKNOWN'
  if (assessment.status !== undefined && status === 'UNKNOWN') {
    notes.add('UNKNOWN_STATUS', `${at}: the status is not one we know and is kept as unknown`)
  }
  return stated<AssessmentFact>({
    tool: TOOLS[worded(assessment.type)] ?? 'UNKNOWN',
    rawType: assessment.type,
    status,
    initiatedAt: notes.instant(assessment.initiated, `${at}: the date of initiation`),
    completedAt: notes.instant(assessment.completed, `${at}: the date of completion`),
  })
}

/** The assessment as OASys describes it in every one of its lists. */
export function oasysAssessment(document: Document, at: string, notes: Notes): AssessmentFact {
  return assessmentFrom(
    {
      type: said(document.assessmentType),
      status: said(document.assessmentStatus),
      initiated: document.initiationDate,
      completed: document.dateCompleted,
    },
    at,
    notes,
  )
}

/** Who made the assessment; undefined where the document names nobody. */
export function authorFrom(document: Document, at: string, notes: Notes): AssessmentAuthorFact | undefined {
  const { assessor } = document
  const assessorName = said(isDocument(assessor) ? assessor.name : document.assessorName)
  const countersignerName = said(document.countersignerName)
  if (assessorName === undefined && countersignerName === undefined) return undefined
  const signedAt = notes.instant(document.assessorSignedDate, `${at}: the date of signature`)
  return stated<AssessmentAuthorFact>({ assessorName, countersignerName, signedAt })
}

/** The assessment's number in the tool; in an answer to a question about one, the number that was asked for. */
export function numberOf(document: Document, asked?: unknown): string | undefined {
  const { assessmentPk, assessmentId } = document
  return (
    said(assessmentPk) ?? said(assessmentId) ?? (isDocument(asked) ? said(asked.assessmentPk) : undefined)
  )
}

/** The record's key: the number, or, where none is given, whose assessment it is and when it was made. */
export function assessmentKey(
  number: string | undefined,
  completedAt: string | undefined,
  subject: Subject,
  path: string,
): string {
  if (number !== undefined) return number
  if (completedAt !== undefined) return `assessed:${subject.key}:${completedAt}`
  throw new Unreadable('The assessment has neither a number nor the date it was made on', path)
}

/**
 * One OASys assessment as a record of its own; a complete one outranks a locked or open one, and what only
 * repeats a part of an assessment (`partial`) never replaces what was said of the whole of it.
 */
export function assessmentRecord(
  localId: string,
  facts: RecordStatement['facts'],
  { partial = false } = {},
): RecordStatement {
  const { status = 'UNKNOWN', completedAt } = facts.assessment ?? {}
  return {
    system: 'OASYS',
    localId,
    ...(completedAt === undefined ? {} : { eventAt: completedAt }),
    rank: STANDING[status] - (partial ? 1 : 0),
    facts,
  }
}

/** One list may name an assessment twice; one record can be stated only once in an update. */
export function keepHigher(records: Map<string, RecordStatement>, record: RecordStatement): void {
  const held = records.get(record.localId)
  const [before, now] = [held?.rank ?? -Infinity, record.rank ?? 0]
  if (before > now) return
  const facts = before === now ? { ...held?.facts, ...record.facts } : record.facts
  records.set(record.localId, { ...record, facts })
}

function said(value: unknown): string | undefined {
  return text.safeParse(value).data
}

const STATUSES: readonly AssessmentStatus[] = ['COMPLETE', 'LOCKED_INCOMPLETE', 'OPEN']

const TOOLS: Readonly<Record<string, string>> = {
  LAYER1: 'OASYS_LAYER1',
  LAYER_1: 'OASYS_LAYER1',
  LAYER3: 'OASYS_LAYER3',
  LAYER_3: 'OASYS_LAYER3',
  STANDALONE: 'OASYS_STANDALONE',
  RM2000: 'RM2000',
  ARMS: 'ARMS',
}

function worded(value: string | undefined): string {
  return (value ?? '')
    .trim()
    .toUpperCase()
    .replace(/[\s-]+/g, '_')
}
