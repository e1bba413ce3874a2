import type { ServerResponse } from 'node:http'
import { drained } from './drained'

/** Below the minute after which proxies usually take a silent connection for dead. */
const PING_MS = 15_000
const PING = ':\n\n'

/**
 * GraphQL over Server-Sent Events, distinct connections mode: each result is a `next` event. The next one is
 * asked for when the reader has taken the last, so nothing gathers here for one who is slow.
 */
export async function sendResults(
  response: ServerResponse,
  results: AsyncIterable<unknown> | Iterable<unknown>,
  until: AbortSignal,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' })
  response.write(PING)
  const ping = setInterval(() => {
    if (!response.writableNeedDrain && !response.destroyed) response.write(PING)
  }, PING_MS)
  const cutOff = () => {
    if (response.writableNeedDrain) response.destroy()
  }
  until.addEventListener('abort', cutOff)
  try {
    for await (const result of results) {
      if (response.destroyed) return
      if (!response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`)) await drained(response)
    }
  } finally {
    clearInterval(ping)
    until.removeEventListener('abort', cutOff)
  }
}

/** The empty `data` is for browsers, which else let the event pass. */
export function complete(response: ServerResponse): void {
  if (!response.destroyed) response.end('event: complete\ndata: \n\n')
}
