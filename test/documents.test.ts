import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { getIntrospectionQuery, getOperationAST, parse } from 'graphql'
import { purposesOf } from '../src/access/ever'
import { ROLES } from '../src/access/roles'
import { weigh } from '../src/catalogue/weigh'
import { clientsPage } from '../src/documents/page'
import { reachOf } from '../src/documents/reach'
import { DocumentFaults, readDocuments } from '../src/documents/read-documents'
import { register, type Registering } from '../src/documents/register'
import { TrustedDocuments } from '../src/documents/trusted'
import { ROLE_NAMES } from '../src/domain/caller'
import { COSTS, DEFAULT_LIMITS } from '../src/domain/document-limits'
import type { FIELD_GROUPS } from '../src/domain/field-group'
import { developmentIssuer } from '../src/http/development-issuer'
import { catalogue, groupOf, LEAVES, PARTS } from './support/cells'
import { firstWithheld } from './support/agreed'
import { expectGolden } from './support/golden'

const ROOT = resolve(__dirname, '..')
const CLI = join(ROOT, 'dist', 'cli.js')
const REGISTERING: Registering = { catalogue, limits: DEFAULT_LIMITS, introspection: true }
const EVERYBODY = { roles: ROLE_NAMES }

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'throughcare-documents-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function file(name: string, content: string | object): Promise<string> {
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

function hashed(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

function faultsOf(work: () => unknown): readonly string[] {
  try {
    work()
  } catch (error) {
    if (error instanceof DocumentFaults) return error.faults
    throw error
  }
  return []
}

test('the page of what client applications see is the one that was reviewed', () => {
  const applications = new TrustedDocuments([developmentIssuer(folder)], REGISTERING).all()
  expect(applications.map(({ client }) => client)).toEqual(['case-list'])
  expectGolden('../docs/client-applications.md', clientsPage(applications))
})

describe('documents are read from', () => {
  const text = '{ myAccess { role } }\n'

  test('a file, named by the hash of its text', async () => {
    const path = await file('MyAccess.graphql', text)
    expect(readDocuments(path)).toEqual([{ place: 'MyAccess.graphql', text, ids: [hashed(text)] }])
  })

  test('a map of texts by id, as Relay writes it', async () => {
    const path = await file('queries.json', { '0123456789abcdef0123456789abcdef': text })
    expect(readDocuments(path)).toEqual([
      {
        place: 'queries.json, 0123456789abcdef0123456789abcdef',
        text,
        ids: [hashed(text), '0123456789abcdef0123456789abcdef'],
      },
    ])
  })

  test('a manifest, as Apollo writes it', async () => {
    const operation = { id: 'abc', name: 'MyAccess', type: 'query', body: text }
    const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations: [operation] }
    expect(readDocuments(await file('manifest.json', manifest))).toMatchObject([
      { text, ids: [hashed(text), 'abc'] },
    ])
  })

  test('a folder of them, by name', async () => {
    await file('b.graphql', '{ b }')
    await file('a.json', { [hashed('{ a }')]: '{ a }' })
    await file('notes.md', 'no document')
    expect(readDocuments(folder).map(({ text }) => text)).toEqual(['{ a }', '{ b }'])
  })

  test.each<[string, string, string | object, RegExp]>([
    ['nothing', 'notes.md', '', /no \.graphql file and no \.json manifest$/],
    ['no JSON', 'm.json', '{', /^m\.json: expected JSON$/],
    ['another JSON', 'm.json', { a: 1 }, /^m\.json: expected a JSON object of texts by id/],
    [
      'a hash of another text',
      'm.json',
      { [hashed('x')]: '{ a }' },
      /the hash of the text is another, sha256:/,
    ],
    [
      'two texts of one id',
      'm.json',
      {
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: [
          { id: 'one', body: '{ a }' },
          { id: 'one', body: '{ b }' },
        ],
      },
      /^m\.json: two texts have the id one$/,
    ],
  ])('and not from %s', async (_what, name, content, says) => {
    await file(name, content)
    expect(faultsOf(() => readDocuments(folder))).toEqual([expect.stringMatching(says)])
  })

  test('and not from where there is nothing', () => {
    const nowhere = join(folder, 'nowhere')
    expect(faultsOf(() => readDocuments(nowhere))).toEqual([`${nowhere}: there is no such file or folder`])
  })
})

