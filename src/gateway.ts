import { POLICY_VERSION } from './access/policy-version'
import { myAccess } from './access/my-access'
import type { AccessPlan } from './access/plan-access'
import type { Catalogue } from './catalogue/catalogue'
import { introspect } from './catalogue/introspect'
import type { SelectedField } from './catalogue/select'
import type { Deps, Giver } from './disclosure/answer'
import type { Question } from './disclosure/question'
import { giveDisclosures } from './disclosure/give-disclosures'
import { readDisclosed } from './disclosure/sightings'
import { createMetrics, type Metrics } from './http/health'
import { senderOf } from './http/ingest'
import { watchSources } from './http/source-gauges'
import { Appender, type Receipt } from './journal/appender'
import { prepareEntry, type EntryDraft, type PreparedEntry } from './journal/entry'
import { acknowledgeMappaLevel } from './mappa/acknowledge'
import type { Command, CommandDeps, Transaction } from './mappa/command'
import { freezeMappaMeeting, scheduleMappaMeeting } from './mappa/meetings'
import { recordMappaLevel } from './mappa/record-level'
import { countersignOversight } from './oversight/countersign'
import { pushOfferings } from './oversight/push-offerings'
import { recordOversight } from './oversight/record-oversight'
import type { Given } from './query/roots'
import { allSources, SourceAlarms } from './stewardship/alarms'
import type { StewardshipDeps } from './stewardship/deps'
import { STEWARDSHIP_COMMANDS, STEWARDSHIP_QUERIES } from './stewardship/givers'
import { noteBatch } from './stewardship/note-batch'
import { retryAll, type Retried } from './stewardship/retry-all'
import { DAILY, type Silence } from './stewardship/sources'
import { isDefiniteFailure, type Database } from './store/database'
import { appendEntries, KnownPlans } from './store/journal-rows'
import { readPayload, type Format } from './suppliers'
import { push, PUSH_ITEMS_MAX, type PushAnswer, type PushDeps, type PushRequest } from './updates/push'
import type { ReadFormat } from './updates/item'
import { PushGate, type PushLimits } from './updates/push-gate'
import { caseUpdateItems } from './updates/case-update-items'
import { CASE_UPDATE, readCaseUpdate } from './updates/read-case-update'
import { Refusal } from './domain/refusal'

/** The use cases over one database, without any door: what HTTP, the demonstration and tests all call. */
export interface Gateway {
  readonly catalogue: Catalogue
  readonly deps: Deps
  readonly commands: CommandDeps
  readonly metrics: Metrics
  /** Waits for its turn; requests from outside are let in by `pushGate` first. */
  push(request: PushRequest): Promise<PushAnswer>
  readonly pushGate: PushGate
  append(draft: EntryDraft): Promise<Receipt>
  ready(): Promise<Readonly<Record<string, unknown>>>
  /** What is newly amiss with the feeds, or no longer, as lines for a log. */
  sourceAlarms(): Promise<string[]>
  /** Tries what is in quarantine again, or one format of it. */
  retryQuarantined(format?: string): Promise<Retried>
}

export interface GatewayOptions {
  readonly catalogue: Catalogue
  readonly database: Database
  readonly now: () => Date
  readonly authenticationFailures?: () => number
  readonly pushLimits?: PushLimits
  readonly silence?: Silence
}

