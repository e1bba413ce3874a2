import { MAPPA_REGISTER } from '../domain/register-types'
import { registerKind } from '../updates/facts/registers'
import { Unreadable, type RecordStatement } from '../updates/update'
import { under, type Document, type Notes } from './reading'
import { readRegisterEntry } from './register-entry'
import type { Subject } from './subject'

/** The lists of case documents that hold entries of the Delius registers; what stands before what was removed. */
export const REGISTER_LISTS = [
  'registrations',
  'riskFlags',
  'riskFlag',
  'dynamicRisks',
  'personStatus',
  'roshHistory',
  'removedRiskFlags',
]

/** Every registration that a document lists: each a record of its own, of the class of its type. */
export function registrationsIn(document: Document, subject: Subject, notes: Notes): RecordStatement[] {
  const records = new Map<string, RecordStatement>()
  for (const { entry, at, removed } of entriesIn(document)) {
    for (const record of registrationFrom(entry, { at, removed, subject, notes })) {
      // One record can be stated only once in an update.
      if (records.has(record.localId)) {
        notes.add('LISTED_TWICE', `${at} is listed twice in this document: the first entry is read`)
      } else records.set(record.localId, record)
    }
  }
  return [...records.values()]
}

function entriesIn(document: Document): { entry: unknown; at: string; removed: boolean }[] {
  return REGISTER_LISTS.flatMap((list) => {
    const listed: unknown = document[list] ?? []
    const removed = list === 'removedRiskFlags'
    if (!Array.isArray(listed)) return [{ entry: listed, at: list, removed }]
    return listed.map((entry: unknown, index) => ({ entry, at: `${list}.${index}`, removed }))
  })
}

interface Placed {
  /** '' for an entry that is the document itself. */
  readonly at: string
  /** The list itself says that its entries were taken off. */
  readonly removed: boolean
  readonly subject: Subject
  readonly notes: Notes
}

/**
 * One registration, by its number where the document gives one, else by the case, its type and its start;
 * none where it is of the MAPPA register. What is of a type that we do not know is kept with the most closed
 * class. Throws Unreadable where no register is named.
 */
export function registrationFrom(value: unknown, { at, removed, subject, notes }: Placed): RecordStatement[] {
  const { entry, id } = readRegisterEntry(value, { at, removed, notes })
  const { registerType, description, startedOn } = entry
  const place = under(at, 'code')
  if (registerType?.toUpperCase() === MAPPA_REGISTER) {
    notes.add('PARTLY_READ', `${place}: the MAPPA register is read from the MAPPA detail alone`)
    return []
  }
  if (registerType === undefined && description === undefined) {
    throw new Unreadable('The entry does not say which register it is of', place)
  }
  const { kind, warnings } = registerKind(entry, place)
  for (const { code, message } of warnings) notes.add(code, message)
  const key = id ?? [subject.key, registerType ?? description, startedOn].join(':')
  return [{ system: 'DELIUS', localId: `registration:${key}`, facts: { [kind]: entry } }]
}
