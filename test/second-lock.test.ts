import { getOperationAST, parse, type DocumentNode, type GraphQLObjectType } from 'graphql'
import { Client } from 'pg'
import { mayEverRead } from '../src/access/ever'
import type { OpenGlass } from '../src/access/open-glass'
import { planAccess } from '../src/access/plan-access'
import { ROLES } from '../src/access/roles'
import type { Catalogue, ObjectType } from '../src/catalogue/catalogue'
import { select, type SelectedField } from '../src/catalogue/select'
import { isMachineRole, ROLE_NAMES, type Caller, type RoleName } from '../src/domain/caller'
import { REFERENCE_TYPES } from '../src/domain/identifiers'
import type { Purpose } from '../src/domain/purpose'
import { Refusal } from '../src/domain/refusal'
import { columnsRead } from '../src/query/columns'
import type { Statement } from '../src/domain/binds'
import { compile } from '../src/query/compile'
import { readableSets, type ReadableSet } from '../src/query/readable-sets'
import type { Given } from '../src/query/roots'
import { readerRole } from '../src/store/reader-roles'
import { cursors } from './support/cursors'
import { aCase, aPrisoner, aRoshSummary } from './support/documents'
import { everyRoot, type Asking } from './support/every-field'
import { startTestGateway, type As, type TestGateway } from './support/gateway'
import { operation, operationNames } from './support/operations'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const ID = '01a201d7-d019-7ea4-9db1-34f0f9609333'

let t: TestGateway
let owner: Client
let catalogue: Catalogue
let sets: readonly ReadableSet[]
let lookUps: Parsed[]
let lists: Parsed[]
let commands: Parsed[]

beforeAll(async () => {
  t = await startTestGateway()
  owner = new Client({ ...t.testDatabase.connection })
  await owner.connect()
  catalogue = t.gateway.catalogue
  sets = readableSets(catalogue)
  lookUps = askingForOne().map(parsed)
  lists = askingForMany().map(parsed)
  commands = rootsOf('Mutation', {}).map(parsed)
  await t.ingest(PRISON, 'prisoner-search', [aPrisoner('A1111LO')])
  const known = { otherIds: { crn: 'X111111', nomsNumber: 'A1111LO' } }
  await t.ingest(PROBATION, 'probation-search', [aCase('X111111', known)])
  await t.ingest(PROBATION, 'rosh-summary', [aRoshSummary('X111111', 7001)])
})

afterAll(async () => {
  await owner.end()
  await t.close()
})

function setOf(role: RoleName): ReadableSet {
  const set = sets.find(({ roles }) => roles.includes(role))
  if (!set) throw new Error(`nothing says what ${role} may read`)
  return set
}

function readAs(role: RoleName, text: string, values: readonly unknown[] = []) {
  return t.database.readingAs(readerRole(setOf(role))).query(text, values)
}

