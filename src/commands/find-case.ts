import { limitedAccessSql } from '../access/limited-access'
import { callerSlots, relationshipSql, type RelationshipName } from '../access/relationships'
import { Binds } from '../domain/binds'
import { Refusal } from '../domain/refusal'
import { askedSql } from '../query/asked'
import type { Command, Transaction } from './command'

/** One offender whom the caller may act on; `unseen` are those that were named and may not be known of. */
export interface FoundCase {
  readonly id: string | undefined
  readonly unseen: readonly string[]
}

export async function findCase(
  tx: Transaction,
  command: Command,
  reference: unknown,
  relationship: RelationshipName,
  now: Date,
): Promise<FoundCase> {
  const binds = new Binds()
  const slots = callerSlots(command.caller, now, binds)
  const asked = askedSql(reference as Record<string, string>, binds, now)
  const { text, values } = binds.finish(
    `select a.id, ${relationshipSql(relationship, 'a.id', slots)} and not ${limitedAccessSql('a.id', slots).barred} as visible
     from (${asked}) a`,
  )
  const rows = await tx.query(text, values)
  const visible = rows.filter((row) => row['visible'] === true).map((row) => String(row['id']))
  if (visible.length > 1) {
    throw new Refusal(
      'AMBIGUOUS_IDENTIFIER',
      'This identifier is on more than one person’s record; name the person by another, or by id.',
    )
  }
  return {
    id: visible[0],
    unseen: rows.filter((row) => row['visible'] !== true).map((row) => String(row['id'])),
  }
}
