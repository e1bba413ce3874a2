import type { MachineRole } from '../domain/caller'
import { MAPPA_REGISTER } from '../domain/register-types'
import { storable } from '../domain/storable'
import { declarationOf, isFactKind } from './facts'
import { assuranceFacts } from './facts/assurance'
import type { SourceSystem } from './facts/declare'
import { registerKind } from './facts/registers'
import { STANDING } from './facts/risk'
import type {
  AccessLimitations,
  Allocation,
  Assessment,
  CaseFact,
  MappaRegistration,
  Person,
  PrisonRecord,
  ProbationRecord,
  RegisterEntryInput,
} from './case-update'
import type {
  AllocationFact,
  FactKind,
  Facts,
  IdentifierType,
  LimitedParty,
  PersonFact,
  RegistrationFact,
  StatedIdentifier,
  Update,
} from './update'
import { Unreadable } from './update'

/** The format's name among the received: our own typed inputs. */
export const CASE_UPDATE = 'case-update'

/** Our own typed inputs as an update: the same facts as the supplier formats, checked by the schema already. */
export function readCaseUpdate(fact: unknown, named: Named): Update {
  const [[kind, input] = []] = Object.entries(fact as CaseFact)
  switch (kind) {
    case 'prisonRecord':
      return prisonRecord(input as PrisonRecord)
    case 'probationRecord':
      return probationRecord(input as ProbationRecord)
    case 'mappaRegistration':
      return aboutCase(named, 'DELIUS', { registration: registration(input as MappaRegistration) })
    case 'accessLimitations':
      return aboutCase(named, 'DELIUS', { limitations: limitations(input as AccessLimitations) })
    case 'assessment':
      return assessment(withoutNulls(input) as Assessment, named.person)
    case 'registerEntry':
      return registerEntry(withoutNulls(input) as RegisterEntryInput, named.person)
    default:
      return statedAsIs(kind, input, named)
  }
}

/** Whom the message names, by identifiers or by our own id, and whose system sends it. */
interface Named {
  readonly person: readonly StatedIdentifier[]
  readonly personId?: string
  readonly role: MachineRole
}

function prisonRecord(input: PrisonRecord): Update {
  const { prisonNumber, custody, alerts, keyDates, allocations } = input
  const facts: Facts = {
    person: personFact(input.person),
    identifiers: identifiers({ PRISON_NUMBER: prisonNumber, PNC: input.pnc, CRO: input.cro }),
    ...(custody && { custody: defined(custody) }),
    ...(alerts && { alerts: alerts.map((alert) => ({ ...defined(alert), active: true })) }),
    ...(keyDates && { keyDates: keyDates.map((keyDate) => defined(keyDate)) }),
    ...(allocations && { allocations: allocations.map(allocationFact) }),
  }
  return {
    createsPerson: true,
    person: [],
    records: [{ system: 'NOMIS', localId: prisonNumber.trim().toUpperCase(), facts }],
    warnings: [],
  }
}

function probationRecord(input: ProbationRecord): Update {
  const { crn, allocations } = input
  const facts: Facts = {
    person: personFact(input.person),
    identifiers: identifiers({ CRN: crn, PRISON_NUMBER: input.prisonNumber, PNC: input.pnc, CRO: input.cro }),
    ...(allocations && { allocations: allocations.map(allocationFact) }),
  }
  return {
    createsPerson: true,
    person: [],
    records: [{ system: 'DELIUS', localId: crn.trim().toUpperCase(), facts }],
    warnings: [],
  }
}

/**
 * A kind of fact without a reader of its own: its input is the fact. It is stated in the sender's record of
 * the person, or, where the input has a `localId`, in a record of its own, so that news of one licence or
 * referral does not replace the others.
 */
function statedAsIs(kind: string | undefined, input: unknown, named: Named): Update {
  if (!isFactKind(kind)) throw new Unreadable('the update states no fact that we know')
  const system = systemOf(kind, named.role)
  const said = withoutNulls(input)
  if (Array.isArray(said)) return aboutCase(named, system, { [kind]: said })
  const { localId, ...fact } = said as { readonly localId?: string }
  const facts: Facts = { [kind]: fact }
  if (localId === undefined) return aboutCase(named, system, facts)
  // An assessment's own facts are in its record; what others say of it is not.
  const isOwn = system === 'OASYS' && !(kind in assuranceFacts)
  const record = { system, localId: isOwn ? localId : `${kind}:${localId}`, facts }
  return { createsPerson: false, person: named.person, records: [record], warnings: [] }
}

const OWN_SYSTEM: Readonly<Record<MachineRole, SourceSystem>> = {
  PRISON_SYSTEM: 'NOMIS',
  PROBATION_SYSTEM: 'DELIUS',
  CRC_SYSTEM: 'CRC',
}

/** What only assessments state is in OASYS, whoever sends it. */
function systemOf(kind: FactKind, role: MachineRole): SourceSystem {
  const { owners } = declarationOf(kind)
  return owners[OWN_SYSTEM[role]] === undefined && owners.OASYS !== undefined ? 'OASYS' : OWN_SYSTEM[role]
}

/** The kind of number that a system's own records go by. */
const OWN_NUMBER: Readonly<Partial<Record<SourceSystem, IdentifierType>>> = {
  NOMIS: 'PRISON_NUMBER',
  DELIUS: 'CRN',
  CRC: 'CRN',
}