describe('what is granted', () => {
  test('is what the policy says, column by column, and nothing else anywhere', async () => {
    const { rows } = await owner.query<{
      grantee: string
      relation: string
      privilege: string
      columns: string[]
    }>(
      `select p.grantee, p.table_schema || '.' || p.table_name as relation, p.privilege_type as privilege,
         array_agg(p.column_name::text order by p.column_name::text collate "C") as columns
       from information_schema.column_privileges p where starts_with(p.grantee, 'throughcare_read_') group by 1, 2, 3`,
    )
    const granted = rows.map((row) => [row.grantee, row.relation, row.privilege, ...row.columns].join(' '))
    const wanted = sets.flatMap((set) =>
      set.columns.map(([relation, columns]) =>
        [readerRole(set), `record.${relation}`, 'SELECT', ...columns].join(' '),
      ),
    )
    expect(granted.sort()).toEqual(wanted.sort())
  })

  test('is columns alone: no whole table, no other role’s rights, no way in', async () => {
    const { rows } = await owner.query(
      `select p.grantee, p.table_name from information_schema.table_privileges p where starts_with(p.grantee, 'throughcare_read_')
       union all select r.rolname, null from pg_roles r where starts_with(r.rolname, 'throughcare_read_')
         and (r.rolsuper or r.rolcanlogin or r.rolcreaterole or r.rolcreatedb or r.rolbypassrls
           or exists (select from pg_auth_members m where m.member = r.oid))`,
    )
    expect(rows).toEqual([])
  })

  test('is no more than fields that the role may read, what leads to their rows, and what has a reason', () => {
    const used = new Set<string>()
    const unexplained = ROLE_NAMES.flatMap((role) => {
      const explained = new Set([...columnsOfFields(role), ...keysAndOrders()])
      return setOf(role).columns.flatMap(([relation, columns]) => {
        const besides = columns
          .filter((column) => !(relation.endsWith('_ever') && OF_A_STATE.includes(column)))
          .map((column) => `${relation.replace(/_ever$/, '')}.${column}`)
          .filter((name) => !explained.has(name))
        for (const name of besides) used.add(reasonFor(name) ?? '')
        return besides.filter((name) => reasonFor(name) === undefined).map((name) => `${role}: ${name}`)
      })
    })
    expect(unexplained).toEqual([])
    expect(Object.keys(REASONS).filter((name) => !used.has(name))).toEqual([])
  })

  test.each([
    ['PRISON_OFFICER', ['predictor.score', 'mappa_level.category', 'mappa_level_decision.rationale']],
    [
      'CRC_OFFICER',
      ['predictor.score', 'mappa_level_decision.rationale', 'assessment_section.score', 'victim_contact.id'],
    ],
    ['DATA_PROTECTION_OFFICER', ['offender.date_of_birth', 'custody.establishment_code', 'rosh.overall']],
    ['DATA_STEWARD', ['rosh.overall', 'address.postcode', 'mappa_level.level']],
    ['ANALYST', ['offender.date_of_birth', 'custody.establishment_code', 'identifier.raw']],
    [
      'PRISON_SYSTEM',
      [
        'rosh.who_is_at_risk',
        'victim_contact.id',
        'limitation.username',
        'limitation_list.exclusion_message',
      ],
    ],
  ] as const)('leaves out what no %s may ever read', async (role, columns) => {
    const places = columns.flatMap((name) => {
      const [table = '', column = ''] = name.split('.')
      return [table, `${table}_ever`, `${table}_history`].map((relation) => [relation, column] as const)
    })
    for (const [relation, column] of [...places, ['content', 'body'], ['received', 'payload']] as const) {
      const text = `select ${column} from record.${relation}`
      const { message } = await readAs(role, text).then(() => ({ message: `${text} is answered` }), asError)
      expect(message).toMatch(/^permission denied|^relation .* does not exist|^column .* does not exist/)
    }
  })

  test('holds for what late statements say as well', async () => {
    const bodyFor = async (role: RoleName) => {
      const text = `select k.body -> 'rosh' -> 0 as rosh, k.body ? 'rosh' as is_there from record.readable_content k where k.fact = 'rosh'`
      return (await readAs(role, text))[0]
    }
    const kept = await owner.query<{ rosh: object }>(
      `select k.body -> 'rosh' -> 0 as rosh from record.content k where k.fact = 'rosh'`,
    )
    expect(Object.keys(kept.rows[0]?.rosh ?? {})).toContain('who_is_at_risk')
    expect((await bodyFor('MAPPA_COORDINATOR'))?.['rosh']).toEqual(kept.rows[0]?.rosh)
    const system = Object.keys((await bodyFor('PRISON_SYSTEM'))?.['rosh'] ?? {})
    expect(system).toContain('overall')
    expect(system.filter((column) => !columnsOf('PRISON_SYSTEM', 'rosh').includes(column))).toEqual([])
    expect(await bodyFor('DATA_STEWARD')).toEqual({ rosh: null, is_there: false })
  })
})

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

function columnsOf(role: RoleName, wanted: string): readonly string[] {
  return setOf(role).columns.find(([relation]) => relation === wanted)?.[1] ?? []
}

/** What narrows all that a table ever held to one state, and finds the versions of a row. */
const OF_A_STATE = ['revision', 'superseded_revision', 'ordinal', 'superseded_ordinal', 'item']

