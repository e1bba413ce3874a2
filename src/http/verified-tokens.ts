import { hash } from 'node:crypto'
import type { Authenticated, Authenticator } from './authenticate'

/** A key that an issuer withdrew opens nothing after this. */
export const VERIFIED_FOR_MS = 60_000
const REMEMBERED_MAX = 10_000

interface Verified {
  readonly found: Authenticated
  /** ms since the epoch. */
  readonly until: number
}

/**
 * Takes a token that was just verified for what it was found to be: for a minute, and never past its own end.
 * What was refused is looked at anew each time. Tokens are known by their digest, so that none lies in memory.
 */
export function rememberVerified(authenticator: Authenticator, now: () => Date): Authenticator {
  const verified = new Map<string, Verified>()
  const keep = (key: string, found: Authenticated) => {
    const at = now().getTime()
    if (verified.size >= REMEMBERED_MAX)
      for (const [old, { until }] of verified) if (until <= at) verified.delete(old)
    if (verified.size >= REMEMBERED_MAX) verified.clear()
    verified.set(key, { found, until: Math.min(at + VERIFIED_FOR_MS, found.expiresAt.getTime()) })
  }
  return {
    async authenticate(authorization, actingRole) {
      const key = keyOf(authorization, actingRole)
      const known = verified.get(key)
      const at = now().getTime()
      if (known && at < known.until && at >= known.until - VERIFIED_FOR_MS) return known.found
      verified.delete(key)
      const found = await authenticator.authenticate(authorization, actingRole)
      keep(key, found)
      return found
    },
  }
}

function keyOf(authorization = '', actingRole = ''): string {
  return hash('sha256', `${actingRole}\n${authorization}`, 'base64')
}
