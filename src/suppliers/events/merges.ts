import { normaliseIdentifier, type IdentifierType } from '../../domain/identifiers'
import { Unreadable, type SourceSystem, type StatedIdentifier } from '../../updates/update'
import { text } from '../reading'
import type { DomainEvent, EventReading } from './event'

/**
 * Reads that one number took another's place: a notice, in a record of its own by the number that goes
 * (`merge:<number>`). Whoever is known by either of them is meant; the event's own reference may name the one
 * that is gone.
 */
export function readMerge(
  event: DomainEvent,
  { system, type, stays, goes }: { system: SourceSystem; type: IdentifierType; stays: string; goes: string },
): EventReading {
  const kept = numberIn(event, type, stays)
  const removed = numberIn(event, type, goes)
  if (kept === removed)
    throw new Unreadable(`${stays} and ${goes} are one number`, `additionalInformation.${goes}`)
  return notice(event, system, removed, [
    { type, raw: kept },
    { type, raw: removed, qualifier: 'MERGED' },
  ])
}

/** Reads that a case number is its own again: the newest word of the notice of its merge. */
export function readUnmerge(event: DomainEvent): EventReading {
  const reactivated = numberIn(event, 'CRN', 'reactivatedCRN')
  const unmerged = numberIn(event, 'CRN', 'unmergedCRN')
  return notice(event, 'DELIUS', reactivated, [
    { type: 'CRN', raw: reactivated },
    { type: 'CRN', raw: unmerged, qualifier: 'SEPARATED' },
  ])
}

function notice(
  { occurredAt }: DomainEvent,
  system: SourceSystem,
  number: string,
  identifiers: readonly StatedIdentifier[],
): EventReading {
  const record = {
    system,
    localId: `merge:${number}`,
    ...(occurredAt !== undefined && { eventAt: occurredAt }),
    facts: { identifiers },
  }
  return { records: [record], joins: true, person: identifiers.map(({ type, raw }) => ({ type, raw })) }
}

/** A number in its normal form; a merge of what is no number proves nothing. */
function numberIn({ information, receivedOn }: DomainEvent, type: IdentifierType, field: string): string {
  const raw = text.safeParse(information[field]).data ?? ''
  const { value, valid } = normaliseIdentifier(type, raw, receivedOn)
  if (!valid) {
    throw new Unreadable(`${field} is missing, or no valid number`, `additionalInformation.${field}`)
  }
  return value
}
