import type { RecordStatement } from './update'
import type { ReadItem } from './item'

/**
 * The place of a statement among those of its record: by rank (a complete assessment outranks an
 * incomplete one), then the sender's version, then time, then digest. A total order, so that any order
 * of arrival ends in the same state. A feed that numbers its documents numbers all of them: unnumbered
 * ones come first.
 */
export interface Place {
  readonly rank: number
  readonly version: number
  /** ISO instant in UTC with milliseconds, so that text order is time order. */
  readonly at: string
  readonly digest: string
}

/** The clock of a sender may be a little ahead of ours; more than this and its time is not believed. */
const AHEAD_MAX_MS = 5 * 60_000

export function placeOf(read: ReadItem, record: RecordStatement, now: Date): Place {
  return {
    rank: record.rank ?? 0,
    version: read.item.version ?? 0,
    at: timeOf(read, record.eventAt, now),
    // Enough of it to tell two statements of one instant apart.
    digest: read.digest.slice(0, 16),
  }
}

/** The sender's time, else the event's own, else that of arrival: waiting makes nothing newer. */
export function timeOf({ item, arrivedAt }: ReadItem, eventAt: string | undefined, now: Date): string {
  const arrival = arrivedAt ?? now
  const stated = item.observedAt ?? eventAt
  const time = stated === undefined ? arrival : new Date(stated)
  return (time.getTime() > arrival.getTime() + AHEAD_MAX_MS ? arrival : time).toISOString()
}

/** Whether `a` comes after `b`. */
export function isAfter(a: Place, b: Place): boolean {
  if (a.rank !== b.rank) return a.rank > b.rank
  if (a.version !== b.version) return a.version > b.version
  if (a.at !== b.at) return a.at > b.at
  return a.digest > b.digest
}
