import { getNamedType, isInputObjectType, type GraphQLInputObjectType } from 'graphql'
import { Client } from 'pg'
import type { Catalogue, Field, ObjectType } from '../src/catalogue/catalogue'
import { readSchema } from '../src/catalogue/read-schema'
import { readSchemaFiles } from '../src/store/package-files'
import { declarationOf, FACTS, type FactKind } from '../src/updates/facts'
import { createTestDatabase, type TestDatabase } from './support/database'

const KINDS = Object.keys(FACTS) as FactKind[]
const catalogue = readSchema(readSchemaFiles())

let testDatabase: TestDatabase
let record: Client

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  record = new Client({ ...testDatabase.connection })
  await record.connect()
})

afterAll(async () => {
  await record.end()
  await testDatabase.drop()
})

/** Tables of facts that no reader sees: access is decided by them. */
const DECIDE_ACCESS = ['limitation', 'limitation_change', 'limitation_flag', 'limitation_list']

/** Columns that are kept for our own use, with what for. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  'person.lead': 'orders the records that name somebody',
  'custody.lead': 'orders the records that place somebody',
  'responsibility.lead': 'orders the records that say who answers',
  'movement.moved_at': 'orders movements of which only the day is known',
  'assessment.standing': 'orders complete assessments before others',
  'assessment.assessed_at': 'orders assessments of which only one end is known',
  'event.placed_at': 'orders events of which no time is known',
  'assessment.raw_type': 'the words that the tool was told from',
  'assessment.specialist': 'orders assessments of the whole before those of one purpose',
  'assessment.scores_only': 'keeps what states scores alone from standing before an assessment',
}

/** Kinds of fact that are stated inside another input, or in inputs with a reader of their own. */
const STATED_IN: Readonly<Partial<Record<FactKind, string>>> = {
  person: 'PersonInput',
  custody: 'CustodyInput',
  alerts: 'PrisonAlertInput',
  keyDates: 'KeyDateInput',
  allocations: 'AllocationInput',
  predictors: 'PredictorInput',
  assessmentAuthor: 'AssessmentAuthorInput',
  selfRisks: 'SelfRiskInput',
  otherRisks: 'OtherRiskInput',
  sections: 'AssessmentSectionInput',
  sectionScores: 'SectionScoreInput',
  referralHistory: 'ReferralStateInput',
  licenceConditions: 'LicenceConditionInput',
}

/** Parts of an input that are facts of their own. */
const WITH_PARTS: Readonly<Partial<Record<FactKind, readonly string[]>>> = {
  referral: ['history'],
  licence: ['conditions'],
}

/** What the reader of an input works out, so that the sender does not state it. */
const WORKED_OUT: Readonly<Partial<Record<FactKind, readonly string[]>>> = {
  alerts: ['active'],
  allocations: ['unallocated'],
}

/** Kinds of fact without an input that mirrors them, and why. */
const WITHOUT_INPUT: Readonly<Partial<Record<FactKind, string>>> = {
  identifiers: 'the numbers of prisonRecord and probationRecord',
  registration: 'mappaRegistration, which may also say that there is none',
  limitations: 'accessLimitations',
  limitationFlags: 'what documents say of limited access without naming anybody',
  limitationChange: 'what an event says of limited access without saying what changed',
  event: 'what a supplier’s event says happened',
  assessment: 'assessment, with its parts',
  rosh: 'a part of assessment, by setting',
  assessments: 'an empty timeline',
  riskRegistration: 'registerEntry, by its type',
  safeguardingRegistration: 'registerEntry, by its type',
  selfRiskRegistration: 'registerEntry, by its type',
  healthRegistration: 'registerEntry, by its type',
  intelligenceRegistration: 'registerEntry, by its type',
  victimRegistration: 'registerEntry, by its type',
  supervisionRegistration: 'registerEntry, by its type',
  riskRegistrations: 'none: RISK_REGISTRATIONS',
  safeguardingRegistrations: 'none: SAFEGUARDING_REGISTRATIONS',
  selfRiskRegistrations: 'none: SELF_RISK_REGISTRATIONS',
  healthRegistrations: 'none: HEALTH_REGISTRATIONS',
  intelligenceRegistrations: 'none: INTELLIGENCE_REGISTRATIONS',
  victimRegistrations: 'none: VICTIM_REGISTRATIONS',
  supervisionRegistrations: 'none: SUPERVISION_REGISTRATIONS',
  referrals: 'none: REFERRALS',
  participations: 'none: PARTICIPATIONS',
  releaseOutcomes: 'none: RELEASE_OUTCOMES',
  licences: 'none: LICENCES',
  escalations: 'none: ESCALATIONS',
  victimContacts: 'none: VICTIM_CONTACTS',
}

