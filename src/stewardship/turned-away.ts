import { storable } from '../domain/storable'
import type { Transaction } from '../commands/command'
import type { Item, ItemResult } from '../updates/item'
import type { Pushed } from '../updates/push'

const TURNED_AWAY = ['REJECTED', 'CONFLICT', 'DUPLICATE']
const MESSAGE_ID_MAX = 255
/** Days for which a sender can ask about what was turned away. */
const KEPT_DAYS = 30
/** Whoever adds to the table drops as much of what is too old, so that it stays as it is. */
const DROPPED_MAX = 500

/** Notes the items of which nothing was kept: without this their sender could never ask about them. */
export async function keepTurnedAway(tx: Transaction, group: readonly Pushed[]): Promise<void> {
  const rows = group.flatMap(({ request, batch, results }) => {
    const items = new Map(batch.map(({ item }) => [item.index, item]))
    return results.flatMap((result) => {
      const item = items.get(result.index)
      return item && TURNED_AWAY.includes(result.outcome) ? [rowOf(request.sender, item, result)] : []
    })
  })
  if (rows.length === 0) return
  const columns = 'client, agency, message_id, format, outcome, offender_id, errors, warnings'
  await tx.query(
    `insert into record.turned_away (${columns})
     select ${columns} from jsonb_populate_recordset(null::record.turned_away, $1::jsonb)`,
    [JSON.stringify(rows)],
  )
  await tx.query(
    `delete from record.turned_away t where t.id in (select o.id from record.turned_away o order by o.id limit ${DROPPED_MAX})
       and t.at < transaction_timestamp() - interval '${KEPT_DAYS} days'`,
  )
}

function rowOf(sender: { client: string; agency?: string }, { messageId, format }: Item, result: ItemResult) {
  return {
    client: sender.client,
    agency: sender.agency ?? null,
    // One that is too long to be an id is what it was turned away for.
    message_id: messageId === undefined || messageId.length > MESSAGE_ID_MAX ? null : storable(messageId),
    format,
    outcome: result.outcome,
    offender_id: result.offenderId,
    errors: result.errors,
    warnings: result.warnings,
  }
}