describe('what cannot be registered', () => {
  test('is told all at once, with file, operation and place', async () => {
    await file('a.graphql', 'query A {\n  offender(by: {crn: "X"}) { shoeSize }\n}')
    await file('b.graphql', 'query B { myAccess { role }')
    await file('c.graphql', `query C {\n  ${'a: __typename '.repeat(201)} }`)
    await file('d.graphql', 'fragment D on MyAccess { role }')
    await file('e.graphql', `query E { ${Array.from({ length: 51 }, (_, i) => `${alias(i)} }`).join(' ')} }`)
    await file(
      'f.graphql',
      'mutation F { pushCaseUpdates(input: {updates: []}) { revision } acknowledgeMappaLevel(decision: "1") { decision { id } } }',
    )
    const faults = faultsOf(() => register(folder, EVERYBODY, REGISTERING))
    expect(faults).toEqual([
      expect.stringMatching(
        /^a\.graphql: A, line 2, column 30: Cannot query field "shoeSize" on type "Offender"/,
      ),
      expect.stringMatching(/^b\.graphql: line 1, column 28: Syntax Error/),
      'c.graphql: The aliases of a document are at most 200; this one has 201.',
      expect.stringMatching(/^d\.graphql: D, line 1, column 1: Fragment "D" is never used/),
      'e.graphql: E: An operation asks at most 50 things; this one asks 51.',
      'f.graphql: F: pushCaseUpdates comes in an operation of its own.',
    ])
  })

  const alias = (i: number) => `a${i}: myAccess { role`

  test('is a document that its own variables could make too costly', async () => {
    const path = await file(
      'Pages.graphql',
      'query Pages($n: Int = 1) { offenders(first: $n) { nodes { events(first: $n) { nodes { id } } } } }',
    )
    const within = { ...DEFAULT_LIMITS, cost: 1 + 100 * (1 + 1 + 100 * 2) }
    const under = (limits: typeof within) =>
      faultsOf(() => register(path, EVERYBODY, { ...REGISTERING, limits }))
    expect(under(within)).toEqual([])
    expect(under({ ...within, cost: within.cost - 1 })).toEqual([
      `Pages.graphql: Pages: The cost of an operation is at most ${within.cost - 1}; this one has ${within.cost}.`,
    ])
  })

  test('is introspection, where introspection is off', async () => {
    const path = await file('Introspection.graphql', getIntrospectionQuery())
    expect(faultsOf(() => register(path, EVERYBODY, REGISTERING))).toEqual([])
    const faults = faultsOf(() => register(path, EVERYBODY, { ...REGISTERING, introspection: false }))
    expect(faults[0]).toMatch(
      /^Introspection\.graphql: IntrospectionQuery, line 3, column 7: GraphQL introspection/,
    )
  })

  test('is one id for two texts', async () => {
    await file('a.json', { one: '{ myAccess { role } }' })
    await file('b.json', { one: '{ myAccess { agency } }' })
    expect(faultsOf(() => register(folder, EVERYBODY, REGISTERING))).toEqual([
      'b.json, one: one is also a.json, one',
    ])
  })
})

test('what this project asks itself can be registered, and weighs less than a fifth of what is allowed', () => {
  const documents = ['test/queries/operations.graphql', 'docs/meeting-pack.graphql', 'documents/case-list']
  const operations = documents.flatMap((path) =>
    register(join(ROOT, path), EVERYBODY, REGISTERING).flatMap((document) => document.operations),
  )
  expect(operations.length).toBeGreaterThan(14)
  for (const { weight } of operations) {
    expect(weight.cost).toBeLessThan(DEFAULT_LIMITS.cost / 5)
    expect(weight.depth).toBeLessThanOrEqual(DEFAULT_LIMITS.depth / 2)
  }
})

