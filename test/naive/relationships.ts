import type { RelationshipName } from '../../src/access/relationships'
import { ROLES } from '../../src/access/roles'
import { SETTINGS } from '../../src/access/settings'
import { NAMESPACE, type Asker } from './asker'
import { compare, dayOf, daysAfter, holdsAt, instantAfter, text, type NaiveRecord, type Row } from './record'

/** What a reader is to a case, worked out from the record as it is now (docs/access.md, *Relationships*). */
export class Relationships {
  private readonly today: string

  constructor(
    private readonly record: NaiveRecord,
    private readonly asker: Asker,
    private readonly now: string,
  ) {
    this.today = dayOf(now)
  }

  /** Whoever asks through a system is to a case what they are to it themselves, and what the system is. */
  holds(name: RelationshipName, offender: string): boolean {
    const names = [name, ...this.asker.through.map((system) => ROLES[system].rows.relationship)]
    return names.every((one) => this.each[one](offender))
  }

  private readonly each: Readonly<Record<RelationshipName, (offender: string) => boolean>> = {
    anyone: () => true,
    nobody: () => false,
    inOwnEstablishment: (offender) => this.isInOwnEstablishment(offender),
    anyProbationCase: (offender) =>
      this.of('source_record', offender).some(({ system }) => system === 'DELIUS' || system === 'CRC'),
    inOwnCaseload: (offender) => this.openAllocations(offender).some((row) => this.isOwnAllocation(row)),
    inOwnCaseloadOrTeam: (offender) => this.isInOwnCaseloadOrTeam(offender),
    heldByOwnOrganisation: (offender) => this.isHeldByOwnOrganisation(offender),
    victimContactAllocated: (offender) =>
      this.of('victim_liaison_officer', offender).some(
        (row) => holdsAt(row, this.today) && this.isOwnCode(row),
      ),
    inOwnMappaArea: (offender) => this.isInOwnMappaArea(offender),
    mappaInOwnForceArea: (offender) => this.isMappaInOwnForceArea(offender),
    invitedToMeeting: (offender) =>
      this.of('meeting_case', offender).some(({ meeting_id: id }) => this.isInvited(text(id))),
    paroleCaseReferred: (offender) =>
      this.asker.person !== undefined &&
      this.of('parole_referral', offender).some(
        ({ referred_at: from, until }) => text(from) <= this.now && text(until) > this.today,
      ),
    inInspectionSample: (offender) => this.isInInspectionSample(offender),
    recordOfOwnAgency: (offender) =>
      this.asker.agency !== undefined &&
      this.of('source_record', offender).some(({ agency }) => agency === this.asker.agency),
    brokenGlass: (offender) => this.openGrants().some((grant) => grant['offender_id'] === offender),
    prisonCase: (offender) => this.of('source_record', offender).some(({ system }) => system === 'NOMIS'),
  }

  /** The reader's own break-glass grants that are open. */
  openGrants(): Row[] {
    const { person, role, issuer, agency } = this.asker
    return this.record
      .rows('break_glass')
      .filter((grant) => person !== undefined && grant['subject'] === person.subject)
      .filter((grant) => grant['role'] === role.name && grant['issuer'] === issuer)
      .filter((grant) => (grant['agency'] ?? undefined) === agency && holdsAt(grant, this.now))
  }

  /** From the invitation until a while after the meeting; without a subject the agency is invited. */
  isInvited(meeting: string): boolean {
    const { person, agency } = this.asker
    const [held] = this.record.rows('mappa_meeting').filter(({ id }) => id === meeting)
    if (!held || !person || agency === undefined || held['state'] === 'CANCELLED') return false
    if (this.now >= instantAfter(text(held['at']), SETTINGS.meetingTailDays)) return false
    return this.record
      .rows('meeting_invitation')
      .filter((one) => one['meeting_id'] === meeting && one['agency'] === agency)
      .filter((one) => one['withdrawn_at'] === null && text(one['invited_at']) <= this.now)
      .some(({ subject }) => subject === null || this.isMe(text(subject)))
  }

  /** Coordinators of the meeting's area, or of the agency that called it. */
  coordinates(meeting: Row): boolean {
    const { role, person, agency, mappaArea } = this.asker
    if (role.rows.relationship !== 'inOwnMappaArea' || !person || agency === undefined) return false
    if (meeting['agency'] === agency) return true
    const areas = mappaArea === undefined ? this.areasOf(agency) : [mappaArea]
    return areas.some((area) => area === meeting['area'])
  }

  private isMe(named: string): boolean {
    const { subject, username } = this.asker.person ?? {}
    return named === subject || named.toLowerCase() === username
  }

  private of(table: string, offender: string): Row[] {
    return this.record.rows(table).filter((row) => row['offender_id'] === offender)
  }

  private openAllocations(offender: string): Row[] {
    return this.of('allocation', offender).filter((row) => holdsAt(row, this.today))
  }

  /** A staff code is its system's: the same one elsewhere is another officer's, and one that ends in U nobody's. */
  private isOwnCode(row: Row): boolean {
    const { staffCode } = this.asker
    if (staffCode === undefined || staffCode.toUpperCase().endsWith('U')) return false
    const [record] = this.record.rows('source_record').filter(({ id }) => id === row['source_record_id'])
    return row['staff_code'] === staffCode && record?.['system'] === NAMESPACE
  }

