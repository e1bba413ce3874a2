import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { isMachineRole, type RoleName } from '../src/domain/caller'
import { describe as logLine } from '../src/main'
import type { Statement } from '../src/domain/binds'
import { sight, type Standing } from './support/agreed'
import {
  COMMANDS,
  everyCommand,
  QUERIES,
  questions,
  withIds,
  type Named,
  type Question,
} from './support/canary-questions'
import { CALLERS, NOBODY, plantWorld, STATES, type State, type World } from './support/canary-world'
import { catalogue, columnsOf, isDue, LEAVES } from './support/cells'
import { startTestGateway, type TestGateway } from './support/gateway'

/** Where every change is tested: all; beside the work on one: a share of it. */
const DOCUMENTS = Number(process.env['CANARY_DOCUMENTS'] ?? (process.env['CI'] === undefined ? 1_000 : 5_000))
const SEED = Number(process.env['CANARY_SEED'] ?? Date.now() % 2 ** 31)
const AT_ONCE = 4

let t: TestGateway
let world: World
let server: Server
let twins: readonly [string, string]
let ids: ReadonlyMap<string, string>
/** What an offender is to everybody, by id. */
let states: ReadonlyMap<string, State>
const logged: string[] = []

beforeAll(async () => {
  t = await startTestGateway({
    report: (error, requestId) => logged.push(`request ${requestId}: ${logLine(error)}`),
    alter: (gateway) => {
      const { deps } = gateway
      return {
        ...gateway,
        deps: { ...deps, read: (statement, role) => deps.read(brokenAtTimes(statement), role) },
      }
    },
  })
  world = await plantWorld(t, catalogue)
  twins = [await world.plant('own', 'one'), await world.plant('own', 'two')]
  states = new Map([
    ...STATES.map((state): [string, State] => [world.ids[state], state]),
    ...twins.map((id): [string, State] => [id, 'own']),
  ])
  ids = await newestIds()
  server = createServer(t.app)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
}, 120_000)

afterAll(async () => {
  server.close()
  server.closeAllConnections()
  await world.close()
  await t.close()
})

/** One in a hundred statements fails with an error that quotes what it has read: what is logged of it must not. */
function brokenAtTimes(statement: Statement): Statement {
  reads += 1
  if (reads % 100 > 0) return statement
  return {
    ...statement,
    text: `select (a.data::integer)::text as data, a.revision, a.sightings from (${statement.text}) a`,
  }
}
let reads = 0

/** Of each kind the newest that there is of an offender; the second twin's record, and whose it is by now. */
async function newestIds(): Promise<typeof ids> {
  const { own } = world.ids
  const { rows } = await world.owner.query<{ kind: Named; offender: string; id: string }>(
    `select 'DECISION' as kind, d.offender_id as offender, d.id from record.mappa_level_decision d
     union all select 'MEETING', c.offender_id, c.meeting_id from record.meeting_case c
     union all select 'ENTRY', e.offender_id, e.id from record.oversight_entry e
     union all select 'ASSESSMENT', a.offender_id, a.id from record.assessment a
     union all select 'GRANT', b.offender_id, b.id from record.break_glass b
     union all select 'REQUEST', q.offender_id, q.id from record.access_request q where q.offender_id is not null
     union all select 'NOTICE', n.offender_id, n.id from record.notice n where n.agency = 'N02'
     union all select 'REFERRAL', f.offender_id, f.id from record.mappa_referral f
     union all select 'INVITATION', c.offender_id, i.id from record.meeting_case c join record.meeting_invitation i using (meeting_id)
     union all select 'AGREED', g.offender_id, g.id from record.meeting_decision g
     union all select 'ACTION', x.offender_id, x.id from record.risk_management_action x where x.done_at is null
     union all select 'RECORD', '${own}', r.id from record.source_record r where r.local_id = 'DELIUS-two'
     union all select 'JOINED', '${own}', r.offender_id from record.source_record r where r.local_id = 'DELIUS-two'
     order by 3`,
  )
  return new Map(rows.map(({ kind, offender, id }) => [`${kind} ${offender}`, id]))
}

function idOf(kind: Named, state: State): string {
  if (kind === 'OFFENDER') return world.ids[state]
  if (kind === 'TWIN') return twins[state === 'own' ? 0 : 1]
  return ids.get(`${kind} ${world.ids[state]}`) ?? NOBODY
}

interface Left {
  readonly text: string
  readonly hasData: boolean
  /** Root fields that are not null. */
  readonly answered: readonly string[]
}

/** Everything that leaves: the body, the headers, and what cursors hold. */
async function answerTo(question: Question): Promise<Left> {
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: await headersOf(question),
    body: JSON.stringify({ query: withIds(question.text, idOf), variables: { yes: true, no: false } }),
  })
  const text = await response.text()
  const cursors = [...text.matchAll(/"([A-Za-z0-9+/]{8,}={0,2})"/g)].map(([, coded = '']) =>
    Buffer.from(coded, 'base64').toString('utf8'),
  )
  const { data } = JSON.parse(text) as { data?: Readonly<Record<string, unknown>> | null }
  return {
    text: [text, JSON.stringify([...response.headers]), ...cursors].join('\n'),
    hasData: data != null,
    answered: question.roots.filter((_, i) => data?.[`r${i}`] != null),
  }
}

async function headersOf({ kind, role, purpose, justified }: Question): Promise<Record<string, string>> {
  return {
    'content-type': 'application/json',
    authorization: `Bearer ${await tokenOf(role, kind)}`,
    ...(!isMachineRole(role) && { 'purpose-of-use': purpose }),
    ...(justified && { justification: 'To%20look%20for%20what%20must%20not%20be%20there.' }),
  }
}

