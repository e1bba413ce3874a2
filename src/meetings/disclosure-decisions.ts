import type { Command, CommandDeps } from '../commands/command'
import type { Given } from '../query/roots'
import { actorOf, caseOf, changeMeeting, said } from './change-meeting'

interface DisclosureInput {
  readonly offender: unknown
  readonly outcome: string
  readonly recipient: string
  readonly content: string
  readonly conditions?: readonly string[] | null
  readonly rationale: string
  readonly discloser?: string | null
}

/** That a third party is told something of the person, is not told it, or not yet; always with the reasons. */
export function recordMappaDisclosure(command: Command, deps: CommandDeps): Promise<Given | null> {
  const input = command.args['input'] as DisclosureInput
  const recipient = said(command, 'recipient', input.recipient)
  const content = said(command, 'content', input.content)
  const rationale = said(command, 'rationale', input.rationale)
  const conditions = (input.conditions ?? []).map((each, i) => said(command, `conditions.${i}`, each))
  return changeMeeting(command, deps, async (tx, meeting, now) => {
    const offender = await caseOf(tx, command, meeting, input.offender, now)
    await tx.query(
      `insert into record.disclosure_decision (meeting_id, offender_id, outcome, recipient, content, conditions, rationale,
         discloser, decided_at, recorded_by_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        meeting.id,
        offender,
        input.outcome,
        recipient,
        content,
        conditions,
        rationale,
        input.discloser?.trim() ?? null,
        now.toISOString(),
        actorOf(command).name,
      ],
    )
    return { offenders: [offender], tables: ['disclosure_decision'] }
  })
}
