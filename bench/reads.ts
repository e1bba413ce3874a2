import type { PoolConfig } from 'pg'
import { Asking, QUESTIONS, SERVERS, type Question, type Server } from './asking'
import { startBeside, type Beside } from './beside'
import { createEntryTables } from './entry-writer'
import { median } from './figures'
import { startGateway } from './gateway-process'
import { decideLevels, fillRecords } from './full-records'
import { load, type Load } from './load'
import { checkSameAnswers } from './same-answers'

export interface ReadsOptions {
  readonly offenders: number
  readonly rounds: number
  readonly connections: readonly number[]
  /** Of one workload against one server in one round. */
  readonly ms: number
}

export interface ReadsLine {
  readonly question: string
  readonly connections: number
  /** Medians of the rounds. */
  readonly perSecond: Readonly<Record<Server, number>>
  readonly p99: Readonly<Record<Server, number>>
}

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
    await fillRecords(gateway, owner, tell)
    const asking = await Asking.of(gateway, owner)
    await decideLevels(gateway, owner, asking.offenders, asking.agency)
    await owner.query('vacuum analyze')
    await createEntryTables(owner)
    const entries = await asking.entrySizes(owner)
    const told = JSON.stringify({
      connection: gateway.connection satisfies PoolConfig,
      entries,
      barred: asking.barred,
    })
    for (const name of ['limit', 'dataloader-stack']) beside.push(await startBeside(name, told))
    const urls = { gateway: gateway.url, limit: beside[0]?.url ?? '', stack: beside[1]?.url ?? '' }
    await checkSameAnswers(asking, urls)
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
