import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, normalize, relative, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import type { RoleName } from './domain/caller'
import { signDevelopmentToken } from './http/development-issuer'
import { documentsIn, recogniseFormat } from './suppliers/recognise'
import { complaint, developmentDataDir, roleNamed } from './token-command'

/** `throughcare import`: sends supplier payloads through the public API and sums up what became of them. */
export async function runImportCommand(argv: readonly string[], env: Env): Promise<number> {
  const report = new Report()
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
    if (values.help === true) {
      process.stdout.write(HELP)
      return 0
    }
    const order = orderOf(values, env)
    report.sources = await sourcesOf(positionals)
    for await (const group of groupsOf(order, report)) await deliver(group, order, report)
  } catch (error) {
    report.stopped = complaint(error)
  }
  return report.finish()
}

type Env = Readonly<Record<string, string | undefined>>

const OPTIONS = {
  url: { type: 'string' },
  token: { type: 'string' },
  format: { type: 'string' },
  crn: { type: 'string' },
  'prison-number': { type: 'string' },
  'observed-at': { type: 'string' },
  role: { type: 'string' },
  agency: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

const HELP = `throughcare import [options] FILE... | DIR... | -

Sends supplier payloads through the public API; sending the same files again changes nothing.
.ndjson and .jsonl files hold one document a line, others one document or a JSON array; of a directory
every .json, .ndjson and .jsonl file is taken; - is standard input. Exits 1 if any was rejected or unsent.

  --url URL           where Throughcare is (default: http://127.0.0.1:PORT, PORT from the environment or 4000)
  --token TOKEN       whom to send as (default: a system, by the development issuer of this DATA_DIR)
  --role ROLE         the role to send in (default: PRISON_SYSTEM or PROBATION_SYSTEM, by the document)
  --agency CODE       the sending system's organisation, without --token
  --format FORMAT     the documents' format (default: auto, recognised one by one)
  --crn CRN           whom documents that name nobody are about
  --prison-number NO  the same, by prison number
  --observed-at TIME  when the documents were taken from the supplier, e.g. 2026-01-31T09:30:00Z
`

type Values = Partial<Record<Exclude<keyof typeof OPTIONS, 'help'>, string>>
type Order = ReturnType<typeof orderOf>

function orderOf({ url, token, format = 'auto', agency, ...values }: Values, env: Env) {
  const { crn, 'prison-number': prisonNumber, 'observed-at': observedAt } = values
  if (crn !== undefined && prisonNumber !== undefined) throw new Error('--crn excludes --prison-number')
  if (observedAt !== undefined && !z.iso.datetime({ offset: true }).safeParse(observedAt).success) {
    throw new Error('--observed-at: expected an instant, e.g. 2026-01-31T09:30:00Z')
  }
  if (!/^[a-z-]+$/.test(format)) throw new Error('--format: expected the name of a supplier format, or auto')
  const person = crn !== undefined ? { crn } : prisonNumber !== undefined ? { prisonNumber } : undefined
  const role = values.role === undefined ? undefined : roleNamed(values.role)
  const dataDir = token === undefined ? developmentDataDir(env) : ''
  return {
    url: addressOf(url, env.PORT?.trim()),
    format,
    said: { ...(person && { person }), ...(observedAt !== undefined && { observedAt }) },
    role,
    async headers(sender: RoleName): Promise<Record<string, string>> {
      const client_id = sender.toLowerCase().replaceAll('_', '-')
      const claims = { roles: [sender], client_id, ...(agency !== undefined && { agency }) }
      const bearer = token ?? (await signDevelopmentToken(dataDir, claims, 3600))
      return { authorization: `Bearer ${bearer}`, ...(role && { 'acting-role': role }) }
    },
  }
}

function addressOf(given: string | undefined, port: string | undefined): string {
  const text = given ?? `http://127.0.0.1:${port || '4000'}`
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw new Error('--url: expected an http(s) address')
  if (given === undefined && port === '0') throw new Error('PORT=0 does not say which port: give --url')
  return text.replace(/(\/graphql)?\/*$/, '')
}

/** `path` is what the terminal shows; `name` is the same from whichever directory the command is run. */
type Source = { readonly path: string; readonly name: string }

async function sourcesOf(paths: readonly string[]): Promise<Source[]> {
  if (paths.length === 0) throw new Error('Name a file, a directory or -; see --help')
  const names = new Map<string, string>()
  const sources: Source[] = []
  for (const given of paths) {
    for (const path of await filesAt(given)) {
      const short = relative(dirname(resolve(given)), resolve(path))
      const owner = names.get(short) ?? resolve(path)
      names.set(short, owner)
      // Equal documents in two files are two messages, so files of one name must not share it.
      sources.push({ path, name: (owner === resolve(path) ? short : normalize(path)).replaceAll('\\', '/') })
    }
  }
  return sources
}

async function filesAt(path: string): Promise<string[]> {
  if (path === '-' || !(await stat(path)).isDirectory()) return [path]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => !entry.isDirectory() && /\.(json|ndjson|jsonl)$/i.test(entry.name))
  return files.map((entry) => join(entry.parentPath, entry.name)).sort((one, two) => (one < two ? -1 : 1))
}

type Item = ReturnType<typeof itemOf>
type Group = [Item, ...Item[]]

const MOST_ITEMS = 500
const MOST_BYTES = 4_000_000

/** Neighbours of one format and sender travel together, across files and in their order. */
async function* groupsOf(order: Order, report: Report): AsyncGenerator<Group> {
  let group: Group | undefined
  let size = 0
  for await (const item of itemsOf(order, report)) {
    size += item.bytes
    const alike = group?.[0].format === item.format && group[0].sender === item.sender
    if (group !== undefined && alike && group.length < MOST_ITEMS && size <= MOST_BYTES) group.push(item)
    else {
      if (group !== undefined) yield group
      group = [item]
      size = item.bytes
    }
  }
  if (group !== undefined) yield group
}

async function* itemsOf(order: Order, report: Report): AsyncGenerator<Item> {
  for (const source of report.sources) {
    let index = 0
    for await (const text of textsOf(source.path)) {
      const json = parse(text)
      if (json === undefined) report.count(`${source.path}#${index++}`, 'REJECTED', ['NOT_JSON'])
      const documents = json === undefined ? [] : isEnvelope(json) ? [json] : documentsIn(json)
      for (const document of documents) yield itemOf(document, source, index++, order)
    }
    report.filesRead++
  }
}

/** The JSON texts of a file: its lines, or the whole of it; standard input may be either. */
async function* textsOf(path: string): AsyncGenerator<string, void, undefined> {
  if (path !== '-' && !/\.(ndjson|jsonl)$/i.test(path)) return yield readFile(path, 'utf8')
  let whole: string | undefined
  let first = path === '-'
  for await (const line of linesOf(first ? process.stdin : createReadStream(path))) {
    if (first && parse(line) === undefined) whole = ''
    first = false
    if (whole !== undefined) whole += `${line}\n`
    else if (line.trim() !== '') yield line
  }
  if (whole !== undefined) yield whole
}

/** Node's own line reader also breaks at U+2028, which JSON texts may hold. */
async function* linesOf(stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of stream.setEncoding('utf8')) {
    const lines = `${rest}${String(chunk)}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  yield rest
}

/** undefined, which no JSON text means, where it is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}

function isEnvelope(value: unknown): value is { readonly payload: unknown } {
  return typeof value === 'object' && value !== null && 'payload' in value && 'messageId' in value
}

function itemOf(document: unknown, { path, name }: Source, index: number, { format, said, role }: Order) {
  const payload = isEnvelope(document) ? document.payload : document
  const body = opened(payload)
  const recognised = format === 'auto' ? (recogniseFormat(body) ?? format) : format
  const sender: RoleName = role ?? (isOfPrisons(recognised, body) ? 'PRISON_SYSTEM' : 'PROBATION_SYSTEM')
  // The same file said to be of another person or time is another message.
  const identity = [name, index, payload, ...(Object.keys(said).length > 0 ? [said] : [])]
  const messageId = createHash('sha256').update(canonical(identity)).digest('hex')
  const json = JSON.stringify(isEnvelope(document) ? document : { messageId, ...said, payload })
  return { place: `${path}#${index}`, format: recognised, sender, json, bytes: Buffer.byteLength(json) }
}

/** What a queue's envelope carries, where the payload is one. */
function opened(payload: unknown): unknown {
  const message = z.object({ Message: z.string() }).safeParse(payload).data?.Message
  return message === undefined ? payload : parse(message)
}

/** Prison events look like probation's, but only the prison system may state them; a referral is that of the record it names. */
function isOfPrisons(format: string, body: unknown): boolean {
  const event = z.object({ eventType: z.string() }).safeParse(body).data
  if (format === 'programme-referral') return z.object({ prisonNumber: z.string() }).safeParse(body).success
  return format === 'prisoner-search' || /^(prison|[A-Z_-]+$)/.test(event?.eventType ?? '')
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).sort(([one], [two]) => (one < two ? -1 : 1)))
  })
}

