import fc from 'fast-check'
import { isObjectType, type GraphQLObjectType } from 'graphql'
import request from 'supertest'
import { ROLES } from '../src/access/roles'
import { isMachineRole, type RoleName } from '../src/domain/caller'
import type { Purpose } from '../src/domain/purpose'
import { JUSTIFYING, sight, type Standing } from './support/agreed'
import { CALLERS, STATES, type State } from './support/canary-world'
import { catalogue, Cells, columnsOf, isDue, LEAVES } from './support/cells'
import { AGREED_ROLES } from './support/contract-policy'
import { documentOf, selectionsOf } from './support/random-documents'

/** `CANARY_DOCUMENTS=5000` takes some minutes. */
const DOCUMENTS = Number(process.env['CANARY_DOCUMENTS'] ?? 300)
const SEED = Number(process.env['CANARY_SEED'] ?? Date.now() % 2 ** 31)

let cells: Cells

beforeAll(async () => {
  cells = await Cells.start()
}, 120_000)

afterAll(() => cells.close())

interface Asked {
  readonly role: RoleName
  readonly purpose: Purpose
  readonly justified: boolean
  readonly text: string
}

const type = (name: string): GraphQLObjectType => {
  const found = catalogue.schema.getType(name)
  if (!isObjectType(found)) throw new Error(`there is no ${name}`)
  return found
}

/** The ways in: one person, lists with filters and orders, the feed, as of then. */
const roots = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(...STATES)
      .chain((state) => rootOf(`offender(by: {id: "ID:${state}"})`, 'Offender', 5)),
  },
  { weight: 1, arbitrary: rootOf('offenders(first: 20)', 'OffenderConnection', 6) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        'establishment: "MDI"',
        'organisation: "C05"',
        'mappaLevel: 2',
        'name: "fam"',
        'allocatedTo: "N02ABC1"',
      )
      .chain((where) => rootOf(`offenders(where: {${where}}, first: 20)`, 'OffenderConnection', 6)),
  },
  { weight: 1, arbitrary: rootOf('changes(first: 60)', 'ChangeConnection', 4) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...STATES)
      .chain((state) => rootOf(`offender(by: {id: "ID:${state}"}, asOf: {revision: 1})`, 'Offender', 5)),
  },
)

function rootOf(root: string, name: string, depth: number) {
  return selectionsOf(type(name), depth).map((selection) => ({ root, selection }))
}

const questions: fc.Arbitrary<Asked> = fc.constantFrom(...AGREED_ROLES).chain((role) =>
  fc.record({
    role: fc.constant(role),
    purpose: fc.constantFrom(
      ...(ROLES[role].purposes.length > 0 ? ROLES[role].purposes : (['ANALYSIS'] as const)),
    ),
    justified: fc
      .constant(JUSTIFYING.includes(role))
      .chain((may) => (may ? fc.boolean() : fc.constant(false))),
    text: fc.array(roots, { minLength: 1, maxLength: 3 }).map(documentOf),
  }),
)

/** Everything that leaves: the body, the headers, and what cursors hold. */
async function answerTo({
  role,
  purpose,
  justified,
  text,
}: Asked): Promise<{ text: string; hasData: boolean }> {
  const query = STATES.reduce(
    (document, state) => document.replaceAll(`ID:${state}`, cells.world.ids[state]),
    text,
  )
  const response = await request(cells.t.app)
    .post('/graphql')
    .set('authorization', `Bearer ${await cells.t.token(CALLERS[role])}`)
    .set({
      ...(!isMachineRole(role) && { 'purpose-of-use': purpose }),
      ...(justified && { justification: 'To%20look%20for%20what%20must%20not%20be%20there.' }),
    })
    .send({ query, variables: { yes: true, no: false } })
  const cursors = [...response.text.matchAll(/"([A-Za-z0-9+/]{8,}={0,2})"/g)].map(([, coded = '']) =>
    Buffer.from(coded, 'base64').toString('utf8'),
  )
  return {
    text: [response.text, JSON.stringify(response.headers), ...cursors].join('\n'),
    hasData: /"data":\{/.test(response.text),
  }
}

const allowed = new Map<string, Set<string>>()

/** The columns of which a reader may see something, of a person in a state. */
function allowedColumns(standing: Standing): Set<string> {
  const { role, purpose, state, justified } = standing
  const key = [role, purpose, state, justified].join()
  const known = allowed.get(key)
  if (known) return known
  const columns = new Set(LEAVES.filter((leaf) => isDue(leaf, standing)).flatMap(columnsOf))
  allowed.set(key, columns)
  return columns
}

function leaks(asked: Asked, answer: string): string[] {
  const states = new Map(STATES.map((state): [string, State] => [cells.world.ids[state], state]))
  return cells.world.canaries.in(answer).flatMap(({ table, column, offender }) => {
    const state = states.get(offender) ?? 'absent'
    // Nobody here has broken the glass: that is somebody of another name.
    const standing = { ...asked, state: state === 'broken' ? 'other' : state }
    if (sight(standing) === 'none') return [`${table}.${column} of ${standing.state}, who is not to be seen`]
    const name = `${table}.${column}`
    return allowedColumns(standing).has(name) ? [] : [`${name} of ${standing.state}`]
  })
}

test(`no token of a withheld column leaves in ${DOCUMENTS} random documents`, async () => {
  process.stdout.write(`canaries: ${cells.world.canaries.planted.length} tokens, seed ${SEED}\n`)
  let answered = 0
  let seen = 0
  const found: string[] = []
  for (const asked of fc.sample(questions, { numRuns: DOCUMENTS, seed: SEED })) {
    const answer = await answerTo(asked)
    if (answer.hasData) answered += 1
    seen += cells.world.canaries.in(answer.text).length
    const wrong = leaks(asked, answer.text)
    if (wrong.length > 0) found.push(`${asked.role} for ${asked.purpose}: ${wrong.join(', ')}\n${asked.text}`)
  }
  process.stdout.write(
    `canaries: ${answered} of ${DOCUMENTS} documents answered, ${seen} tokens seen by those who may\n`,
  )
  expect(found.slice(0, 5)).toEqual([])
  expect(answered).toBeGreaterThan(DOCUMENTS / 2)
  expect(seen).toBeGreaterThan(DOCUMENTS)
  const metrics = await cells.t.gateway.metrics.registry.metrics()
  expect(cells.world.canaries.in(metrics).filter(({ token }) => token.startsWith('zq'))).toEqual([])
}, 600_000)
