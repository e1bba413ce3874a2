import type { Transaction } from './store'

/** A statement that writes, and its values. */
export type Write = readonly [text: string, values: readonly unknown[]]

/** Writes one after the other; what comes next is worked out while the database is at work on the one before. */
export async function writeInTurn(tx: Transaction, writes: Iterable<Write>): Promise<void> {
  let running: Promise<unknown> = Promise.resolve()
  for (const [text, values] of writes) {
    await running
    running = tx.query(text, values)
  }
  await running
}
