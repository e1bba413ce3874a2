import { Refusal } from '../domain/refusal'
import type { Transaction } from '../commands/command'
import { declarationOf, type FactKind } from '../updates/facts'
import { readItem, type ItemError, type ReadFormat, type ReadItem } from '../updates/item'
import { receive, type Received } from '../updates/receive'
import { giveUp, keptById, type KeptItem } from '../updates/received'
import { CANNOT_BE_STORED, isDataFault } from '../updates/store'

/** Whose record was altered, and in which tables. */
export interface Altered {
  readonly offenders: readonly string[]
  readonly tables: readonly string[]
}

interface Again {
  readonly tx: Transaction
  readonly read: ReadFormat
  readonly now: Date
}

/** Tries kept items again, as they were sent, in the write transaction that is given; at most 500. */
export async function tryAgain(again: Again, ids: readonly number[]): Promise<Altered> {
  const kept = await keptById(again.tx, ids)
  const before = await attemptsOf(again.tx, ids)
  const altered = await applyAll(
    again,
    kept.map((item) => readAgain(item, again.read)),
  )
  const after = await attemptsOf(again.tx, ids)
  for (const { receivedId } of kept) {
    // What was refused left no trace; it says so, and waits for nobody.
    if (before.get(receivedId) === after.get(receivedId)) await giveUp(again.tx, receivedId, [NOT_OWNER])
  }
  return altered
}

const NOT_OWNER: ItemError = {
  code: 'NOT_OWNER',
  path: '',
  message: 'its sender may not state this of this person',
}

/** Applies one kept item about the person whom a steward names, whatever the message said of whose it is. */
export async function applyAbout(again: Again, id: number, offender: string): Promise<Altered> {
  const [kept] = await keptById(again.tx, [id])
  if (!kept) throw new Refusal('CONFLICT', 'This item is settled already.', 'item')
  const read = readAgain(kept, again.read)
  if (!read.update) {
    throw new Refusal('CONFLICT', 'This document cannot be read yet; retry it when it can be.', 'item')
  }
  if (read.update.createsPerson) {
    throw new Refusal('CONFLICT', 'This document says itself whose it is: retry it.', 'item')
  }
  const item = { ...read.item, person: [], personId: offender }
  const received = await attempt(again, [{ ...read, item, update: { ...read.update, person: [] } }])
  const [row] = await again.tx.query('select r.outcome from record.received r where r.id = $1', [id])
  if (!received || row?.['outcome'] === 'QUARANTINED') {
    const message =
      'This document cannot be applied to this person: its record is another’s, its sender may not state it, or a value cannot be stored.'
    throw new Refusal('CONFLICT', message, 'item', undefined, [offender])
  }
  return alteredBy([received])
}

function readAgain({ item, sender, receivedId, arrivedAt }: KeptItem, read: ReadFormat): ReadItem {
  return { ...readItem(item, sender, read, arrivedAt), receivedId, arrivedAt }
}

/** One that cannot be stored does not keep back the others. */
async function applyAll(again: Again, items: readonly ReadItem[]): Promise<Altered> {
  const whole = await attempt(again, items)
  if (whole) return alteredBy([whole])
  const each: Received[] = []
  for (const read of items) {
    const received = await attempt(again, [read])
    if (received) each.push(received)
    else if (read.receivedId !== undefined) {
      const errors: ItemError[] = [{ code: 'UNREADABLE', path: '', message: CANNOT_BE_STORED }]
      await giveUp(again.tx, read.receivedId, errors)
    }
  }
  return alteredBy(each)
}

async function attempt({ tx, read, now }: Again, items: readonly ReadItem[]): Promise<Received | undefined> {
  await tx.query('savepoint attempt')
  try {
    const received = await receive({ tx, read, arrive: () => now }, items)
    await tx.query('set constraints all immediate')
    await tx.query('release savepoint attempt')
    return received
  } catch (error) {
    if (!isDataFault(error)) throw error
    await tx.query('rollback to savepoint attempt')
    return undefined
  }
}

async function attemptsOf(tx: Transaction, ids: readonly number[]): Promise<Map<number, number>> {
  const rows = await tx.query(
    'select q.received_id as id, q.attempts from record.quarantine q where q.received_id = any($1::bigint[])',
    [ids],
  )
  return new Map(rows.map((row) => [Number(row['id']), Number(row['attempts'])]))
}

function alteredBy(received: readonly Received[]): Altered {
  const facts = new Set<FactKind>()
  const offenders = new Set<string>()
  for (const { altered } of received) {
    for (const [offender, kinds] of altered) {
      offenders.add(offender)
      for (const kind of kinds) facts.add(kind)
    }
  }
  return { offenders: [...offenders], tables: [...facts].flatMap((kind) => declarationOf(kind).tables) }
}
