import type { Update } from '../../updates/update'
import { Notes, sendersSystem, type Document, type ReadingContext } from '../reading'
import { eventFrom } from './event'
import { kindOf } from './kinds'
import { eventRecord } from './noted'

/**
 * Reads a domain event of prison or probation, out of its envelope, and those of the kind before them. What
 * it states is applied; that something changed without saying what is noted, with what would be needed to know
 * (warning `NOTED`). Which kinds there are and what is done with each: ./kinds. Throws Unreadable where the event
 * does not say what it is or whom it is about, and where only a person can decide what to do.
 */
export function readDomainEvent(document: Document, context: ReadingContext): Update {
  const notes = new Notes()
  const event = eventFrom(document, context, notes)
  const kind = kindOf(event.type)
  const reading = kind.read(event, notes)
  const { needs, joins } = reading
  const records = [...reading.records]
  if (needs !== undefined) {
    // An event that is new to us is the sender's own.
    records.push(eventRecord(event, kind.system ?? sendersSystem(context), needs, reading.status))
    notes.add('NOTED', `The event says that something changed, and not what; to know it takes ${needs}`)
  }
  return {
    createsPerson: false,
    person: reading.person ?? event.subject().person,
    records,
    warnings: notes.warnings,
    ...(joins !== undefined && { joins }),
  }
}
