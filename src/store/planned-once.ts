const TEXTS_MAX = 1_000

/**
 * Names for statements that come again, so that a session plans each of them once (a named statement is a prepared
 * one). What comes once, as a question that somebody tries out, is not kept; nor is what was not asked for long.
 */
export class PlannedOnce {
  /** The text's name, once it has one; the longest unused first. */
  private readonly names = new Map<string, string | undefined>()
  private named = 0

  nameOf(text: string): string | undefined {
    const isKnown = this.names.has(text)
    const name = this.names.get(text) ?? (isKnown ? `s${++this.named}` : undefined)
    this.names.delete(text)
    this.names.set(text, name)
    if (this.names.size > TEXTS_MAX) this.forgetOldest()
    return name
  }

  private forgetOldest(): void {
    for (const text of this.names.keys()) {
      this.names.delete(text)
      return
    }
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
