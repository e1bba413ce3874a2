import { catalogue } from '../support/cells'
import { askerOf } from './asker'
import { CursorsLearned } from './cursors-learned'
import { difference } from './difference'
import type { ExpectedEntry } from './entry'
import { CEILING, GatewayAsked, type Body } from './gateway-asked'
import { Journal } from './journal'
import type { RandomBatch, RandomQuestion, RandomRoot } from './questions'
import { readNaively, type Expected } from './reader'
import { NaiveRecord } from './record'
import { Tally } from './tally'
import { changedWorld, type ChangedWorld } from './world'

/** A question as it was sent: `$by0` and the like are those of the world. */
interface Sent {
  readonly question: RandomQuestion
  readonly variables: Readonly<Record<string, unknown>>
  readonly requestId: string
  readonly body: Body
}

/** A page that goes on is read on, so often. */
const PAGES = 3

/** The gateway and the naive reader over the same record. */
export class TwoReaders {
  private sent = 0
  private readonly cursors = new CursorsLearned()
  readonly tally = new Tally()

  private constructor(
    private readonly gateway: GatewayAsked,
    private readonly world: ChangedWorld,
    private readonly record: NaiveRecord,
    private readonly journal: Journal,
  ) {}

  static async start(seed: number): Promise<TwoReaders> {
    const gateway = await GatewayAsked.start()
    const world = await changedWorld(gateway.t, seed)
    const journal = new Journal(world.owner)
    await journal.skip()
    return new TwoReaders(gateway, world, await NaiveRecord.read(world.owner), journal)
  }

  async close(): Promise<void> {
    await this.world.close()
    await this.gateway.close()
  }

  /** What the two readers tell differently of questions that are asked at once; undefined: nothing. */
  async differ({ hours, questions }: RandomBatch): Promise<string | undefined> {
    const now = new Date(Date.now() + hours * 3_600_000)
    this.gateway.setClock(now)
    const sent = (await Promise.all(questions.map((question) => this.readOn(question)))).flat()
    const entries = await this.journal.next()
    for (const one of sent) {
      const told = this.compare(one, now, entries.get(one.requestId) ?? [])
      if (told !== undefined) return `${told}\n${describe(one, now)}`
    }
    const others = [...entries.keys()].filter((id) => !sent.some(({ requestId }) => requestId === id))
    return others.length > 0 ? `entries of what nobody asked: ${others.join()}` : undefined
  }

  private async readOn(question: RandomQuestion): Promise<Sent[]> {
    const sent: Sent[] = []
    let variables: Readonly<Record<string, unknown>> | undefined = this.variablesOf(question)
    while (variables && sent.length < PAGES) {
      const requestId = `question-${(this.sent += 1)}`
      const body = await this.gateway.ask(question.as, question.text, variables, requestId)
      sent.push({ question, variables, requestId, body })
      variables = nextPage(question, variables, body)
    }
    return sent
  }

  private compare(sent: Sent, now: Date, entries: readonly ExpectedEntry[]): string | undefined {
    const expected = this.expected(sent, now)
    this.tally.count(sent.question, expected)
    const { code = null, data, withheld, entry } = expected
    const { body } = sent
    const given = {
      code: body.errors?.[0]?.extensions.code ?? null,
      data: body.data ?? null,
      withheld: body.extensions?.withheld ?? [],
      entries,
    }
    return difference({ code, data, withheld, entries: [entry] }, given, (stands, cursor) =>
      this.cursors.learn(stands, cursor),
    )
  }

  private expected({ question: { as, text }, variables }: Sent, now: Date): Expected {
    return readNaively(catalogue, this.record, {
      asker: askerOf(as, as.client === 'limited-client' ? CEILING : undefined),
      document: text,
      variables,
      now,
      openCursor: (cursor) => this.cursors.open(cursor),
    })
  }

  private variablesOf({ roots }: RandomQuestion): Record<string, unknown> {
    const { meetings } = this.world
    const variables: Record<string, unknown> = { yes: true, no: false }
    roots.forEach((root, i) => {
      variables[`by${i}`] = this.referenceOf(root)
      variables[`asOf${i}`] = this.asOf(root)
      variables[`meeting${i}`] = meetings[root.person % meetings.length]
    })
    return variables
  }

  private referenceOf({ person, by }: RandomRoot): Record<string, string> {
    const { people } = this.world
    const n = String(1 + (person % people.length)).padStart(2, '0')
    if (by === 'crn') return { crn: person % 2 === 0 ? `X1000${n}` : ` x50000${n.slice(1)}` }
    if (by === 'prisonNumber') return { prisonNumber: person % 2 === 0 ? `A10${n}AA` : `a500${n.slice(1)}aa` }
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

function describe({ question: { as, text }, variables }: Sent, now: Date): string {
  return `asked ${now.toISOString()} by ${JSON.stringify(as)}\n${text}\n${JSON.stringify(variables)}`
}
