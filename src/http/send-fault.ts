import type { ServerResponse } from 'node:http'
import { Refusal } from '../domain/refusal'
import { doorOf } from './door'
import { sendJson } from './send-json'
import { sendRefusal } from './send-refusal'

/** Bodies that cannot be read are the client's fault; anything else is ours, and says no more than that. */
export function sendFault(
  error: unknown,
  response: ServerResponse,
  report: (error: unknown, requestId: string) => void,
): void {
  const { requestId } = doorOf(response)
  if (response.headersSent) {
    report(error, requestId)
    response.destroy()
    return
  }
  const status = (error as { status?: unknown } | undefined)?.status
  if (error instanceof Refusal) {
    if (error.cause !== undefined) report(error, requestId)
    sendRefusal(response, error)
  } else if (typeof status === 'number' && status >= 400 && status < 500) {
    sendBadInput(response, status, status === 413 ? 'The body is too large.' : 'The body cannot be read.')
  } else {
    report(error, requestId)
    sendRefusal(response, new Refusal('INTERNAL', 'Something went wrong on our side.'))
  }
}

/** Where not the question but the request itself is wrong. */
export function sendBadInput(response: ServerResponse, status: number, message: string): void {
  sendJson(
    response,
    status,
    JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] }),
  )
}
