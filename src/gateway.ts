import { Alarms } from './alarms'
import { POLICY_VERSION } from './access/policy-version'
import { reviewAlarms, unreviewed } from './data-protection/reviews'
import type { Catalogue } from './catalogue/catalogue'
import type { Cursors } from './query/cursor'
import type { Deps } from './disclosure/answer'
import { KnownForms } from './disclosure/forms'
import { readDisclosed } from './disclosure/sightings'
import { createMetrics, type Metrics } from './http/health'
import { watchReviews, watchSources } from './http/source-gauges'
import { Appender, type Receipt } from './journal/appender'
import { prepareEntry, type EntryDraft, type PreparedEntry } from './journal/entry'
import { giverOf } from './givers'
import type { CommandDeps, Transaction } from './commands/command'
import type { WebhookTerms } from './outbound/own-webhooks'
import { createPulse, type Pulse } from './outbound/pulse'
import { alarmsOf, allSources } from './stewardship/alarms'
import type { StewardshipDeps } from './stewardship/deps'
import { noteBatches } from './stewardship/note-batch'
import { retryAll, type Retried } from './stewardship/retry-all'
import { DAILY, type Silence } from './stewardship/sources'
import { readableSets } from './query/readable-sets'
import { isDefiniteFailure, type Database } from './store/database'
import { appendEntries, KnownPlans } from './store/journal-rows'
import { readerRole } from './store/reader-roles'
import { readPayload, type Format } from './suppliers'
import { pushing, type PushAnswer, type PushDeps, type PushRequest } from './updates/push'
import type { ReadFormat } from './updates/item'
import { PushGate, type PushLimits } from './updates/push-gate'
import { CASE_UPDATE, readCaseUpdate } from './updates/read-case-update'

/** The use cases over one database, without any door: what HTTP, the demonstration and tests all call. */
export interface Gateway {
  readonly catalogue: Catalogue
  readonly deps: Deps
  readonly commands: CommandDeps
  readonly metrics: Metrics
  /** Beats only where somebody beats it: what serves. */
  readonly pulse: Pulse
  /** Waits for its turn; requests from outside are let in by `pushGate` first. */
  push(request: PushRequest): Promise<PushAnswer>
  readonly pushGate: PushGate
  append(draft: EntryDraft): Promise<Receipt>
  ready(): Promise<Readonly<Record<string, unknown>>>
  /** What is newly amiss with the feeds, or waits for a review, or no longer, as lines for a log. */
  alarms(): Promise<string[]>
  /** Tries what is in quarantine again, or one format of it. */
  retryQuarantined(format?: string): Promise<Retried>
}

export interface GatewayOptions {
  readonly catalogue: Catalogue
  readonly database: Database
  readonly cursors: Cursors
  readonly now: () => Date
  readonly authenticationFailures?: () => number
  readonly pushLimits?: PushLimits
  readonly silence?: Silence
  /** Without them no system has a webhook. */
  readonly webhooks?: WebhookTerms | undefined
}

export function createGateway({
  catalogue,
  database,
  cursors,
  now,
  authenticationFailures = () => 0,
  pushLimits,
  silence = DAILY,
  webhooks,
}: GatewayOptions): Gateway {
  const { pools } = database
  const { appender, journalled, transact } = journalling(catalogue, database)
  const pushGate = new PushGate(pushLimits)
  const metrics = createMetrics({
    journalWaiting: () => appender.waiting,
    authenticationFailures,
    pushes: pushGate,
  })
  const append = async (draft: EntryDraft) => {
    const receipt = await appender.append(journalled(draft))
    metrics.answers.inc({ outcome: draft.outcome })
    return receipt
  }
  const fieldsOf = fieldsByTable(catalogue)
  const commands: CommandDeps = { transact, now, fieldsOf }
  const note: PushDeps['note'] = (tx, group) => noteBatches(tx, group, now())
  const pushDeps: PushDeps = { transact, now, fieldsOf, note, read: readFormat }
  const push = pushing(pushDeps)
  const pushCounted = async (request: PushRequest) => {
    const answer = await pushGate.turn(() => push(request), request.items.length)
    for (const { outcome } of answer.results) metrics.items.inc({ outcome })
    return answer
  }
  const query: StewardshipDeps['query'] = (text, values) => pools.reader.query(text, values)
  const stewardship: StewardshipDeps = { commands, silence, query, read: readFormat }
  const alarms = watch(metrics, query, silence, now)
  const giving = { commands, stewardship, database, cursors, push: pushCounted, pushGate, now, webhooks }
  const deps: Deps = {
    read: readingByRole(catalogue, database, cursors),
    append,
    now,
    cursors,
    forms: new KnownForms(),
    giver: (root) => giverOf(root, giving),
  }
  return {
    catalogue,
    deps,
    commands,
    metrics,
    pulse: createPulse(() => newestRevision(database)),
    push: pushCounted,
    pushGate,
    append,
    ready: shared(() => ready(database), READY_SHARED_MS),
    alarms,
    retryQuarantined: (format) => retryAll(stewardship, format),
  }
}

