import type { Transaction } from '../commands/command'
import type { Pushed } from '../updates/push'
import { noteSpokenOf } from './note-snapshots'
import { noteHeard } from './sources'
import { keepTurnedAway } from './turned-away'

/** What every batch leaves behind beside the record, in its own transaction; gives what the journal says of it. */
export async function noteBatch(
  tx: Transaction,
  pushed: Pushed,
  now: Date,
): Promise<Readonly<Record<string, unknown>>> {
  await keepTurnedAway(tx, pushed)
  await noteSpokenOf(tx, pushed, now)
  const gap = await noteHeard(tx, pushed, now)
  const { feed } = pushed.request
  return { ...(feed && { feed }), ...(gap && { gap }) }
}