/** Why columns are granted that are neither a field of the reader's nor a key or an order of the schema. */
const REASONS: Readonly<Record<string, string>> = {
  '*.offender_id': 'whose row it is, which every row of the record is narrowed by',
  '*.recorded_at': 'shown with whose record states the row',
  'offender.family_name': 'lists are ordered by name, for an analyst one of nobody',
  'offender.given_name': 'lists are ordered by name, for an analyst one of nobody',
  'none_stated.*': 'that somebody recorded that there are none',
  'revision_counter.*': 'the state that an answer is of',
  'revision.*': 'the state that was newest at an instant; when and by whom a change was recorded',
  'change.*': 'the order of the changes, and which row each is of; not what it says',
  'statement.*': 'when a late statement was made; its facts are hashes',
  'readable_content.*': 'what a late statement says, of the columns that are granted',
  'limitation.*': 'of whom there is a list of limited access',
  'limitation_flag.*': 'of whom there is a mark of limited access',
  'limitation_change.*': 'of whom a list may have changed since it came',
  'break_glass.*': 'whether the caller opened the case in an emergency',
  'mappa_level_decision.ordinal': 'the order in which decisions were recorded',
  'notice.lapsed_at': 'whether a notice is awaited still',
  'mappa_level.period': 'which level is in force',
  'mappa_meeting.*': 'whose meeting it is; the statement takes the whole row',
  'meeting_case.made_about': 'whom a meeting took, as one who was joined to another since',
  'allocation.until': 'whether an allocation that a filter looks for is open',
  'organisation.until': 'whether an organisation still holds cases',
  'mappa_level.decision_id': 'which decision a level in force follows from',
  'parole_referral.*': 'whether a case is referred to the Parole Board',
  'inspection_sample.*': 'which samples are an inspectorate’s, and how long',
  'inspection_sample_case.*': 'which cases a sample drew',
  'meeting_acceptance.*': 'whether the caller accepted the confidentiality statement of a meeting',
}

function reasonFor(name: string): string | undefined {
  const [table = '', column = ''] = name.split('.')
  return [name, `${table}.*`, `*.${column}`].find((key) => key in REASONS)
}

/** Read off the schema alone. */
function keysAndOrders(): string[] {
  return [...catalogue.types.values()].flatMap((holder) =>
    [...holder.fields.values()].flatMap(({ relation, type }) => {
      const target = catalogue.types.get(type ?? '')
      const rows = catalogue.types.get(target?.fields.get('nodes')?.type ?? '') ?? target
      if (!relation) return []
      const ofRows = [relation.key, ...relation.order.map(({ column }) => column)]
      return [
        `${holder.table ?? ''}.${relation.of}`,
        ...ofRows.map((column) => `${rows?.table ?? ''}.${column}`),
      ]
    }),
  )
}

function columnsOfFields(role: RoleName): string[] {
  const ofType = (type: ObjectType, table: string): string[] =>
    [...type.fields.values()].flatMap((field) => {
      const below = catalogue.types.get(field.type ?? '')
      if (!mayEverRead(ROLES[role], field.classification)) return []
      if (below?.kind === 'part') return ofType(below, table)
      return below ? [] : [`${table}.${field.column}`]
    })
  return [...catalogue.types.values()].flatMap((type) =>
    type.table === undefined ? [] : ofType(type, type.table),
  )
}

describe('every question is granted all that it reads', () => {
  test.each(ROLE_NAMES)(
    'of %s',
    async (role) => {
      const statements = new Map<string, () => Promise<unknown>>()
      for (const standing of standings(role)) {
        for (const asking of standing.glass.length > 0
          ? lookUps.slice(0, 1)
          : [...lookUps, ...lists, ...commands]) {
          const statement = statementOf(standing, asking)
          if (!statement) continue
          statements.set(statement.text, () =>
            readAs(role, statement.text, statement.values).catch((error: unknown) => {
              throw ungranted(standing, asking, statement, error)
            }),
          )
        }
      }
      expect(statements.size).toBeGreaterThan(20)
      // No more at once than there are sessions: who waits long for one is refused.
      const runs = statements.values()
      const worker = async () => {
        for (const run of runs) await run()
      }
      await Promise.all([worker(), worker(), worker(), worker()])
    },
    60_000,
  )
})

interface Standing {
  readonly role: RoleName
  readonly purpose: Purpose
  readonly glass: readonly OpenGlass[]
}

/** For each of the role's purposes, and with broken glass where the role may break it. */
function standings(role: RoleName): Standing[] {
  const { purposes, breakGlass } = ROLES[role]
  const broken = breakGlass ? [[{ grant: ID, offender: ID }]] : []
  const all: readonly Purpose[] = isMachineRole(role) ? [...purposes, 'SYSTEM_UPDATE'] : purposes
  return all.flatMap((purpose) => [[], ...broken].map((glass) => ({ role, purpose, glass })))
}

interface Parsed extends Asking {
  readonly document: DocumentNode
}

function parsed({ name, text, variables }: Asking): Parsed {
  return { name, text, variables, document: parse(text) }
}

