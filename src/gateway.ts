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
import { Appender, type Receipt } from './journal/appender'
import { prepareEntry, type EntryDraft, type PreparedEntry } from './journal/entry'
import { acknowledgeMappaLevel } from './mappa/acknowledge'
import type { Command, CommandDeps, Transaction } from './mappa/command'
import { freezeMappaMeeting, scheduleMappaMeeting } from './mappa/meetings'
import { recordMappaLevel } from './mappa/record-level'
import type { Given } from './query/roots'
import { giveWebhooks, type WebhookTerms } from './outbound/own-webhooks'
import { createPulse, type Pulse } from './outbound/pulse'
import { WEBHOOK_COMMANDS } from './outbound/webhook-commands'
import { isDefiniteFailure, type Database } from './store/database'
import { appendEntries, KnownPlans } from './store/journal-rows'
import { readPayload, type Format } from './suppliers'
import { push, PUSH_ITEMS_MAX, type PushAnswer, type PushDeps, type PushRequest } from './updates/push'
import type { ReadFormat } from './updates/item'
import { caseUpdateItems } from './updates/case-update-items'
import { CASE_UPDATE, readCaseUpdate } from './updates/read-case-update'
import { Refusal } from './domain/refusal'

/** The use cases over one database, without any door: what HTTP, the demonstration and tests all call. */
export interface Gateway {
  readonly catalogue: Catalogue
  readonly deps: Deps
  readonly commands: CommandDeps
  readonly metrics: Metrics
  /** Beats only where somebody beats it: what serves. */
  readonly pulse: Pulse
  push(request: PushRequest): Promise<PushAnswer>
  append(draft: EntryDraft): Promise<Receipt>
  ready(): Promise<Readonly<Record<string, unknown>>>
}

export interface GatewayOptions {
  readonly catalogue: Catalogue
  readonly database: Database
  readonly now: () => Date
  readonly authenticationFailures?: () => number
  /** Without them no system has a webhook. */
  readonly webhooks?: WebhookTerms | undefined
}

export function createGateway({
  catalogue,
  database,
  now,
  authenticationFailures = () => 0,
  webhooks,
}: GatewayOptions): Gateway {
  const stamp = { policy: POLICY_VERSION, dictionary: catalogue.dictionary.version }
  const { pools } = database
  const plans = new KnownPlans()
  const flush = (batch: readonly PreparedEntry[]) => appendEntries(pools.appender, batch, plans)
  const appender = new Appender(flush, isDefiniteFailure, Date.now)
  const metrics = createMetrics({ journalWaiting: () => appender.waiting, authenticationFailures })
  const append = async (draft: EntryDraft) => {
    const receipt = await appender.append(prepareEntry(draft, stamp))
    metrics.answers.inc({ outcome: draft.outcome })
    return receipt
  }
  const transact = <T>(work: (tx: Transaction, put: (draft: EntryDraft) => Promise<void>) => Promise<T>) =>
    database.transact((tx) =>
      work(tx, async (draft) => {
        await appendEntries(tx, [prepareEntry(draft, stamp)])
      }),
    )
  const fieldsOf = fieldsByTable(catalogue)
  const commands: CommandDeps = { transact, now, fieldsOf }
  const pushDeps: PushDeps = { transact, now, fieldsOf, read: readFormat }
  const pushCounted = async (request: PushRequest) => {
    const answer = await push(request, pushDeps)
    for (const { outcome } of answer.results) metrics.items.inc({ outcome })
    return answer
  }
  const deps: Deps = {
    read: async ({ text, values }) => readDisclosed((await pools.reader.query(text, values))[0] ?? {}),
    append,
    now,
    giver: (root) => giverOf(root, { commands, database, push: pushCounted, now, webhooks }),
  }
  return {
    catalogue,
    deps,
    commands,
    metrics,
    pulse: createPulse(() => newestRevision(database)),
    push: pushCounted,
    append,
    ready: shared(() => ready(database), READY_SHARED_MS),
  }
}

const readFormat: ReadFormat = (format, payload, context) =>
  format === CASE_UPDATE
    ? readCaseUpdate(payload, context)
    : readPayload(format as Format | 'auto', payload, context)

interface GiverDeps {
  readonly commands: CommandDeps
  readonly database: Database
  readonly push: (request: PushRequest) => Promise<PushAnswer>
  readonly now: () => Date
  readonly webhooks: WebhookTerms | undefined
}

const COMMANDS: Readonly<Record<string, (command: Command, deps: CommandDeps) => Promise<Given | null>>> = {
  recordMappaLevel,
  acknowledgeMappaLevel,
  scheduleMappaMeeting,
  freezeMappaMeeting,
}

function giverOf(root: SelectedField, deps: GiverDeps): Giver | undefined {
  const command = COMMANDS[root.name]
  if (command) return (_root, plan, question) => command(commandOf(root, plan, question), deps.commands)
  const outbound = WEBHOOK_COMMANDS[root.name]
  if (outbound)
    return (_root, plan, question) => outbound(commandOf(root, plan, question), deps.commands, deps.webhooks)
  if (root.name === 'webhooks')
    return (_root, _plan, { context }) =>
      giveWebhooks(deps.database.pools.writer, context.caller, deps.webhooks)
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
  const answer = await deps.push({
    caller,
    sender: senderOf(caller),
    operation: 'pushCaseUpdates',
    requestId,
    items: caseUpdateItems(updates),
  })
  return { values: { ...answer } }
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
