import type { EntryDraft } from '../journal/entry'

const SOURCES_MAX = 100

/** Counts failures by source and puts the counts on record once a minute, so that nobody can fill the journal from outside. */
export class AuthenticationFailures {
  private counts = new Map<string, number>()
  total = 0

  count(source: string): void {
    this.total += 1
    const key = this.counts.has(source) || this.counts.size < SOURCES_MAX ? source : 'others'
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1)
  }

  /** The entry for what was counted since the last one; undefined where nothing was. */
  take(at: Date): EntryDraft | undefined {
    if (this.counts.size === 0) return undefined
    const sources = Object.fromEntries(this.counts)
    this.counts = new Map()
    return {
      kind: 'AUTHENTICATION_FAILED',
      outcome: 'UNAUTHENTICATED',
      at,
      viewer: undefined,
      parameters: { sources },
      subjects: [],
    }
  }
}
