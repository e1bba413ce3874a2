import type { RoleName } from '../domain/caller'
import type { Item, Place, Sendable } from './items'

/** What one request takes is 500 documents and 8 MB. */
const MOST_DOCUMENTS = 500
const MOST_BYTES = 4_000_000

export type Batch = (Place & Sendable)[]

/** Documents that follow one another in the sources: their batches are sent in turn, then their places are noted. */
export class Round {
  readonly items: Item[] = []
  private readonly bySender = new Map<RoleName, { readonly batch: Batch; bytes: number }>()

  /** Whether it was taken in: not where that would be more than one request of its sender holds. */
  add(item: Item): boolean {
    if (item.fault !== undefined) {
      if (this.items.length >= 2 * MOST_DOCUMENTS) return false
    } else {
      const own = this.bySender.get(item.sender) ?? { batch: [], bytes: 0 }
      const isFull = own.batch.length === MOST_DOCUMENTS || own.bytes + item.bytes > MOST_BYTES
      if (own.batch.length > 0 && isFull) return false
      own.batch.push(item)
      own.bytes += item.bytes
      this.bySender.set(item.sender, own)
    }
    this.items.push(item)
    return true
  }

  /**
   * One for each sender, each in the order of the sources. The prisons' comes first: what probation states
   * may be about a person whom a prison makes known, never the other way round.
   */
  get batches(): Batch[] {
    const senders = [...this.bySender].sort(([one], [two]) => rank(one) - rank(two))
    return senders.map(([, { batch }]) => batch)
  }
}

function rank(sender: RoleName): number {
  return sender === 'PRISON_SYSTEM' ? 0 : 1
}

export async function* roundsOf(items: AsyncIterable<Item>): AsyncGenerator<Round, void, undefined> {
  let round = new Round()
  for await (const item of items) {
    if (round.add(item)) continue
    yield round
    round = new Round()
    round.add(item)
  }
  if (round.items.length > 0) yield round
}

/** Makes the next ready while one is worked on; never more than one. */
export async function* oneAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]()
  let next = iterator.next()
  for (;;) {
    const made = await next
    if (made.done === true) return
    next = iterator.next()
    // Told when it is asked for, if it is.
    next.catch(() => undefined)
    yield made.value
  }
}