const reasons = z.array(z.object({ code: z.string(), message: z.string().default('') })).nullish()
const result = z.object({ index: z.number(), outcome: z.string(), errors: reasons, warnings: reasons })
const answer = z.object({ results: z.array(result) })

async function deliver(group: Group, order: Order, report: Report): Promise<void> {
  const { status, text } = await post(group, order)
  if (status === 401) throw new Error(`${order.url} does not accept the token: ${text.slice(0, 300)}`)
  const results = new Map(answer.safeParse(parse(text)).data?.results.map((item) => [item.index, item]))
  for (const [index, { place }] of group.entries()) {
    const one = results.get(index)
    const said = [...(one?.errors ?? []), ...(one?.warnings ?? [])]
    const unanswered = [`HTTP ${status} ${text.slice(0, 300)}`]
    const why = one === undefined ? unanswered : said.map(({ code, message }) => `${code} ${message}`)
    report.count(place, one?.outcome ?? 'FAILED', why)
  }
}

const HEADERS = { 'content-type': 'application/json', 'purpose-of-use': 'SYSTEM_UPDATE' }
const TRIES = 5

async function post(group: Group, { url, headers }: Order) {
  const [{ format, sender }] = group
  const body = `[${group.map(({ json }) => json).join()}]`
  for (let attempt = 1; ; attempt++) {
    const request = { method: 'POST', headers: { ...HEADERS, ...(await headers(sender)) }, body }
    try {
      const response = await fetch(`${url}/ingest/${format}`, request)
      const text = await response.text()
      if (![429, 503].includes(response.status) || attempt === TRIES) return { status: response.status, text }
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
      await pause(1000 * Math.min(Number.isNaN(seconds) ? 2 ** attempt : seconds, 60))
    } catch (cause) {
      throw new Error(`${url} cannot be reached: is it running? What was sent before is kept`, { cause })
    }
  }
}