describe('what a role can ever see by a document', () => {
  const reaches = PARTS.flatMap(({ query }) => {
    const document = parse(query)
    const operation = getOperationAST(document)
    if (!operation) throw new Error('no operation')
    return reachOf(catalogue, document, operation, EVERYBODY)
  })
  const shownTo = (role: string) =>
    new Set(reaches.filter((reach) => reach.role === role).flatMap(({ shown }) => [...shown.keys()]))

  test.each(ROLE_NAMES)('%s: what was agreed for some case and some purpose, and no more', (role) => {
    const states = ROLES[role].breakGlass ? (['own', 'broken'] as const) : (['own'] as const)
    const purposes = purposesOf(ROLES[role])
    const standings = purposes.flatMap((purpose) =>
      states.map((state) => ({ role, purpose, state, justified: true })),
    )
    const due = new Set<string>()
    // A case may be the role's own and opened in an emergency as well.
    const isDue = (coordinate: string) => (standing: (typeof standings)[number]) =>
      firstWithheld(catalogue, { path: [], chain: [coordinate] }, standing) === undefined
    for (const { chain } of LEAVES) {
      for (const purpose of purposes) {
        const under = standings.filter((standing) => standing.purpose === purpose)
        const until = chain.findIndex((coordinate) => !under.some(isDue(coordinate)))
        for (const coordinate of chain.slice(0, until < 0 ? chain.length : until)) {
          if (groupOf(coordinate) !== undefined) due.add(coordinate)
        }
      }
    }
    expect([...shownTo(role)].sort()).toEqual([...due].sort())
  })

  test('tells an emergency, a meeting and every case apart', () => {
    const text = `query($by: OffenderRef!) { offender(by: $by) { name { family } risk { latest { rosh { whoIsAtRisk } } } } }`
    const document = parse(text)
    const operation = getOperationAST(document)
    const [officer] = operation ? reachOf(catalogue, document, operation, { roles: ['PRISON_OFFICER'] }) : []
    expect(officer?.shown.get('PersonName.family')).toBe('always')
    expect(officer?.shown.get('RoshSummary.whoIsAtRisk')).toBe('emergency')
    const summary = parse(
      'query($m: ID!) { mappaMeetingSummary(meeting: $m) { marking } offender(by: {crn: "X"}) { id } }',
    )
    const asked = getOperationAST(summary)
    const [manager] = asked ? reachOf(catalogue, summary, asked, { roles: ['PRISON_OFFENDER_MANAGER'] }) : []
    expect(manager?.shown.get('Query.mappaMeetingSummary')).toBe('sometimes')
  })

  test('is bounded by the ceiling of the client, and looks behind conditions', () => {
    const text = `query($by: OffenderRef!, $all: Boolean = false) {
      offender(by: $by) { name { family } custody @include(if: $all) { status } dateOfBirth @skip(if: true) } }`
    const document = parse(text)
    const operation = getOperationAST(document)
    const shown = (ceiling?: readonly (typeof FIELD_GROUPS)[number][]) => {
      const reader = { roles: ['PROBATION_OFFICER'] as const, ...(ceiling && { ceiling }) }
      return operation && [...(reachOf(catalogue, document, operation, reader)[0]?.shown.keys() ?? [])]
    }
    expect(shown()).toEqual(
      expect.arrayContaining(['Custody.status', 'Offender.dateOfBirth', 'PersonName.family']),
    )
    expect(shown(['CUSTODY'])).toEqual(['Offender.custody', 'Custody.status'])
  })

  test('tells of whom it is refused to', () => {
    const document = parse('{ offenders(where: {rosh: HIGH}) { nodes { id } } }')
    const operation = getOperationAST(document)
    const refusals = operation ? reachOf(catalogue, document, operation, EVERYBODY) : []
    const refused = refusals.filter((reach) => reach.refused).map(({ role }) => role)
    expect(refused).toContain('VICTIM_LIAISON_OFFICER')
    expect(refused).not.toContain('PROBATION_OFFICER')
  })
})

