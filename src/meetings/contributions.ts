import type { Command, CommandDeps } from '../commands/command'
import type { Given } from '../query/roots'
import { actorOf, caseOf, changeMeeting, said } from './change-meeting'

/** What the caller's own agency tells the meeting of one of its cases. */
export function contributeToMappaMeeting(command: Command, deps: CommandDeps): Promise<Given | null> {
  const input = command.args['input'] as { offender: unknown; contribution: string }
  const contribution = said(command, 'contribution', input.contribution)
  return changeMeeting(command, deps, async (tx, meeting, now) => {
    const offender = await caseOf(tx, command, meeting, input.offender, now)
    const by = actorOf(command)
    await tx.query(
      `insert into record.meeting_contribution (meeting_id, offender_id, agency, contribution, contributed_at,
         contributed_by_name, contributed_by_role) values ($1, $2, $3, $4, $5, $6, $7)`,
      [meeting.id, offender, by.agency, contribution, now.toISOString(), by.name, by.role],
    )
    return { offenders: [offender], tables: ['meeting_contribution'] }
  })
}
