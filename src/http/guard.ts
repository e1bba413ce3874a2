import type { NextFunction, Request, Response } from 'express'
import { doorOf, type Door } from './door'

/**
 * The second guard: whatever the code behind it does, a body that holds data leaves only with the
 * receipt of its committed entry, or if it is the schema's own. What is written piece by piece is cut off
 * without one, whatever it holds.
 */
export function guardAnswers(_request: Request, response: Response, next: NextFunction): void {
  const write = response.write.bind(response) as (...piece: unknown[]) => boolean
  response.write = (...piece: unknown[]) => {
    if (mayLeave(doorOf(response))) return write(...piece)
    response.destroy(new Error('a stream began before its entry was committed'))
    return false
  }
  const send = response.send.bind(response)
  response.send = (body?: unknown) => {
    if (mayLeave(doorOf(response)) || !holdsData(body)) return send(body)
    response.status(500)
    response.set('content-type', 'application/json; charset=utf-8')
    return send(
      JSON.stringify({
        errors: [
          {
            message: 'This answer was not journalled, so it is not given.',
            extensions: { code: 'INTERNAL' },
          },
        ],
      }),
    )
  }
  next()
}

function mayLeave({ receipt, pushed, introspection }: Door): boolean {
  return receipt !== undefined || pushed === true || introspection === true
}

function holdsData(body: unknown): boolean {
  if (typeof body !== 'string') return body !== undefined && body !== null
  try {
    const parsed: unknown = JSON.parse(body)
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