/** Of one offender: every field there is, now and as of then, and by each kind of reference. */
function askingForOne(): Asking[] {
  const states = [{ revision: 2 }, { at: '2026-01-01T00:00:00Z' }]
  const one = `query($by: OffenderRef!, $asOf: AsOf) { offender(by: $by, asOf: $asOf) { id } }`
  return [
    ...rootsOf('Query', { by: { id: ID } }, ['offender']),
    ...rootsOf('Query', { by: { id: ID }, asOf: states[0] }, ['offender']),
    ...['id', ...Object.keys(REFERENCE_TYPES)].flatMap((kind) =>
      [null, ...states].map((asOf) => ({ name: kind, text: one, variables: { by: { [kind]: ID }, asOf } })),
    ),
    ...['CaseSummary', 'RiskHistory'].map(named),
  ]
}

/** The other roots with every field, the lists by each filter, now and as of then, and the contract's operations. */
function askingForMany(): Asking[] {
  const list = `query($where: OffenderFilter, $asOf: AsOf) { offenders(where: $where, asOf: $asOf) { nodes { id } } }`
  const roots = Object.keys(catalogue.schema.getQueryType()?.getFields() ?? {})
  return [
    ...rootsOf(
      'Query',
      {},
      roots.filter((name) => name !== 'offender'),
    ),
    ...[...catalogue.filters.keys()].flatMap((filter) =>
      [null, { revision: 2 }].map((asOf) => {
        return { name: filter, text: list, variables: { where: { [filter]: '2' }, asOf } }
      }),
    ),
    ...operationNames().map(named),
  ]
}

function rootsOf(type: 'Query' | 'Mutation', values: object, names?: readonly string[]): Asking[] {
  const root = catalogue.schema.getType(type) as GraphQLObjectType
  const all = everyRoot(root, type === 'Query' ? 'query' : 'mutation', { ...values })
  return all.filter(({ name }) => names?.includes(name) ?? true)
}

function named(name: string): Asking {
  return { name, text: operation(name), variables: VARIABLES }
}

const VARIABLES = {
  by: { id: ID },
  offender: { id: ID },
  justification: '',
  first: 20,
  meeting: ID,
  decision: ID,
  grant: ID,
  input: {},
  where: {},
}

/** The statement that answers, of commands with the rows that they would have written; undefined where it is refused. */
function statementOf(
  { role, purpose, glass }: Standing,
  { document, variables }: Parsed,
): Statement | undefined {
  const definition = getOperationAST(document)
  if (!definition) throw new Error('there is no operation')
  const person = { subject: 'reader', username: 'reader', namespace: 'DELIUS' }
  const caller: Caller = {
    issuer: 'urn:test',
    client: 'test',
    role,
    agency: 'N02',
    staffCode: 'N02ABC1',
    ...(!isMachineRole(role) && { person }),
  }
  const selection = select(catalogue, document, definition, { ...variables })
  try {
    const context = { caller, purpose, strict: false, requestId: 'lock' }
    const plan = planAccess(catalogue, context, selection, glass)
    const given = new Map(selection.roots.map((root) => [root.key, givenTo(role, root)]))
    const form = compile({ catalogue, selection, plan, caller, cursors, given })
    return form.fill({ caller, now: new Date(), variables })
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

/** Meetings are scheduled and frozen by who reads their minutes. */
function givenTo(role: RoleName, root: SelectedField): Given {
  const payload = catalogue.types.get(root.field?.type ?? '')
  const entities = [...(payload?.fields.values() ?? [])].flatMap(({ name, type }) => {
    const { table, about } = catalogue.types.get(type ?? '') ?? {}
    const isOthers = about === 'MEETING' && ROLES[role].groups.MAPPA_MINUTES === 'NONE'
    return table === undefined || isOthers ? [] : [[name, { table, id: ID }] as const]
  })
  return { values: {}, entities: Object.fromEntries(entities) }
}

function ungranted(
  { role, purpose }: Standing,
  { name }: Asking,
  { text }: Statement,
  error: unknown,
): Error {
  const { message } = asError(error)
  const relation = /permission denied for (?:table|view) (\w+)/.exec(message)?.[1] ?? ''
  const read =
    columnsRead(text)
      .entries()
      .find(([each]) => each === relation)?.[1] ?? []
  const lacking = read.filter((column) => !columnsOf(role, relation).includes(column))
  return new Error(
    `${name} as ${role} for ${purpose}: ${message}; of what it reads there, ${lacking.join(', ') || 'a column without its row’s alias'} is not granted. ` +
      'A predicate, condition or filter names each column by its row’s alias (src/query/row-columns.ts); what every question reads is declared in src/query/structure-columns.ts.',
  )
}
