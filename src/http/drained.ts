import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

/** The client read on, or went away. */
export async function drained(response: ServerResponse): Promise<void> {
  const either = new AbortController()
  const { signal } = either
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })])
  either.abort()
}
