import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from './figures'
import type { Shot } from './load'
import { loadedData, open } from './loaded'
import { Sockets } from './sockets'

export interface OverloadOptions {
  readonly offenders: number
  readonly seconds: number
}

/** One second of requests that come whether or not the earlier ones were answered. */
export interface Second {
  readonly phase: 'held' | 'three times' | 'after'
  readonly sent: number
  readonly answered: number
  /** 503 with `retry-after`. */
  readonly turnedAway: number
  readonly failed: number
  /** Milliseconds, of what was answered. */
  readonly p50: number
  readonly p99: number
}

export interface Overload {
  /** Answers a second that 64 connections get, each asking again when it was answered. */
  readonly peak: number
  readonly seconds: readonly Second[]
  readonly memoryMiB: number
}

/** Case summaries: as many as the gateway can answer, then three times as many, then half as many. */
export async function benchOverload(
  { offenders, seconds }: OverloadOptions,
  tell: (line: string) => void,
): Promise<Overload> {
  const { gateway, asking } = await open(await loadedData(offenders, tell))
  try {
    const shot = (n: number) => asking.shot('gateway', gateway.url, 'CaseSummary', n)
    await peakOf(shot, gateway.url, 3_000)
    const peak = await peakOf(shot, gateway.url, 5_000)
    tell(`${Math.round(peak)} answers a second at the peak`)
    const sockets = new Sockets(gateway.url, 1_000)
    const arrivals = new Arrivals(shot, sockets)
    const told: Second[] = []
    const phase = async (name: Second['phase'], rate: number, length: number) => {
      for (let i = 0; i < length; i += 1) {
        const second = { phase: name, ...(await arrivals.second(rate)) }
        tell(JSON.stringify(second))
        told.push(second)
      }
    }
    await phase('held', peak * 0.8, Math.ceil(seconds / 2))
    await phase('three times', peak * 3, seconds)
    await phase('after', peak * 0.5, 10)
    sockets.close()
    return { peak, seconds: told, memoryMiB: gateway.memory() }
  } finally {
    await gateway.stop()
  }
}

const AT_THE_PEAK = 64

/** Answers a second to so many who ask again as soon as they are answered. */
async function peakOf(shot: (n: number) => Shot, url: string, ms: number): Promise<number> {
  const sockets = new Sockets(url, AT_THE_PEAK)
  let [asked, answered] = [0, 0]
  const begun = performance.now()
  const one = async () => {
    while (performance.now() - begun < ms) {
      if ((await ask(shot(asked++), sockets)) !== 'answered') throw new Error('not answered at the peak')
      answered += 1
    }
  }
  await Promise.all(Array.from({ length: AT_THE_PEAK }, one))
  sockets.close()
  return answered / ((performance.now() - begun) / 1000)
}

/** Sends at a rate; what comes back counts for the second in which it does. */
class Arrivals {
  private sent = 0
  private counts = { turnedAway: 0, failed: 0 }
  private latencies: number[] = []

  constructor(
    private readonly shot: (n: number) => Shot,
    private readonly sockets: Sockets,
  ) {}

  async second(rate: number): Promise<Omit<Second, 'phase'>> {
    this.counts = { turnedAway: 0, failed: 0 }
    this.latencies = []
    const [begun, before] = [performance.now(), this.sent]
    for (let past = 0; past < 1_000; past = performance.now() - begun) {
      while (this.sent - before < (past / 1_000) * rate) this.send()
      await sleep(5)
    }
    const { counts, latencies } = this
    const [p50, p99] = [percentile(latencies, 0.5), percentile(latencies, 0.99)]
    return { sent: this.sent - before, answered: latencies.length, ...counts, p50, p99 }
  }

  private send(): void {
    const at = performance.now()
    void ask(this.shot((this.sent += 1)), this.sockets).then((outcome) => {
      if (outcome === 'answered') this.latencies.push(performance.now() - at)
      else this.counts[outcome] += 1
    })
  }
}

async function ask(shot: Shot, sockets: Sockets): Promise<'answered' | 'turnedAway' | 'failed'> {
  const told = await sockets.ask(shot)
  if (!told) return 'failed'
  const { status, head, text } = told
  const isTold = status === 503 && head.includes('\nretry-after: ')
  if (isTold && !text.includes('"data":{')) return 'turnedAway'
  return status === 200 && text.startsWith('{"data":{') ? 'answered' : 'failed'
}
