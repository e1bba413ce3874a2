import fc from 'fast-check'
import { getOperationAST, parse } from 'graphql'
import { planAccess } from '../src/access/plan-access'
import { ROLES } from '../src/access/roles'
import { readSchema } from '../src/catalogue/read-schema'
import { KnownForms, prepared, type Prepared } from '../src/disclosure/forms'
import type { Question } from '../src/disclosure/question'
import { Blank } from '../src/domain/blank'
import { isMachineRole, ROLE_NAMES, type Caller, type RoleName } from '../src/domain/caller'
import { Refusal } from '../src/domain/refusal'
import { compile } from '../src/query/compile'
import { readSchemaFiles } from '../src/store/package-files'
import { cursors } from './support/cursors'
import { operation } from './support/operations'

const catalogue = readSchema(readSchemaFiles())
const NOW = new Date('2026-11-22T12:00:00Z')

const BY = `query ($by: OffenderReference!, $more: Boolean!) { offender(by: $by) { id alerts @include(if: $more) { code } mappa { conflict { level } } } }`
const BY_ID = `query ($id: ID) { offender(by: {id: $id}) { id name { family } } }`
const LIST = `query ($where: OffenderFilter, $first: Int, $after: String, $asOf: AsOf) {
  offenders(where: $where, first: $first, after: $after, asOf: $asOf) { nodes { id alerts { description } risk { latest { rosh { overall } } } } pageInfo { endCursor } } }`
const BY_NAME = `query ($words: String) { offenders(where: {name: $words, allocatedTo: $words}, first: 5) { nodes { id } } }`
const BOTH = `query ($by: OffenderReference!, $id: ID) { a: offender(by: $by) { id } b: offender(by: {id: $id}) { id custody { status } } }`

const parsed = [BY, BY_ID, LIST, BY_NAME, BOTH, operation('CaseSummary'), operation('Caseload')].map(
  (text) => {
    const document = parse(text)
    const definition = getOperationAST(document)
    if (!definition) throw new Error('there is no operation')
    return { document, operation: definition }
  },
)

const ID = '01a201d7-d019-7ea4-9db1-34f0f9609333'
const text = fc.constantFrom<string[]>(
  'N02ABC1',
  'X123456',
  'a1234bc',
  'sam',
  'Sam Ple',
  ID,
  'N02',
  'MDI',
  'NORTH',
  '$1',
)
const by = fc.oneof(
  text.map((id) => ({ id })),
  text.map((crn) => ({ crn })),
  text.map((pnc) => ({ pnc })),
)
const where = fc.record(
  {
    establishment: text,
    allocatedTo: text,
    name: text,
    mappaLevel: fc.constantFrom(1, 2, null),
    rosh: fc.constantFrom('HIGH', 'LOW'),
  },
  { requiredKeys: [] },
)
const variables = {
  by,
  where: fc.option(where),
  id: text,
  words: text,
  more: fc.boolean(),
  first: fc.constantFrom(10, 50),
  after: fc.constantFrom(null, cursors('offenders').seal(['A', 'B', ID])),
  asOf: fc.constantFrom(null, { revision: 3 }, { at: '2026-01-01T00:00:00Z' }),
}
const through: readonly Caller['through'][] = [undefined, ['PRISON_SYSTEM']]
const ceilings: readonly Caller['ceiling'][] = [undefined, ['IDENTITY'], ['IDENTITY', 'CUSTODY']]
const claims = {
  role: fc.constantFrom(...ROLE_NAMES),
  issuer: fc.constantFrom('urn:one', 'urn:two'),
  subject: text,
  agency: fc.option(text, { nil: undefined }),
  staffCode: fc.constantFrom(undefined, 'N02ABC1', 'N02ABCU', 'MDI7'),
  mappaArea: fc.option(text, { nil: undefined }),
  through: fc.constantFrom(...through),
  ceiling: fc.constantFrom(...ceilings),
}
const parts = fc.record(
  {
    asked: fc.constantFrom(...parsed),
    ...variables,
    ...claims,
    purpose: fc.option(fc.constantFrom(...Object.values(ROLES).flatMap(({ purposes }) => purposes)), {
      nil: undefined,
    }),
    justification: fc.constantFrom(undefined, 'As the court asked.'),
  },
  { noNullPrototype: true },
)
type Parts = typeof parts extends fc.Arbitrary<infer Drawn> ? Drawn : never

/** Two questions that differ in one thing. */
const pair = fc.record({ one: parts, other: parts, at: fc.nat() }).map(({ one, other, at }) => {
  const names = Object.keys(one).filter((name) => name !== 'asked')
  const name = names[at % names.length] as keyof Parts
  return [one, { ...one, [name]: other[name] }] as const
})

