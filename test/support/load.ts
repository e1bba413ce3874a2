import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { sha256 } from '../../src/domain/digest'
import { aCase, aPrisoner } from './documents'
import { headersFor, post, type Answer } from './process'

/** An update that was answered as taken in: its message, and whom it is about. */
export interface Acknowledged {
  readonly client: string
  readonly messageId: string
  readonly offenderId: string
  readonly prisonNumber: string
  readonly outcome: string
  /** Counts the updates of one person; the update writes it as the cell. */
  readonly serial: number
}

/** An answer with data that arrived whole. */
export interface View {
  readonly entry: string
  readonly digest: string
  readonly revision: number
}

export interface Decided {
  readonly requestId: string
  readonly decision: string
  readonly revision: number
}

/** What clients hold in their hands: all of it must be in the database, whatever was killed. */
export class Ledger {
  readonly acknowledged: Acknowledged[] = []
  readonly views: View[] = []
  readonly decided: Decided[] = []
  /** The newest serial that was sent, by prison number; it may be ahead of what was acknowledged. */
  readonly sent = new Map<string, number>()
  /** Answers that no state of the service explains. */
  readonly unexpected: string[] = []
  refused = 0
  broken = 0
  /** Batches that a kill met while they were under way, and the documents in them. */
  readonly cut = { batches: 0, documents: 0 }
  /** When something was killed last. */
  killedAt = -Infinity

  get size(): number {
    return this.acknowledged.length + this.views.length + this.decided.length
  }

  /** A request that got no answer to keep: it is sent again. */
  noteFailure(body: unknown, begun: number, answer: Answer | undefined): void {
    if (answer === undefined) this.broken += 1
    else this.refused += 1
    if (!Array.isArray(body) || begun > this.killedAt) return
    this.cut.batches += 1
    this.cut.documents += body.length
  }

  /** An answer of the GraphQL door: a view where it holds data. */
  note({ text }: Pick<Answer, 'text'>): void {
    const { data, extensions } = JSON.parse(text) as {
      data?: unknown
      extensions?: { disclosure?: { entry: string; revision: number } }
    }
    if (data === null || data === undefined) return
    const disclosure = extensions?.disclosure
    if (disclosure) this.views.push({ ...disclosure, digest: sha256(dataText(text)) })
    else this.unexpected.push(`data without an entry: ${text.slice(0, 200)}`)
  }
}

/** The text of `data` as it stands in a body: up to the bracket that closes it, texts inside skipped. */
export function dataText(body: string): string {
  const start = body.indexOf('{', 1)
  if (!body.startsWith('{"data":{'))
    throw new Error(`a body that does not begin with its data: ${body.slice(0, 40)}`)
  let depth = 0
  for (const { 0: token, index } of body.slice(start).matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') depth += 1
    if (token === '}') depth -= 1
    if (depth === 0) return body.slice(start, start + index + 1)
  }
  throw new Error('the data of a body has no end')
}

/** Where the gateway is now; a restart moves it. */
export interface Target {
  url: string
}

export interface Load {
  readonly ledger: Ledger
  /** Ends when each client has had an answer to what it last sent. */
  stop(): Promise<void>
}

const PUSHERS = 3
const PEOPLE = 180
const BATCH_MAX = 60
const CASES = 6

/** Three systems push, two prison offender managers read, a coordinator decides, until told to stop. */
export async function startLoad(dataDir: string, target: Target, ledger = new Ledger()): Promise<Load> {
  await pushCases(dataDir, target)
  let stopping = false
  let deadline = Infinity
  const client: ClientLoop = {
    dataDir,
    target,
    ledger,
    isStopping: () => stopping,
    isLate: () => Date.now() > deadline,
  }
  const loops = [
    ...Array.from({ length: PUSHERS }, (_, i) => pushing(client, i)),
    reading(client, 1),
    reading(client, 2),
    deciding(client),
  ]
  // A loop that fails is told when the load is stopped.
  const ended = Promise.allSettled(loops)
  return {
    ledger,
    stop: async () => {
      stopping = true
      deadline = Date.now() + PATIENCE_MS
      for (const end of await ended) if (end.status === 'rejected') throw end.reason
    },
  }
}

interface ClientLoop {
  readonly dataDir: string
  readonly target: Target
  readonly ledger: Ledger
  isStopping(): boolean
  isLate(): boolean
}

const PAUSE_MS = 20
const PATIENCE_MS = 30_000

/** Sends until there is an answer: a request that was refused or cut off is sent again as it was. */
async function persist(
  { target, ledger, isLate }: ClientLoop,
  path: string,
  headers: Record<string, string>,
  body: unknown,
) {
  for (;;) {
    const begun = performance.now()
    const answer = await post(`${target.url}${path}`, headers, body).catch(() => undefined)
    if (answer?.status === 200) return answer
    if (answer === undefined || answer.status === 503) ledger.noteFailure(body, begun, answer)
    else ledger.unexpected.push(`${path} answered ${answer.status}: ${answer.text.slice(0, 300)}`)
    if (isLate()) throw new Error(`${path} gave no answer after all: ${answer?.text ?? 'none'}`)
    await sleep(PAUSE_MS)
  }
}

export function prisonNumber(pusher: number, person: number): string {
  const letter = (n: number) => String.fromCharCode(65 + n)
  return `${letter(10 + pusher)}${String(1000 + person)}${letter(person % 26)}${letter(pusher)}`
}

