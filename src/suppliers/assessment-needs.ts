import { z } from 'zod'
import { OASYS_SECTIONS } from '../domain/oasys-sections'
import type { RecordStatement, SectionFact, Update } from '../updates/update'
import {
  assessmentFrom,
  assessmentKey,
  assessmentRecord,
  keepHigher,
  numberOf,
  oasysAssessment,
} from './assessment-fields'
import { noteUnreadAssessment, readFields } from './assessment-unread'
import { moment, Notes, parse, text, type Document, type ReadingContext } from './reading'
import { needsFrom, oasysSectionsFrom, withMissing } from './sections'
import { subjectOf } from './subject'

/**
 * Reads the needs of assessments, section by section: the lists of OASys by assessment number, or one list
 * of needs by the date it was assessed on. What the document leaves out is missing, not no need. Throws
 * Unreadable when nobody is named and when an assessment has neither a number nor a date.
 */
export function readAssessmentNeeds(document: Document, context: ReadingContext): Update {
  const notes = new Notes()
  const subject = subjectOf(document, context)
  const records = new Map<string, RecordStatement>()
  for (const { assessment, sections, number, at } of needsIn(document, notes)) {
    const key = assessmentKey(number, assessment.completedAt, subject, at)
    // It says nothing of the assessment's status, so it never stands for the assessment itself.
    keepHigher(
      records,
      assessmentRecord(key, { assessment, sections: withMissing(sections) }, { partial: true }),
    )
  }
  return {
    createsPerson: false,
    person: subject.person,
    records: [...records.values()],
    warnings: notes.warnings,
  }
}

interface Needs {
  readonly assessment: NonNullable<RecordStatement['facts']['assessment']>
  readonly sections: readonly SectionFact[]
  readonly number: string | undefined
  readonly at: string
}

const OASYS_BLOCKS = Object.fromEntries(
  OASYS_SECTIONS.map(({ prefix }) => {
    const fields = ['Threshold', 'LinkedToHarm', 'LinkedToReoffending', 'OtherWeightedScore']
    return [prefix, z.object(readFields(fields.map((field) => `${prefix}${field}`)))]
  }),
)

const documents = z.array(z.record(z.string(), z.unknown()))
const needsSchema = z.object({ needs: documents, assessedOn: moment, assessmentVersion: text })

function needsIn(document: Document, notes: Notes): Needs[] {
  if ('needs' in document) return [listedNeeds(document, notes)]
  const list = parse(documents, document.assessments, 'assessments')
  const asked = list.length === 1 ? document.inputs : undefined
  return list.map((item, index) => {
    const at = `assessments.${index}`
    const sections = oasysSectionsFrom(item, at, notes)
    noteUnreadAssessment(item, OASYS_BLOCKS, notes)
    return {
      assessment: oasysAssessment(item, at, notes),
      sections: versioned(sections, text.safeParse(item.assessmentVersion).data),
      number: numberOf(item, asked),
      at: `${at}.assessmentPk`,
    }
  })
}

function listedNeeds(document: Document, notes: Notes): Needs {
  const { needs, assessedOn, assessmentVersion } = parse(needsSchema, document)
  const described = { type: undefined, status: undefined, initiated: undefined, completed: assessedOn }
  return {
    assessment: assessmentFrom(described, 'needs', notes),
    sections: versioned(needsFrom(needs, 'needs', notes), assessmentVersion),
    number: numberOf(document),
    at: 'assessedOn',
  }
}

function versioned(sections: readonly SectionFact[], version: string | undefined): SectionFact[] {
  return sections.map((section) => ({ ...section, ...(version !== undefined && { version }) }))
}
