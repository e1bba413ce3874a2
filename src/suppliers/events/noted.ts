import type { EventFact, RecordStatement, SourceSystem } from '../../updates/update'
import { stated, text } from '../reading'
import type { DomainEvent } from './event'

/** That something happened, in a record of its own: by its kind, whom it is about, when, and the number it gives. */
export function eventRecord(
  event: DomainEvent,
  system: SourceSystem,
  needs: string,
  status: string | undefined,
): RecordStatement {
  const { type, occurredAt, description, detailUrl } = event
  const id = idIn(event)
  const parts = [type, event.subject().key, occurredAt ?? 'untimed', ...(id === undefined ? [] : [id])]
  return {
    system,
    localId: `event:${parts.join(':')}`,
    ...(occurredAt !== undefined && { eventAt: occurredAt }),
    facts: { event: stated<EventFact>({ type, occurredAt, description, status, needs, detailUrl }) },
  }
}

const ID_MAX = 100

/** The first of the fields that give a number to what the event is about, by name; never the person's own. */
function idIn({ information }: DomainEvent): string | undefined {
  const names = Object.keys(information).filter(
    (name) => /(Id|ID|Uuid|UUID)$/.test(name) && name !== 'nomsId',
  )
  const ids = names.sort().flatMap((name) => text.safeParse(information[name]).data ?? [])
  return ids[0]?.slice(0, ID_MAX)
}
