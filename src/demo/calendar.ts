/** Dates by their distance from today in days: what is past is below zero. */
export class Calendar {
  readonly #midnight: number

  constructor(today: Date) {
    this.#midnight = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate())
  }

  /** `YYYY-MM-DD`. */
  date(offset: number): string {
    return this.instant(offset, 0).slice(0, 10)
  }

  /** An ISO instant in UTC. */
  instant(offset: number, minutes: number): string {
    return new Date(this.#midnight + offset * DAY_MS + minutes * MINUTE_MS).toISOString()
  }

  /** Without a zone, as OASys writes its times. */
  localTime(offset: number, minutes: number): string {
    return this.instant(offset, minutes).slice(0, 19)
  }

  /** The day itself, or the Friday before where it falls on a weekend. */
  workday(offset: number): number {
    const weekday = new Date(this.#midnight + offset * DAY_MS).getUTCDay()
    return weekday === 6 ? offset - 1 : weekday === 0 ? offset - 2 : offset
  }

  /** Days from today to a date. */
  offsetOf(date: string): number {
    return Math.round((Date.parse(date) - this.#midnight) / DAY_MS)
  }
}

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
