import type { Transaction } from '../commands/command'
import type { Pushed } from '../updates/push'
import { noteSpokenOf } from './note-snapshots'
import { noteHeard } from './sources'
import { keepTurnedAway } from './turned-away'

/** What batches of one sender leave behind beside the record, in their own transaction; gives what the journal says of each. */
export async function noteBatches(
  tx: Transaction,
  group: readonly Pushed[],
  now: Date,
): Promise<Readonly<Record<string, unknown>>[]> {
  await keepTurnedAway(tx, group)
  await noteSpokenOf(tx, group, now)
  const gaps = await noteHeard(tx, group, now)
  return group.map(({ request: { feed } }, i) => ({
    ...(feed && { feed }),
    ...(gaps[i] && { gap: gaps[i] }),
  }))
}
