import { isDocument, under, type Document, type Notes } from './reading'

/**
 * Takes out what a sender's template left unfilled (`{risk}`), each with a warning: it is not a value, and
 * its field was not stated. In a list its place stays, so that a list of placeholders is not an empty one.
 */
export function withoutPlaceholders(document: Document, notes: Notes): Document {
  return hasPlaceholder(document) ? (filled(document, '', notes) as Document) : document
}

const PLACEHOLDER = /^\s*\$?\{\{?[\w.\s-]{1,80}\}?\}\s*$/

function isPlaceholder(value: unknown): boolean {
  return typeof value === 'string' && PLACEHOLDER.test(value)
}

function hasPlaceholder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return isPlaceholder(value)
  return Object.values(value as Document).some(hasPlaceholder)
}

function filled(value: unknown, path: string, notes: Notes): unknown {
  if (Array.isArray(value)) return value.map((each, index) => filled(each, under(path, String(index)), notes))
  if (isDocument(value)) {
    const entries = Object.entries(value).map(([name, each]) => [
      name,
      filled(each, under(path, name), notes),
    ])
    return Object.fromEntries(entries.filter(([, each]) => each !== undefined))
  }
  if (!isPlaceholder(value)) return value
  notes.add('PLACEHOLDER', `${path} is an unfilled placeholder and not a value: it is left out`)
  return undefined
}
