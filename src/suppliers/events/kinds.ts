import { readReception, readRelease } from './custody'
import { applied, kept, noted, type EventKind } from './event'
import { readLicenceEvent } from './licences'
import { readLimitationChange } from './limited-access'
import { readMerge, readUnmerge } from './merges'
import { readRegisterEvent } from './registrations'
import { readOgrsScores, readRsrScores } from './scores'
import { statusInAddress } from './summary'

const PRISONER = 'the prisoner, from prisoner-search'
const CASE = 'the case, from probation-search'
const RELEASE_DATES = 'the key dates, from prisoner-search'

const CUSTODY =
  'where the prisoner is, and the movement; what the event does not speak of stands as last stated'
const REGISTER =
  'the entry of the register: level, category, start and end; review, notes, officer and lead agency stand as last stated'
const LICENCE = 'whether the licence is in force; the rest stands as last stated'
const SCORES =
  'the scores, in a record of OASys of their own beside those of assessments; whoever assesses may send it'
const MERGED = 'both numbers are one person’s, and resolve for ever'
const CLOSED = 'who may see the case, as access-limitations: until a newer list comes, nobody does'

const ERASURE = 'The supplier asks for, or tells of, an erasure: nothing is deleted until a person decides'
const ERASURE_ASKED = 'ERASURE_ASKED'

/** Every kind of event, the first that fits counts: exact names before the family that holds them. */
export const EVENT_KINDS: readonly EventKind[] = [
  ...prisonKinds(),
  ...probationKinds(),
  ...assessmentKinds(),
  ...otherKinds(),
  ...legacyKinds(),
]

/** An event that is new to us is noted like those that we know to say nothing more. */
const NEW_TO_US = noted('*', undefined, 'to be told what it means: event of a kind that is new to us')

export function kindOf(type: string): EventKind {
  return EVENT_KINDS.find((kind) => fits(kind.type, type)) ?? NEW_TO_US
}

function fits(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern
}

function prisonKinds(): EventKind[] {
  const merge = {
    system: 'NOMIS',
    type: 'PRISON_NUMBER',
    stays: 'nomsNumber',
    goes: 'removedNomsNumber',
  } as const
  return [
    applied('prison-offender-events.prisoner.received', 'NOMIS', CUSTODY, readReception),
    applied('prison-offender-events.prisoner.released', 'NOMIS', CUSTODY, readRelease),
    applied('prison-offender-events.prisoner.merged', 'NOMIS', MERGED, (event) => readMerge(event, merge)),
    noted('prison-offender-events.prisoner.booking.moved', 'NOMIS', 'both prisoners, from prisoner-search'),
    noted('prison-offender-events.*', 'NOMIS', PRISONER),
    applied('prisoner-offender-search.prisoner.received', 'NOMIS', CUSTODY, readReception),
    applied('prisoner-offender-search.prisoner.released', 'NOMIS', CUSTODY, readRelease),
    noted('prisoner-offender-search.prisoner.removed', 'NOMIS', 'whether NOMIS still holds the prisoner'),
    noted('prisoner-offender-search.*', 'NOMIS', PRISONER),
    noted('calculate-release-dates.prisoner.changed', 'NOMIS', RELEASE_DATES),
    noted('person.alert.*', 'NOMIS', 'the prisoner’s alerts, from prisoner-search'),
    noted('person.case-note.*', 'NOMIS', 'the case note; case notes are not held here'),
    noted('offender-management.handover.changed', 'NOMIS', 'who answers for the case, and from when'),
    noted('recall.*', 'NOMIS', 'the recall, from remand-and-sentencing'),
  ]
}

function probationKinds(): EventKind[] {
  const merge = { system: 'DELIUS', type: 'CRN', stays: 'targetCRN', goes: 'sourceCRN' } as const
  const mappa = 'the MAPPA detail: the event tells of a contact, and its category is not the register’s'
  return [
    applied('probation-case.registration.*', 'DELIUS', REGISTER, readRegisterEvent),
    noted('probation-case.mappa-information.*', 'DELIUS', mappa),
    noted('probation-case.mappa-export.*', 'DELIUS', 'the MAPPA detail'),
    noted('probation-case.exclusion.updated', 'DELIUS', CLOSED, readLimitationChange),
    noted('probation-case.restriction.updated', 'DELIUS', CLOSED, readLimitationChange),
    applied('probation-case.merge.completed', 'DELIUS', MERGED, (event) => readMerge(event, merge)),
    applied(
      'probation-case.unmerge.completed',
      'DELIUS',
      'the two numbers are two people’s again',
      readUnmerge,
    ),
    kept('probation-case.deleted.gdpr', 'DELIUS', ERASURE_ASKED, ERASURE),
    kept('probation-case.engagement.deleted.gdpr', 'DELIUS', ERASURE_ASKED, ERASURE),
    noted('probation-case.engagement.deleted', 'DELIUS', 'whether the case is deleted for good'),
    noted('probation-case.engagement.*', 'DELIUS', CASE),
    noted('probation-case.prison-identifier.*', 'DELIUS', CASE),
    noted('probation-case.personal-details.*', 'DELIUS', CASE),
    noted('probation-case.address.*', 'DELIUS', 'the case’s addresses, from probation-search'),
    noted('probation-case.alias.*', 'DELIUS', 'the case’s aliases, from probation-search'),
    noted('probation-case.sentence.*', 'DELIUS', 'the case’s sentences, from Delius'),
    applied('probation-case.risk-scores.ogrs.manual-calculation', 'DELIUS', SCORES, readOgrsScores),
    noted('person.community.manager.*', 'DELIUS', 'the case’s managers, from probation-search'),
    noted('tier.calculation.*', 'DELIUS', 'the tier, from the tier service'),
    noted('enforcement.*', 'DELIUS', 'the enforcement, from Delius'),
    applied('create-and-vary-a-licence.*', 'DELIUS', LICENCE, readLicenceEvent),
  ]
}

function assessmentKinds(): EventKind[] {
  const summary = 'the assessment, as assessment-timeline and rosh-summary'
  return [
    applied('risk-assessment.scores.rsr.determined', 'DELIUS', SCORES, readRsrScores),
    applied('risk-assessment.scores.ogrs.determined', 'DELIUS', SCORES, readOgrsScores),
    noted('assessment.summary.produced', 'DELIUS', summary, (event) => ({
      records: [],
      needs: summary,
      ...statusInAddress(event),
    })),
  ]
}

function otherKinds(): EventKind[] {
  return [
    noted('accredited-programmes-community.*', 'DELIUS', 'the referral, as programme-referral'),
    noted('interventions.*', 'DELIUS', 'the referral, as programme-referral'),
  ]
}

/** Events of NOMIS before there were domain events: many name a booking and nobody. */
function legacyKinds(): EventKind[] {
  return [
    kept('DATA_COMPLIANCE_DELETE-OFFENDER', 'NOMIS', ERASURE_ASKED, ERASURE),
    noted('IMPRISONMENT_STATUS-CHANGED', 'NOMIS', 'the sentence, from prisoner-search'),
    noted('ASSESSMENT-*', 'NOMIS', PRISONER),
    noted('BOOKING_NUMBER-CHANGED', 'NOMIS', 'the prisoner, from prisoner-search: it may be a merge'),
    noted('OFFENDER*', 'NOMIS', PRISONER),
  ]
}
