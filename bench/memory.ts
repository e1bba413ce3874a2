import { Asking, QUESTIONS } from './asking'
import { startGateway } from './gateway-process'
import { load } from './load'

export interface MemoryOptions {
  readonly offenders: number
  readonly requests: number
}

/** What the gateway held at the end of each part. */
export interface MemoryPart {
  readonly requests: number
  readonly residentMiB: number
}

const PARTS = 20
const CONNECTIONS = 16
/** Of one question, before the next has its turn. */
const TURN_MS = 2_000

/** The three questions in turn, so many times in all; the gateway's resident memory as it goes. */
export async function benchMemory(
  { offenders, requests }: MemoryOptions,
  tell: (line: string) => void,
): Promise<MemoryPart[]> {
  tell(`loading ${offenders} offenders`)
  const gateway = await startGateway({ offenders })
  const owner = await gateway.session()
  try {
    await owner.query('vacuum analyze')
    const asking = await Asking.of(gateway, owner)
    const parts: MemoryPart[] = []
    let answered = 0
    let turn = 0
    while (answered < requests) {
      const question = QUESTIONS[turn % QUESTIONS.length] ?? 'CaseSummary'
      turn += 1
      const from = answered
      const shot = (n: number) => asking.shot('gateway', gateway.url, question, from + n)
      const { perSecond, seconds } = await load(shot, CONNECTIONS, TURN_MS)
      answered += Math.round(perSecond * seconds)
      if (answered < ((parts.length + 1) * requests) / PARTS) continue
      const part = { requests: answered, residentMiB: gateway.memory() }
      tell(JSON.stringify(part))
      parts.push(part)
    }
    return parts
  } finally {
    await owner.end()
    await gateway.stop()
  }
}
