import { z } from 'zod'
import type { FactOf } from '../updates/facts'
import { Unreadable, type Update } from '../updates/update'
import {
  flag,
  isDocument,
  moment,
  Notes,
  parse,
  sendersSystem,
  stated,
  text,
  type Document,
  type ReadingContext,
} from './reading'
import { readParticipation } from './programme-participation'
import { subjectOf } from './subject'

/**
 * Reads a referral to a programme, in custody or in the community, with the states it went through where
 * it carries them (`statusHistory`), and a programme that was taken. Each is a record of its own in the
 * sender's system, `referral:<number>` or `participation:<number>`. Throws Unreadable when nobody is named,
 * when there is no number, and for one state by itself, which would stand for the whole history.
 */
export function readProgrammeReferral(document: Document, context: ReadingContext): Update {
  if (isDocument(document.setting) || isDocument(document.outcome))
    return readParticipation(document, context)
  const notes = new Notes()
  const said = parse(referralSchema, document)
  const number = numberOf(said, document)
  notes.unread(document, OTHER_PARTS)
  const referralHistory = historyFrom(said, notes)
  const referral = referralFrom(said, notes)
  const eventAt = referralHistory
    ?.flatMap(({ at }) => at ?? [])
    .sort()
    .at(-1)
  const { person } = subjectOf(document, context)
  const record = {
    system: sendersSystem(context),
    localId: `referral:${number}`,
    facts: { referral, ...(referralHistory && { referralHistory }) },
    ...(eventAt !== undefined && { eventAt }),
  }
  return { createsPerson: false, person, records: [record], warnings: notes.warnings }
}

function numberOf({ referralId, id, ...said }: Referral, document: Document): string {
  if ('statusStartDate' in document || 'referralStatusDescriptionName' in document)
    throw new Unreadable(
      'One state by itself is not read: send the referral with its statusHistory',
      'statusHistory',
    )
  const number = referralId ?? id
  if (number === undefined) throw new Unreadable('The referral has no number: give id or referralId', 'id')
  if (Object.values(said).every((value) => value === undefined || value === null))
    throw new Unreadable('The document states nothing of the referral', 'status')
  return number
}

const stateSchema = z.object({
  status: text,
  referralStatusDescriptionName: text,
  statusDescription: text,
  statusStartDate: moment,
  updatedAt: moment,
  category: text,
  reason: text,
  notes: text,
  additionalDetails: text,
  username: text,
  updatedBy: text,
})

const referralSchema = z.object({
  id: text,
  referralId: text,
  offeringId: text,
  courseName: text,
  interventionName: text,
  audience: text,
  intensity: text,
  setting: text,
  organisationId: text,
  organisationName: text,
  submittedOn: moment,
  createdAt: moment,
  referrerUsername: text,
  status: text,
  statusCode: text,
  referralStatus: text,
  statusDescription: text,
  closed: flag,
  hasLdc: flag,
  additionalInformation: text,
  statusHistory: z.array(stateSchema).nullish(),
})

type Referral = z.infer<typeof referralSchema>
type State = FactOf<'referralHistory'>[number]

function referralFrom(referral: Referral, notes: Notes): FactOf<'referral'> {
  return stated<FactOf<'referral'>>({
    programme: referral.courseName ?? referral.interventionName,
    audience: referral.audience,
    intensity: referral.intensity,
    setting: referral.setting?.toUpperCase(),
    establishment: referral.organisationId?.toUpperCase(),
    establishmentName: referral.organisationName,
    offering: referral.offeringId,
    referredOn: notes.date(referral.submittedOn ?? referral.createdAt, 'submittedOn'),
    referredBy: referral.referrerUsername,
    status: referral.status ?? referral.statusCode ?? referral.referralStatus,
    statusDescription: referral.statusDescription,
    closed: referral.closed ?? undefined,
    ldcAdapted: referral.hasLdc ?? undefined,
    note: notes.prose(referral.additionalInformation, 'additionalInformation'),
  })
}

function historyFrom({ statusHistory }: Referral, notes: Notes): State[] | undefined {
  return statusHistory?.map((state, index) => {
    const at = `statusHistory.${index}`
    const status = state.status ?? state.referralStatusDescriptionName
    if (status === undefined) throw new Unreadable(`${at} names no status`, `${at}.status`)
    return stated<State>({
      status,
      description: state.statusDescription,
      at: notes.instant(state.statusStartDate ?? state.updatedAt, `${at}.statusStartDate`),
      category: state.category,
      reason: state.reason,
      note: notes.prose(state.notes ?? state.additionalDetails, `${at}.notes`),
      changedBy: state.username ?? state.updatedBy,
    })
  })
}

/** Names, dates and officers are other suppliers' to state. */
const OTHER_PARTS = [
  'conditionalReleaseDate',
  'paroleEligibilityDate',
  'tariffExpiryDate',
  'earliestReleaseDate',
  'sentenceType',
  'location',
  'primaryPrisonOffenderManager',
  'probationPractitionerName',
  'oasysConfirmed',
  'referrerOverrideReason',
  'originalReferralId',
]
