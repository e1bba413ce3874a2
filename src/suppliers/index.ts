import { Unreadable, type Update } from '../updates/update'
import { readAccessLimitations } from './access-limitations'
import { readAssessmentTimeline } from './assessment-timeline'
import { readDomainEvent } from './events/domain-event'
import { readLicence } from './licence'
import { readMappaDetail } from './mappa-detail'
import { readPrisonerSearch } from './prisoner-search'
import { readProbationSearch } from './probation-search'
import { withoutPlaceholders } from './placeholders'
import { readProgrammeReferral } from './programme-referral'
import { isDocument, Notes, unwrapped, type Document, type ReadingContext } from './reading'
import { recogniseFormat, type Format } from './recognise'
import { readRiskPredictors } from './risk-predictors'
import { readRoshSummary } from './rosh-summary'

export { openEnvelope, type OpenedEnvelope, type Problem } from './envelope'
export type { ReadingContext } from './reading'
export { documentsIn, FORMATS, isFormat, recogniseFormat, type Format } from './recognise'

/**
 * Turns one supplier document (out of its envelope) into an update. Pure; throws Unreadable alone, with
 * a message for the supplier's people that holds no value from the document, and the path at fault.
 *
 * @param format one of the contract's formats, or `auto` to tell it by shape.
 * @param context whom the message names beside the document, and when we got it.
 */
export function readPayload(format: Format | 'auto', payload: unknown, context: ReadingContext): Update {
  if (!isDocument(payload)) throw new Unreadable('A document must be a JSON object')
  const name = format === 'auto' ? recogniseFormat(payload) : format
  if (name === undefined) throw new Unreadable('The document has the shape of none of the formats we know')
  const notes = new Notes()
  const update = READERS[name](withoutPlaceholders(unwrapped(payload), notes), context)
  return { ...update, warnings: [...notes.warnings, ...update.warnings] }
}

type Reader = (document: Document, context: ReadingContext) => Update

const READERS: Readonly<Record<Format, Reader>> = {
  'prisoner-search': readPrisonerSearch,
  'probation-search': readProbationSearch,
  'mappa-detail': readMappaDetail,
  'assessment-timeline': readAssessmentTimeline,
  'rosh-summary': readRoshSummary,
  'access-limitations': readAccessLimitations,
  'risk-predictors': readRiskPredictors,
  licence: readLicence,
  'programme-referral': readProgrammeReferral,
  'domain-event': readDomainEvent,
}