/** What became of the items: progress on stderr while it goes, the summary on stdout at the end. */
class Report {
  sources: readonly Source[] = []
  filesRead = 0
  stopped: string | undefined
  readonly #counts = new Map<string, number>()
  readonly #lines: string[] = []
  #items = 0
  #shownAt = Date.now()

  count(place: string, outcome: string, why: readonly string[]): void {
    this.#items++
    this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1)
    const told = why.map((reason) => reason.replace(/\s+/g, ' ').trim()).join('; ')
    if (!['APPLIED', 'DUPLICATE', 'LATE'].includes(outcome)) this.#lines.push(`${place}  ${outcome}  ${told}`)
    if (Date.now() - this.#shownAt >= (process.stderr.isTTY ? 100 : 2000)) this.#show('')
  }

  /** Prints the summary; gives the exit code. */
  finish(): number {
    if (this.#items > 0 || this.stopped === undefined) {
      this.#show(process.stderr.isTTY ? '\n' : '')
      const rows = [...this.#counts, ['items', this.#items] as const]
      const table = rows.map(([outcome, count]) => `${outcome.padEnd(12)}${String(count).padStart(9)}`)
      process.stdout.write(`${[...table, ...this.#lines].join('\n')}\n`)
    }
    if (this.stopped !== undefined) process.stderr.write(`${this.stopped}\n`)
    const bad = ['REJECTED', 'CONFLICT', 'FAILED'].some((outcome) => this.#counts.has(outcome))
    return bad || this.stopped !== undefined ? 1 : 0
  }

  #show(end: string): void {
    this.#shownAt = Date.now()
    const line = `${this.filesRead}/${this.sources.length} files read, ${this.#items} items answered`
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}${end}` : `${line}\n`)
  }
}