/** Puts what may be amiss into the metrics; gives what tells it as lines. */
function watch(metrics: Metrics, query: StewardshipDeps['query'], silence: Silence, now: () => Date) {
  const sources = shared(() => allSources(query, silence, now()), READY_SHARED_MS)
  const openReviews = shared(() => unreviewed(query), READY_SHARED_MS)
  watchSources(metrics.registry, sources)
  watchReviews(metrics.registry, openReviews)
  const alarms = new Alarms()
  return async () =>
    alarms.lines([...(await sources()).flatMap(alarmsOf), ...reviewAlarms(await openReviews())])
}

/** A role's answers are read as the database's role for the columns that its questions may ever read. */
function readingByRole(catalogue: Catalogue, database: Database, cursors: Cursors): Deps['read'] {
  const readers = new Map(
    readableSets(catalogue).flatMap((set) =>
      set.roles.map((role) => [role, database.readingAs(readerRole(set))] as const),
    ),
  )
  return async ({ text, values }, role) => {
    const reader = readers.get(role)
    if (!reader) throw new Error(`nothing says what ${role} may read`)
    return readDisclosed((await reader.query(text, values))[0] ?? {}, cursors)
  }
}

/** How entries are stamped and put on record: in batches of their own, or last in a write transaction. */
function journalling(catalogue: Catalogue, { pools, transact }: Database) {
  const stamp = { policy: POLICY_VERSION, dictionary: catalogue.dictionary.version }
  const plans = new KnownPlans()
  const flush = (batch: readonly PreparedEntry[]) => appendEntries(pools.appender, batch, plans)
  const journalled = (draft: EntryDraft) => prepareEntry(draft, stamp)
  return {
    appender: new Appender(flush, isDefiniteFailure, Date.now),
    journalled,
    transact: <T>(work: (tx: Transaction, put: (...drafts: EntryDraft[]) => Promise<void>) => Promise<T>) =>
      transact((tx) =>
        work(tx, async (...drafts) => {
          await appendEntries(tx, drafts.map(journalled))
        }),
      ),
  }
}

const readFormat: ReadFormat = (format, payload, context) =>
  format === CASE_UPDATE
    ? readCaseUpdate(payload, context)
    : readPayload(format as Format | 'auto', payload, context)

/** The fields that the rows of a table hold, as bits of the journal's dictionary. */
function fieldsByTable(catalogue: Catalogue): (table: string) => readonly number[] {
  const byTable = new Map<string, number[]>()
  for (const type of catalogue.types.values()) {
    if (type.table === undefined) continue
    const bits = [...type.fields.values()].map((field) => catalogue.dictionary.bit(field.coordinate))
    byTable.set(type.table, [...(byTable.get(type.table) ?? []), ...bits])
  }
  return (table) => byTable.get(table) ?? []
}

/** Reads the record and takes the journal's own lock: what cannot do both serves nothing. */
async function ready(database: Database): Promise<Readonly<Record<string, unknown>>> {
  const revision = await newestRevision(database)
  await appendEntries(database.pools.appender, [])
  return { revision, policyVersion: POLICY_VERSION }
}

async function newestRevision(database: Database): Promise<number> {
  const [row] = await database.pools.reader.query('select c.value from record.revision_counter c')
  return Number(row?.['value'])
}

/** Whoever asks often must not keep the journal's connection busy. */
const READY_SHARED_MS = 1_000

function shared<T>(work: () => Promise<T>, forMs: number): () => Promise<T> {
  let last: { readonly result: Promise<T>; readonly at: number } | undefined
  return () => {
    if (!last || Date.now() - last.at > forMs) last = { result: work(), at: Date.now() }
    return last.result
  }
}
