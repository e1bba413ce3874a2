import { Refusal } from '../domain/refusal'
import type { PreparedEntry } from './entry'

/** Where an entry stands: proof for the door that it may open. */
export interface Receipt {
  readonly log: string
  readonly index: number
}

export function entryId({ log, index }: Receipt): string {
  return `${log}/${index}`
}

/** Appends a batch durably, or throws. `isDefinite` tells a rolled-back batch from one whose fate is unknown. */
export interface Flush {
  (batch: readonly PreparedEntry[]): Promise<readonly Receipt[]>
}

const BATCH_MAX = 1_000
const QUEUE_MAX = 5_000
const WAIT_MAX_MS = 2_000

interface Waiting {
  readonly entry: PreparedEntry
  readonly since: number
  resolve(receipt: Receipt): void
  reject(error: unknown): void
}

/**
 * Group commit: while one flush is in flight the next batch gathers, so load makes batches and a quiet
 * hour makes none wait. No timer. Whoever cannot be logged in time is refused, never served unlogged.
 */
export class Appender {
  private queue: Waiting[] = []
  private flushing = false

  constructor(
    private readonly flush: Flush,
    private readonly isDefinite: (error: unknown) => boolean,
    private readonly now: () => number,
  ) {}

  append(entry: PreparedEntry): Promise<Receipt> {
    if (this.queue.length >= QUEUE_MAX) {
      return Promise.reject(
        new Refusal('OVERLOADED', 'Too many answers wait to be journalled; try again shortly.'),
      )
    }
    return new Promise((resolve, reject) => {
      this.queue.push({ entry, since: this.now(), resolve, reject })
      void this.drain()
    })
  }

  get waiting(): number {
    return this.queue.length
  }

  private async drain(): Promise<void> {
    if (this.flushing) return
    this.flushing = true
    while (this.queue.length > 0) {
      const batch = this.queue.splice(0, BATCH_MAX)
      const late = batch.filter((item) => this.now() - item.since > WAIT_MAX_MS)
      for (const item of late)
        item.reject(new Refusal('OVERLOADED', 'The journal is behind; try again shortly.'))
      const timely = batch.filter((item) => !late.includes(item))
      if (timely.length > 0) await this.write(timely)
    }
    this.flushing = false
  }

  private async write(batch: readonly Waiting[]): Promise<void> {
    try {
      const receipts = await this.flush(batch.map((item) => item.entry))
      batch.forEach((item, i) => {
        const receipt = receipts[i]
        if (receipt) item.resolve(receipt)
        else item.reject(new Refusal('JOURNAL_UNAVAILABLE', UNAVAILABLE))
      })
    } catch (error) {
      // One bad entry must not fail its neighbours: what was surely rolled back is tried singly.
      if (batch.length > 1 && this.isDefinite(error)) {
        for (const item of batch) await this.write([item])
        return
      }
      for (const item of batch)
        item.reject(new Refusal('JOURNAL_UNAVAILABLE', UNAVAILABLE, undefined, { cause: error }))
    }
  }
}

const UNAVAILABLE = 'The journal cannot be written, so nothing is shown.'
