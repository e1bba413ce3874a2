import type { Draws } from './draws'
import type { Custody, MappaStanding } from './profile'

/**
 * About one in seven of those whom probation knows, and so one in eight of all.
 *
 * @param state undefined where the prisons do not know them.
 */
export function drawMappa(draws: Draws, state: Custody['state'] | undefined): MappaStanding | undefined {
  if (!draws.chance(state === undefined ? 0.08 : 0.175)) return undefined
  const isInside = state !== undefined && state !== 'RELEASED' && state !== 'RESTRICTED_PATIENT'
  // Without a prison sentence there is hardly a category but the first (domain 2.2).
  const category = state === undefined ? 1 : draws.weighted(CATEGORIES)
  const level =
    category === 3 ? draws.weighted(LEVELS_OF_CATEGORY_3) : draws.weighted(isInside ? LEVELS_INSIDE : LEVELS)
  const isUndetermined = level === 0 && draws.chance(0.1)
  const count = draws.chance(0.6) ? (level === 0 ? 1 : draws.int(1, 3)) : 0
  const isDisputed = isInside && category !== 3 && level !== 0 && draws.chance(0.02)
  return {
    category: isUndetermined ? 0 : category,
    level,
    ...(isDisputed ? { alertLevel: level === 1 ? 2 : 1 } : {}),
    offending: category === 1 ? 'SEXUAL' : 'VIOLENT',
    decisions: isUndetermined ? 0 : count,
  }
}

const CATEGORIES = [
  [1, 70],
  [2, 24],
  [3, 3],
  [4, 3],
] as const

const LEVELS = [
  [1, 78],
  [2, 18],
  [3, 4],
] as const

/** A level waits to be confirmed until six months before release, so only inside (domain 2.4). */
const LEVELS_INSIDE = [...LEVELS, [0, 15]] as const

/** Never level 1 and never to be confirmed (domain 2.2). */
const LEVELS_OF_CATEGORY_3 = [
  [2, 3],
  [3, 1],
] as const
