import { randomInt } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { CODES, type Code, type Refusal } from '../domain/refusal'
import { sendJson } from './send-json'

/** A refusal outside GraphQL: the same body, and a status of its own. */
export function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  const { code, message, field } = refusal
  if (code === 'UNAUTHENTICATED') response.setHeader('www-authenticate', 'Bearer')
  const seconds = retryAfter(code)
  if (seconds !== undefined) response.setHeader('retry-after', seconds)
  const extensions = { code, ...(field !== undefined && { field }) }
  sendJson(response, statusOf(refusal), JSON.stringify({ errors: [{ message, extensions }] }))
}

const RETRY_SECONDS_MAX = 4

/** When to come again, in seconds; those who were turned away together are not to come back together. */
export function retryAfter(code: Code): string | undefined {
  if (CODES[code] === 503) return '1'
  return CODES[code] === 429 ? String(randomInt(1, RETRY_SECONDS_MAX + 1)) : undefined
}

/** Over plain HTTP a refusal is not a success, as it is in GraphQL's own terms. */
function statusOf({ code }: Refusal): number {
  if (code === 'FORBIDDEN' || code === 'PURPOSE_NOT_ALLOWED' || code === 'PURPOSE_REQUIRED') return 403
  return CODES[code] === 200 ? 400 : CODES[code]
}
