import type { ReadItem } from './item'
import { recordKey } from './known'

/**
 * Splits a batch into waves of items that have no record and no message in common, in order: within a wave
 * all is one set, and an item that follows another about the same record comes in a later wave. In each
 * wave those that say who somebody is come before those that only name somebody.
 */
export function inWaves(batch: readonly ReadItem[]): ReadItem[][] {
  const waves: ReadItem[][] = []
  const last = new Map<string, number>()
  for (const read of batch) {
    const keys = keysOf(read)
    const wave = Math.max(-1, ...keys.map((key) => last.get(key) ?? -1)) + 1
    for (const key of keys) last.set(key, wave)
    ;(waves[wave] ??= []).push(read)
  }
  return waves.flatMap((wave) => [wave.filter(createsPerson), wave.filter((read) => !createsPerson(read))])
}

function createsPerson({ update }: ReadItem): boolean {
  return update?.createsPerson === true
}

function keysOf(read: ReadItem): string[] {
  const { item, update } = read
  return [
    ...(item.messageId === undefined ? [] : [`message:${item.messageId}`]),
    `subject:${read.subjectKey}`,
    ...(update?.records ?? []).map((record) => `record:${recordKey(record)}`),
  ]
}
