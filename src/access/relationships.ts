import {
  heldByOwnOrganisation,
  inOwnCaseload,
  inOwnCaseloadOrTeam,
  victimContactAllocated,
} from './allocated'
import type { CallerSlots } from './caller-slots'
import { inOwnEstablishment } from './in-custody'
import { inOwnMappaArea, mappaInOwnForceArea } from './mappa-cases'
import { invitedToMeeting } from './meetings'
import { openGrantSql } from './open-glass'
import { ROLES } from './roles'

export { callerSlots, claimSlots, type CallerSlots } from './caller-slots'

/**
 * The closed list of what a caller can be to a case. Each is a hand-written, index-backed SQL fragment
 * over one offender; a claim that the token lacks makes it false.
 */
export const RELATIONSHIPS = {
  anyone: { says: 'any person on record', sql: () => 'true' },
  nobody: { says: 'no person', sql: () => 'false' },
  inOwnEstablishment: {
    says: 'held in your establishment, out of it for the day, a restricted patient that it answers for, or gone from it a short while ago and not yet held elsewhere',
    sql: inOwnEstablishment,
  },
  anyProbationCase: {
    says: 'known to probation',
    sql: (o) =>
      `exists (select from record.source_record sr where sr.offender_id = ${o} and sr.system in ('DELIUS', 'CRC'))`,
  },
  inOwnCaseload: { says: 'allocated to you', sql: inOwnCaseload },
  inOwnCaseloadOrTeam: {
    says: 'allocated to you, or held by a team in which cases are allocated to you',
    sql: inOwnCaseloadOrTeam,
  },
  heldByOwnOrganisation: {
    says: 'held by your organisation, or transferred from it within the tail',
    sql: heldByOwnOrganisation,
  },
  victimContactAllocated: {
    says: 'one of whose victims you are the liaison officer',
    sql: victimContactAllocated,
  },
  inOwnMappaArea: {
    says: 'a case of your MAPPA area: decided, registered or held there',
    sql: inOwnMappaArea,
  },
  mappaInOwnForceArea: {
    says: 'a MAPPA case, of a level in force, of an area that your force covers',
    sql: mappaInOwnForceArea,
  },
  invitedToMeeting: {
    says: 'a case of a MAPPA meeting that you are invited to, for its time',
    sql: invitedToMeeting,
  },
  paroleCaseReferred: {
    says: 'referred to the Parole Board, for the time of the referral',
    sql: (o, { subject, instant, today }) =>
      subject &&
      `exists (select from record.parole_referral pr where pr.offender_id = ${o}
        and pr.referred_at <= ${instant} and pr.until > ${today})`,
  },
  inInspectionSample: {
    says: 'in a sample that your inspectorate drew, for the time of the inspection',
    sql: (o, { agency, instant, today }) =>
      agency &&
      `exists (select from record.inspection_sample_case ic join record.inspection_sample i on i.id = ic.sample_id
        where ic.offender_id = ${o} and i.agency = ${agency} and i.drawn_at <= ${instant} and i.until > ${today})`,
  },
  recordOfOwnAgency: {
    says: 'a person of whom your agency holds a record',
    sql: (o, { agency }) =>
      agency &&
      `exists (select from record.source_record sr where sr.offender_id = ${o} and sr.agency = ${agency})`,
  },
  brokenGlass: {
    says: 'opened by you in an emergency, for its time',
    sql: (o, caller) => {
      const isOpen = openGrantSql('bg', caller)
      return isOpen && `exists (select from record.break_glass bg where bg.offender_id = ${o} and ${isOpen})`
    },
  },
  prisonCase: {
    says: 'known to the prisons',
    sql: (o) =>
      `exists (select from record.source_record sr where sr.offender_id = ${o} and sr.system = 'NOMIS')`,
  },
} satisfies Record<string, Relationship>

export type RelationshipName = keyof typeof RELATIONSHIPS

interface Relationship {
  /** In plain words, after “the case is …”. */
  readonly says: string
  readonly sql: (offender: string, caller: CallerSlots) => string | undefined | false
}

/** Whoever asks through a system is to a case what they are to it themselves, and what the system is. */
export function relationshipSql(name: RelationshipName, offender: string, slots: CallerSlots): string {
  const names = [name, ...slots.through.map((system) => ROLES[system].rows.relationship)]
  const each = [...new Set(names)].map((one) => ownSql(one, offender, slots))
  return each.length === 1 ? each.join() : `(${each.join(' and ')})`
}

function ownSql(name: RelationshipName, offender: string, slots: CallerSlots): string {
  const relationship: Relationship = RELATIONSHIPS[name]
  return relationship.sql(offender, slots) || 'false'
}
