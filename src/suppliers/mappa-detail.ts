import { Unreadable, type RecordStatement, type Update } from '../updates/update'
import { readRegistration } from './mappa-registration'
import { isDocument, Notes, type Document, type ReadingContext } from './reading'
import { REGISTER_LISTS, registrationFrom, registrationsIn } from './registrations'
import { subjectOf, type Subject } from './subject'

/**
 * Reads a MAPPA detail: bare, in `data`, or as the `mappa` (`mappaDetail`) block of a case document, with
 * the other registrations that the document lists; a `mappa` of null states that the register holds no
 * entry. The record is the Delius one by CRN, or `mappa:<identifier>` where only another identifier is
 * named; each other registration is a record of its own. Throws Unreadable when nobody is named.
 */
export function readMappaDetail(document: Document, context: ReadingContext): Update {
  const notes = new Notes()
  const subject = subjectOf(document, context)
  const records = [...mappaRecord(document, subject, notes), ...registrationsIn(document, subject, notes)]
  if (records.length === 0) throw new Unreadable('The document lists no registration', 'riskFlags')
  noteUnread(document, notes)
  return { createsPerson: false, person: subject.person, records, warnings: notes.warnings }
}

/** Sections of the case documents that carry a MAPPA block, which this format does not cover. */
const OTHER_SECTIONS = ['supervisions', 'communityManager', 'opd']

function noteUnread(document: Document, notes: Notes): void {
  const left = OTHER_SECTIONS.filter((name) => name in document)
  if (left.length > 0) {
    notes.add('PARTLY_READ', `Only registrations are read of this document, not ${left.join(', ')}`)
  }
}

function mappaRecord(document: Document, subject: Subject, notes: Notes): RecordStatement[] {
  const at = ['mappa', 'mappaDetail'].find((name) => name in document)
  if (at === undefined && REGISTER_LISTS.some((name) => name in document)) return []
  if (at === undefined && 'code' in document && !('level' in document)) {
    return registrationFrom(document, { at: '', removed: false, subject, notes })
  }
  const block = at === undefined ? bareBlock(document) : document[at]
  if (block !== null && !isDocument(block)) {
    throw new Unreadable(`${at ?? ''} has another shape than expected`, at)
  }
  const registration = block === null ? null : readRegistration(block, at ?? '', notes)
  const localId = subject.crn ?? `mappa:${subject.key}`
  return [{ system: 'DELIUS', localId, facts: { registration } }]
}

function bareBlock(document: Document): Document {
  if ('level' in document || 'category' in document) return document
  throw new Unreadable('The document states neither a MAPPA level nor a category', 'level')
}
