import { badInput, type Command, type CommandDeps, type Transaction } from '../commands/command'
import { Refusal } from '../domain/refusal'
import { londonDate } from '../domain/london-date'
import { asUuid, type Given } from '../query/roots'
import { actorOf, caseOf, changeMeeting, said, type Meeting } from './change-meeting'

interface ActionInput {
  readonly action: string
  readonly ownerAgency: string
  readonly ownerName?: string | null
  readonly due: string
}

interface PlanInput {
  readonly offender: unknown
  readonly plan: string
  readonly rationale: string
  readonly actions: readonly ActionInput[]
}

const ACTIONS_MAX = 100

/** The plan that the meeting agreed, with its actions: each has an owner and a day. */
export function agreeRiskManagementPlan(command: Command, deps: CommandDeps): Promise<Given | null> {
  const input = command.args['input'] as PlanInput
  const plan = said(command, 'plan', input.plan)
  const rationale = said(command, 'rationale', input.rationale)
  checkActions(command, input.actions, londonDate(deps.now()))
  return changeMeeting(command, deps, async (tx, meeting, now) => {
    const offender = await caseOf(tx, command, meeting, input.offender, now)
    const [row] = await tx.query(
      `insert into record.risk_management_plan (meeting_id, offender_id, plan, rationale, agreed_at, agreed_by_name)
       values ($1, $2, $3, $4, $5, $6) returning id`,
      [meeting.id, offender, plan, rationale, now.toISOString(), actorOf(command).name],
    )
    for (const action of input.actions)
      await insertAction(tx, meeting, { plan: String(row?.['id']), offender }, action)
    return { offenders: [offender], tables: ['risk_management_plan', 'risk_management_action'] }
  })
}

function checkActions(command: Command, actions: readonly ActionInput[], today: string): void {
  if (actions.length > ACTIONS_MAX)
    throw badInput('input.actions', `A plan has at most ${ACTIONS_MAX} actions.`)
  actions.forEach(({ action, ownerAgency, due }, i) => {
    said(command, `actions.${i}.action`, action)
    said(command, `actions.${i}.ownerAgency`, ownerAgency)
    if (due < today) throw badInput(`input.actions.${i}.due`, 'An action is due today or later.')
  })
}

async function insertAction(
  tx: Transaction,
  meeting: Meeting,
  { plan, offender }: { readonly plan: string; readonly offender: string },
  { action, ownerAgency, ownerName, due }: ActionInput,
): Promise<void> {
  await tx.query(
    `insert into record.risk_management_action (meeting_id, offender_id, plan_id, action, owner_agency, owner_name, due_on)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [meeting.id, offender, plan, action.trim(), ownerAgency.trim(), ownerName?.trim() ?? null, due],
  )
}

/** The agency that owns an action says what came of it; that is said once. */
export function completeMappaAction(command: Command, deps: CommandDeps): Promise<Given | null> {
  const args = command.args as { action: string; outcome: string }
  const action = asUuid(args.action, 'action')
  const outcome = said(command, 'outcome', args.outcome)
  return changeMeeting(command, deps, async (tx, meeting, now) => {
    const [row] = await tx.query(
      'select a.offender_id, a.done_at from record.risk_management_action a where a.id = $1 and a.meeting_id = $2',
      [action, meeting.id],
    )
    const offender =
      row && (await caseOf(tx, command, meeting, { id: String(row['offender_id']) }, now, 'action'))
    if (offender === undefined) throw badInput('action', 'The meeting agreed no such action.')
    if (row?.['done_at'] !== null) throw new Refusal('CONFLICT', 'This action is done already.', 'action')
    const { name, agency } = actorOf(command)
    await tx.query(
      `update record.risk_management_action set done_at = $2, outcome = $3, done_by_name = $4, done_by_agency = $5
       where id = $1`,
      [action, now.toISOString(), outcome, name, agency],
    )
    return { offenders: [offender], tables: ['risk_management_action'] }
  })
}