const tokens = new Map<string, Promise<string>>()

/** Who commands is somebody else than who asks: the glass that they break is their own. */
function tokenOf(role: RoleName, kind: Question['kind']): Promise<string> {
  const caller = CALLERS[role]
  const subject = `${caller.subject ?? ''}${kind === 'mutation' ? '-commands' : ''}`
  const known = tokens.get(`${role} ${kind}`) ?? t.token({ ...caller, subject })
  tokens.set(`${role} ${kind}`, known)
  return known
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

/**
 * Where a value stands as well: once the twins are joined, the record that leads says what they are called; once a
 * decision was made, the period of a level begins when it took effect.
 */
const LEADING: Readonly<Record<string, string>> = {
  'mappa_level_decision.effective_on': 'mappa_level.from_at',
  'person.given': 'offender.given_name',
  'person.family': 'offender.family_name',
  'person.date_of_birth': 'offender.date_of_birth',
  'person.sex': 'offender.sex',
}

/** What is of a meeting and of none of its cases. */
const OF_MEETINGS = ['meeting_invitation', 'meeting_freeze', 'meeting_attendance', 'meeting_minutes']

/** What somebody is to the asker; for who is invited to a meeting counts whose meeting it is, be its case limited. */
function stateOf({ roots }: Question, table: string, offender: string): State {
  const state = states.get(offender) ?? 'absent'
  // Nobody here has broken the glass: that is somebody of another name.
  if (state === 'other' || state === 'broken') return 'other'
  const isOfMeeting =
    OF_MEETINGS.includes(table) &&
    roots.some((root) => /Mappa(Meeting|Invit|Conf|Apol|Action|Dis|Min)|RiskManagementPlan/i.test(root))
  return isOfMeeting ? 'own' : state
}

/** What published numbers are counted by is told of everybody, and of nobody in particular. */
function isHeading({ roots }: Question, name: string): boolean {
  return name === 'rosh.overall' && roots.includes('mappaConsistency')
}

function leaks(asked: Question, answer: string): string[] {
  return world.canaries.in(answer).flatMap(({ table, column, offender }) => {
    if (isHeading(asked, `${table}.${column}`)) return []
    const standing = { ...asked, state: stateOf(asked, table, offender) }
    if (sight(standing) === 'none') return [`${table}.${column} of ${standing.state}, who is not to be seen`]
    const names = [`${table}.${column}`, LEADING[`${table}.${column}`] ?? '']
    const may = allowedColumns(standing)
    return names.some((name) => may.has(name)) ? [] : [`${names[0] ?? ''} of ${standing.state}`]
  })
}

test('every root field of the schema is asked for', () => {
  const { schema } = catalogue
  expect(Object.keys(QUERIES).sort()).toEqual(Object.keys(schema.getQueryType()?.getFields() ?? {}).sort())
  expect(Object.keys(COMMANDS).sort()).toEqual(
    Object.keys(schema.getMutationType()?.getFields() ?? {}).sort(),
  )
})

test(`no token of a withheld column leaves in ${DOCUMENTS} random documents`, async () => {
  process.stdout.write(`canaries: ${world.canaries.planted.length} tokens, seed ${SEED}\n`)
  const found: string[] = []
  const answered = new Map<string, number>()
  let withData = 0
  let seen = 0
  const ask = async (asked: Question) => {
    const answer = await answerTo(asked)
    if (answer.hasData) withData += 1
    for (const root of answer.answered) answered.set(root, (answered.get(root) ?? 0) + 1)
    seen += world.canaries.in(answer.text).length
    const wrong = leaks(asked, answer.text)
    if (wrong.length > 0) found.push(`${asked.role} for ${asked.purpose}: ${wrong.join(', ')}\n${asked.text}`)
  }
  for (const asked of fc.sample(everyCommand, { numRuns: 1, seed: SEED }).flat()) {
    await ask(asked)
    ids = await newestIds()
  }
  const waiting = fc.sample(questions, { numRuns: DOCUMENTS, seed: SEED }).values()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const asked of waiting) await ask(asked)
    }),
  )
  process.stdout.write(
    `canaries: ${withData} of ${DOCUMENTS} documents answered, ${seen} tokens seen by those who may\n`,
  )
  expect(found.slice(0, 5)).toEqual([])
  expect(withData).toBeGreaterThan(DOCUMENTS / 2)
  expect(seen).toBeGreaterThan(DOCUMENTS)
  expect(neverAnswered(answered)).toEqual([])
}, 600_000)

/** Commands that somebody may give, and that were given to nobody's avail: nothing was looked at. */
function neverAnswered(answered: ReadonlyMap<string, number>): string[] {
  return Object.entries(COMMANDS).flatMap(([name, { may }]) =>
    may.length > 0 && !answered.has(name) ? [name] : [],
  )
}

test('nor in what is written about them', async () => {
  const { port } = server.address() as AddressInfo
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  const lines = [...logged, ...(await t.gateway.alarms())]
  process.stdout.write(`canaries: ${lines.length} lines of log\n`)
  expect(metrics).toContain('throughcare_')
  // Figures of the process may look like a token of a number.
  const texts = world.canaries
    .in(`${metrics}\n${lines.join('\n')}`)
    .filter(({ token }) => token.startsWith('zq'))
  expect(texts).toEqual([])
  expect(lines.filter((line) => /22P02/.test(line)).length).toBeGreaterThanOrEqual(
    Math.floor(DOCUMENTS / 200),
  )
})
