import type { ServerResponse } from 'node:http'

export function sendJson(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'application/json',
): void {
  const body = Buffer.from(text)
  response.statusCode = status
  response.setHeader('content-type', `${type}; charset=utf-8`)
  response.setHeader('content-length', body.length)
  response.end(body)
}