  /** An allocation to a placeholder is nobody's caseload. */
  private isOwnAllocation(row: Row): boolean {
    return row['unallocated'] === false && this.isOwnCode(row)
  }

  private isInOwnCaseloadOrTeam(offender: string): boolean {
    const own = this.record
      .rows('allocation')
      .filter((row) => holdsAt(row, this.today) && this.isOwnAllocation(row))
    const teams = new Set<unknown>(own.map(({ team_code: team }) => team).filter((team) => team !== null))
    return this.openAllocations(offender).some(
      (row) => this.isOwnAllocation(row) || teams.has(row['team_code'] ?? null),
    )
  }

  private isInOwnEstablishment(offender: string): boolean {
    const { agency } = this.asker
    if (agency === undefined) return false
    const custodies = this.of('custody', offender)
    const answering = custodies.map(establishmentThatAnswers).filter((code) => code !== null)
    // Whoever holds them ends the tail of whoever let them go.
    if (answering.length > 0) return answering.includes(agency)
    return custodies.some((custody) => this.leftLately(custody, agency))
  }

  private leftLately(custody: Row, agency: string): boolean {
    const { status, last_establishment_code: last, moved_on: moved, since } = custody
    const left = moved ?? since
    return (
      last === agency &&
      (status === 'IN_TRANSFER' || status === 'RELEASED') &&
      left != null &&
      text(left) > daysAfter(this.today, -SETTINGS.departureTailDays)
    )
  }

  private isHeldByOwnOrganisation(offender: string): boolean {
    const { agency } = this.asker
    const tail = daysAfter(this.today, -SETTINGS.transferTailDays)
    const isOver = this.record
      .rows('organisation')
      .some(({ code, until }) => code === agency && until != null && text(until) <= tail)
    if (agency === undefined || isOver) return false
    return this.of('allocation', offender).some(
      ({ organisation_code: code, since, until }) =>
        code === agency &&
        (until == null || text(until) > tail) &&
        (since == null || text(since) <= this.today) &&
        // A time that ended as it began was never one.
        (since == null || until == null || since < until),
    )
  }

  private isInOwnMappaArea(offender: string): boolean {
    const { agency, mappaArea } = this.asker
    const areas = mappaArea === undefined ? this.areasOf(agency) : [mappaArea]
    const agencies = mappaArea === undefined ? [agency] : this.agenciesOf([mappaArea])
    const decided = this.of('mappa_level_decision', offender)
      .filter(({ area }) => area !== null)
      .sort((a, b) => compare(b['revision'], a['revision']) || compare(b['ordinal'], a['ordinal']))
    const registered = this.of('mappa_level', offender).filter(({ until_at: until }) => until === null)
    const ofAgencies = (row: Row) =>
      agencies.some((one) => one !== undefined && one === row['organisation_code'])
    return (
      areas.some((area) => area === decided[0]?.['area']) ||
      registered.some(ofAgencies) ||
      this.openAllocations(offender).some(ofAgencies)
    )
  }

  private isMappaInOwnForceArea(offender: string): boolean {
    const areas = this.areasOf(this.asker.agency)
    const agencies = this.agenciesOf(areas).filter((one) =>
      this.areasOf(one).every((area) => areas.includes(area)),
    )
    const ofAgencies = (row: Row) => agencies.some((one) => one === row['organisation_code'])
    return this.of('mappa_level', offender)
      .filter((level) => isInForce(level, this.now))
      .some((level) => {
        const decision = this.of('mappa_level_decision', offender).find(
          ({ id }) => id === level['decision_id'],
        )
        return (
          areas.some((area) => area === decision?.['area']) ||
          ofAgencies(level) ||
          this.openAllocations(offender).some(ofAgencies)
        )
      })
  }

  private isInInspectionSample(offender: string): boolean {
    const samples = this.record
      .rows('inspection_sample')
      .filter(({ agency }) => agency === this.asker.agency)
      .filter(({ drawn_at: from, until }) => text(from) <= this.now && text(until) > this.today)
    return this.of('inspection_sample_case', offender).some(({ sample_id: id }) =>
      samples.some((sample) => sample['id'] === id),
    )
  }

  private areasOf(agency: string | undefined): string[] {
    return this.coverage((row) => row['agency'] === agency).map(({ area }) => text(area))
  }

  private agenciesOf(areas: readonly string[]): string[] {
    return this.coverage((row) => areas.some((area) => area === row['area'])).map(({ agency }) =>
      text(agency),
    )
  }

  private coverage(is: (row: Row) => boolean): Row[] {
    return this.record.rows('mappa_area_agency').filter((row) => holdsAt(row, this.today) && is(row))
  }
}

/** Where somebody is held, or out of for the day, or which prison answers for them while they are in hospital. */
function establishmentThatAnswers(custody: Row): string | null {
  const { status, establishment_code: establishment, supporting_establishment_code: supporting } = custody
  const isHeld = status === 'IN_CUSTODY' || status === 'TEMPORARILY_OUT'
  const code = isHeld ? establishment : status === 'IN_HOSPITAL' ? supporting : null
  return code == null ? null : text(code)
}

export function isInForce({ from_at: from, until_at: until }: Row, instant: string): boolean {
  return (from == null || text(from) <= instant) && (until == null || text(until) > instant)
}
