import { normaliseIdentifier, type IdentifierType } from '../domain/identifiers'
import type { ReadItem } from './item'
import { identifiersOf, recordKey } from './known'

/** An item that names more than this is no document about a person. */
const MENTIONS_MAX = 1_000

/**
 * Everybody whom an item names, also where it could not be read: `TYPE:value` of identifiers,
 * `SYSTEM:local id` of records, `ID:uuid`. What only looks like a number of a person counts as one: this
 * decides from whom the item is hidden. Undefined where nobody could tell.
 */
export function mentionsIn(read: ReadItem, now: Date): string[] | undefined {
  const { item, update } = read
  const mentions = new Set([
    ...identifiersOf(read, now),
    ...item.person.map(({ type, raw }) => keyOf(type, raw, now)),
    ...(update?.records ?? []).map(recordKey),
    ...(item.personId !== undefined && UUID.test(item.personId) ? [`ID:${item.personId.toLowerCase()}`] : []),
  ])
  for (const text of textsOf(item.payload)) {
    for (const [type, pattern] of PATTERNS) {
      for (const [raw] of text.matchAll(pattern)) mentions.add(keyOf(type, raw, now))
    }
    if (mentions.size > MENTIONS_MAX) return undefined
  }
  return [...mentions]
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const PATTERNS: readonly (readonly [IdentifierType, RegExp])[] = [
  ['PRISON_NUMBER', /\b[a-z]\d{4}[a-z]{2}\b/gi],
  ['CRN', /\b[a-z]\d{6}\b/gi],
  ['PNC', /\b(\d{2}){1,2}\/?\d{1,7}[a-z]\b/gi],
  ['CRO', /\b(\d{1,6}\/\d{2}|sf\d{2}\/\d{1,6})[a-z]\b/gi],
]

function keyOf(type: IdentifierType, raw: string, now: Date): string {
  return `${type}:${normaliseIdentifier(type, raw, now).value}`
}

function* textsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      yield key
      yield* textsOf(inner)
    }
  }
}