describe.each(KINDS)('%s', (kind) => {
  const declaration = declarationOf(kind)

  test('has a column for everything that is kept of it, with history, and belongs to a record and a person', async () => {
    for (const table of declaration.tables) {
      const { rows } = await record.query<{ name: string; nullable: string }>(
        `select column_name as name, is_nullable as nullable from information_schema.columns
         where table_schema = 'record' and table_name = $1`,
        [table],
      )
      const columns = new Map(rows.map(({ name, nullable }) => [name, nullable]))
      const kept = declaration.derived ? [] : (declaration.columns[table] ?? [])
      expect([...columns.keys()]).toEqual(expect.arrayContaining([...kept]))
      expect([...columns.keys()]).toEqual(expect.arrayContaining([...(declaration.keys[table] ?? [])]))
      expect(columns.get('offender_id')).toBe('NO')
      expect(columns.get('source_record_id')).toBe(declaration.derived ? 'YES' : 'NO')
      expect([...columns.keys()]).toEqual(expect.arrayContaining(['revision', 'ordinal', 'recorded_at']))
      expect(await isFactTable(table)).toBe(!declaration.derived)
    }
  })

  test('where it is a list, no rule of its table stands against new rows beside those that they replace', async () => {
    for (const table of declaration.tables) {
      if (declaration.derived || (declaration.keys[table] ?? []).length === 0) continue
      const { rows } = await record.query(
        `select pg_get_indexdef(i.indexrelid) as unique from pg_index i
         where i.indrelid = $1::regclass and (i.indisunique or i.indisexclusion)
           and pg_get_indexdef(i.indexrelid) not like '%(id)'`,
        [`record.${table}`],
      )
      expect(rows).toEqual([])
    }
  })

  test('is seen, every column of it, or is listed with the reason why not', () => {
    for (const table of declaration.tables) {
      const types = [...catalogue.types.values()].filter((type) => type.table === table)
      if (DECIDE_ACCESS.includes(table)) {
        expect(types).toEqual([])
        continue
      }
      const shown = new Set(types.flatMap((type) => columnsOf(catalogue, type)))
      // What is derived from statements has columns of its own.
      const kept = declaration.derived ? [] : (declaration.columns[table] ?? [])
      const hidden = kept.filter((column) => !shown.has(column))
      expect(types).not.toEqual([])
      expect(hidden.filter((column) => !(`${table}.${column}` in NOT_SHOWN))).toEqual([])
    }
  })

  test('can be stated in our own terms: the input is the fact', () => {
    const input = inputOf(kind)
    if (kind in WITHOUT_INPUT) {
      expect(WITHOUT_INPUT[kind]).toBeTruthy()
      return
    }
    expect(input).toBeDefined()
    const apart = ['localId', ...(WORKED_OUT[kind] ?? []), ...(WITH_PARTS[kind] ?? [])]
    const compared = (names: readonly string[]) =>
      names.filter((name) => !apart.includes(name) && !namesOrganisation(name, declaration.properties)).sort()
    expect(compared(Object.keys(input?.getFields() ?? {}))).toEqual(compared(declaration.properties))
  })
})

test('what is listed as not shown is kept, and is not shown', () => {
  for (const name of Object.keys(NOT_SHOWN)) {
    const [table = '', column = ''] = name.split('.')
    const kept = KINDS.flatMap((kind) => declarationOf(kind).columns[table] ?? [])
    expect(kept).toContain(column)
    const types = [...catalogue.types.values()].filter((type) => type.table === table)
    expect(types.flatMap((type) => columnsOf(catalogue, type))).not.toContain(column)
  }
})

/** What a document calls an organisation is learnt from documents; an input may leave it out. */
function namesOrganisation(name: string, properties: readonly string[]): boolean {
  return name.endsWith('Name') && properties.includes(name.slice(0, -'Name'.length))
}

async function isFactTable(table: string): Promise<boolean> {
  const { rowCount } = await record.query('select from record.fact_table where name = $1', [table])
  return rowCount === 1
}

function inputOf(kind: FactKind): GraphQLInputObjectType | undefined {
  const named = STATED_IN[kind]
  const facts = catalogue.schema.getType('CaseFactInput')
  if (!isInputObjectType(facts)) throw new Error('there is no CaseFactInput')
  const type = named ? catalogue.schema.getType(named) : getNamedType(facts.getFields()[kind]?.type)
  return isInputObjectType(type) ? type : undefined
}

/** The columns of its row that a type shows, those that lead to other rows included. */
function columnsOf({ types }: Catalogue, type: ObjectType): string[] {
  const ofField = (field: Field): string[] => {
    if (field.relation) return [field.relation.of]
    const part = field.type === undefined ? undefined : types.get(field.type)
    return part ? columnsOf(catalogue, part) : field.stateOf === undefined ? [field.column] : []
  }
  return [...type.fields.values()].flatMap(ofField)
}
