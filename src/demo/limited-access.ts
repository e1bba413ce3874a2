import type { Calendar } from './calendar'
import { drawsFor } from './draws'
import { PROBATION_SYSTEM, type Draft } from './draft'
import type { Profile } from './profile'
import { DEMO_PEOPLE } from './tour'

/** What the case itself says about limited access, without naming anybody. */
export function limitFlags({ index, limit }: Profile): Draft['payload'] {
  return {
    currentExclusion: limit === 'EXCLUSION',
    currentRestriction: limit === 'RESTRICTION',
    ...(limit === undefined ? {} : messageOf(index, limit)),
  }
}

/** The list of who may not look, or of who alone may, for the few cases that have one. */
export function limitationDraft(
  { index, identifiers, limit, firstSent }: Profile,
  calendar: Calendar,
): Draft[] {
  if (limit === undefined) return []
  const draws = drawsFor(index, 'limit')
  const { restrictedTo } = DEMO_PEOPLE.limitedAccess
  const isTour = index === DEMO_PEOPLE.limitedAccess.index
  const username = isTour ? restrictedTo : draws.pick([restrictedTo, 'second.reader', 'third.reader'])
  const payload = {
    crn: identifiers.crn,
    excludedFrom:
      limit === 'EXCLUSION' ? [{ username: 'excluded.reader', since: calendar.date(firstSent) }] : [],
    restrictedTo: limit === 'RESTRICTION' ? [{ username, since: calendar.date(firstSent) }] : [],
    ...messageOf(index, limit),
  }
  return [{ format: 'access-limitations', sender: PROBATION_SYSTEM, payload, day: firstSent, minutes: 520 }]
}

function messageOf(index: number, limit: NonNullable<Profile['limit']>): Draft['payload'] {
  if (limit === 'EXCLUSION')
    return { exclusionMessage: 'You are excluded from this case. Speak to your manager.' }
  const { limitedAccess } = DEMO_PEOPLE
  const isTour = index === limitedAccess.index
  return {
    restrictionMessage: isTour ? limitedAccess.restrictionMessage : 'Access to this case is restricted.',
  }
}
