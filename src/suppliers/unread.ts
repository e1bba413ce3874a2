import { z } from 'zod'
import { isDocument, type Document, type Notes } from './reading'

const NAMED_MAX = 20
/** A name with a digit in it may be somebody's number. */
const NAME = /^[A-Za-z_.]{1,100}$/

/**
 * Warns of what a document carries and its reader does not know, so that nothing is left out in silence.
 * What says nothing (null, blank, an empty list) is not carried.
 *
 * @param passedOver paths without list indexes, e.g. `aliases.raceCode`: read elsewhere, or deliberately not held.
 */
export function noteUnread(
  schema: z.ZodType,
  document: Document,
  passedOver: readonly string[],
  notes: Notes,
): void {
  const unread = new Set<string>()
  collect(schema, document, '', unread)
  for (const path of passedOver) unread.delete(path)
  const names = [...unread].filter((path) => NAME.test(path)).sort()
  const others = unread.size - Math.min(names.length, NAMED_MAX)
  if (unread.size === 0) return
  const listed = [...names.slice(0, NAMED_MAX), ...(others > 0 ? [`${others} more`] : [])].join(', ')
  notes.add('PARTLY_READ', `Not held here, and left out: ${listed}`)
}

function collect(schema: unknown, value: unknown, path: string, unread: Set<string>): void {
  const known = unwrapped(schema)
  if (known instanceof z.ZodArray && Array.isArray(value)) {
    for (const item of value) collect(known.element, item, path, unread)
  }
  if (!(known instanceof z.ZodObject) || !isDocument(value)) return
  for (const [name, member] of Object.entries(value)) {
    if (saysNothing(member)) continue
    const at = path === '' ? name : `${path}.${name}`
    if (Object.hasOwn(known.shape, name)) collect(known.shape[name], member, at, unread)
    else unread.add(at)
  }
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? unwrapped(schema.unwrap())
    : schema
}

function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  return typeof value === 'object' && Object.values(value).every(saysNothing)
}
