const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** The wait before each attempt (Standard Webhooks, deliverability): ten attempts in about 76 hours. */
const WAITS = [0, 5 * SECOND, 5 * MINUTE, 30 * MINUTE, ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR)]

/** So that receivers that failed together are not all asked again together. */
const JITTER = 0.1

/**
 * When to try again after so many attempts; undefined after the last. `chance` is from 0 to 1.
 */
export function nextAttempt(attempts: number, now: Date, chance: number): Date | undefined {
  const wait = WAITS[attempts]
  return wait === undefined ? undefined : new Date(now.getTime() + Math.round(wait * (1 + JITTER * chance)))
}
