import { badInput, type Command, type CommandDeps, type Transaction } from '../commands/command'
import type { Given } from '../query/roots'
import { actorOf, changeMeeting, type Actor } from './change-meeting'

/** The wording is the project's own until a Strategic Management Board sets one; its substance is domain section 2.7. */
export const CONFIDENTIALITY = {
  edition: '2026-1',
  text:
    'What this meeting reads and hears is confidential. I use it for the management of the risks of the people ' +
    'it is about, share it within my agency as far as that needs, and pass it on to others only where the ' +
    'meeting or its chair agreed. Minutes and packs are closed under the Freedom of Information Act 2000.',
} as const

export function giveConfidentialityStatement(): Given {
  return { values: { ...CONFIDENTIALITY } }
}

/** An attendee accepts the statement in force; a repeat changes nothing. */
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
    `insert into record.meeting_acceptance (meeting_id, issuer, subject, agency, name, edition, accepted_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [meeting, by.issuer, by.subject, by.agency, by.name, CONFIDENTIALITY.edition, at.toISOString()],
  )
}
