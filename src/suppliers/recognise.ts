import { isNeeds } from './assessment-timeline'
import { CONCERN_FIELDS } from './concerns'
import { SCORE_FIELDS } from './predictor-shapes'
import { isDocument, unwrapped, type Document } from './reading'
import { REGISTER_LISTS } from './registrations'

/** The formats of the contract. */
export const FORMATS = [
  'prisoner-search',
  'domain-event',
  'probation-search',
  'mappa-detail',
  'assessment-timeline',
  'rosh-summary',
  'risk-predictors',
  'licence',
  'access-limitations',
  'programme-referral',
] as const

export type Format = (typeof FORMATS)[number]

export function isFormat(name: string): name is Format {
  return (FORMATS as readonly string[]).includes(name)
}

/** Tells the format of a payload (out of its envelope) by its shape; undefined where it fits none. */
export function recogniseFormat(payload: unknown): Format | undefined {
  if (!isDocument(payload)) return undefined
  const document = unwrapped(payload)
  return SHAPES.find(([, fits]) => fits(document))?.[0]
}

/**
 * Splits a request body into its documents: arrays, search pages (`content`, or `data` with
 * `pagination`) and match results. A single document in a `data` wrapper is one document.
 */
export function documentsIn(body: unknown): unknown[] {
  if (Array.isArray(body)) return body
  if (!isDocument(body)) return [body]
  if (Array.isArray(body.content)) return body.content
  if (Array.isArray(body.data) && 'pagination' in body) return body.data
  if (Array.isArray(body.matches)) return body.matches.map(matched)
  return [body]
}

type Shape = readonly [Format, (document: Document) => boolean]

/** In order: a shape that holds another (scores beside a timeline, a MAPPA block in a case) comes first. */
const SHAPES: readonly Shape[] = [
  ['domain-event', isEvent],
  ['licence', isLicence],
  ['prisoner-search', isPrisoner],
  ['probation-search', isProbationCase],
  [
    'access-limitations',
    (document) => Array.isArray(document.excludedFrom) || Array.isArray(document.restrictedTo),
  ],
  [
    'programme-referral',
    (document) =>
      has(document, 'referralId', 'offeringId', 'referralStatus', 'courseName', 'interventionName'),
  ],
  ['risk-predictors', isPredictors],
  [
    'assessment-timeline',
    (document) =>
      (Array.isArray(document.timeline) && document.timeline.every(isAssessment)) || isNeeds(document),
  ],
  ['rosh-summary', isRosh],
  ['assessment-timeline', (document) => firstOf(document.assessments, isSummarised)],
  ['mappa-detail', isMappa],
]

/** Some events name their type on the envelope alone. */
function isEvent(document: Document): boolean {
  return (
    typeof document.eventType === 'string' ||
    // A court's message about a hearing comes by the same queues: it is told apart where events are read.
    (isDocument(document.hearing) && Array.isArray(document.hearing.prosecutionCases)) ||
    ('occurredAt' in document && 'additionalInformation' in document)
  )
}

function isPrisoner(document: Document): boolean {
  return (
    'prisonerNumber' in document && has(document, 'firstName', 'lastName', 'status', 'prisonId', 'bookingId')
  )
}

/** Caseload rows and licence documents carry a prison number and names too. */
function isLicence(document: Document): boolean {
  return has(
    document,
    'licenceType',
    'licenceId',
    'standardLicenceConditions',
    'licences',
    'isInHardStopPeriod',
  )
}

function isProbationCase(document: Document): boolean {
  return (
    isDocument(document.otherIds) ||
    ('surname' in document && has(document, 'offenderId', 'offenderManagers'))
  )
}

function isPredictors(document: Document): boolean {
  return (
    has(document, ...SCORE_FIELDS) ||
    firstOf(document.assessments, (assessment) => has(assessment, ...SCORE_FIELDS))
  )
}

function isAssessment(item: unknown): boolean {
  return isDocument(item) && has(item, 'assessmentPk', 'assessmentId', 'id') && has(item, 'status')
}

/** An assessment of which a list says who made it, and nothing of what it found. */
function isSummarised(item: Document): boolean {
  return has(item, 'assessmentPk', 'assessmentId') && has(item, 'assessmentStatus', 'assessmentType')
}

function isRosh(document: Document): boolean {
  const summary = isDocument(document.summary) ? document.summary : document
  return hasRisks(summary) || hasRisks(document) || firstOf(document.assessments, hasRisks)
}

function hasRisks(document: Document): boolean {
  const isWhole = has(document, 'riskInCommunity', 'riskInCustody', 'overallRiskLevel', 'overallRisk')
  if (isWhole || has(document, 'riskToSelf', 'otherRisks', ...CONCERN_FIELDS)) return true
  return Object.keys(document).some((name) => /^risk\w+(Community|Custody)$/.test(name))
}

function isMappa(document: Document): boolean {
  if (has(document, 'mappa', 'mappaDetail', ...REGISTER_LISTS)) return true
  if (isRegistration(document)) return true
  const isDescribed = has(document, 'levelDescription', 'categoryDescription', 'reviewDate', 'startDate')
  return 'level' in document && ('category' in document || isDescribed)
}

/** One entry of a register, as lists of them are split into documents. */
function isRegistration(document: Document): boolean {
  return has(document, 'code', 'registerType') && has(document, 'startDate', 'reviewDate')
}

function has(document: Document, ...names: string[]): boolean {
  return names.some((name) => name in document)
}

function firstOf(list: unknown, fits: (document: Document) => boolean): boolean {
  return Array.isArray(list) && isDocument(list[0]) && fits(list[0])
}

function matched(match: unknown): unknown {
  return isDocument(match) ? (match.prisoner ?? match.offender ?? match) : match
}
