import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { webcrypto } from 'node:crypto'

/** One request as it arrived. */
export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A receiver of hints on the loopback address, which answers as it is told. */
export interface Receiver {
  readonly url: string
  readonly received: Received[]
  /** The status of the next answers; `hang`: none at all. */
  answer: number | 'hang'
  readonly location: string
  close(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => (body += part))
    request.on('end', () => {
      received.push({ headers: request.headers, body })
      if (receiver.answer === 'hang') return
      const redirects = receiver.answer >= 300 && receiver.answer < 400
      response
        .writeHead(receiver.answer, redirects ? { location: receiver.location } : {})
        .end('words of its own')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const receiver: Receiver = {
    url: `${url}/hints`,
    location: `${url}/elsewhere`,
    received,
    answer: 204,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return receiver
}

/**
 * Checks a hint as the text of Standard Webhooks 1.0.0 has it, with another implementation of Ed25519's
 * interface than the sender's: the id, the timestamp and the raw body, joined by full stops, under any of the
 * signatures, within five minutes. Gives the payload; throws where none fits.
 */
export async function verifyHint(
  { headers, body }: Received,
  publicKey: string,
  now: Date,
): Promise<{ type: string; timestamp: string; data: { revision: number } }> {
  const [id, timestamp] = [String(headers['webhook-id']), String(headers['webhook-timestamp'])]
  if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > 300)
    throw new Error('the timestamp is too far off')
  if (!publicKey.startsWith('whpk_')) throw new Error('no public key')
  const raw = Buffer.from(publicKey.slice('whpk_'.length), 'base64')
  const key = await webcrypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify'])
  const content = Buffer.from(`${id}.${timestamp}.${body}`)
  for (const signature of String(headers['webhook-signature']).split(' ')) {
    const [version, text = ''] = signature.split(',')
    if (version !== 'v1a') continue
    const fits = await webcrypto.subtle.verify('Ed25519', key, Buffer.from(text, 'base64'), content)
    if (fits) return JSON.parse(body) as { type: string; timestamp: string; data: { revision: number } }
  }
  throw new Error('no signature fits')
}
