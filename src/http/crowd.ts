import type { IncomingMessage, ServerResponse } from 'node:http'
import { requestIdOf } from './context'

/** Some quarter of a second's answers: who comes later is told so at once, and does not make the others wait. */
export const QUESTIONS_MAX = 200

const BODY = JSON.stringify({
  errors: [{ message: 'Too many questions at once; ask again shortly.', extensions: { code: 'OVERLOADED' } }],
})
const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'content-length': Buffer.byteLength(BODY),
  'cache-control': 'no-store',
  'retry-after': '1',
}

/**
 * Lets so many questions in at once, before anything is read or verified: turning somebody away costs next to
 * nothing, so those who were let in are answered as fast as ever.
 */
export class Crowd {
  private inside = 0

  /** Whether there was room; who found none was told. */
  letIn(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.inside >= QUESTIONS_MAX) {
      response.writeHead(503, { ...HEADERS, 'x-request-id': requestIdOf(request) }).end(BODY)
      return false
    }
    this.inside += 1
    response.once('close', () => {
      this.inside -= 1
    })
    return true
  }
}
