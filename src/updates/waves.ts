import type { ReadItem } from './item'
import { identifiersOf, recordKey } from './known'

/**
 * Splits a batch into waves of items that have nothing in common, in order: within a wave all is one set,
 * and an item that follows another about the same record, person or message comes in a later wave.
 */
export function inWaves(batch: readonly ReadItem[], now: Date): ReadItem[][] {
  const waves: ReadItem[][] = []
  const last = new Map<string, number>()
  for (const read of batch) {
    const keys = keysOf(read, now)
    const wave = Math.max(-1, ...keys.map((key) => last.get(key) ?? -1)) + 1
    for (const key of keys) last.set(key, wave)
    ;(waves[wave] ??= []).push(read)
  }
  return waves
}

function keysOf(read: ReadItem, now: Date): string[] {
  const { item, update } = read
  return [
    ...(item.messageId === undefined ? [] : [`message:${item.messageId}`]),
    `subject:${read.subjectKey}`,
    ...(item.personId === undefined ? [] : [`person:${item.personId}`]),
    ...(update?.records ?? []).map((record) => `record:${recordKey(record)}`),
    ...identifiersOf(read, now),
  ]
}
