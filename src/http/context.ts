import { randomUUID } from 'node:crypto'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { RequestContext } from '../domain/caller'
import { isPurpose } from '../domain/purpose'
import { Refusal } from '../domain/refusal'
import type { AuthenticationFailures } from './authentication-failures'
import type { Authenticator } from './authenticate'
import { startBodyDeadline } from './body-deadline'
import { doorOf, type Door } from './door'
import { sendRefusal } from './send-refusal'

const JUSTIFICATION_MAX = 2_000

/** Every request has a door, and an id that is echoed. */
export function openDoor(request: Request, response: Response, next: NextFunction): void {
  const named = request.get('x-request-id')
  const requestId = named !== undefined && /^[\x21-\x7e]{1,200}$/.test(named) ? named : randomUUID()
  response.locals['door'] = { requestId, bodyDeadline: startBodyDeadline(request) } satisfies Door
  response.set('x-request-id', requestId)
  response.set('cache-control', 'no-store')
  next()
}

/** Bearer token → caller; then why and how they ask. Without a caller nothing goes further. */
export function authenticated(
  authenticator: Authenticator,
  failures: AuthenticationFailures,
): RequestHandler {
  return async (request, response, next) => {
    const door = doorOf(response)
    try {
      const found = await authenticator.authenticate(request.get('authorization'), request.get('acting-role'))
      door.caller = found.caller
      door.expiresAt = found.expiresAt
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      failures.count(request.socket.remoteAddress ?? 'unknown')
      sendRefusal(response, error)
      return
    }
    try {
      door.context = Object.freeze(readContext(request, door))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      door.fault = error
      door.context = Object.freeze({ caller: door.caller, strict: false, requestId: door.requestId })
    }
    next()
  }
}

function readContext(request: Request, { caller, requestId }: Door): RequestContext {
  if (!caller) throw new Refusal('UNAUTHENTICATED', 'Send a bearer token.')
  const purpose = request.get('purpose-of-use')?.trim()
  if (purpose !== undefined && purpose !== '' && !isPurpose(purpose)) {
    throw new Refusal('PURPOSE_NOT_ALLOWED', 'purpose-of-use is not a purpose that we know.')
  }
  const justification = readJustification(request.get('justification'))
  const mode = request.get('access-mode')
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
