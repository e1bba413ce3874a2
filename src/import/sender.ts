import { setTimeout as pause } from 'node:timers/promises'
import type { Order } from './order'
import type { Batch } from './rounds'

export interface Answer {
  readonly status: number
  readonly text: string
}

/** How long a server that is busy or gone is waited for, without one batch taken. */
export interface Patience {
  readonly totalMs: number
  readonly pauseMaxMs: number
}

const PAUSE_MIN_MS = 500
const PATIENCE: Patience = { totalMs: 600_000, pauseMaxMs: 60_000 }

/** Told to send less, or that somebody on the way had no answer: it may be otherwise in a moment. */
const PASSING = [408, 429, 502, 503, 504]
/** The sender as such is refused, so whatever follows would be too. */
const FINAL = [401, 403]

const HEADERS = { 'content-type': 'application/json', 'purpose-of-use': 'SYSTEM_UPDATE' }

/** Sends batches, one at a time, and each until it has an answer. */
export class Sender {
  private hasAnswered = false

  constructor(
    private readonly order: Order,
    private readonly stop: AbortSignal,
    private readonly tellWaiting: (line: string) => void,
    private readonly patience = PATIENCE,
  ) {}

  /** Throws where going on makes no sense: refused as such, never reached, or waited for too long. */
  async send(batch: Batch): Promise<Answer> {
    const begunAt = Date.now()
    for (let attempt = 0; ; attempt++) {
      const response = await this.post(batch)
      if (response && FINAL.includes(response.status))
        throw new Error(`${this.order.url} refuses the sender: ${response.text.slice(0, 300)}`)
      if (response && !PASSING.includes(response.status)) return response
      this.stop.throwIfAborted()
      const triedMs = Date.now() - begunAt
      if (triedMs >= this.patience.totalMs) {
        throw new Error(`${this.order.url} has taken nothing for ${Math.round(triedMs / 60_000)} minutes`)
      }
      await this.wait(attempt, response)
    }
  }

  /** undefined: the connection was lost, so that nobody knows whether the batch was taken. */
  private async post(batch: Batch): Promise<(Answer & { retryAfter: string | null }) | undefined> {
    const { url, format, headers } = this.order
    const [first] = batch
    const body = `[${batch.map(({ json }) => json).join()}]`
    const own = first ? await headers(first.sender) : {}
    try {
      const request = { method: 'POST', headers: { ...HEADERS, ...own }, body }
      const response = await fetch(`${url}/ingest/${format}`, request)
      const answer = { status: response.status, text: await response.text() }
      this.hasAnswered = true
      return { ...answer, retryAfter: response.headers.get('retry-after') }
    } catch (cause) {
      if (this.hasAnswered) return undefined
      throw new Error(`${url} cannot be reached: is it running?`, { cause })
    }
  }

  private async wait(
    attempt: number,
    response: { status: number; retryAfter: string | null } | undefined,
  ): Promise<void> {
    const asked = 1000 * Number.parseInt(response?.retryAfter ?? '', 10)
    const chosen = Number.isNaN(asked) ? 1000 * 2 ** Math.min(attempt, 4) : asked
    const ms = Math.min(Math.max(chosen, PAUSE_MIN_MS), this.patience.pauseMaxMs)
    const why = response ? `is busy (${response.status})` : 'is gone'
    this.tellWaiting(`${this.order.url} ${why}: going on in ${Math.round(ms / 1000)} s`)
    await pause(ms, undefined, { signal: this.stop })
  }
}
