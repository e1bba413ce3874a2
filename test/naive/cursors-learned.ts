import type { CursorOf } from './pages'

/** What cursors stand for, as far as answers have told: they are opaque. */
export class CursorsLearned {
  private readonly places = new Map<string, readonly unknown[]>()
  private readonly cursors = new Map<string, string>()

  /** False where the same place had another cursor before, or the cursor another place. */
  learn(stands: CursorOf, cursor: string): boolean {
    const place = JSON.stringify(stands)
    const known = this.cursors.get(place)
    if (known !== undefined) return known === cursor
    if (this.places.has(cursor)) return false
    this.cursors.set(place, cursor)
    this.places.set(cursor, stands.place)
    return true
  }

  open(cursor: string): readonly unknown[] {
    const place = this.places.get(cursor)
    if (!place) throw new Error('no answer told of this cursor')
    return place
  }
}
