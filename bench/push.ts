import type { Client } from 'pg'
import { BareTables, type BatchRows } from './bare-insert'
import { startBeside, type Beside } from './beside'
import { envelope } from './documents'
import { startGateway, type GatewayProcess } from './gateway-process'
import { load, shoot, type Shot } from './load'
import type { PushStackOptions } from './push-stack'
import { inTurn, type Medians } from './rounds'

export interface PushOptions {
  /** Whose documents are pushed, in turn. */
  readonly people: number
  readonly rounds: number
  readonly connections: readonly number[]
  /** Of one server in one round. */
  readonly ms: number
}

/** The limit twice, as it inserts into tables as full as the gateway's or into empty ones. */
const SERVERS = ['gateway', 'limit', 'limitOfEmpty', 'stack'] as const
type Server = (typeof SERVERS)[number]

export interface PushLine extends Medians<Server> {
  readonly connections: number
}

/**
 * Single documents taken in a second: by the gateway, by the limit (push-limit.ts) and by a usual stack (push-stack.ts),
 * which insert the rows that the gateway wrote of the same documents; round by round in turn.
 */
export async function benchPush(options: PushOptions, tell: (line: string) => void): Promise<PushLine[]> {
  const gateway = await startGateway()
  const owner = await gateway.session()
  const beside: Beside[] = []
  try {
    const pushing = await Pushing.of(gateway, owner, options.people, tell)
    const { connection } = gateway
    const told: PushStackOptions = { connection, tables: await pushing.bare.heldIn(owner) }
    beside.push(await startBeside('push-limit', JSON.stringify(connection)))
    beside.push(await startBeside('push-stack', JSON.stringify(told)))
    const [limit, stack] = [beside[0]?.url ?? '', beside[1]?.url ?? '']
    const urls = { gateway: gateway.url, limit, limitOfEmpty: limit, stack }
    const lines: PushLine[] = []
    for (const connections of options.connections) {
      const line = await measure(pushing, owner, urls, connections, options)
      tell(JSON.stringify(line))
      lines.push(line)
    }
    return lines
  } finally {
    for (const each of beside) await each.stop()
    await gateway.stop()
  }
}

/** What the usual stack is asked: whose the document is, and the rows that are to be written of it. */
const TAKE = 'mutation Take($number: String!, $rows: Rows!) { take(number: $number, rows: $rows) }'

async function measure(
  pushing: Pushing,
  owner: Client,
  urls: Readonly<Record<Server, string>>,
  connections: number,
  { rounds, ms }: PushOptions,
): Promise<PushLine> {
  const medians = await inTurn(SERVERS, rounds, async (server) => {
    if (server === 'limitOfEmpty') await pushing.bare.empty(owner)
    else if (server !== 'gateway') await pushing.bare.fill(owner)
    return load(() => pushing.shot(server, urls[server]), connections, ms)
  })
  return { connections, ...medians }
}

/** A prison's system that pushes one document after the other, each a newer version than the last of the same person. */
class Pushing {
  private next = 0

  private constructor(
    private readonly token: string,
    private readonly people: number,
    readonly bare: BareTables,
    /** What the gateway wrote of each person's document. */
    private readonly written: readonly string[],
  ) {}

  static async of(
    gateway: GatewayProcess,
    owner: Client,
    people: number,
    tell: (line: string) => void,
  ): Promise<Pushing> {
    const bare = await BareTables.create(owner)
    const token = await gateway.token({ roles: ['PRISON_SYSTEM'], client_id: 'bench-prison' })
    const written: string[] = []
    const pushing = new Pushing(token, people, bare, written)
    tell(`loading ${people} people, and what the gateway writes of each`)
    while (pushing.next < people) await shoot(pushing.shot('gateway', gateway.url))
    await owner.query('vacuum analyze')
    while (pushing.next < 2 * people) {
      await shoot(pushing.shot('gateway', gateway.url))
      written.push(JSON.stringify(await newestRows(owner, bare)))
    }
    return pushing
  }

  shot(server: Server, url: string): Shot {
    const n = this.next
    this.next += 1
    const document = envelope(n % this.people, 1 + Math.floor(n / this.people))
    const rows = this.written[n % this.people] ?? '{}'
    if (server === 'limit' || server === 'limitOfEmpty')
      return { url, headers: {}, body: rows, holding: 'true' }
    if (server === 'stack') {
      const number = JSON.stringify(document.payload.prisonerNumber)
      const body = `{"query":${JSON.stringify(TAKE)},"variables":{"number":${number},"rows":${rows}}}`
      return { url, headers: {}, body }
    }
    const body = JSON.stringify(document)
    const headers = { authorization: `Bearer ${this.token}` }
    return { url: `${url}/ingest/prisoner-search`, headers, body, holding: '"APPLIED"' }
  }
}

async function newestRows(owner: Client, bare: BareTables): Promise<BatchRows> {
  const { rows } = await owner.query<{ revision: number; index: number }>(
    `select c.value::integer as revision, (select max(e.index)::integer from journal.entry e where e.kind = 'PUSH') as index
     from record.revision_counter c`,
  )
  const [newest] = rows
  if (!newest) throw new Error('nothing was written')
  return bare.rowsOf(owner, newest.revision, [newest.index])
}
