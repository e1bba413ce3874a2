import type { Calendar } from './calendar'
import { drawsFor } from './draws'
import { PROBATION_SYSTEM, type Draft } from './draft'
import { stepsOf, type Step } from './mappa-decisions'
import type { MappaStanding, Profile } from './profile'
import type { Post } from './staff'

/** The probation register: its entry before the newest decision, where that came later, and the one now. */
export function mappaDrafts(profile: Profile, calendar: Calendar): Draft[] {
  const { mappa, firstSent, post } = profile
  if (mappa === undefined || post === undefined) return []
  const draws = drawsFor(profile.index, 'register')
  const steps = stepsOf(profile, calendar)
  const newest = steps.at(-1)
  const former = steps.at(-2)
  const since = steps[0]?.day ?? -Math.min(draws.int(20 - firstSent, 420), profile.adultDays)
  const entry = { format: 'mappa-detail', sender: PROBATION_SYSTEM, minutes: draws.int(560, 590) } as const
  const isNews = newest !== undefined && newest.day >= firstSent
  const now: Draft = {
    ...entry,
    payload: entryOf(
      profile,
      { ...mappa, post },
      { since, review: newest?.nextReview ?? draws.int(-15, 90) },
      calendar,
    ),
    day: isNews ? newest.day + 1 : firstSent,
  }
  if (!isNews || former === undefined || former.level === mappa.level) return [now]
  const before = { ...mappa, level: former.level, post }
  const payload = entryOf(profile, before, { since, review: former.nextReview }, calendar)
  return [{ ...entry, payload, day: Math.max(firstSent, former.day + 1) }, now]
}

function entryOf(
  { identifiers, custody }: Profile,
  { category, level, post }: Pick<MappaStanding, 'category' | 'level'> & { readonly post: Post },
  { since, review }: { readonly since: number; readonly review: Step['nextReview'] },
  calendar: Calendar,
): Draft['payload'] {
  return {
    crn: identifiers.crn,
    ...(custody === undefined ? {} : { nomsNumber: identifiers.prisonNumber }),
    level,
    levelDescription: level === 0 ? 'MAPPA level to be confirmed' : `MAPPA Level ${level}`,
    category,
    categoryDescription: category === 0 ? 'MAPPA category to be determined' : `MAPPA Cat ${category}`,
    startDate: calendar.date(since),
    reviewDate: calendar.date(review),
    team: { code: post.team, description: post.teamName },
    officer: { code: post.staffCode, forenames: post.forenames, surname: post.surname },
    probationArea: { code: post.provider, description: post.providerName },
    notes:
      level >= 2 ? 'Managed through multi-agency meetings; see the minutes.' : 'Managed by the lead agency.',
  }
}
