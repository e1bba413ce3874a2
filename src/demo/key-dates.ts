import type { Calendar } from './calendar'
import { drawsFor, type Draws } from './draws'
import type { Draft } from './draft'
import type { Custody, Profile } from './profile'

/** The dates of a sentence as the prisons state them. */
export interface KeyDates {
  /** Days from today on which they leave, or left. */
  readonly release: number
  /** The fields of the document. */
  readonly stated: Draft['payload']
}

/** In custody the release lies ahead, after release behind; nothing before they were of age. */
export function keyDatesOf(
  { index, adultDays, firstSent }: Profile,
  custody: Custody,
  calendar: Calendar,
): KeyDates {
  const draws = drawsFor(index, 'dates')
  const drawn = isOutside(custody) ? releaseBehind(draws, firstSent) : releaseAhead(draws)
  const release = custody.releaseIn ?? drawn
  const left = Math.min(release, 0)
  // Whoever is inside came before the prisons first sent them.
  const served = Math.min(draws.int(5 - firstSent, 1300), adultDays + left - 1)
  const start = left - Math.max(served, 10)
  const stated = {
    receptionDate: calendar.date(start - (draws.chance(0.4) ? draws.int(0, 9) : 0)),
    ...sentenceDates(custody, { start, release, expiry: release + (release - start) }, calendar, draws),
  }
  return { release, stated }
}

export function isOutside({ state }: Custody): boolean {
  return state === 'RELEASED' || state === 'RESTRICTED_PATIENT'
}

interface Span {
  readonly start: number
  readonly release: number
  readonly expiry: number
}

/** Some releases are news after the first document, which still has them inside. */
function releaseBehind(draws: Draws, firstSent: number): number {
  return draws.chance(0.35) ? draws.int(firstSent + 3, -2) : draws.int(firstSent - 500, firstSent - 1)
}

/** Enough within six months for release planning to have something to do. */
function releaseAhead(draws: Draws): number {
  return draws.weighted([
    [draws.int(3, 90), 20],
    [draws.int(91, 200), 20],
    [draws.int(201, 720), 35],
    [draws.int(721, 2200), 25],
  ])
}

function sentenceDates(custody: Custody, span: Span, calendar: Calendar, draws: Draws): Draft['payload'] {
  const { start, release, expiry } = span
  const began = { sentenceStartDate: calendar.date(start) }
  if (custody.sentence === 'REMAND') return {}
  if (custody.sentence === 'INDETERMINATE') {
    return { ...began, tariffDate: calendar.date(release - draws.int(0, 900)) }
  }
  const ends = { sentenceExpiryDate: calendar.date(expiry), licenceExpiryDate: calendar.date(expiry) }
  const releaseDate = calendar.date(release)
  if (custody.sentence === 'RECALL')
    return { ...began, ...ends, postRecallReleaseDate: releaseDate, releaseDate }
  const isConfirmed = release < 60 || draws.chance(0.1)
  return {
    ...began,
    ...ends,
    conditionalReleaseDate: releaseDate,
    releaseDate,
    ...(isConfirmed ? { confirmedReleaseDate: releaseDate } : {}),
    ...(draws.chance(0.25) ? { homeDetentionCurfewEligibilityDate: calendar.date(release - 90) } : {}),
    ...(draws.chance(0.12) ? { paroleEligibilityDate: calendar.date(release - draws.int(60, 300)) } : {}),
  }
}
