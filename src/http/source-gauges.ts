import { Gauge, type Registry } from 'prom-client'

/** A feed as operators watch it. */
export interface WatchedSource {
  readonly client: string
  readonly agency: string | null
  readonly overdue: boolean
  readonly gaps: readonly { readonly from: number; readonly to: number }[]
}

/** Puts the feeds into the metrics; where they cannot be read, they are missing and the others are not. */
export function watchSources(registry: Registry, read: () => Promise<readonly WatchedSource[]>): void {
  gauge(
    registry,
    read,
    'throughcare_source_overdue',
    'Whether a feed is silent for longer than expected.',
    (source) => (source.overdue ? 1 : 0),
  )
  gauge(
    registry,
    read,
    'throughcare_source_missing_messages',
    'Numbers of a feed that have not come.',
    ({ gaps }) => gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0),
  )
}

/** How many broken-glass grants nobody has reviewed. */
export function watchReviews(registry: Registry, read: () => Promise<number>): void {
  new Gauge({
    name: 'throughcare_break_glass_unreviewed',
    help: 'Broken-glass grants that wait for a review by a data protection officer.',
    registers: [registry],
    async collect() {
      const waiting = await read().catch(() => undefined)
      if (waiting === undefined) this.reset()
      else this.set(waiting)
    },
  })
}

function gauge(
  registry: Registry,
  read: () => Promise<readonly WatchedSource[]>,
  name: string,
  help: string,
  value: (source: WatchedSource) => number,
): void {
  new Gauge({
    name,
    help,
    labelNames: ['client', 'agency'] as const,
    registers: [registry],
    async collect() {
      const sources = await read().catch(() => [])
      this.reset()
      for (const source of sources) {
        this.set({ client: source.client, agency: source.agency ?? '' }, value(source))
      }
    },
  })
}
