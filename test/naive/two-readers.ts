import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isMachineRole } from '../../src/domain/caller'
import type { FieldGroup } from '../../src/domain/field-group'
import { catalogue } from '../support/cells'
import { startTestGateway, type As, type TestGateway } from '../support/gateway'
import { askerOf } from './asker'
import { difference } from './difference'
import { Journal } from './journal'
import type { RandomQuestion, RandomRoot } from './questions'
import { readNaively, type Expected } from './reader'
import { NaiveRecord } from './record'
import { changedWorld, type ChangedWorld } from './world'

/** What the client `limited-client` may ever read. */
const CEILING: readonly FieldGroup[] = [
  'IDENTITY',
  'CUSTODY',
  'ROSH_LEVEL',
  'MAPPA_LEVEL',
  'MAPPA_MINUTES',
  'ALLOCATION',
]

interface Body {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
  readonly extensions?: { readonly withheld?: readonly unknown[] }
}

/** The gateway and the naive reader over the same record. */
export class TwoReaders {
  private asked = 0
  /** What cursors stand for, as far as answers have told. */
  private readonly places = new Map<string, readonly unknown[]>()
  private readonly cursors = new Map<string, string>()
  private readonly tokens = new Map<string, Promise<string>>()
  readonly times: [number, number, number] = [0, 0, 0]
  readonly tally = { answered: 0, refused: 0, shown: 0, pages: 0 }

  private constructor(
    private readonly t: TestGateway,
    private readonly world: ChangedWorld,
    private readonly record: NaiveRecord,
    private readonly journal: Journal,
    private readonly server: Server,
    private readonly clock: { now: Date },
  ) {}

  static async start(seed: number): Promise<TwoReaders> {
    const clock = { now: new Date() }
    const t = await startTestGateway({
      ceilings: { 'limited-client': [...CEILING] },
      alter: (gateway) => {
        const { append } = gateway.deps
        // The journal takes no entry whose time is not the database's.
        const deps = {
          ...gateway.deps,
          now: () => clock.now,
          append: (draft: Parameters<typeof append>[0]) => append({ ...draft, at: new Date() }),
        }
        return { ...gateway, deps }
      },
    })
    const world = await changedWorld(t, seed)
    const journal = new Journal(world.owner)
    const server = createServer(t.app)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new TwoReaders(t, world, await NaiveRecord.read(world.owner), journal, server, clock)
  }

  async close(): Promise<void> {
    this.server.close()
    this.server.closeAllConnections()
    await this.world.close()
    await this.t.close()
  }

  /** What the two readers tell differently of a question, and of its further pages; undefined: nothing. */
  async differ(question: RandomQuestion): Promise<string | undefined> {
    this.clock.now = new Date(Date.now() + question.hours * 3_600_000)
    let variables = this.variablesOf(question)
    for (let page = 0; page < 3; page += 1) {
      const { told, body } = await this.askBoth(question, variables)
      if (told !== undefined) return `${told}\n${describe(question, variables, this.clock.now)}`
      const next = nextPage(question, variables, body)
      if (!next) return undefined
      this.tally.pages += 1
      variables = next
    }
    return undefined
  }

  private async askBoth(question: RandomQuestion, variables: Readonly<Record<string, unknown>>) {
    await this.journal.begin()
    const requestId = `question-${(this.asked += 1)}`
    const a0 = performance.now()
    const body = await this.ask(question, variables, requestId)
    const a1 = performance.now()
    const expected = this.expected(question, variables)
    const a2 = performance.now()
    this.count(expected)
    const entries = (await this.journal.entries([requestId])).get(requestId) ?? []
    const a3 = performance.now()
    this.times[0] += a1 - a0
    this.times[1] += a2 - a1
    this.times[2] += a3 - a2
    const given = {
      data: body.data ?? null,
      code: body.errors?.[0]?.extensions.code ?? null,
      withheld: body.extensions?.withheld ?? [],
      entries,
    }
    const { data, code = null, withheld, entry } = expected
    const told = difference({ data, code, withheld, entries: [entry] }, given, (stands, cursor) =>
      this.learn(stands, cursor),
    )
    return { told, body }
  }

