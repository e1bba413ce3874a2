import type { Binds } from '../domain/binds'
import type { Caller } from '../domain/caller'
import { londonDate } from '../domain/london-date'
import { SETTINGS } from './settings'

/**
 * The closed list of what a caller can be to a case. Each is a hand-written, index-backed SQL fragment
 * over one offender; a claim that the token lacks makes it false.
 */
export const RELATIONSHIPS = {
  anyone: { says: 'any person on record', sql: () => 'true' },
  nobody: { says: 'no person', sql: () => 'false' },
  inOwnEstablishment: {
    says: 'held in your establishment, out of it for the day, or a restricted patient that it answers for',
    sql: (o, { agency }) =>
      agency &&
      `exists (select from record.custody cu where cu.offender_id = ${o}
        and ((cu.establishment_code = ${agency} and cu.status in ('IN_CUSTODY', 'TEMPORARILY_OUT'))
          or (cu.supporting_establishment_code = ${agency} and cu.status = 'IN_HOSPITAL')))`,
  },
  anyProbationCase: {
    says: 'known to probation',
    sql: (o) =>
      `exists (select from record.source_record sr where sr.offender_id = ${o} and sr.system in ('DELIUS', 'CRC'))`,
  },
  inOwnCaseload: {
    says: 'allocated to you',
    sql: (o, { staffCode, today }) => staffCode && openAllocation(o, today, `al.staff_code = ${staffCode}`),
  },
  inOwnCaseloadOrTeam: {
    says: 'allocated to you, or held by a team in which cases are allocated to you',
    sql: (o, { staffCode, today }) =>
      staffCode &&
      openAllocation(
        o,
        today,
        `(al.staff_code = ${staffCode} or al.team_code in (
          select own.team_code from record.allocation own
          where own.staff_code = ${staffCode} and not own.unallocated and (own.until is null or own.until > ${today})))`,
        { placeholders: true },
      ),
  },
  heldByOwnOrganisation: {
    says: 'held by your organisation, or transferred from it within the tail',
    sql: (o, { agency, today }) =>
      agency &&
      `exists (select from record.allocation al where al.offender_id = ${o} and al.organisation_code = ${agency}
        and (al.until is null or al.until > ${today} - ${SETTINGS.transferTailDays}))`,
  },
  inOwnMappaArea: {
    says: 'a case of your MAPPA area: decided, registered or held there',
    sql: (o, { agency, mappaArea, today }) => mappaAreaSql(o, agency, mappaArea, today),
  },
  invitedToMeeting: {
    says: 'a case of a MAPPA meeting that you are invited to, for its time',
    sql: (o, { agency, subject, username, instant }) =>
      agency &&
      subject &&
      `exists (select from record.meeting_case mc
        join record.mappa_meeting mm on mm.id = mc.meeting_id
        join record.meeting_invitation mi on mi.meeting_id = mc.meeting_id
        where mc.offender_id = ${o} and mi.agency = ${agency}
        and (mi.subject is null or mi.subject = ${subject} or lower(mi.subject) = ${username})
        and mi.invited_at <= ${instant}
        and mm.at > ${instant} - interval '${SETTINGS.meetingTailDays} days')`,
  },
  recordOfOwnAgency: {
    says: 'a person of whom your agency holds a record',
    sql: (o, { agency }) =>
      agency &&
      `exists (select from record.source_record sr where sr.offender_id = ${o} and sr.agency = ${agency})`,
  },
  brokenGlass: {
    says: 'opened by you in an emergency, for its time',
    sql: (o, { issuer, subject, role, agency, instant }) =>
      subject &&
      `exists (select from record.break_glass bg where bg.offender_id = ${o} and bg.issuer = ${issuer} and bg.subject = ${subject}
        and bg.role = ${role} and bg.agency is not distinct from ${agency ?? 'null'}
        and bg.since <= ${instant} and bg.until > ${instant})`,
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

/** The caller's claims as bound slots of the statement; a claim that the token lacks is absent. */
export interface CallerSlots {
  readonly issuer: string
  readonly role: string
  readonly agency?: string
  readonly staffCode?: string
  readonly mappaArea?: string
  readonly subject?: string
  readonly username?: string
  readonly namespace?: string
  readonly instant: string
  readonly today: string
}

export function callerSlots(caller: Caller, now: Date, binds: Binds): CallerSlots {
  const text = (value: string) => binds.bind(value, 'text')
  return {
    issuer: text(caller.issuer),
    role: text(caller.role),
    ...(caller.agency !== undefined && { agency: text(caller.agency) }),
    // A code that ends in U is a placeholder's: it is nobody's caseload.
    ...(caller.staffCode !== undefined &&
      !/U$/i.test(caller.staffCode) && { staffCode: text(caller.staffCode) }),
    ...(caller.mappaArea !== undefined && { mappaArea: text(caller.mappaArea) }),
    ...(caller.person && {
      subject: text(caller.person.subject),
      username: text(caller.person.username),
      namespace: text(caller.person.namespace),
    }),
    instant: binds.bind(now.toISOString(), 'timestamptz'),
    today: binds.bind(londonDate(now), 'date'),
  }
}

export function relationshipSql(name: RelationshipName, offender: string, slots: CallerSlots): string {
  const relationship: Relationship = RELATIONSHIPS[name]
  return relationship.sql(offender, slots) || 'false'
}

function openAllocation(o: string, today: string, condition: string, { placeholders = false } = {}): string {
  const somebody = placeholders ? '' : 'and not al.unallocated'
  return `exists (select from record.allocation al where al.offender_id = ${o} ${somebody}
    and (al.until is null or al.until > ${today}) and ${condition})`
}

/** Without an area of their own, a coordinator works in every area that their agency covers. */
function mappaAreaSql(o: string, agency?: string, area?: string, today?: string): string | undefined {
  if (area === undefined && agency === undefined) return undefined
  const areas = area
    ? `select ${area}`
    : `select ma.area from record.mappa_area_agency ma where ma.agency = ${agency ?? 'null'}`
  const agencies = area
    ? `select ma.agency from record.mappa_area_agency ma where ma.area = ${area}`
    : `select ${agency ?? 'null'}`
  return `(exists (select from record.mappa_level_decision md where md.offender_id = ${o} and md.area in (${areas}))
    or exists (select from record.mappa_level ml where ml.offender_id = ${o} and upper_inf(ml.period)
      and ml.organisation_code in (${agencies}))
    or exists (select from record.allocation al where al.offender_id = ${o}
      and (al.until is null or al.until > ${today ?? 'current_date'}) and al.organisation_code in (${agencies})))`
}

/**
 * Who may know of a meeting: those invited to it, for its time; a coordinator, of the meetings of their
 * area and of those that their own agency called.
 */
export function meetingVisibleSql(meeting: string, rows: RelationshipName, caller: CallerSlots): string {
  const { agency, subject, username, instant, mappaArea } = caller
  if (agency === undefined || subject === undefined) return 'false'
  const invited = `exists (select from record.meeting_invitation vi where vi.meeting_id = ${meeting}.id and vi.agency = ${agency}
    and (vi.subject is null or vi.subject = ${subject} or lower(vi.subject) = ${username ?? subject})
    and vi.invited_at <= ${instant} and ${meeting}.at > ${instant} - interval '${SETTINGS.meetingTailDays} days')`
  if (rows !== 'inOwnMappaArea') return invited
  const area = mappaArea
    ? `${meeting}.area = ${mappaArea}`
    : `${meeting}.area in (select va.area from record.mappa_area_agency va where va.agency = ${agency})`
  return `(${meeting}.agency = ${agency} or ${area} or ${invited})`
}
