import { LRUCache } from 'lru-cache'

const KNOWN_MAX = 1_000
const QUICK_MS = 10
/** Of the mean so far; what a statement took once, to be planned or beside others, is soon forgotten. */
const KEPT = 0.8

/** How long statements take, by their names: a mean in which the last ones count most. */
export class Paces {
  private readonly means = new LRUCache<string, number>({ max: KNOWN_MAX })

  /** What was never answered is not known to be quick. */
  isQuick(name: string | undefined): boolean {
    return name !== undefined && (this.means.get(name) ?? Infinity) < QUICK_MS
  }

  learn(name: string | undefined, ms: number): void {
    if (name === undefined) return
    const mean = this.means.get(name) ?? ms
    this.means.set(name, KEPT * mean + (1 - KEPT) * ms)
  }
}
