import type { LimitationChangeFact, RecordStatement } from '../../updates/update'
import { stated } from '../reading'
import { numberOf, type DomainEvent, type EventReading } from './event'

/**
 * Reads that it changed who may see a case. The event does not say how, so the case is closed to everybody
 * until a list that is newer comes (docs/decisions/0018).
 */
export function readLimitationChange(event: DomainEvent): EventReading {
  const { occurredAt } = event
  const kind = event.type.includes('.exclusion.') ? 'EXCLUSION' : 'RESTRICTION'
  const record: RecordStatement = {
    system: 'DELIUS',
    localId: numberOf(event, 'CRN') ?? `limitations:${event.subject().key}`,
    ...(occurredAt !== undefined && { eventAt: occurredAt }),
    facts: { limitationChange: stated<LimitationChangeFact>({ kind, changedAt: occurredAt }) },
  }
  return { records: [record], needs: 'who may see the case, as access-limitations; until then nobody does' }
}
