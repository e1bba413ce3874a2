import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { normaliseIdentifier } from '../src/domain/identifiers'
import { documentsIn, openEnvelope, readPayload, recogniseFormat, type Format } from '../src/suppliers'
import { kindOf } from '../src/suppliers/events/kinds'
import { Unreadable } from '../src/updates/update'
import { aCase, aPrisoner } from './support/documents'
import { startTestGateway, type As, type ItemAnswer, type TestGateway } from './support/gateway'
import { expectGolden } from './support/golden'
import { markdownTable } from './support/markdown'
import { UNTAKEN } from './support/untaken'

/** Published payloads of prison and probation systems, about test people; they are no part of the project. */
const FOLDER = join(__dirname, '..', '..', 'shared', 'fixtures')

interface Fixture {
  readonly file: string
  /** The file, and the document's place in it. */
  readonly name: string
  /** Undefined: of none; it is sent all the same. */
  readonly format: Format | undefined
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
let files: string[]
let fixtures: Fixture[]
let first: Fate[]

beforeAll(async () => {
  if (!present) return
  t = await startTestGateway()
  record = new Client({ ...t.testDatabase.connection })
  await record.connect()
  files = filesIn(FOLDER)
  fixtures = files.flatMap(readFixtures)
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
      expect([name, ends.get(name)?.outcome]).toEqual([name, 'QUARANTINED'])
    }
  }
  const { rows } = await record.query<{ message_id: string }>(
    `select r.message_id from record.received r where r.outcome = 'QUARANTINED' and exists (
       select from record.identifier i where i.valid and i.type || ':' || i.value = any(r.waiting_for))`,
  )
  expect(rows).toEqual([])
})

whenPresent('a payload of no format is kept unread, and the reason is known', () => {
  const unread = files.filter((file) => fatesOf(file).every(({ format }) => format === undefined))
  expect(unread.filter((file) => untaken(file) === undefined)).toEqual([])
  expect(Object.keys(UNTAKEN).filter((end) => !unread.some((file) => file.endsWith(`/${end}`)))).toEqual([])
  for (const { format, name, answer } of first) {
    const codes = answer.errors.map(({ code }) => code)
    if (format === undefined) expect([name, codes]).toEqual([name, ['UNREADABLE']])
  }
})

whenPresent('docs/published-payloads.md says what becomes of each', async () => {
  await makeKnown()
  expectGolden('../docs/published-payloads.md', pageOf(await endings()))
})

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
}

/** A list is as many documents as it holds. */
function readFixtures(file: string): Fixture[] {
  const documents = documentsIn(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')))
  return documents.map((document, i) => {
    const { payload } = openEnvelope(document)
    const format = recogniseFormat(payload)
    return { file, name: `${file}#${i}`, format, document, namesNobody: namesNobody(format, payload) }
  })
}

/** Not of events: one that names a booking alone is sent like that. */
function namesNobody(format: Format | undefined, payload: unknown): boolean {
  if (format === undefined || format === 'domain-event') return false
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
    const { results } = await t.ingest(
      senderOf(fixture),
      fixture.format ?? 'auto',
      { messageId: fixture.name, payload: fixture.document },
      fixture.namesNobody ? `?crn=${crn}` : '',
    )
    expect(results).toHaveLength(1)
    fates.push({ ...fixture, answer: results[0]! })
  }
  return fates
}

/** Whose record it is, sends it. */
function senderOf({ format, document }: Fixture): As {
  const isPrisons = format === 'prisoner-search' || systemOfEvent(document) === 'NOMIS'
  return isPrisons ? PRISONS : PROBATION
}

const PRISONS: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }

function systemOfEvent(document: unknown): string | undefined {
  const { eventType } = openEnvelope(document).payload as { eventType?: unknown }
  return typeof eventType === 'string' ? kindOf(eventType).system : undefined
}

