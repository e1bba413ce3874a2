import { STANDING } from '../updates/facts/risk'
import type { AssessmentFact, AssessmentStatus, RecordStatement } from '../updates/update'
import { stated, type Notes } from './reading'

/** An assessment as any of the documents states it, not yet in our words. */
export interface StatedAssessment {
  readonly type: string | undefined
  readonly status: string | undefined
  readonly initiated: unknown
  readonly completed: unknown
}

/** Both assessment formats state the same assessments: one reading, so that they meet in one record. */
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

/** One OASys assessment as a record of its own; a complete one outranks a locked or open one. */
export function assessmentRecord(localId: string, facts: RecordStatement['facts']): RecordStatement {
  const { status = 'UNKNOWN', completedAt } = facts.assessment ?? {}
  return {
    system: 'OASYS',
    localId,
    ...(completedAt === undefined ? {} : { eventAt: completedAt }),
    rank: STANDING[status],
    facts,
  }
}

/** One list may name an assessment twice; one record can be stated only once in an update. */
export function keepHigher(records: Map<string, RecordStatement>, record: RecordStatement): void {
  const held = records.get(record.localId)
  if (held === undefined || (held.rank ?? 0) < (record.rank ?? 0)) records.set(record.localId, record)
}

const STATUSES: readonly AssessmentStatus[] = ['COMPLETE', 'LOCKED_INCOMPLETE', 'OPEN']

const TOOLS: Readonly<Record<string, string>> = {
  LAYER1: 'OASYS_LAYER1',
  LAYER_1: 'OASYS_LAYER1',
  LAYER3: 'OASYS_LAYER3',
  LAYER_3: 'OASYS_LAYER3',
  STANDALONE: 'OASYS_STANDALONE',
}

function worded(value: string | undefined): string {
  return (value ?? '')
    .trim()
    .toUpperCase()
    .replace(/[\s-]+/g, '_')
}
