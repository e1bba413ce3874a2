import { LRUCache } from 'lru-cache'

const TEXTS_MAX = 1_000

/**
 * Names for statements that come again, so that a session plans each of them once (a named statement is a prepared
 * one). What comes once, as a question that somebody tries out, is not kept; nor is what was not asked for long.
 */
export class PlannedOnce {
  private readonly met = new LRUCache<string, { name?: string }>({ max: TEXTS_MAX })
  private named = 0

  nameOf(text: string): string | undefined {
    const met = this.met.get(text)
    if (met) return (met.name ??= `s${++this.named}`)
    this.met.set(text, {})
    return undefined
  }
}

const PREPARED_MAX = 250

/** What sessions have prepared: one that holds plans of too much is better begun anew. */
export class Prepared<Session extends object> {
  private readonly held = new WeakMap<Session, Set<string>>()

  /** Whether the session should end after this. */
  isFullWith(session: Session, name: string | undefined): boolean {
    if (name === undefined) return false
    const held = this.held.get(session) ?? new Set<string>()
    this.held.set(session, held.add(name))
    return held.size > PREPARED_MAX
  }
}
