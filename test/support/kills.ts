import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { joinEmbedded } from '../../src/store/embedded'
import { startLoad, type Ledger } from './load'
import { losses } from './losses'
import { isReady, killPostgres, until, type Processes } from './process'

/** What a run of kills came to. */
export interface Tally {
  readonly faults: readonly string[]
  readonly updates: number
  readonly views: number
  readonly decisions: number
  readonly refused: number
  readonly broken: number
  /** What the kills met while it was under way. */
  readonly cut: Ledger['cut']
  /** From each kill until the gateway was ready again. */
  readonly gatewayMs: readonly number[]
  readonly databaseMs: readonly number[]
}

const MOVES = 60

/** Kills the gateway and the database in turn under load, and compares after each what clients hold with what is held. */
export async function runKills(processes: Processes, cycles: number): Promise<Tally & { dataDir: string }> {
  const dataDir = await processes.dataDir()
  let served = await processes.serve(dataDir)
  const target = { url: served.url }
  const { ledger, stop } = await startLoad(dataDir, target)
  const faults: string[] = []
  const gatewayMs: number[] = []
  const databaseMs: number[] = []
  try {
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      await untilMoved(ledger)
      await sleep(Math.random() * 400)
      const begun = performance.now()
      ledger.killedAt = begun
      if (cycle % 2 === 0) {
        await served.kill()
        served = await processes.serve(dataDir)
        target.url = served.url
        gatewayMs.push(since(begun))
      } else {
        await killPostgres(dataDir)
        await until('the gateway recovers', () => isReady(target.url))
        databaseMs.push(since(begun))
      }
      faults.push(...(await lossesIn(dataDir, ledger)).map((fault) => `after kill ${cycle + 1}: ${fault}`))
    }
    await untilMoved(ledger)
    await stop()
  } catch (error) {
    await stop().catch(() => undefined)
    throw new Error(`the service did not come back; it said ${served.stderr().slice(-1_000)}`, {
      cause: error,
    })
  }
  faults.push(...(await lossesIn(dataDir, ledger)).map((fault) => `at the end: ${fault}`))
  await served.stop()
  return { dataDir, faults, gatewayMs, databaseMs, ...counts(ledger) }
}

/** Each kill meets a service that answers again. */
async function untilMoved(ledger: Ledger): Promise<void> {
  const before = ledger.size
  await until('the load goes on', () => ledger.size >= before + MOVES)
}

function since(begun: number): number {
  return Math.round(performance.now() - begun)
}

function counts({ acknowledged, views, decided, refused, broken, cut }: Ledger) {
  const [updates, decisions] = [acknowledged.length, decided.length]
  return { updates, views: views.length, decisions, refused, broken, cut }
}

export async function lossesIn(dataDir: string, ledger: Ledger): Promise<string[]> {
  return withOwner(dataDir, (client) => losses(client, ledger))
}

/** A session of the cluster's owner beside the gateway. */
export async function withOwner<T>(dataDir: string, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await joinEmbedded(dataDir)
  if (!connection) throw new Error(`no database runs in ${dataDir}`)
  const client = new Client(connection)
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