export function createGateway({
  catalogue,
  database,
  now,
  authenticationFailures = () => 0,
  pushLimits,
  silence = DAILY,
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
  const note: PushDeps['note'] = (tx, pushed) => noteBatch(tx, pushed, now())
  const pushDeps: PushDeps = { transact, now, fieldsOf, note, read: readFormat }
  const pushCounted = async (request: PushRequest) => {
    const answer = await pushGate.turn(() => push(request, pushDeps))
    for (const { outcome } of answer.results) metrics.items.inc({ outcome })
    return answer
  }
  const query: StewardshipDeps['query'] = (text, values) => pools.reader.query(text, values)
  const stewardship: StewardshipDeps = { commands, silence, query, read: readFormat }
  const sources = shared(() => allSources(query, silence, now()), READY_SHARED_MS)
  watchSources(metrics.registry, sources)
  const alarms = new SourceAlarms()
  const deps: Deps = {
    read: async ({ text, values }) => readDisclosed((await pools.reader.query(text, values))[0] ?? {}),
    append,
    now,
    giver: (root) => giverOf(root, { commands, stewardship, database, push: pushCounted, pushGate, now }),
  }
  return {
    catalogue,
    deps,
    commands,
    metrics,
    push: pushCounted,
    pushGate,
    append,
    ready: shared(() => ready(database), READY_SHARED_MS),
    sourceAlarms: async () => alarms.lines(await sources()),
    retryQuarantined: (format) => retryAll(stewardship, format),
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
    transact: <T>(work: (tx: Transaction, put: (draft: EntryDraft) => Promise<void>) => Promise<T>) =>
      transact((tx) =>
        work(tx, async (draft) => {
          await appendEntries(tx, [journalled(draft)])
        }),
      ),
  }
}

const readFormat: ReadFormat = (format, payload, context) =>
  format === CASE_UPDATE
    ? readCaseUpdate(payload, context)
    : readPayload(format as Format | 'auto', payload, context)

interface GiverDeps {
  readonly commands: CommandDeps
  readonly stewardship: StewardshipDeps
  readonly database: Database
  readonly push: (request: PushRequest) => Promise<PushAnswer>
  readonly pushGate: PushGate
  readonly now: () => Date
}

const COMMANDS: Readonly<Record<string, (command: Command, deps: CommandDeps) => Promise<Given | null>>> = {
  recordMappaLevel,
  acknowledgeMappaLevel,
  scheduleMappaMeeting,
  freezeMappaMeeting,
  pushOfferings,
  recordOversight,
  countersignOversight,
}

function giverOf(root: SelectedField, deps: GiverDeps): Giver | undefined {
  const command = COMMANDS[root.name]
  if (command) return (_root, plan, question) => command(commandOf(root, plan, question), deps.commands)
  const settle = STEWARDSHIP_COMMANDS[root.name]
  if (settle) return (_root, plan, question) => settle(commandOf(root, plan, question), deps.stewardship)
  const tell = STEWARDSHIP_QUERIES[root.name]
  if (tell) return ({ args }, plan, { context }) => tell({ args, plan, context }, deps.stewardship)
  if (root.name === 'pushCaseUpdates')
    return (_root, _plan, question) => pushCaseUpdates(root, question, deps)
  if (root.name === 'disclosures') {
    const query = deps.database.pools.auditor
    return (_root, plan) =>
      giveDisclosures(root, plan, (text, values) => query.query(text, values), deps.now())
  }
  if (root.name === 'myAccess')
    return (_root, _plan, question) => Promise.resolve({ values: myAccess(question.context.caller) })
  if (root.field === undefined && root.name !== '__typename') {
    return (_root, _plan, { catalogue, document, operation, variables }) =>
      Promise.resolve({
        values: introspect(catalogue.schema, document, operation, root, variables) as Record<string, unknown>,
      })
  }
  return undefined
}

const REQUEST_ID_MAX = 200

function commandOf(root: SelectedField, plan: AccessPlan, { context }: Question): Command {
  const { requestId: repeatId } = (root.args['input'] ?? root.args) as { requestId?: string | null }
  if (repeatId != null && (repeatId.trim() === '' || repeatId.length > REQUEST_ID_MAX)) {
    throw new Refusal('BAD_USER_INPUT', `requestId is 1 to ${REQUEST_ID_MAX} characters.`, 'input.requestId')
  }
  return {
    name: root.name,
    caller: context.caller,
    plan,
    justification: context.justification,
    requestId: context.requestId,
    args: root.args,
    ...(repeatId !== null && repeatId !== undefined && { repeatId }),
  }
}

async function pushCaseUpdates(root: SelectedField, { context }: Question, deps: GiverDeps): Promise<Given> {
  const { updates } = root.args['input'] as { updates: readonly Record<string, unknown>[] }
  if (updates.length > PUSH_ITEMS_MAX) {
    throw new Refusal('BAD_USER_INPUT', `A call takes at most ${PUSH_ITEMS_MAX} updates.`, 'input.updates')
  }
  const { caller, requestId } = context
  const leave = deps.pushGate.enter(caller.client, 'requests')
  try {
    const answer = await deps.push({
      caller,
      sender: senderOf(caller),
      operation: 'pushCaseUpdates',
      requestId,
      items: caseUpdateItems(updates),
    })
    return { values: { ...answer } }
  } finally {
    leave()
  }
}

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
  const [row] = await database.pools.reader.query('select c.value from record.revision_counter c')
  await appendEntries(database.pools.appender, [])
  return { revision: Number(row?.['value']), policyVersion: POLICY_VERSION }
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