  private expected(question: RandomQuestion, variables: Readonly<Record<string, unknown>>): Expected {
    const ceiling = question.as.client === 'limited-client' ? CEILING : undefined
    return readNaively(catalogue, this.record, {
      asker: askerOf(question.as, ceiling),
      document: question.text,
      variables,
      now: this.clock.now,
      openCursor: (cursor) => this.places.get(cursor) ?? [],
    })
  }

  private count({ code, entry }: Expected): void {
    if (code === undefined) this.tally.answered += 1
    else this.tally.refused += 1
    if (entry.outcome === 'DISCLOSED') this.tally.shown += 1
  }

  /** A cursor is opaque: the same place has the same one, and another place another. */
  private learn(
    stands: { readonly cursorOf: string; readonly place: readonly unknown[] },
    cursor: string,
  ): boolean {
    const place = JSON.stringify(stands)
    const known = this.cursors.get(place)
    if (known !== undefined) return known === cursor
    if (this.places.has(cursor)) return false
    this.cursors.set(place, cursor)
    this.places.set(cursor, stands.place)
    return true
  }

  private async ask({ as, text }: RandomQuestion, variables: object, requestId: string): Promise<Body> {
    const { port } = this.server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-request-id': requestId,
        authorization: `Bearer ${await this.tokenOf(as)}`,
        ...(as.purpose != null && { 'purpose-of-use': as.purpose }),
        ...(as.justification !== undefined && { justification: encodeURIComponent(as.justification) }),
        ...(as.also && !isMachineRole(as.role) && { 'acting-role': as.role }),
        ...as.headers,
      },
      body: JSON.stringify({ query: text, variables }),
    })
    return (await response.json()) as Body
  }

  private tokenOf({
    purpose: _purpose,
    justification: _justification,
    headers: _headers,
    ...as
  }: As): Promise<string> {
    const key = JSON.stringify(as)
    const known = this.tokens.get(key) ?? this.t.token(as)
    this.tokens.set(key, known)
    return known
  }

  private variablesOf({ roots }: RandomQuestion): Record<string, unknown> {
    const variables: Record<string, unknown> = { yes: true, no: false }
    roots.forEach((root, i) => {
      variables[`by${i}`] = this.referenceOf(root)
      variables[`asOf${i}`] = this.asOf(root)
    })
    return variables
  }

  private referenceOf({ person, by }: RandomRoot): Record<string, string> {
    const { people } = this.world
    const n = String(1 + (person % people.length)).padStart(2, '0')
    if (by === 'crn') return { crn: `${person % 2 === 0 ? 'X' : 'x'}1000${n}` }
    if (by === 'prisonNumber') return { prisonNumber: `A10${n}AA` }
    if (by === 'pnc') return { pnc: '02/73319Z' }
    return { id: people[person % people.length] ?? '' }
  }

  private asOf({ asOf: { kind, number } }: RandomRoot): object | null {
    const { instants } = this.world
    if (kind === 'now') return null
    if (kind === 'revision') return { revision: number % (instants.length + 3) }
    const at = instants[number % instants.length]?.getTime() ?? 0
    return { at: new Date(number % 7 === 0 ? at + 40 * 86_400_000 : at + (number % 3) - 1).toISOString() }
  }
}

/** The variables with the cursors of the ends of pages that go on; undefined where none does. */
function nextPage(
  { roots }: RandomQuestion,
  variables: Readonly<Record<string, unknown>>,
  { data }: Body,
): Record<string, unknown> | undefined {
  const ends = roots.flatMap((_, i): [string, unknown][] => {
    const root = data?.[`r${i}`] as
      { page?: { hasNextPage: boolean; endCursor: string | null } } | null | undefined
    return root?.page?.hasNextPage === true ? [[`after${i}`, root.page.endCursor]] : []
  })
  return ends.length === 0 ? undefined : { ...variables, ...Object.fromEntries(ends) }
}

function describe({ as, text }: RandomQuestion, variables: object, now: Date): string {
  return `asked ${now.toISOString()} by ${JSON.stringify(as)}\n${text}\n${JSON.stringify(variables)}`
}