async function pushing(loop: ClientLoop, pusher: number): Promise<void> {
  const client = `prison-system-${pusher}`
  const headers = await headersFor(loop.dataDir, { roles: ['PRISON_SYSTEM'], client_id: client })
  let observed = 0
  for (let round = 0; !loop.isStopping(); round += 1) {
    observed = Math.max(Date.now(), observed + 1)
    const size = 1 + ((round * 23) % BATCH_MAX)
    const people = Array.from({ length: size }, (_, i) => (round * BATCH_MAX + i) % PEOPLE)
    const sent = people.map((person) => nextUpdate(loop.ledger, pusher, person, observed))
    const answer = await persist(loop, '/ingest/prisoner-search', headers, sent)
    acknowledge(loop.ledger, client, sent, answer)
  }
}

type Sent = ReturnType<typeof nextUpdate>

function nextUpdate({ sent }: Ledger, pusher: number, person: number, observed: number) {
  const number = prisonNumber(pusher, person)
  const serial = (sent.get(number) ?? 0) + 1
  sent.set(number, serial)
  return {
    messageId: randomUUID(),
    observedAt: new Date(observed).toISOString(),
    payload: aPrisoner(number, { cellLocation: `C-${serial}`, dateOfBirth: birthday(pusher, person) }),
  }
}

/** Of their own, lest everybody be suspected to be everybody else. */
function birthday(pusher: number, person: number): string {
  return new Date(Date.UTC(1960, 0, 1 + 7 * (pusher * PEOPLE + person))).toISOString().slice(0, 10)
}

function acknowledge(ledger: Ledger, client: string, sent: readonly Sent[], { text }: Answer): void {
  const { results } = JSON.parse(text) as {
    results: { messageId: string; outcome: string; offenderId: string | null }[]
  }
  for (const [i, { messageId, payload }] of sent.entries()) {
    const result = results[i]
    if (result?.messageId !== messageId || !['APPLIED', 'DUPLICATE'].includes(result.outcome)) {
      ledger.unexpected.push(`item ${messageId} became ${JSON.stringify(result)}`)
      continue
    }
    const serial = Number(String(payload['cellLocation']).slice(2))
    const { outcome, offenderId } = result
    const number = String(payload['prisonerNumber'])
    ledger.acknowledged.push({
      client,
      messageId,
      outcome,
      serial,
      prisonNumber: number,
      offenderId: offenderId ?? '',
    })
  }
}

const READ = `query($by: OffenderRef!) { offender(by: $by) { id name { given family } custody { status since } alerts { code } } }`
const LIST =
  '{ offenders(first: 20) { nodes { id name { family } custody { status establishment { code name } } } } }'

async function reading(loop: ClientLoop, reader: number): Promise<void> {
  const claims = { roles: ['PRISON_OFFENDER_MANAGER'] as const, agency: 'MDI', sub: `manager-${reader}` }
  const headers = await headersFor(loop.dataDir, claims, 'OFFENDER_MANAGEMENT')
  for (let round = 0; !loop.isStopping(); round += 1) {
    const by = { prisonNumber: prisonNumber(round % PUSHERS, round % PEOPLE) }
    const body = round % 4 === 3 ? { query: LIST } : { query: READ, variables: { by } }
    loop.ledger.note(await persist(loop, '/graphql', headers, body))
  }
}

const crn = (n: number) => `K10000${n}`

async function pushCases(dataDir: string, { url }: Target): Promise<void> {
  const claims = { roles: ['PROBATION_SYSTEM'] as const, client_id: 'probation-system', agency: 'N02' }
  const cases = Array.from({ length: CASES }, (_, n) => aCase(crn(n)))
  const answer = await post(`${url}/ingest/probation-search`, await headersFor(dataDir, claims), cases)
  if (answer.status !== 200) throw new Error(`the cases were not taken in: ${answer.text}`)
}

const DECIDE = `mutation($input: MappaLevelInput!) { recordMappaLevel(input: $input) { revision decision { id toLevel rationale } } }`

async function deciding(loop: ClientLoop): Promise<void> {
  const claims = { roles: ['MAPPA_COORDINATOR'] as const, agency: 'N02', sub: 'coordinator' }
  const headers = await headersFor(loop.dataDir, claims, 'MAPPA')
  for (let round = 0; !loop.isStopping(); round += 1) {
    const requestId = randomUUID()
    const answer = await persist(loop, '/graphql', headers, {
      query: DECIDE,
      variables: { input: decision(round, requestId) },
    })
    loop.ledger.note(answer)
    const { data } = JSON.parse(answer.text) as {
      data: { recordMappaLevel: { revision: number; decision: { id: string } | null } | null } | null
    }
    const done = data?.recordMappaLevel
    if (done?.decision)
      loop.ledger.decided.push({ requestId, decision: done.decision.id, revision: done.revision })
    else loop.ledger.unexpected.push(`a decision was answered ${answer.text.slice(0, 300)}`)
  }
}

function decision(round: number, requestId: string) {
  return {
    offender: { crn: crn(round % CASES) },
    category: 1,
    level: 1 + (round % 3),
    levelStatus: 'CONFIRMED',
    effectiveOn: '2026-01-05',
    nextReviewOn: '2099-01-05',
    forum: 'LEVEL_2_MEETING',
    rationale: `Decision number ${round}.`,
    assessments: [],
    requestId,
  }
}
