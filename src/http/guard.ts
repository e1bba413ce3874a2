import type { ServerResponse } from 'node:http'
import { doorOf, type Door } from './door'

/**
 * The second guard: whatever the code behind it does, a body that holds data leaves only with the
 * receipt of its committed entry, or if it is the schema's own. What is written piece by piece is cut off
 * without one, whatever it holds.
 */
export function guardAnswers(response: ServerResponse): void {
  const write = response.write.bind(response) as (...piece: unknown[]) => boolean
  response.write = (...piece: unknown[]) => {
    if (mayLeave(doorOf(response))) return write(...piece)
    response.destroy(new Error('a stream began before its entry was committed'))
    return false
  }
  const end = response.end.bind(response) as (...last: unknown[]) => ServerResponse
  response.end = (...last: unknown[]) => {
    if (mayLeave(doorOf(response)) || !holdsData(last[0])) return end(...last)
    if (response.headersSent)
      return response.destroy(new Error('an answer began before its entry was committed'))
    const refusal = Buffer.from(NOT_JOURNALLED)
    response.statusCode = 500
    response.setHeader('content-type', 'application/json; charset=utf-8')
    response.setHeader('content-length', refusal.length)
    return end(refusal)
  }
}

const NOT_JOURNALLED = JSON.stringify({
  errors: [
    { message: 'This answer was not journalled, so it is not given.', extensions: { code: 'INTERNAL' } },
  ],
})

function mayLeave({ receipt, pushed, introspection }: Door): boolean {
  return receipt !== undefined || pushed === true || introspection === true
}

function holdsData(body: unknown): boolean {
  if (body === undefined || body === null || typeof body === 'function') return false
  const text = Buffer.isBuffer(body) ? body.toString() : body
  if (typeof text !== 'string') return true
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null) return true
    const { data, results } = parsed as { data?: unknown; results?: unknown }
    return (
      (data !== undefined && data !== null && Object.values(data).some((value) => value !== null)) ||
      results !== undefined
    )
  } catch {
    return true
  }
}
