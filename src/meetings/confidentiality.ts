import { badInput, type Command, type CommandDeps, type Transaction } from '../commands/command'
import { CONFIDENTIALITY } from '../domain/confidentiality'
import type { Given } from '../query/roots'
import { actorOf, changeMeeting, type Actor } from './change-meeting'

export function giveConfidentialityStatement(): Given {
  return { values: { ...CONFIDENTIALITY } }
}

/** An attendee accepts the statement in force; a repeat changes nothing, and an earlier edition's stays on record. */
export function acceptMappaConfidentiality(command: Command, deps: CommandDeps): Promise<Given | null> {
  if (command.args['edition'] !== CONFIDENTIALITY.edition) {
    throw badInput('edition', 'This is not the statement in force: read mappaConfidentialityStatement.')
  }
  return changeMeeting(command, deps, async (tx, meeting, now) => {
    await accept(tx, meeting.id, actorOf(command), now)
    return { tables: ['meeting_acceptance'] }
  })
}

/** Puts it on record that the actor accepted the statement for this meeting. */
export async function accept(tx: Transaction, meeting: string, by: Actor, at: Date): Promise<void> {
  await tx.query(
    `insert into record.meeting_acceptance (meeting_id, issuer, subject, agency, name, edition, accepted_at, username, namespace)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [
      meeting,
      by.issuer,
      by.subject,
      by.agency,
      by.name,
      CONFIDENTIALITY.edition,
      at.toISOString(),
      by.username,
      by.namespace,
    ],
  )
}
