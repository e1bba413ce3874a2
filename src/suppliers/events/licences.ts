import { text } from '../reading'
import type { DomainEvent, EventReading } from './event'

/** Reads that a licence began, or ceased, to be in force; of its conditions and dates the event says nothing. */
export function readLicenceEvent({ type, occurredAt, information }: DomainEvent): EventReading {
  const number = text.safeParse(information['licenceId']).data
  const status = STATUSES[type.slice(type.lastIndexOf('.') + 1)]
  if (number === undefined || status === undefined) return { records: [], needs: 'the licence, as licence' }
  const record = {
    system: 'DELIUS' as const,
    localId: `licence:${number}`,
    ...(occurredAt !== undefined && { eventAt: occurredAt }),
    facts: { licence: { status, partial: true as const } },
  }
  return { records: [record] }
}

const STATUSES: Readonly<Record<string, string>> = { activated: 'ACTIVE', inactivated: 'INACTIVE' }