/** A statement about a person whom the message names, in the system's own record where it names that. */
function aboutCase({ person, personId }: Named, system: SourceSystem, facts: Facts): Update {
  const own = person.find(({ type }) => type === OWN_NUMBER[system])
  const named = own ?? person[0]
  if (!named && personId === undefined) {
    throw new Unreadable('name the person: by id, crn, prisonNumber, pnc or cro', 'person')
  }
  const value = named?.raw.trim().toUpperCase() ?? ''
  const localId = own ? value : `${named?.type ?? 'ID'}:${named ? value : (personId ?? '')}`
  return { createsPerson: false, person, records: [{ system, localId, facts }], warnings: [] }
}

function registration(input: MappaRegistration): RegistrationFact | null {
  if (input.ended) return null
  refuseBeyond(input.category, 4, 'category')
  refuseBeyond(input.level, 3, 'level')
  const { category, level, leadAgency, since, nextReviewOn, organisation, notes } = input
  return {
    category: category ?? null,
    level: level ?? null,
    levelStatus: level === null || level === undefined ? 'TBC' : 'CONFIRMED',
    ...defined({ leadAgency, since, nextReviewOn, organisation, notes }),
  }
}

function refuseBeyond(value: number | null | undefined, most: number, path: string): void {
  if (value == null || (value >= 1 && value <= most)) return
  throw new Unreadable(`${path} is a whole number from 1 to ${most}, or left out`, path)
}

/** All facts of one assessment, each as it is; what is said of it later comes in records of its own. */
function assessment(input: Assessment, person: readonly StatedIdentifier[]): Update {
  const { localId, tool, status, initiatedAt, completedAt, priority, rosh, ...others } = input
  const { community, custody, ...rest } = rosh ?? {}
  const facts: Facts = {
    assessment: { tool, status, ...defined({ initiatedAt, completedAt, priority }) },
    ...(rosh && { rosh: { ...rest, ...prefixed('community', community), ...prefixed('custody', custody) } }),
    ...others,
  }
  const record = {
    system: 'OASYS' as const,
    localId,
    rank: STANDING[status],
    facts,
    ...(completedAt != null && { eventAt: completedAt }),
  }
  return { createsPerson: false, person, records: [record], warnings: [] }
}

/** Its type decides which readers it is for, not its sender. */
function registerEntry(input: RegisterEntryInput, person: readonly StatedIdentifier[]): Update {
  const { registrationId, deleted, active = input.endedOn === undefined, ...entry } = input
  if (entry.registerType?.trim().toUpperCase() === MAPPA_REGISTER) {
    throw new Unreadable('an entry of the MAPPA register is a mappaRegistration', 'registerType')
  }
  const { kind, warnings } = registerKind(entry, 'registerType')
  const facts: Facts = { [kind]: deleted ? null : { ...entry, active } }
  const record = { system: 'DELIUS' as const, localId: `registration:${registrationId}`, facts }
  return { createsPerson: false, person, records: [record], warnings }
}

function limitations(input: AccessLimitations): NonNullable<Facts['limitations']> {
  const party = (given: LimitedParty, i: number, list: string): LimitedParty => {
    const { username, email, organisation } = defined(given)
    if ([username, email, organisation].filter((name) => name?.trim()).length !== 1) {
      throw new Unreadable('name exactly one of username, email and organisation', `${list}.${i}`)
    }
    return defined(given)
  }
  return {
    exclusions: input.exclusions.map((given, i) => party(given, i, 'exclusions')),
    restrictions: input.restrictions.map((given, i) => party(given, i, 'restrictions')),
    ...defined({ exclusionMessage: input.exclusionMessage, restrictionMessage: input.restrictionMessage }),
  }
}

function personFact(input: Person): PersonFact {
  return defined(input)
}

function allocationFact(input: Allocation): AllocationFact {
  const { staffCode } = input
  // A placeholder officer's code ends in U: the case is allocated to nobody.
  const unallocated = staffCode == null || staffCode.trim().toUpperCase().endsWith('U')
  return { unallocated, ...defined(input) }
}

function identifiers(given: Partial<Record<IdentifierType, string | null | undefined>>): StatedIdentifier[] {
  return Object.entries(given).flatMap(([type, raw]) =>
    raw?.trim() ? [{ type: type as IdentifierType, raw }] : [],
  )
}

function prefixed(prefix: string, levels: object | null | undefined): object {
  return Object.fromEntries(
    Object.entries(defined(levels ?? {})).map(([name, level]) => [
      `${prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      level as unknown,
    ]),
  )
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], null | undefined> } & {
  [K in keyof T as null extends T[K] ? never : undefined extends T[K] ? never : K]: T[K]
}

/** GraphQL's null says the same as leaving it out; text loses what PostgreSQL cannot hold. */
function defined<T extends object>(input: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(input)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [name, typeof value === 'string' ? storable(value) : (value as unknown)]),
  ) as Defined<T>
}

/** As `defined`, through and through. */
function withoutNulls(input: unknown): unknown {
  if (Array.isArray(input)) return input.map(withoutNulls)
  if (typeof input === 'string') return storable(input)
  if (typeof input !== 'object' || input === null) return input
  return Object.fromEntries(
    Object.entries(input)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [name, withoutNulls(value)]),
  )
}
