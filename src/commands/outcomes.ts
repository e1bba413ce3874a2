import { canonicalJson } from '../domain/canonical-json'
import { sha256 } from '../domain/digest'
import { Refusal } from '../domain/refusal'
import type { Given } from '../query/roots'
import type { Command, Transaction } from './command'

/** The same person in another role or agency is another actor: their rights differ. */
function actorOf({ caller }: Command): string {
  return [caller.issuer, caller.person?.subject ?? '', caller.role, caller.agency ?? ''].join('|')
}

/** What the command gave when it was sent before; undefined where it was not. Throws CONFLICT where its name was used for another. */
export async function firstOutcome(tx: Transaction, command: Command): Promise<Given | null | undefined> {
  if (command.repeatId === undefined) return undefined
  const [row] = await tx.query(
    'select c.name, c.input, c.outcome from record.command c where c.client = $1 and c.actor = $2 and c.request_id = $3',
    [command.caller.client, actorOf(command), command.repeatId],
  )
  if (!row) return undefined
  if (row['name'] === command.name && row['input'] === inputDigest(command))
    return row['outcome'] as Given | null
  throw new Refusal('CONFLICT', 'This requestId was used before for something else.', 'input.requestId')
}

export async function keepOutcome(
  tx: Transaction,
  command: Command,
  given: Given | null,
  revision: number,
): Promise<void> {
  if (command.repeatId === undefined || given === null) return
  await tx.query(
    `insert into record.command (client, actor, request_id, name, input, outcome, revision) values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      command.caller.client,
      actorOf(command),
      command.repeatId,
      command.name,
      inputDigest(command),
      JSON.stringify(given),
      revision,
    ],
  )
}

export function inputDigest({ args }: Command): string {
  return sha256(canonicalJson(args))
}