/** Those for whom documents still wait come on record, by a bare case or prisoner with the number. */
async function makeKnown(): Promise<void> {
  const { rows } = await record.query<{ number: string }>(
    `select distinct unnest(r.waiting_for) as number from record.received r where r.outcome = 'QUARANTINED' order by 1`,
  )
  for (const [type, number = ''] of rows.map((row) => row.number.split(':'))) {
    if (type === 'CRN') await t.ingest(PROBATION, 'probation-search', aCase(number))
    if (type === 'PRISON_NUMBER') await t.ingest(PRISONS, 'prisoner-search', aPrisoner(number))
  }
}

/** What became of each document in the end, by name, and why. */
async function endings(): Promise<Endings> {
  const { rows } = await record.query<{ name: string; outcome: string; why: string | null }>(
    `select r.message_id as name, r.outcome, case r.outcome when 'QUARANTINED' then q.message end as why
     from record.received r left join record.quarantine q on q.received_id = r.id where r.message_id is not null`,
  )
  return new Map(rows.map(({ name, ...end }) => [name, end]))
}

type Endings = ReadonlyMap<string, { readonly outcome: string; readonly why: string | null }>

function fatesOf(file: string): Fate[] {
  return first.filter((fate) => fate.file === file)
}

function untaken(file: string): string | undefined {
  return Object.entries(UNTAKEN).find(([end]) => file.endsWith(`/${end}`))?.[1]
}

function pageOf(ends: Endings): string {
  const projects = [...new Set(files.map((file) => file.split('/')[0] ?? ''))]
  const sections = projects.map((project) => {
    const rows = files.filter((file) => file.startsWith(`${project}/`)).map((file) => rowOf(file, ends))
    return `## ${project}\n\n${markdownTable(['file', 'format', 'outcome', 'why, or with what doubt'], rows)}\n`
  })
  return [INTRODUCTION, totals(ends), ...sections].join('\n')
}

const INTRODUCTION = `# Published payloads

What becomes of payloads about test people that public repositories of prison and probation services hold: each file sent to a gateway without anybody on record, in the order of their names, by the system that its format belongs to. A document that names nobody was sent with \`?crn=\` of a case among them, and one that waited for its person was tried again when the person came; where none of the files makes the person known, a bare case or prisoner with the number was sent at the end. The codes are explained for [suppliers](push.md#warnings). The files are no part of this project; [the test](../test/fixtures.test.ts) that compares this page runs where they are at hand, and \`npm run golden\` writes the page.
`

function totals(ends: Endings): string {
  const counts = countsOf([...ends.values()].map(({ outcome }) => outcome))
  const others = first.filter(({ format }) => format === undefined).length
  return `${files.length} files with ${first.length} documents: ${counts}, of which ${others} are in none of the formats.\n`
}

function rowOf(file: string, ends: Endings): string[] {
  const fates = fatesOf(file)
  const formats = [...new Set(fates.flatMap(({ format }) => format ?? []))]
  const outcomes = fates.map(({ name, answer }) => ends.get(name)?.outcome ?? answer.outcome)
  const outcome = new Set(outcomes).size > 1 ? countsOf(outcomes) : (outcomes[0] ?? 'nothing sent')
  const reasons = untaken(file) ?? [...new Set(fates.flatMap((fate) => reasonsOf(fate, ends)))].join('; ')
  return [file.split('/').at(-1) ?? '', formats.join(', ') || 'none', outcome, reasons]
}

function reasonsOf({ name, answer }: Fate, ends: Endings): string[] {
  const { outcome, why } = ends.get(name) ?? { outcome: answer.outcome, why: null }
  const late =
    outcome === 'LATE' ? ['older than what another of these documents states; kept as history'] : []
  return [...late, ...(why === null ? [] : [why]), ...answer.warnings.map(({ code }) => code)]
}

function countsOf(outcomes: readonly string[]): string {
  const names = [...new Set(outcomes)].sort()
  return names.map((name) => `${outcomes.filter((each) => each === name).length} ${name}`).join(', ')
}
