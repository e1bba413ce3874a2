import { z } from 'zod'
import {
  Unreadable,
  type AssessmentFact,
  type Facts,
  type PredictorFact,
  type RecordStatement,
  type Update,
} from '../updates/update'
import { score } from './answers'
import {
  assessmentFrom,
  assessmentKey,
  assessmentRecord,
  keepHigher,
  numberOf,
  oasysAssessment,
} from './assessment-fields'
import { noteUnreadAssessment, readFields, type ReadFields } from './assessment-unread'
import { timelineRecords } from './assessment-timeline'
import { OUTSIDE_BLOCKS, PREDICTOR_SHAPES, type Places, type PredictorShape } from './predictor-shapes'
import { isDocument, moment, Notes, parse, stated, text, type Document, type ReadingContext } from './reading'
import { subjectOf, type Subject } from './subject'

/**
 * Reads actuarial scores of both generations: OASys lists by assessment number (with the timeline beside
 * them), and single answers of ARNS and of those who pass it on, by the date they were completed on. Scores,
 * bands and versions are kept as received. Throws Unreadable when nobody is named and when scores have
 * neither an assessment's number nor a date.
 */
export function readRiskPredictors(document: Document, context: ReadingContext): Update {
  const notes = new Notes()
  const subject = subjectOf(document, context)
  const records = new Map<string, RecordStatement>()
  if (Array.isArray(document.timeline)) {
    for (const record of timelineRecords(document, notes)) keepHigher(records, record)
  }
  for (const record of recordsFrom(document, subject, notes)) keepHigher(records, record)
  if (records.size === 0) throw new Unreadable('assessments is empty: there is none to read', 'assessments')
  return {
    createsPerson: false,
    person: subject.person,
    records: [...records.values()],
    warnings: notes.warnings,
  }
}

function recordsFrom(document: Document, subject: Subject, notes: Notes): RecordStatement[] {
  if (!('assessments' in document)) return [answerFrom(document, subject, notes)]
  const list = parse(z.array(z.record(z.string(), z.unknown())), document.assessments, 'assessments')
  const asked = list.length === 1 ? document.inputs : undefined
  return list.map((item, index) => {
    const at = `assessments.${index}.`
    const assessment = oasysAssessment(item, at.slice(0, -1), notes)
    const key = assessmentKey(numberOf(item, asked), assessment.completedAt, subject, `${at}assessmentPk`)
    const predictors = predictorsIn(item, { assessment, version: undefined, at, notes })
    noteUnreadAssessment(item, READ, notes)
    // An answer about one assessment may say nothing of its status: the lists that do stand before it.
    return assessmentRecord(key, factsOf(assessment, predictors), {
      partial: item.assessmentStatus === undefined,
    })
  })
}

const answerSchema = z.object({
  completedDate: moment,
  calculatedDate: moment,
  signedDate: moment,
  status: text,
  assessmentStatus: text,
  assessmentType: text,
  outputVersion: text,
  assessmentVersion: text,
})

/** One answer of ARNS: what is calculated may be in `output`, or beside its description. */
function answerFrom(document: Document, subject: Subject, notes: Notes): RecordStatement {
  const said = parse(answerSchema, document)
  const described = assessmentFrom(
    {
      type: said.assessmentType,
      status: said.status ?? said.assessmentStatus,
      initiated: undefined,
      completed: said.completedDate ?? said.calculatedDate ?? said.signedDate,
    },
    'predictors',
    notes,
  )
  const number = numberOf(document)
  const key = assessmentKey(number, described.completedAt, subject, 'completedDate')
  const assessment = { ...described, ...(number === undefined && { scoresOnly: true }) }
  const output = isDocument(document.output) ? document.output : document
  const version = said.outputVersion ?? said.assessmentVersion
  const at = output === document ? '' : 'output.'
  const predictors = predictorsIn(output, { assessment, version, at, notes })
  noteUnreadAssessment(output, READ, notes)
  if (output !== document) noteUnreadAssessment(document, {}, notes)
  // Copies for outside readers hold bands or scores alone: they never replace the scores themselves.
  const partial = OUTSIDE_BLOCKS.some((block) => block in output)
  return assessmentRecord(key, factsOf(assessment, predictors), { partial })
}

/** A document in which nothing was calculated does not say that there is no score. */
function factsOf(assessment: AssessmentFact, predictors: readonly PredictorFact[]): Facts {
  return { assessment, ...(predictors.length > 0 && { predictors }) }
}

/** Every score by its block, and of a block what is read of it. */
const READ: ReadFields = Object.fromEntries(
  PREDICTOR_SHAPES.flatMap(({ block }) => {
    const read = PREDICTOR_SHAPES.filter((shape) => shape.block === block).flatMap((shape) => [
      ...Object.values(shape.numbers).flat(),
      ...Object.values(shape.words).flat(),
      ...(shape.calculated === undefined ? [] : [shape.calculated]),
    ])
    return block === '' ? Object.entries(readFields(read)) : [[block, z.object(readFields(read))]]
  }),
)

interface Reading {
  readonly assessment: AssessmentFact
  /** As stated; else that of the names. */
  readonly version: string | undefined
  readonly at: string
  readonly notes: Notes
}

/** Every score goes with the date and the status of what it was calculated for. */
function predictorsIn(document: Document, { assessment, version, at, notes }: Reading): PredictorFact[] {
  const { status, completedAt } = assessment
  return PREDICTOR_SHAPES.flatMap((shape) => {
    const block = shape.block === '' ? document : document[shape.block]
    if (!isDocument(block)) return []
    const place = shape.block === '' ? at : `${at}${shape.block}.`
    const predictor = predictorFrom(shape, block, place, notes)
    if (predictor === undefined) return []
    return [
      stated<PredictorFact>({ ...predictor, version: version ?? shape.generation, status, completedAt }),
    ]
  })
}

/** Undefined: neither a score nor a band is stated, so nothing is. */
function predictorFrom(
  shape: PredictorShape,
  block: Document,
  at: string,
  notes: Notes,
): PredictorFact | undefined {
  const numbers = firstStated(shape.numbers, (place) => score(block[place], `${at}${place}`, notes))
  const words = firstStated(shape.words, (place) => text.safeParse(block[place]).data)
  const outcome = numbers.score ?? numbers.twoYears
  if (outcome === undefined && numbers.oneYear === undefined && words.band === undefined) return undefined
  if (shape.calculated !== undefined && block[shape.calculated] === 'N') {
    notes.add('NOT_CALCULATED', `${at}${shape.calculated}: the tool was not calculated and is left out`)
    return undefined
  }
  const { name, staticOrDynamic = words.staticOrDynamic } = shape
  return stated<PredictorFact>({ name, ...numbers, score: outcome, ...words, staticOrDynamic })
}

function firstStated<Column extends string, Value>(
  places: Places<Column>,
  value: (place: string) => Value | undefined,
): Partial<Record<Column, Value>> {
  const columns = Object.entries(places) as [Column, readonly string[]][]
  const found = columns.map(([column, named]) => [
    column,
    named.map(value).find((each) => each !== undefined),
  ])
  return Object.fromEntries(found.filter(([, each]) => each !== undefined)) as Partial<Record<Column, Value>>
}
