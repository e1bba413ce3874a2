import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Request, RequestHandler, Response } from 'express'

/** What one of Express's parsers makes of a body, for a request that did not come by Express. */
export async function readBody(
  parser: RequestHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<unknown> {
  const parsed = request as Request
  await new Promise<void>((resolve, reject) => {
    void parser(parsed, response as Response, (fault?: unknown) => {
      if (fault instanceof Error) reject(fault)
      else resolve()
    })
  })
  return parsed.body as unknown
}
