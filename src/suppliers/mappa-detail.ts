import { Unreadable, type Update } from '../updates/update'
import { readRegistration } from './mappa-registration'
import { isDocument, Notes, type Document, type ReadingContext } from './reading'
import { subjectOf } from './subject'

/**
 * Reads a MAPPA detail: bare, in `data`, or as the `mappa` (`mappaDetail`) block of a case document; a
 * `mappa` of null states that the register holds no entry. The record is the Delius one by CRN, or
 * `mappa:<identifier>` where only another identifier is named. Throws Unreadable when nobody is named.
 */
export function readMappaDetail(document: Document, context: ReadingContext): Update {
  const notes = new Notes()
  const { block, at } = blockOf(document, notes)
  const registration = block === null ? null : readRegistration(block, at, notes)
  const { person, key, crn } = subjectOf(document, context)
  const record = { system: 'DELIUS' as const, localId: crn ?? `mappa:${key}`, facts: { registration } }
  return { createsPerson: false, person, records: [record], warnings: notes.warnings }
}

/** Sections of the case documents that carry a MAPPA block, which this format does not cover. */
const OTHER_SECTIONS = [
  'roshHistory',
  'riskFlags',
  'supervisions',
  'dynamicRisks',
  'personStatus',
  'communityManager',
]

function blockOf(document: Document, notes: Notes): { block: Document | null; at: string } {
  const at = ['mappa', 'mappaDetail'].find((name) => name in document)
  if (at === undefined) return bareBlock(document)
  const left = OTHER_SECTIONS.filter((name) => name in document)
  if (left.length > 0) notes.add('PARTLY_READ', `Only ${at} is read of this document, not ${left.join(', ')}`)
  const block = document[at]
  if (block === null || isDocument(block)) return { block, at }
  throw new Unreadable(`${at} has another shape than expected`, at)
}

function bareBlock(document: Document): { block: Document; at: string } {
  if ('level' in document || 'category' in document) return { block: document, at: '' }
  throw new Unreadable('The document states neither a MAPPA level nor a category', 'level')
}
