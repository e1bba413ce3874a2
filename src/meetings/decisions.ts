import { badInput, type Command, type CommandDeps, type Transaction } from '../commands/command'
import { Refusal } from '../domain/refusal'
import { asUuid, type Given } from '../query/roots'
import { actorOf, caseOf, changeMeeting, said, type Meeting } from './change-meeting'

interface Dissent {
  readonly agency: string
  readonly view: string
}

interface DecisionInput {
  readonly offender: unknown
  readonly decision: string
  readonly rationale: string
  readonly levelDecision?: string | null
  readonly dissent?: readonly Dissent[] | null
}

/** A decision that the meeting took on a case, with its reasons and the views that differed. */
export function recordMappaMeetingDecision(command: Command, deps: CommandDeps): Promise<Given | null> {
  const input = command.args['input'] as DecisionInput
  const decision = said(command, 'decision', input.decision)
  const rationale = said(command, 'rationale', input.rationale)
  const dissent = (input.dissent ?? []).map((each, i) => {
    const agency = said(command, `dissent.${i}.agency`, each.agency)
    return { agency, view: said(command, `dissent.${i}.view`, each.view) }
  })
  return changeMeeting(command, deps, async (tx, meeting, now) => {
    const offender = await caseOf(tx, command, meeting, input.offender, now)
    await checkLevelDecision(tx, offender, input.levelDecision)
    const [row] = await tx.query(
      `insert into record.meeting_decision (meeting_id, offender_id, decision, rationale, level_decision_id, decided_at,
         recorded_by_name) values ($1, $2, $3, $4, $5, $6, $7) returning id`,
      [
        meeting.id,
        offender,
        decision,
        rationale,
        input.levelDecision ?? null,
        now.toISOString(),
        actorOf(command).name,
      ],
    )
    const made = { id: String(row?.['id']), offender }
    for (const each of dissent) await insertDissent(tx, command, meeting, made, each, now)
    return { offenders: [offender], tables: ['meeting_decision', 'meeting_dissent'] }
  })
}

/** An agency thinks otherwise of what was decided; each speaks for itself, a coordinator also for others. */
export function recordMappaDissent(command: Command, deps: CommandDeps): Promise<Given | null> {
  const args = command.args as { decision: string; agency?: string | null; view: string }
  const decision = asUuid(args.decision, 'decision')
  const view = said(command, 'view', args.view)
  const agency = said(command, 'agency', args.agency ?? actorOf(command).agency)
  return changeMeeting(command, deps, async (tx, meeting, now) => {
    if (!meeting.isCoordinated && agency !== actorOf(command).agency)
      throw new Refusal('FORBIDDEN', 'You speak for your own agency alone.', 'agency')
    const [row] = await tx.query(
      'select d.offender_id from record.meeting_decision d where d.id = $1 and d.meeting_id = $2',
      [decision, meeting.id],
    )
    const offender =
      row && (await caseOf(tx, command, meeting, { id: String(row['offender_id']) }, now, 'decision'))
    if (offender === undefined) throw badInput('decision', 'The meeting took no such decision.')
    await insertDissent(tx, command, meeting, { id: decision, offender }, { agency, view }, now)
    return { offenders: [offender], tables: ['meeting_dissent'] }
  })
}

async function insertDissent(
  tx: Transaction,
  command: Command,
  meeting: Meeting,
  decision: { readonly id: string; readonly offender: string },
  { agency, view }: Dissent,
  now: Date,
): Promise<void> {
  await tx.query(
    `insert into record.meeting_dissent (meeting_id, offender_id, decision_id, agency, view, stated_at, recorded_by_name)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [meeting.id, decision.offender, decision.id, agency, view, now.toISOString(), actorOf(command).name],
  )
}

async function checkLevelDecision(
  tx: Transaction,
  offender: string,
  decision: string | null | undefined,
): Promise<void> {
  if (decision === null || decision === undefined) return
  const [row] = await tx.query(
    'select d.id from record.mappa_level_decision d where d.id::text = lower($1) and d.offender_id = $2',
    [decision, offender],
  )
  if (!row) throw badInput('input.levelDecision', 'There is no such level decision about this person.')
}
