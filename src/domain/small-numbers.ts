/** The least number of people that is told to those who may not see them. */
const LEAST = 5

/**
 * A number of people as it is told to those who may not see them: null where it is small (1 to 4), else to the nearest
 * five, so that no total and no second question tells what was suppressed.
 */
export function publishable(count: number): number | null {
  if (count > 0 && count < LEAST) return null
  return Math.round(count / LEAST) * LEAST
}
