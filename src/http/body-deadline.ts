import type { IncomingMessage } from 'node:http'

const BODY_MAX_MS = 300_000

/**
 * Cuts a request off whose body has not arrived within five minutes; a stream of lines starts them anew with
 * each line. Node.js's own limit can only count from the first byte, and would cut every long stream.
 */
export function startBodyDeadline(request: IncomingMessage): NodeJS.Timeout {
  const deadline = setTimeout(() => {
    if (!request.complete) request.destroy()
  }, BODY_MAX_MS)
  request.once('close', () => clearTimeout(deadline))
  return deadline.unref()
}

/** For a server behind which each request has a deadline of its own; headers keep that of Node.js. */
export const SERVER_TIMEOUTS = { requestTimeout: 0, headersTimeout: 60_000 }
