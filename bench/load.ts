import { Agent, request } from 'node:http'
import { percentile } from './figures'

/** One request of a load: where, and what. */
export interface Shot {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** What its answer has to hold; else it is one with data and no errors. */
  readonly holding?: string
}

export interface Load {
  readonly perSecond: number
  readonly seconds: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
}

/** Keeps so many requests in flight for a while; anything but an answer with data ends it. */
export async function load(shotOf: (n: number) => Shot, connections: number, ms: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const latencies: number[] = []
  let next = 0
  const begun = performance.now()
  const one = async () => {
    while (performance.now() - begun < ms) {
      const sent = performance.now()
      await shoot(shotOf(next++), agent)
      latencies.push(performance.now() - sent)
    }
  }
  try {
    await Promise.all(Array.from({ length: connections }, one))
  } finally {
    agent.destroy()
  }
  const seconds = (performance.now() - begun) / 1000
  return {
    perSecond: latencies.length / seconds,
    seconds,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  }
}

export async function shoot({ url, headers, body, holding }: Shot, agent?: Agent): Promise<string> {
  const text = await new Promise<string>((resolve, reject) => {
    const options = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      ...(agent && { agent }),
    }
    const sent = request(url, options, (response) => {
      let received = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (received += part))
      response.on('end', () => {
        resolve(received)
      })
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
  const isAnswer =
    holding === undefined
      ? text.startsWith('{"data":{') && !text.includes('"errors":')
      : text.includes(holding)
  if (!isAnswer) throw new Error(`no answer: ${text.slice(0, 300)}`)
  return text
}
