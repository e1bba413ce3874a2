import { getIntrospectionQuery } from 'graphql'
import { DEFAULT_LIMITS } from '../src/domain/document-limits'
import { startTestGateway, type As, type TestGateway } from './support/gateway'

const OFFICER: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }

let t: TestGateway
let reads = 0

beforeAll(async () => {
  t = await startTestGateway()
  const { read } = t.gateway.deps
  Object.assign(t.gateway.deps, {
    read: (...asked: Parameters<typeof read>) => {
      reads += 1
      return read(...asked)
    },
  })
  await t.ask(OFFICER, '{ offender(by: {crn: "X730001"}) { id } }')
  expect(reads).toBe(1)
})
afterAll(() => t.close())

const many = (n: number, part: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => part(i)).join(' ')
const nested = (n: number, open: string) => `${open.repeat(n)}{ __typename }${' }'.repeat(n)}`

const PAGES = 'first: 100) { nodes { id'
const HOSTILE: Readonly<Record<string, readonly [text: string, measure: keyof typeof DEFAULT_LIMITS]>> = {
  'ten thousand aliases': [`{ ${many(10_000, (i) => `a${i}: __typename`)} }`, 'tokens'],
  'more aliases than are allowed': [`{ ${many(1_000, (i) => `a${i}: __typename`)} }`, 'aliases'],
  'the same aliases in fragments': [
    `{ ${many(80, (i) => `...f${i}`)} } ${many(80, (i) => `fragment f${i} on Query { a: __typename b: __typename c: __typename }`)}`,
    'aliases',
  ],
  'braces within braces': [nested(2_000, '{ a '), 'depth'],
  'so many that a parser would overflow': [nested(100_000, '{ a '), 'depth'],
  'lists within lists of an argument': [`{ offender(by: ${'['.repeat(2_000)} }`, 'depth'],
  'inline fragments within each other': [`{ a ${nested(1_500, '{ ... ')} }`, 'depth'],
  'a long chain of fragments': [
    `{ ...f0 } ${many(500, (i) => `fragment f${i} on Query { ...f${i + 1} }`)} fragment f500 on Query { __typename }`,
    'depth',
  ],
  'fragments that double each time': [
    `{ ...f0 } ${many(18, (i) => `fragment f${i} on Query { ${`...f${i + 1} `.repeat(20)} }`)} fragment f18 on Query { __typename }`,
    'cost',
  ],
  'long pages within long pages': [
    `{ offenders(${PAGES} events(${PAGES} } } mappa { decisions(${PAGES} rationale assessments { id tool completedAt } communications { agency sentAt acknowledgedAt } } } notices(${PAGES} } } } } } }`,
    'cost',
  ],
  'the schema within the schema': [
    `{ __schema { types { ${'fields { type { '.repeat(7)} name ${'} } '.repeat(7)} } } }`,
    'cost',
  ],
}

test.each(Object.entries(HOSTILE))('%s: refused, and nothing is read', async (_name, hostile) => {
  const [text, measure] = hostile
  const before = reads
  const { data, errors } = await t.ask(OFFICER, text)
  const limit = DEFAULT_LIMITS[measure]
  expect([data, errors?.[0]?.extensions]).toEqual([
    null,
    { code: 'TOO_COSTLY', limit, [measure]: expect.any(Number) as unknown },
  ])
  expect(reads).toBe(before)
})

test('introspection by its usual document is within the limits', async () => {
  const { errors } = await t.ask(OFFICER, getIntrospectionQuery())
  expect(errors).toBeUndefined()
})
