import { QUESTIONS } from './asking'
import { load } from './load'
import { loadedData, open } from './loaded'

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
  const { gateway, asking } = await open(await loadedData(offenders, tell))
  try {
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
    await gateway.stop()
  }
}
