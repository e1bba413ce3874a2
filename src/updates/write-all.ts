import { together } from '../domain/together'
import type { Transaction } from './store'

/** A statement that writes, and its values. */
export type Write = readonly [text: string, values: readonly unknown[]]

/**
 * Writes in the order given, each sent without waiting for the one before: the session does them one after the
 * other, and what comes next is worked out meanwhile.
 */
export async function writeAll(tx: Transaction, writes: Iterable<Write>): Promise<void> {
  const sent: Promise<unknown>[] = []
  try {
    for (const [text, values] of writes) sent.push(tx.query(text, values))
  } finally {
    await together(sent)
  }
}
