import { Refusal } from '../domain/refusal'
import { badInput, run, type Command, type Done, type Transaction } from '../commands/command'
import { findCase } from '../commands/find-case'
import type { Given } from '../query/roots'
import type { Query } from '../commands/asked'
import { asNumber, stewardsOnly, type StewardshipDeps } from './deps'
import { findItem, findItems, type Item } from './items'
import { applyAbout, tryAgain, type Altered } from './try-again'

/** Applies an item about an offender whom the steward may see; null where there is no such item of theirs. */
export async function resolveQuarantined(command: Command, deps: StewardshipDeps): Promise<Given | null> {
  const reason = reasonOf(command)
  return settle(command, deps, async (tx, item, now) => {
    const { id, unseen } = await findCase(tx, command, command.args['offender'], command.plan.rows, now)
    // Alike for people who are not there and for people the steward may not know of.
    if (id === undefined) throw badInput('offender', 'There is no such case that you may see.', unseen)
    const altered = await applyAbout({ tx, read: deps.read, now }, item.id, id)
    await keepSettlement(tx, command, item, 'RESOLVED', reason)
    return { ...altered, offenders: [...new Set([id, ...altered.offenders])] }
  })
}

/** Says who will not have it applied, and why; the item and its payload stay. */
export async function discardQuarantined(command: Command, deps: StewardshipDeps): Promise<Given | null> {
  const reason = reasonOf(command)
  return settle(command, deps, async (tx, item) => {
    await tx.query(
      `update record.received set waiting_for = null, place = nextval('record.received_id_seq') where id = $1`,
      [item.id],
    )
    await keepSettlement(tx, command, item, 'DISCARDED', reason)
    return { offenders: item.people, tables: [] }
  })
}

const RETRIED_MAX = 100

/** Tries items again as they were sent; those that the steward may not know of are passed over. */
export async function retryQuarantined(command: Command, deps: StewardshipDeps): Promise<Given | null> {
  stewardsOnly(command.plan)
  const named = command.args['items'] as readonly string[]
  if (named.length === 0 || named.length > RETRIED_MAX) {
    throw badInput('items', `Name 1 to ${RETRIED_MAX} items.`)
  }
  const ids = named.map((id) => asNumber(id, 'items'))
  return run(command, deps.commands, async (tx, now): Promise<Done> => {
    const find = () =>
      findItems(queryOf(tx), command.caller, now, (binds) => {
        return `q.received_id = any(${binds.bind(ids, 'bigint[]')}) order by q.received_id`
      })
    const kept = (await find()).filter(({ state }) => state === 'QUARANTINED')
    const altered = await tryAgain(
      { tx, read: deps.read, now },
      kept.map(({ id }) => id),
    )
    const items = await find()
    const people = items.flatMap((item) => item.people)
    return {
      given: { values: { items: items.map(({ values }) => values) }, subjects: people, discloses: true },
      offenders: [...altered.offenders],
      tables: altered.tables,
      noted: kept.length > 0,
    }
  })
}

type Settle = (tx: Transaction, item: Item, now: Date) => Promise<Altered>

async function settle(command: Command, deps: StewardshipDeps, work: Settle): Promise<Given | null> {
  stewardsOnly(command.plan)
  const { caller } = command
  const id = asNumber(command.args['item'] as string, 'item')
  return run(command, deps.commands, async (tx, now): Promise<Done> => {
    const item = await findItem(queryOf(tx), caller, now, id)
    if (!item) return { given: null, offenders: [], tables: [] }
    if (item.state !== 'QUARANTINED') throw new Refusal('CONFLICT', 'This item is settled already.', 'item')
    const altered = await work(tx, item, now)
    const settled = await findItem(queryOf(tx), caller, now, id)
    const given = {
      values: { item: settled?.values ?? null },
      subjects: settled?.people ?? [],
      discloses: true,
    }
    return { given, offenders: [...altered.offenders], tables: altered.tables, noted: true }
  })
}

function queryOf(tx: Transaction): Query {
  return (text, values) => tx.query(text, values)
}

async function keepSettlement(
  tx: Transaction,
  { caller }: Command,
  item: Item,
  state: 'RESOLVED' | 'DISCARDED',
  reason: string,
): Promise<void> {
  await tx.query(
    `update record.quarantine set state = $2, settled_at = transaction_timestamp(), settled_by = $3, settled_by_name = $4, reason = $5
     where received_id = $1`,
    [item.id, state, caller.person?.subject ?? caller.client, caller.person?.name ?? null, reason],
  )
}

const REASON_MAX = 2_000

function reasonOf({ args }: Command): string {
  const reason = (args['reason'] as string).trim()
  if (reason !== '' && reason.length <= REASON_MAX) return reason
  throw badInput('reason', `Say why in 1 to ${REASON_MAX} characters.`)
}
