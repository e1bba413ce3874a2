import type { ServerResponse } from 'node:http'

export function sendJson(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'application/json',
): void {
  response.statusCode = status
  response.setHeader('content-type', `${type}; charset=utf-8`)
  sendText(response, text)
}

/** Whole, with its length: what leaves in pieces is a stream. */
export function sendText(response: ServerResponse, text: string): void {
  const body = Buffer.from(text)
  response.setHeader('content-length', body.length)
  response.end(body)
}
