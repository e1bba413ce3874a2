/**
 * The chances of one aspect of one case, the same in every run: a case never depends on its neighbours,
 * and a change in one aspect leaves every other as it was.
 */
export function drawsFor(...aspect: readonly (string | number)[]): Draws {
  return new Draws(fnv1a(aspect.join('/')))
}

/** Mulberry32: small, quick and good enough for a population that proves nothing. */
export class Draws {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 up to but not including 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from `low` to `high`, both included; `low` where there is nothing between them. */
  int(low: number, high: number): number {
    return high <= low ? low : low + Math.floor(this.next() * (high - low + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** @throws RangeError when there is nothing to pick from. */
  pick<T>(list: readonly T[]): T {
    const picked = list[this.int(0, list.length - 1)]
    if (picked === undefined) throw new RangeError('There is nothing to pick from')
    return picked
  }

  /** Picks by weight; the weights need not add up to anything. */
  weighted<const T>(options: readonly [Weighted<T>, ...Weighted<T>[]]): T {
    const total = options.reduce((sum, [, weight]) => sum + weight, 0)
    let left = this.next() * total
    for (const [value, weight] of options) {
      left -= weight
      if (left < 0) return value
    }
    return options[0][0]
  }
}

type Weighted<T> = readonly [T, number]

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
