import type { AccessPlan } from './access/plan-access'
import { myAccess } from './access/my-access'
import { giveAccessRequests, requestAccess, settleAccessRequest } from './data-protection/access-requests'
import { explainAccess } from './data-protection/explain-access'
import type { Asked, Query } from './commands/asked'
import { breakGlass } from './data-protection/break-glass'
import { endBreakGlass } from './data-protection/end-break-glass'
import { giveBreakGlassReviews, reviewBreakGlass } from './data-protection/reviews'
import { introspect } from './catalogue/introspect'
import type { SelectedField } from './catalogue/select'
import type { Giver } from './disclosure/answer'
import type { Question } from './disclosure/question'
import { giveDisclosures } from './disclosure/give-disclosures'
import { Refusal } from './domain/refusal'
import { senderOf } from './http/ingest'
import { acknowledgeMappaLevel, acknowledgeNotice, answerNotice, openNotice } from './mappa/act-on-notice'
import { giveAreas } from './mappa/areas'
import { giveConsistency } from './mappa/consistency'
import { giveRules } from './mappa/give-rules'
import { exitMappa, transferMappaArea } from './mappa/leave-area'
import { advanceMappaReferral, referToMappa } from './mappa/referral'
import type { Command, CommandDeps } from './commands/command'
import { recordMappaLevel } from './mappa/record-level'
import { MEETING_COMMANDS } from './meetings/commands'
import { giveConfidentialityStatement } from './meetings/confidentiality'
import { giveMeetingSummary } from './meetings/give-summary'
import { countersignOversight } from './oversight/countersign'
import { pushOfferings } from './oversight/push-offerings'
import { recordOversight } from './oversight/record-oversight'
import { giveWebhooks, type WebhookTerms } from './outbound/own-webhooks'
import { WEBHOOK_COMMANDS } from './outbound/webhook-commands'
import type { Cursors } from './query/cursor'
import type { Given } from './query/roots'
import { drawInspectionSample } from './referrals/draw-inspection-sample'
import { giveParoleSummary } from './referrals/give-parole-summary'
import { referToParoleBoard } from './referrals/refer-to-parole-board'
import type { StewardshipDeps } from './stewardship/deps'
import { STEWARDSHIP_COMMANDS, STEWARDSHIP_QUERIES } from './stewardship/givers'
import type { Database } from './store/database'
import { caseUpdateItems } from './updates/case-update-items'
import { PUSH_ITEMS_MAX, type PushAnswer, type PushRequest } from './updates/push'
import type { PushGate } from './updates/push-gate'

/** What gives the answers that are not read from the record by a compiled statement. */
export interface GiverDeps {
  readonly commands: CommandDeps
  readonly stewardship: StewardshipDeps
  readonly database: Database
  readonly cursors: Cursors
  readonly push: (request: PushRequest) => Promise<PushAnswer>
  readonly pushGate: PushGate
  readonly now: () => Date
  readonly webhooks: WebhookTerms | undefined
}

const COMMANDS: Readonly<Record<string, (command: Command, deps: CommandDeps) => Promise<Given | null>>> = {
  recordMappaLevel,
  exitMappa,
  transferMappaArea,
  referToMappa,
  advanceMappaReferral,
  acknowledgeMappaLevel,
  ...MEETING_COMMANDS,
  openNotice,
  acknowledgeNotice,
  answerNotice,
  pushOfferings,
  recordOversight,
  countersignOversight,
  breakGlass,
  endBreakGlass,
  reviewBreakGlass,
  requestAccess,
  settleAccessRequest,
  referToParoleBoard,
  drawInspectionSample,
}

const OFFICERS_QUERIES: Readonly<Record<string, (asked: Asked, query: Query) => Promise<Given>>> = {
  breakGlassReviews: giveBreakGlassReviews,
  accessRequests: giveAccessRequests,
}

export function giverOf(root: SelectedField, deps: GiverDeps): Giver | undefined {
  const command = COMMANDS[root.name]
  if (command) return (_root, plan, question) => command(commandOf(root, plan, question), deps.commands)
  const asked = (plan: AccessPlan, { context }: Question): Asked => {
    return { args: root.args, plan, context, cursors: deps.cursors(root.name) }
  }
  const settle = STEWARDSHIP_COMMANDS[root.name]
  if (settle) return (_root, plan, question) => settle(commandOf(root, plan, question), deps.stewardship)
  const tell = STEWARDSHIP_QUERIES[root.name]
  if (tell) return (_root, plan, question) => tell(asked(plan, question), deps.stewardship)
  const outbound = WEBHOOK_COMMANDS[root.name]
  if (outbound)
    return (_root, plan, question) => outbound(commandOf(root, plan, question), deps.commands, deps.webhooks)
  const query: Query = (text, values) => deps.database.pools.reader.query(text, values)
  const officers = OFFICERS_QUERIES[root.name]
  if (officers) return (_root, plan, question) => officers(asked(plan, question), query)
  if (root.name === 'explainAccess')
    return (_root, plan, question) =>
      explainAccess(asked(plan, question), question.catalogue, query, deps.now())
  if (root.name === 'mappaConsistency')
    return (_root, plan, question) =>
      giveConsistency(asked(plan, question), question.catalogue, query, deps.now())
  if (root.name === 'mappaAreas') return () => giveAreas(query)
  if (root.name === 'mappaRules') return () => Promise.resolve(giveRules())
  if (root.name === 'webhooks')
    return (_root, _plan, { context }) =>
      giveWebhooks(deps.database.pools.writer, context.caller, deps.webhooks)
  if (root.name === 'pushCaseUpdates')
    return (_root, _plan, question) => pushCaseUpdates(root, question, deps)
  if (root.name === 'disclosures') {
    const query = deps.database.pools.auditor
    return (_root, plan, question) =>
      giveDisclosures(asked(plan, question), (text, values) => query.query(text, values), deps.now())
  }
  if (root.name === 'mappaMeetingSummary')
    return (_root, plan, question) => giveMeetingSummary(asked(plan, question), query, deps.now())
  if (root.name === 'paroleSummary')
    return (_root, plan, question) => Promise.resolve().then(() => giveParoleSummary(asked(plan, question)))
  if (root.name === 'mappaConfidentialityStatement')
    return () => Promise.resolve(giveConfidentialityStatement())
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
