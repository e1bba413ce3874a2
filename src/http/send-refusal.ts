import type { Response } from 'express'
import { CODES, type Refusal } from '../domain/refusal'

/** A refusal outside GraphQL: the same body, and a status of its own. */
export function sendRefusal(response: Response, refusal: Refusal): void {
  const { code, message, field } = refusal
  if (code === 'UNAUTHENTICATED') response.set('www-authenticate', 'Bearer')
  if (CODES[code] === 503 || CODES[code] === 429) response.set('retry-after', '1')
  const extensions = { code, ...(field !== undefined && { field }) }
  response.status(statusOf(refusal)).json({ errors: [{ message, extensions }] })
}

/** Over plain HTTP a refusal is not a success, as it is in GraphQL's own terms. */
function statusOf({ code }: Refusal): number {
  if (code === 'FORBIDDEN' || code === 'PURPOSE_NOT_ALLOWED' || code === 'PURPOSE_REQUIRED') return 403
  return CODES[code] === 200 ? 400 : CODES[code]
}
