import type { Caller } from '../domain/caller'
import { Refusal } from '../domain/refusal'

const EACH_MAX = 10
const ALL_MAX = 500

/** Bounds how many streams are open at once, for each caller and in all. */
export class Places {
  private readonly taken = new Map<string, number>()
  private all = 0

  /** What it returns gives the place back. */
  take({ issuer, client, person }: Caller): () => void {
    const key = JSON.stringify([issuer, client, person?.subject])
    const own = this.taken.get(key) ?? 0
    if (own >= EACH_MAX || this.all >= ALL_MAX) {
      throw new Refusal(
        'RATE_LIMITED',
        `At most ${EACH_MAX} streams a caller and ${ALL_MAX} in all are open.`,
      )
    }
    this.taken.set(key, own + 1)
    this.all += 1
    return () => {
      const left = (this.taken.get(key) ?? 0) - 1
      if (left > 0) this.taken.set(key, left)
      else this.taken.delete(key)
      this.all -= 1
    }
  }
}
