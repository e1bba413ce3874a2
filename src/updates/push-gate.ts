import { Refusal } from '../domain/refusal'

export interface PushLimits {
  /** Items in work; a batch that is larger is in work alone. */
  readonly working: number
  /** Requests of one batch that are let in, from their first byte to their answer; of small ones `SMALL` times as many. */
  readonly requests: number
  /** Streams of batches that are let in. */
  readonly streams: number
}

/**
 * Batches are applied one after the other, so more than two of the largest in work gain nothing: one is read while
 * another is applied. Each request holds at most its body in memory (8 MB), each stream one chunk of it.
 */
export const PUSH_LIMITS: PushLimits = { working: 1_000, requests: 16, streams: 8 }

/** Bytes of a body that is held in memory beside many others. */
const SMALL_MAX = 65_536
const SMALL = 32

/** How much of a place a request takes, by the length that it gives of its body; one that gives none takes a whole one. */
export function placeFor(bytes: number | undefined): number {
  return bytes !== undefined && bytes <= SMALL_MAX ? 1 / SMALL : 1
}

/** What a sender is let in for. */
export type Entrance = 'requests' | 'streams'

/** The gate before all pushing: what is let in waits for its turn; beyond that senders are told to come again. */
export class PushGate {
  private batches = 0
  private items = 0
  private turnedAway = 0
  private readonly turns: Turn[] = []
  private readonly inside = { requests: new Map<string, number>(), streams: new Map<string, number>() }

  constructor(private readonly limits: PushLimits = PUSH_LIMITS) {}

  /** Batches in work. */
  get working(): number {
    return this.batches
  }

  /** Batches that wait for their turn. */
  get waiting(): number {
    return this.turns.length
  }

  /** Refused since the start. */
  get refused(): number {
    return this.turnedAway
  }

  /**
   * Lets a client's request in, before anything of its body is read; gives what ends it. No client takes
   * more than half of the places, so that one cannot keep the others out. Throws `RATE_LIMITED`.
   */
  enter(client: string, entrance: Entrance, place = 1): () => void {
    const inside = this.inside[entrance]
    const own = inside.get(client) ?? 0
    const all = [...inside.values()].reduce((sum, count) => sum + count, 0)
    const most = this.limits[entrance]
    if (all + place > most || own + place > Math.ceil(most / 2)) {
      this.turnedAway += 1
      throw new Refusal('RATE_LIMITED', 'Too much is being pushed at once; send this again shortly.')
    }
    inside.set(client, own + place)
    return () => {
      const left = (inside.get(client) ?? 0) - place
      if (left > 0) inside.set(client, left)
      else inside.delete(client)
    }
  }

  /** Does a batch's work when its turn has come, in order of asking. */
  async turn<T>(work: () => Promise<T>, items = 1): Promise<T> {
    await new Promise<void>((begin) => {
      this.turns.push({ items, begin })
      this.goOn()
    })
    try {
      return await work()
    } finally {
      this.batches -= 1
      this.items -= items
      this.goOn()
    }
  }

  private goOn(): void {
    for (;;) {
      const [next] = this.turns
      if (!next || (this.batches > 0 && this.items + next.items > this.limits.working)) return
      this.turns.shift()
      this.batches += 1
      this.items += next.items
      next.begin()
    }
  }
}

interface Turn {
  readonly items: number
  begin(): void
}
