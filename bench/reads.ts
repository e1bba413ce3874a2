import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, print, separateOperations } from 'graphql'
import type { Client, PoolConfig } from 'pg'
import { createEntryTables, type EntrySize } from './entry-writer'
import { median } from './figures'
import { readyUrl, startGateway, type GatewayProcess } from './gateway-process'
import { load, shoot, type Load, type Shot } from './load'

export interface ReadsOptions {
  readonly offenders: number
  readonly rounds: number
  readonly connections: readonly number[]
  /** Of one workload against one server in one round. */
  readonly ms: number
}

const SERVERS = ['gateway', 'limit', 'stack'] as const
type Server = (typeof SERVERS)[number]

export interface ReadsLine {
  readonly question: string
  readonly connections: number
  /** Medians of the rounds. */
  readonly perSecond: Readonly<Record<Server, number>>
  readonly p99: Readonly<Record<Server, number>>
}

const QUESTIONS = ['CaseSummary', 'RiskHistory', 'Caseload'] as const
type Question = (typeof QUESTIONS)[number]

const OPERATIONS = separateOperations(
  parse(readFileSync(join(__dirname, '..', '..', 'test', 'queries', 'operations.graphql'), 'utf8')),
)

/**
 * Answers a second of the gateway, of the limit (limit.ts) and of a usual stack (dataloader-stack.ts), over the same
 * data in the same database, round by round in turn.
 */
export async function benchReads(
  options: ReadsOptions,
  tell: (line: string) => void,
): Promise<{ lines: ReadsLine[]; memoryMiB: number }> {
  tell(`loading ${options.offenders} offenders`)
  const gateway = await startGateway({ offenders: options.offenders })
  const owner = await gateway.session()
  const beside: Beside[] = []
  try {
    await owner.query('vacuum analyze')
    await createEntryTables(owner)
    const asking = await Asking.of(gateway, owner)
    const entries = await asking.entrySizes(owner)
    const told = JSON.stringify({ connection: gateway.connection satisfies PoolConfig, entries })
    for (const name of ['limit', 'dataloader-stack']) beside.push(await startBeside(name, told))
    const urls = { gateway: gateway.url, limit: beside[0]?.url ?? '', stack: beside[1]?.url ?? '' }
    const lines: ReadsLine[] = []
    for (const connections of options.connections) {
      for (const question of QUESTIONS) {
        const line = await measure(asking, urls, question, connections, options)
        tell(JSON.stringify(line))
        lines.push(line)
      }
    }
    return { lines, memoryMiB: gateway.memory() }
  } finally {
    for (const each of beside) await each.stop()
    await owner.end()
    await gateway.stop()
  }
}

async function measure(
  asking: Asking,
  urls: Readonly<Record<Server, string>>,
  question: Question,
  connections: number,
  { rounds, ms }: ReadsOptions,
): Promise<ReadsLine> {
  const loads: Record<Server, Load[]> = { gateway: [], limit: [], stack: [] }
  // The first round warms up and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    for (const server of SERVERS) {
      const result = await load((n) => asking.shot(server, urls[server], question, n), connections, ms)
      if (round > 0) loads[server].push(result)
    }
  }
  const of = (pick: (load: Load) => number) => ({
    gateway: median(loads.gateway.map(pick)),
    limit: median(loads.limit.map(pick)),
    stack: median(loads.stack.map(pick)),
  })
  return { question, connections, perSecond: of((each) => each.perSecond), p99: of((each) => each.p99) }
}

/** A probation officer with a caseload of fifty and more, who gives a reason for looking at others' cases. */
class Asking {
  private constructor(
    private readonly gateway: GatewayProcess,
    private readonly token: string,
    private readonly staffCode: string,
    private readonly offenders: readonly string[],
  ) {}

  static async of(gateway: GatewayProcess, owner: Client): Promise<Asking> {
    const { rows } = await owner.query<{ staff_code: string; agency: string }>(
      `select l.staff_code, min(l.organisation_code) as agency from record.allocation l
       where l.until is null and l.staff_code is not null and l.organisation_code like 'N%'
       group by l.staff_code order by count(*) desc, l.staff_code limit 1`,
    )
    const officer = rows[0]
    if (!officer) throw new Error('nobody has a caseload')
    const cases = await owner.query<{ id: string }>(
      `select distinct l.offender_id as id from record.allocation l where l.organisation_code = $1 and l.until is null
         and not exists (select from record.limitation x where x.offender_id = l.offender_id)
         and not exists (select from record.limitation_flag x where x.offender_id = l.offender_id and (x.excluded or x.restricted))
       order by 1 limit 2000`,
      [officer.agency],
    )
    const token = await gateway.token({
      roles: ['PROBATION_OFFICER'],
      sub: 'bench',
      client_id: 'bench-application',
      agency: officer.agency,
      staff_code: officer.staff_code,
    })
    return new Asking(
      gateway,
      token,
      officer.staff_code,
      cases.rows.map(({ id }) => id),
    )
  }

  shot(server: Server, url: string, question: Question, n: number): Shot {
    const offender = this.offenders[n % this.offenders.length] ?? ''
    const key = question === 'Caseload' ? this.staffCode : offender
    if (server === 'limit') return { url, headers: {}, body: JSON.stringify({ question, key }) }
    const document = OPERATIONS[question]
    if (!document) throw new Error(`${question} is not among the operations`)
    const variables = question === 'Caseload' ? { where: { allocatedTo: key } } : { by: { id: key } }
    const body = JSON.stringify({ query: print(document), operationName: question, variables })
    const headers = {
      authorization: `Bearer ${this.token}`,
      'purpose-of-use': 'OFFENDER_MANAGEMENT',
      justification: encodeURIComponent('Measuring how fast answers are.'),
    }
    return { url: `${url}${server === 'gateway' ? '/graphql' : ''}`, headers, body }
  }

  /** How much the gateway puts on record of an answer to each question, from the newest entry. */
  async entrySizes(owner: Client): Promise<Record<string, EntrySize>> {
    const sizes: Record<string, EntrySize> = {}
    for (const question of QUESTIONS) {
      await shoot(this.shot('gateway', this.gateway.url, question, 0))
      const { rows } = await owner.query<{ entry: number; header: number; person: number }>(
        `select octet_length(e.entry) as entry,
           (select octet_length(d.body) from journal.detail d where (d.log, d.index, d.part) = (e.log, e.index, 0)) as header,
           (select avg(octet_length(d.body))::integer from journal.detail d where (d.log, d.index) = (e.log, e.index) and d.part > 0) as person
         from journal.entry e order by e.log desc, e.index desc limit 1`,
      )
      if (!rows[0]?.person) throw new Error(`nobody was seen by ${question}`)
      sizes[question] = rows[0]
    }
    return sizes
  }
}

interface Beside {
  readonly url: string
  stop(): Promise<void>
}

async function startBeside(name: string, told: string): Promise<Beside> {
  const child = spawn(process.execPath, [join(__dirname, `${name}.js`), told], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const url = await readyUrl(child.stdout)
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}
