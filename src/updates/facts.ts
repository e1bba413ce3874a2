import { comparableName } from '../domain/comparable-name'
import { normaliseIdentifier } from '../domain/identifiers'
import { snakeCase } from '../domain/snake-case'
import type { AllocationFact, FactKind, Facts, LimitedParty, SourceSystem } from './update'

/** Rows of one table that a fact states; they replace the rows that the same record stated before. */
export interface FactRows {
  readonly table: string
  /** Beside the record: what makes two statements about the same row. */
  readonly key: readonly string[]
  readonly columns: readonly string[]
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

export interface FactContext {
  readonly system: SourceSystem
  readonly receivedOn: Date
}

/**
 * Whose word leads for display where several records name a person or a place: NOMIS, because identity
 * is checked at reception and the prison knows where it holds somebody; then Delius; then a CRC's copy.
 */
const LEAD: Readonly<Record<SourceSystem, number>> = { NOMIS: 1, DELIUS: 2, CRC: 3, OASYS: 4 }

/** How each kind of fact becomes rows; a registration is a statement in a register and is kept apart. */
const TABLES: {
  readonly [K in Exclude<FactKind, 'registration'>]: (
    fact: NonNullable<Facts[K]>,
    context: FactContext,
  ) => FactRows[]
} = {
  person: (fact, { system }) => [
    single('person', ['lead', 'title', 'given', 'middle', 'family', 'date_of_birth', 'sex'], {
      lead: LEAD[system],
      ...pick(fact, ['title', 'given', 'middle', 'family', 'sex']),
      date_of_birth: fact.dateOfBirth,
    }),
  ],
  identifiers: (facts, { receivedOn }) => [
    set('identifier', ['type', 'raw', 'qualifier'], ['type', 'raw', 'value', 'valid', 'qualifier'], () =>
      facts.map((fact) => ({
        ...normaliseIdentifier(fact.type, fact.raw, receivedOn),
        qualifier: fact.qualifier,
      })),
    ),
  ],
  aliases: (facts) => {
    const columns = ['given', 'middle', 'family', 'date_of_birth']
    return [
      set('alias', columns, columns, () =>
        facts.map((fact) => ({
          ...pick(fact, ['given', 'middle', 'family']),
          date_of_birth: fact.dateOfBirth,
        })),
      ),
    ]
  },
  custody: (fact, { system }) => [
    single('custody', CUSTODY_COLUMNS, {
      lead: LEAD[system],
      ...pick(fact, ['status', 'since', 'cell']),
      // Somebody released is held nowhere, whatever the document still says.
      establishment_code: HELD.includes(fact.status) ? fact.establishment : null,
      raw_status: fact.rawStatus,
      booking_number: fact.bookingNumber,
      movement_type: fact.movementType,
      movement_reason: fact.movementReason,
      legal_status: fact.legalStatus,
      supporting_establishment_code: fact.supportingEstablishment,
    }),
  ],
  alerts: (facts) => [
    set('alert', ['code'], ['code', 'type', 'description', 'since', 'active'], () =>
      // Two entries of one code are one alert, active if either is.
      [...facts].sort((a, b) => Number(b.active) - Number(a.active)).map((fact) => ({ ...fact })),
    ),
  ],
  keyDates: (facts) => [
    set('key_date', ['type'], ['type', 'date'], () => facts.map((fact) => ({ ...fact }))),
  ],
  allocations: (facts) => [
    set(
      'allocation',
      ['role', 'staff_code', 'organisation_code', 'team_code', 'since'],
      ALLOCATION_COLUMNS,
      () => facts.map(allocationRow),
    ),
  ],
  limitationFlags: (fact) => [
    single('limitation_flag', ['excluded', 'restricted', 'exclusion_message', 'restriction_message'], {
      ...pick(fact, ['excluded', 'restricted']),
      exclusion_message: fact.exclusionMessage,
      restriction_message: fact.restrictionMessage,
    }),
  ],
  limitations: (fact, { system }) => [
    set('limitation', LIMITATION_KEY, [...LIMITATION_KEY, 'until'], () => [
      ...fact.exclusions.map((party) => limitationRow('EXCLUSION', party, system)),
      ...fact.restrictions.map((party) => limitationRow('RESTRICTION', party, system)),
    ]),
    single('limitation_list', ['exclusion_message', 'restriction_message'], {
      exclusion_message: fact.exclusionMessage,
      restriction_message: fact.restrictionMessage,
    }),
  ],
  assessment: (fact) => [
    single(
      'assessment',
      ['tool', 'raw_type', 'status', 'standing', 'initiated_at', 'completed_at', 'assessed_at'],
      {
        ...pick(fact, ['tool', 'status']),
        raw_type: fact.rawType,
        standing: fact.status === 'COMPLETE' ? 2 : fact.status === 'LOCKED_INCOMPLETE' ? 1 : 0,
        initiated_at: fact.initiatedAt,
        completed_at: fact.completedAt,
        assessed_at: fact.completedAt ?? fact.initiatedAt ?? '-infinity',
      },
    ),
  ],
  rosh: (fact) => [
    single(
      'rosh',
      ROSH_COLUMNS,
      Object.fromEntries(Object.entries(fact).map(([name, value]) => [snakeCase(name), value])),
    ),
  ],
  predictors: (facts) => [
    set('predictor', ['name', 'version'], ['name', 'version', 'score', 'band'], () =>
      facts.map((fact) => ({ ...fact })),
    ),
  ],
  assessmentsNone: () => [single('assessment_absence', [], {})],
}

/** The rows that one fact of a record states. A custody of null states that there are none. */
export function rowsOfFact(
  kind: Exclude<FactKind, 'registration'>,
  facts: Facts,
  context: FactContext,
): FactRows[] {
  if (kind === 'custody' && facts.custody === null) {
    return [{ table: 'custody', key: [], columns: CUSTODY_COLUMNS, rows: [] }]
  }
  const make = TABLES[kind] as (fact: unknown, context: FactContext) => FactRows[]
  return make(facts[kind], context)
}

/** The tables that a fact is kept in: what a push alters. */
export const FACT_TABLES: Readonly<Record<FactKind, readonly string[]>> = {
  person: ['person', 'offender'],
  identifiers: ['identifier'],
  aliases: ['alias'],
  custody: ['custody'],
  alerts: ['alert'],
  keyDates: ['key_date'],
  allocations: ['allocation'],
  registration: ['mappa_level'],
  limitationFlags: [],
  limitations: [],
  assessment: ['assessment'],
  rosh: ['rosh'],
  predictors: ['predictor'],
  assessmentsNone: [],
}

const HELD: readonly string[] = ['IN_CUSTODY', 'TEMPORARILY_OUT']
const CUSTODY_COLUMNS = [
  'lead',
  'status',
  'establishment_code',
  'raw_status',
  'since',
  'booking_number',
  'movement_type',
  'movement_reason',
  'cell',
  'legal_status',
  'supporting_establishment_code',
]
const ALLOCATION_COLUMNS = [
  'role',
  'staff_code',
  'officer_name',
  'organisation_code',
  'team_code',
  'since',
  'until',
  'unallocated',
]
const LIMITATION_KEY = ['kind', 'namespace', 'username', 'email', 'organisation_code', 'since']
const ROSH_COLUMNS = [
  'overall',
  'community_children',
  'community_public',
  'community_known_adult',
  'community_staff',
  'custody_children',
  'custody_public',
  'custody_known_adult',
  'custody_staff',
  'custody_prisoners',
  'who_is_at_risk',
  'nature_of_risk',
  'risk_imminence',
  'risk_increase_factors',
  'risk_mitigation_factors',
]

function allocationRow(fact: AllocationFact) {
  return {
    ...pick(fact, ['role', 'since', 'until', 'unallocated']),
    staff_code: fact.staffCode,
    officer_name: fact.officerName,
    organisation_code: fact.organisation,
    team_code: fact.team,
  }
}

function limitationRow(kind: string, party: LimitedParty, namespace: SourceSystem) {
  return {
    kind,
    namespace,
    username: party.username === undefined ? undefined : comparableName(party.username),
    email: party.email === undefined ? undefined : comparableName(party.email),
    organisation_code: party.organisation?.trim().toUpperCase(),
    ...pick(party, ['since', 'until']),
  }
}

function single(table: string, columns: readonly string[], row: Record<string, unknown>): FactRows {
  return { table, key: [], columns, rows: [row] }
}

function set(
  table: string,
  key: readonly string[],
  columns: readonly string[],
  rows: () => Record<string, unknown>[],
): FactRows {
  const distinct = new Map<string, Record<string, unknown>>()
  for (const row of rows()) {
    const name = JSON.stringify(key.map((column) => row[column] ?? null))
    if (!distinct.has(name)) distinct.set(name, row)
  }
  return { table, key, columns, rows: [...distinct.values()] }
}

function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Partial<Pick<T, K>> {
  return Object.fromEntries(names.map((name) => [name, from[name]])) as Partial<Pick<T, K>>
}