interface Claims {
  readonly role: RoleName
  readonly issuer: string
  readonly subject: string
  readonly agency: string | undefined
  readonly staffCode: string | undefined
  readonly mappaArea: string | undefined
  readonly through: Caller['through'] | undefined
  readonly ceiling: Caller['ceiling'] | undefined
}

function callerOf(drawn: Claims): Caller {
  const { role, issuer, subject, agency, staffCode, mappaArea, through, ceiling } = drawn
  return {
    issuer,
    client: 'test',
    role,
    ...(agency !== undefined && { agency }),
    ...(staffCode !== undefined && { staffCode, staffCodeNamespace: 'DELIUS' }),
    ...(mappaArea !== undefined && { mappaArea }),
    ...(ceiling && { ceiling }),
    ...(!isMachineRole(role) && {
      person: { subject, username: subject, namespace: 'DELIUS' },
      ...(through && { through }),
    }),
  }
}

function questionOf({ asked, purpose, justification, ...drawn }: Parts): Question {
  const declared = (asked.operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value)
  const values = new Map<string, unknown>(Object.entries(drawn))
  return {
    catalogue,
    ...asked,
    variables: Object.fromEntries(declared.map((name) => [name, values.get(name)])),
    context: {
      caller: callerOf(drawn),
      strict: false,
      requestId: 'forms',
      ...(purpose !== undefined && { purpose }),
      ...(justification !== undefined && { justification }),
    },
  }
}

/** Undefined where it is refused. */
function preparedAnew(asked: Question, forms: KnownForms): Prepared | undefined {
  try {
    const selection = forms.select(asked)
    const plan = planAccess(catalogue, asked.context, selection)
    const form = compile({
      catalogue,
      selection,
      plan,
      caller: asked.context.caller,
      cursors,
      given: new Map(),
    })
    return prepared(catalogue, selection, plan, form)
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

function read(asked: Question, { form }: Prepared) {
  return form.fill({ caller: asked.context.caller, now: NOW, variables: asked.variables })
}

test('what is known of a question is what would be worked out for it alone', () => {
  let found = 0
  const check = ([one, other]: readonly [Parts, Parts]) => {
    const forms = new KnownForms()
    const [first, second] = [questionOf(one), questionOf(other)]
    const worked = preparedAnew(first, forms)
    if (!worked) return
    forms.learn(first, worked)
    const known = forms.find(second)
    if (!known) return
    found += 1
    const own = preparedAnew(second, forms)
    if (!own) throw new Error('what is known of others is refused to this caller')
    expect(read(second, known)).toEqual(read(second, own))
    expect([known.bits, known.withheld]).toEqual([own.bits, own.withheld])
    expect(outlineOf(known)).toEqual(outlineOf(own))
  }
  fc.assert(fc.property(pair, check), { numRuns: 10_000 })
  expect(found).toBeGreaterThan(1_000)
})

function outlineOf({ plan: { rows, purpose, conditions, mayJustify } }: Prepared) {
  return { rows, purpose, conditions, mayJustify }
}

test('a statement is the same for whomever it asks, and holds nothing of them', () => {
  const forms = new KnownForms()
  const ask = (family: string) => {
    const [first] = parsed
    if (!first) throw new Error('there is no operation')
    return questionOf({ ...OFFICER, asked: first, by: { crn: family }, agency: family })
  }
  const form = preparedAnew(ask('X111111'), forms)?.form
  expect(form?.text).not.toContain('X111111')
  expect(preparedAnew(ask('X222222'), forms)?.form.text).toBe(form?.text)
})

const OFFICER = {
  where: null,
  id: ID,
  words: 'sam',
  more: true,
  first: 10,
  after: null,
  asOf: null,
  role: 'PROBATION_OFFICER',
  issuer: 'urn:one',
  subject: 'officer',
  staffCode: 'N02ABC1',
  mappaArea: undefined,
  through: undefined,
  ceiling: undefined,
  purpose: 'OFFENDER_MANAGEMENT',
  justification: undefined,
} as const

test('a blank is no text: what would put it into one fails', () => {
  const blank: unknown = new Blank('by.id', () => 'X123456')
  expect(() => String(blank)).toThrow('by.id is not known until it is asked')
  expect(() => `by ${blank as string}`).toThrow('by.id')
  expect(() => JSON.stringify({ blank })).toThrow('by.id')
  expect(() => /U$/.test(blank as string)).toThrow('by.id')
})
