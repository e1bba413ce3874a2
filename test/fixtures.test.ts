import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { normaliseIdentifier } from '../src/domain/identifiers'
import { documentsIn, openEnvelope, readPayload, recogniseFormat, type Format } from '../src/suppliers'
import { Unreadable } from '../src/updates/update'
import { startTestGateway, type As, type ItemAnswer, type TestGateway } from './support/gateway'

/** Published payloads of prison and probation systems, about test people; they are no part of the project. */
const FOLDER = join(__dirname, '..', '..', 'shared', 'fixtures')

const FORMATS: readonly Format[] = [
  'prisoner-search',
  'probation-search',
  'mappa-detail',
  'assessment-timeline',
  'rosh-summary',
  'risk-predictors',
  'access-limitations',
  'licence',
  'programme-referral',
]

interface Fixture {
  readonly name: string
  readonly format: Format
  readonly document: unknown
  readonly namesNobody: boolean
}

interface Fate extends Fixture {
  readonly answer: ItemAnswer
}

const present = existsSync(FOLDER)
if (!present) process.stdout.write('no published payloads at hand: skipped\n')

let t: TestGateway
let record: Client
let fixtures: Fixture[]
let first: Fate[]

beforeAll(async () => {
  if (!present) return
  t = await startTestGateway()
  record = new Client({ ...t.testDatabase.connection })
  await record.connect()
  fixtures = readFixtures()
  first = await importAll()
}, 120_000)

afterAll(async () => {
  if (!present) return
  await record.end()
  await t.close()
})

const whenPresent = present ? test : test.skip

whenPresent('every published document is applied, or kept with a reason that a person understands', () => {
  const counts: Record<string, number> = {}
  for (const { name, answer } of first) {
    counts[answer.outcome] = (counts[answer.outcome] ?? 0) + 1
    expect([name, answer.outcome]).toEqual([
      name,
      expect.stringMatching(/^(APPLIED|DUPLICATE|LATE|QUARANTINED)$/),
    ])
    if (answer.outcome !== 'QUARANTINED') continue
    expect(answer.errors.length).toBeGreaterThan(0)
    for (const { message } of answer.errors) expect(message.length).toBeGreaterThanOrEqual(20)
  }
  const files = new Set(fixtures.map(({ name }) => name.replace(/#\d+$/, '')))
  process.stdout.write(
    `published payloads: ${files.size} files, ${fixtures.length} documents: ${JSON.stringify(counts)}\n`,
  )
  expect(counts['APPLIED']).toBeGreaterThan(20)
})

whenPresent('importing them again changes nothing, and the revision stays', async () => {
  const before = await record.query('select value from record.revision_counter')
  const again = await importAll()
  expect(new Set(again.map(({ answer }) => answer.outcome))).toEqual(new Set(['DUPLICATE']))
  const after = await record.query('select value from record.revision_counter')
  expect(after.rows).toEqual(before.rows)
})

whenPresent('what waited for its person was tried again when the person came', async () => {
  const ends = await endings()
  for (const { name, answer } of first) {
    if (answer.outcome === 'QUARANTINED' && answer.errors.some(({ code }) => code === 'UNREADABLE')) {
      expect([name, ends.get(name)]).toEqual([name, 'QUARANTINED'])
    }
  }
  const { rows } = await record.query<{ message_id: string }>(
    `select r.message_id from record.received r where r.outcome = 'QUARANTINED' and exists (
       select from record.identifier i where i.valid and i.type || ':' || i.value = any(r.waiting_for))`,
  )
  expect(rows).toEqual([])
  if (process.env['FIXTURE_TABLE'] === '1') process.stdout.write(tableOf(ends))
})

/** In sorted order; a list is as many documents as it holds. */
function readFixtures(): Fixture[] {
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((file) =>
      documentsIn(JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))).flatMap((document, i) => {
        const { payload } = openEnvelope(document)
        const format = recogniseFormat(payload)
        if (format === undefined || !FORMATS.includes(format)) return []
        return [{ name: `${file}#${i}`, format, document, namesNobody: namesNobody(format, payload) }]
      }),
    )
}

function namesNobody(format: Format, payload: unknown): boolean {
  try {
    readPayload(format, payload, { person: [], receivedOn: new Date() })
    return false
  } catch (error) {
    return error instanceof Unreadable && error.path === 'person'
  }
}

/** Somebody whom the published payloads know: what names nobody is said to be about them. */
function somebody(): string {
  for (const { format, document } of fixtures) {
    if (format !== 'probation-search') continue
    const { crn } = (document as { otherIds?: { crn?: string } }).otherIds ?? {}
    if (crn !== undefined && normaliseIdentifier('CRN', crn, new Date()).valid) return crn
  }
  throw new Error('no published case has a valid CRN')
}

async function importAll(): Promise<Fate[]> {
  const crn = somebody()
  const fates: Fate[] = []
  for (const fixture of fixtures) {
    const as: As =
      fixture.format === 'prisoner-search'
        ? { role: 'PRISON_SYSTEM' }
        : { role: 'PROBATION_SYSTEM', agency: 'N02' }
    const { results } = await t.ingest(
      as,
      fixture.format,
      { messageId: fixture.name, payload: fixture.document },
      fixture.namesNobody ? `?crn=${crn}` : '',
    )
    expect(results).toHaveLength(1)
    fates.push({ ...fixture, answer: results[0]! })
  }
  return fates
}

/** What became of each document in the end, by name. */
async function endings(): Promise<Map<string, string>> {
  const { rows } = await record.query<{ message_id: string; outcome: string }>(
    'select r.message_id, r.outcome from record.received r',
  )
  return new Map(rows.map(({ message_id: name, outcome }) => [name, outcome]))
}

function tableOf(ends: ReadonlyMap<string, string>): string {
  const lines = first.map(({ name, format, namesNobody: unnamed, answer }) => {
    const { outcome, errors, warnings } = answer
    const said = [...errors, ...warnings].map(({ code, message }) => `${code}: ${message}`)
    const end = ends.get(name)
    const both = end !== undefined && end !== outcome ? `${outcome}, then ${end}` : outcome
    const cells = [name, `${format}${unnamed ? ' (?crn)' : ''}`, both, said.join('; ').replaceAll('|', '\\|')]
    return `| ${cells.join(' | ')} |`
  })
  return ['| document | format | outcome | reason or warnings |', '|---|---|---|---|', ...lines, ''].join(
    '\n',
  )
}
