import type { PoolConfig } from 'pg'
import { type Asking, QUESTIONS, SERVERS, type Question, type Server } from './asking'
import { startBeside, type Beside } from './beside'
import { createEntryTables } from './entry-writer'
import { loadedData, open } from './loaded'
import { load } from './load'
import { inTurn, type Medians } from './rounds'
import { checkSameAnswers } from './same-answers'

export interface ReadsOptions {
  readonly offenders: number
  readonly rounds: number
  readonly connections: readonly number[]
  /** Of one workload against one server in one round. */
  readonly ms: number
}

export interface ReadsLine extends Medians<Server> {
  readonly question: string
  readonly connections: number
}

/**
 * Answers a second of the gateway, of the limit (limit.ts) and of a usual stack (dataloader-stack.ts), over the same
 * data in the same database, round by round in turn.
 */
export async function benchReads(
  options: ReadsOptions,
  tell: (line: string) => void,
): Promise<{ lines: ReadsLine[]; memoryMiB: number }> {
  const { gateway, owner, asking } = await open(await loadedData(options.offenders, tell))
  const beside: Beside[] = []
  try {
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
  const medians = await inTurn(SERVERS, rounds, (server) =>
    load((n) => asking.shot(server, urls[server], question, n), connections, ms),
  )
  return { question, connections, ...medians }
}
