import type { Item, Sender } from '../updates/item'
import { Calendar } from './calendar'
import type { Draft } from './draft'
import { profileOf } from './draw-profile'
import { MOST_CASES } from './identifiers'
import { mappaDrafts } from './mappa'
import { decisionsOf, type DemoDecision } from './mappa-decisions'
import { prisonDrafts } from './prison-record'
import { probationDrafts } from './probation-record'
import { programmeDrafts } from './programmes'
import { registerDrafts } from './registers'
import { riskDrafts } from './risk'

export { validCro, validPnc, validSearchFileCro } from './identifiers'
export type { DemoDecision } from './mappa-decisions'
export { DEMO_MAPPA_AREAS, DEMO_ORGANISATIONS, DEMO_TRAINING, type DemoOrganisation } from './reference'
export { DEMO_PEOPLE } from './tour'

/** A document out of its envelope, as the suppliers' systems would send it. */
export interface DemoDocument {
  readonly sender: Sender
  readonly item: Omit<Item, 'index'>
}

export interface DemoCase {
  /** In the order of observation; the first makes the person known. */
  readonly documents: readonly DemoDocument[]
  /** Oldest first. */
  readonly decisions: readonly DemoDecision[]
}

/**
 * The demonstration population: made-up people in plausible custody and supervision. Case `i` is the same
 * whatever the count and in every run; `today` alone moves its dates, which are never later, except for
 * what lies ahead by its nature, like a release or a review.
 *
 * @throws RangeError beyond the number of people for whom there are identifiers.
 */
export function* demoCases(count: number, today: Date): Generator<DemoCase> {
  if (count > MOST_CASES) throw new RangeError(`There are identifiers for ${MOST_CASES} cases at most`)
  const calendar = new Calendar(today)
  for (let index = 0; index < count; index += 1) yield demoCase(index, calendar)
}

function demoCase(index: number, calendar: Calendar): DemoCase {
  const profile = profileOf(index, calendar)
  const drafts = [
    ...prisonDrafts(profile, calendar),
    ...probationDrafts(profile, calendar),
    ...mappaDrafts(profile, calendar),
    ...riskDrafts(profile, calendar),
    ...programmeDrafts(profile, calendar),
    ...registerDrafts(profile, calendar),
  ].sort((a, b) => a.day - b.day || a.minutes - b.minutes)
  return {
    documents: drafts.map((draft, nth) => documentOf(draft, `demo-${index}-${nth + 1}`, calendar)),
    decisions: decisionsOf(profile, calendar),
  }
}

function documentOf(
  { format, sender, payload, day, minutes }: Draft,
  messageId: string,
  calendar: Calendar,
): DemoDocument {
  const observedAt = calendar.instant(day, minutes)
  return { sender, item: { format, payload, messageId, observedAt, person: [], problems: [] } }
}
