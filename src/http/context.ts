import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestContext } from '../domain/caller'
import { isPurpose } from '../domain/purpose'
import { Refusal } from '../domain/refusal'
import type { AuthenticationFailures } from './authentication-failures'
import type { Authenticator } from './authenticate'
import { startBodyDeadline } from './body-deadline'
import { doorOf, keepDoor, type Door } from './door'
import { sendRefusal } from './send-refusal'

const JUSTIFICATION_MAX = 2_000

/** Its own where it names one, which is echoed. */
export function requestIdOf(request: IncomingMessage): string {
  const named = headerOf(request, 'x-request-id')
  return named !== undefined && /^[\x21-\x7e]{1,200}$/.test(named) ? named : randomUUID()
}

/** Every request that is let in has a door. */
export function openDoor(request: IncomingMessage, response: ServerResponse): void {
  const requestId = requestIdOf(request)
  keepDoor(response, { requestId, bodyDeadline: startBodyDeadline(request) })
  response.setHeader('x-request-id', requestId)
  response.setHeader('cache-control', 'no-store')
}

/** Whether a request may go further; one that may not was answered. */
export type Gate = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

/** Bearer token → caller; then why and how they ask. Without a caller nothing goes further. */
export function authenticating(authenticator: Authenticator, failures: AuthenticationFailures): Gate {
  return async (request, response) => {
    const door = doorOf(response)
    try {
      const found = await authenticator.authenticate(
        headerOf(request, 'authorization'),
        headerOf(request, 'acting-role'),
      )
      door.caller = found.caller
      door.expiresAt = found.expiresAt
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      failures.count(request.socket.remoteAddress ?? 'unknown')
      sendRefusal(response, error)
      return false
    }
    try {
      door.context = Object.freeze(readContext(request, door))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      door.fault = error
      door.context = Object.freeze({ caller: door.caller, strict: false, requestId: door.requestId })
    }
    return true
  }
}

/** Of one that came several times Node.js joins the values, or keeps the first. */
function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

function readContext(request: IncomingMessage, { caller, requestId }: Door): RequestContext {
  if (!caller) throw new Refusal('UNAUTHENTICATED', 'Send a bearer token.')
  const purpose = headerOf(request, 'purpose-of-use')?.trim()
  if (purpose !== undefined && purpose !== '' && !isPurpose(purpose)) {
    throw new Refusal('PURPOSE_NOT_ALLOWED', 'purpose-of-use is not a purpose that we know.')
  }
  const justification = readJustification(headerOf(request, 'justification'))
  const mode = headerOf(request, 'access-mode')
  if (mode !== undefined && mode !== 'strict')
    throw new Refusal('BAD_USER_INPUT', 'access-mode is strict, or left out.')
  return {
    caller,
    requestId,
    strict: mode === 'strict',
    ...(purpose !== undefined && isPurpose(purpose) && { purpose }),
    ...(justification !== undefined && { justification }),
  }
}

function readJustification(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  try {
    const text = decodeURIComponent(header)
      .replace(/\p{Cc}/gu, ' ')
      .trim()
    if (text.length > JUSTIFICATION_MAX) {
      throw new Refusal('BAD_USER_INPUT', `justification is at most ${JUSTIFICATION_MAX} characters.`)
    }
    return text === '' ? undefined : text
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal('BAD_USER_INPUT', 'justification must be percent-encoded UTF-8.', undefined, {
      cause: error,
    })
  }
}