describe('an operation weighs', () => {
  const weight = (text: string, variables?: Record<string, unknown>) => {
    const document = parse(text)
    const operation = getOperationAST(document)
    return operation ? weigh(catalogue, document, operation, variables) : undefined
  }
  const { list, page } = COSTS

  test.each<[string, string, number, number]>([
    ['a field each', '{ myAccess { role agency } }', 2, 3],
    ['lists by an assumed length', '{ myAccess { groups { group depth } } }', 3, 1 + 1 + list * 2],
    [
      'pages by their length, and not again by their nodes',
      '{ offenders(first: 7) { nodes { id } } }',
      3,
      1 + 7 * 2,
    ],
    ['pages of the usual length', '{ offenders { nodes { id } } }', 3, 1 + 50 * 2],
    [
      'pages in pages',
      '{ offenders(first: 3) { nodes { events(first: 5) { nodes { id } } } } }',
      5,
      1 + 3 * (1 + 1 + 5 * 2),
    ],
    ['the longest page for what is no length', '{ offenders(first: 500) { nodes { id } } }', 3, 1 + page * 2],
    ['what is asked twice, twice', '{ myAccess { role } ...{ myAccess { role } } }', 3, 4],
    ['fragments where they are spread', '{ ...a ...a } fragment a on Query { myAccess { role } }', 3, 4],
    ['introspection like everything else', '{ __schema { types { name } } }', 3, 1 + 1 + list],
    ['a fragment within itself nothing', '{ ...a } fragment a on Query { ...a }', 2, 0],
    ['what is not there a field', '{ shoes { size } }', 2, 2],
  ])('%s', (_what, text, depth, cost) => {
    expect(weight(text)).toEqual({ depth, cost })
  })

  test('a page as long as its variable says, as its default does, or as it may be', () => {
    const text = 'query($n: Int = 4) { offenders(first: $n) { nodes { id } } }'
    expect(weight(text, { n: 9 })?.cost).toBe(1 + 9 * 2)
    expect(weight(text, {})?.cost).toBe(1 + 4 * 2)
    expect(weight(text, { n: 'many' })?.cost).toBe(1 + page * 2)
    expect(weight(text)?.cost).toBe(1 + page * 2)
  })

  test('no more than a number can say, however often fragments multiply', () => {
    const fragments = Array.from(
      { length: 300 },
      (_, i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`,
    )
    const text = `{ ...f0 } ${fragments.join(' ')} fragment f300 on Query { __typename }`
    const begun = performance.now()
    expect(weight(text)).toEqual({ depth: 302, cost: Number.MAX_SAFE_INTEGER })
    expect(performance.now() - begun).toBeLessThan(100)
  })
})

describe('throughcare documents', () => {
  const run = async (args: readonly string[], env: Record<string, string> = {}) =>
    promisify(execFile)(process.execPath, [CLI, 'documents', ...args], {
      cwd: folder,
      env: { ...process.env, ...env },
    }).then(
      (said) => ({ code: 0, ...said }),
      (error: unknown) => error as { code: number; stdout: string; stderr: string },
    )

  test('tells what the clients of a configuration have registered, and what they see by it', async () => {
    const { code, stdout } = await run([])
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^case-list of urn:throughcare:development, registered documents only\n {2}CaseCard\.graphql\n {4}sha256:\w{64}\n {4}CaseCard: cost \d+ of 200000, depth 5 of 20\n/,
      ),
    ])
    const page = await run(['page'])
    expect(page.stdout).toBe(
      clientsPage(new TrustedDocuments([developmentIssuer(folder)], REGISTERING).all()),
    )
  })

  test('checks documents, and tells for each role the fields seen', async () => {
    const path = await file(
      'Name.graphql',
      '{ offender(by: {crn: "X"}) { name { family } risk { latest { rosh { whoIsAtRisk } } } } }',
    )
    const { code, stdout } = await run(['check', path])
    expect(code).toBe(0)
    expect(stdout).toContain('CRC_OFFICER, in an emergency alone: RoshSummary.whoIsAtRisk\n')
    expect(stdout).toContain('ANALYST: nothing that belongs to a group\n')
    expect(stdout).toMatch(/PAROLE_BOARD: .*PersonName\.family.*RoshSummary\.whoIsAtRisk/)
  })

  test('ends with 1 and the faults of all files', async () => {
    const paths = [await file('a.graphql', '{'), await file('b.graphql', '{ shoes }')]
    const { code, stdout, stderr } = await run(['check', ...paths])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(
      /a\.graphql: line 1, column 2: Syntax Error.*\n.*b\.graphql: line 1, column 3: Cannot query/,
    )
    expect((await run(['check', paths[0] ?? ''], { DOCUMENT_LIMITS: '{"depth": 0}' })).stderr).toMatch(
      /^DOCUMENT_LIMITS: depth expected at least 1/,
    )
  })

  test('helps when asked to, and where nothing was', async () => {
    const help = await run(['--help'])
    expect([help.code, help.stdout]).toEqual([
      0,
      expect.stringMatching(/^throughcare documents check PATH…/m),
    ])
    for (const args of [['check'], ['everything'], ['page', 'x']]) {
      expect(await run(args)).toMatchObject({ code: 1, stderr: `Say what is asked for.\n\n${help.stdout}` })
    }
  })
})
