import { setTimeout as pause } from 'node:timers/promises'
import { Router } from 'express'
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'

export interface HealthDeps {
  /** Throws where the database cannot be read, or the journal cannot be written. */
  ready(): Promise<Readonly<Record<string, unknown>>>
  readonly metrics: Metrics
}

export function healthRoutes({ ready, metrics }: HealthDeps): Router {
  const router = Router()
  router.get('/health/live', (_request, response) => {
    response.json({ status: 'live' })
  })
  router.get('/health/ready', (_request, response) => {
    inTime(ready()).then(
      (details) => response.json({ status: 'ready', ...details }),
      () => response.status(503).json({ status: 'not ready' }),
    )
  })
  router.get('/metrics', (_request, response, next) => {
    metrics.registry.metrics().then((text) => response.type(metrics.registry.contentType).send(text), next)
  })
  return router
}

const READY_MAX_MS = 3_000

/** Who asks whether the service is ready does not wait for a database that has frozen. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const settled = new AbortController()
  const late = pause(READY_MAX_MS, undefined, { signal: settled.signal }).then(() => {
    throw new Error('not ready in time')
  })
  try {
    return await Promise.race([work, late])
  } finally {
    settled.abort()
  }
}

/** What operators watch; no label ever holds a person. */
export interface Metrics {
  readonly registry: Registry
  readonly answers: Counter<'outcome'>
  readonly items: Counter<'outcome'>
  readonly hints: Counter<'outcome'>
}

/** Where the figures are that are read when somebody asks. */
export interface Watched {
  journalWaiting(): number
  authenticationFailures(): number
  readonly pushes: { readonly working: number; readonly waiting: number; readonly refused: number }
}

export function createMetrics({ pushes, ...watched }: Watched): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  gauge('throughcare_journal_waiting', 'Entries that wait for a flush of the journal.', () =>
    watched.journalWaiting(),
  )
  gauge('throughcare_authentication_failures', 'Requests without a valid token since the start.', () =>
    watched.authenticationFailures(),
  )
  gauge('throughcare_pushes_working', 'Batches of pushed items in work.', () => pushes.working)
  gauge(
    'throughcare_pushes_waiting',
    'Batches of pushed items that wait for their turn.',
    () => pushes.waiting,
  )
  new Counter({
    name: 'throughcare_pushes_refused_total',
    help: 'Pushes refused because too many were there at once.',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(pushes.refused)
    },
  })
  const answers = new Counter({
    name: 'throughcare_entries_total',
    help: 'Entries put on record, by outcome.',
    labelNames: ['outcome'] as const,
    registers: [registry],
  })
  const items = new Counter({
    name: 'throughcare_pushed_items_total',
    help: 'Items pushed, by outcome.',
    labelNames: ['outcome'] as const,
    registers: [registry],
  })
  const hints = new Counter({
    name: 'throughcare_hints_total',
    help: 'Attempts to tell a webhook that the record moved, by outcome.',
    labelNames: ['outcome'] as const,
    registers: [registry],
  })
  return { registry, answers, items, hints }
}
