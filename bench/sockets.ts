import { connect, type Socket } from 'node:net'
import type { Shot } from './load'

export interface Told {
  readonly status: number
  readonly head: string
  readonly text: string
}

interface Waiting {
  readonly bytes: string
  done(told: Told | undefined): void
}

/**
 * Asks over connections that are kept open, at a fraction of what an HTTP client costs: who sends three times what a
 * gateway can answer is not to take the processor from it.
 */
export class Sockets {
  private readonly idle: Socket[] = []
  private readonly waiting: Waiting[] = []
  private readonly busy = new Map<Socket, Waiting>()
  private readonly heard = new Map<Socket, string>()
  private readonly to: URL
  private open = 0

  constructor(
    url: string,
    private readonly most: number,
  ) {
    this.to = new URL(url)
  }

  /** Undefined where the connection was lost. */
  ask({ url, headers, body }: Shot): Promise<Told | undefined> {
    const all = { host: this.to.host, 'content-type': 'application/json', ...headers }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
    const length = `content-length: ${Buffer.byteLength(body)}\r\n`
    const bytes = `POST ${new URL(url).pathname} HTTP/1.1\r\n${lines.join('')}${length}\r\n${body}`
    return new Promise((done) => {
      this.waiting.push({ bytes, done })
      this.goOn()
    })
  }

  close(): void {
    for (const socket of [...this.idle, ...this.busy.keys()]) socket.destroy()
  }

  private goOn(): void {
    while (this.waiting.length > 0) {
      const socket = this.idle.pop() ?? this.another()
      const next = socket && this.waiting.shift()
      if (!next) return
      this.busy.set(socket, next)
      socket.write(next.bytes)
    }
  }

  private another(): Socket | undefined {
    if (this.open >= this.most) return undefined
    this.open += 1
    const socket = connect(Number(this.to.port), this.to.hostname).setNoDelay(true).setEncoding('utf8')
    socket.on('data', (part) => {
      this.hear(socket, String(part))
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      this.open -= 1
      if (this.idle.includes(socket)) this.idle.splice(this.idle.indexOf(socket), 1)
      this.settle(socket, undefined)
    })
    return socket
  }

  private hear(socket: Socket, part: string): void {
    const heard = (this.heard.get(socket) ?? '') + part
    this.heard.set(socket, heard)
    const headEnd = heard.indexOf('\r\n\r\n')
    if (headEnd < 0) return
    const head = heard.slice(0, headEnd).toLowerCase()
    const length = Number(/\ncontent-length: (\d+)/.exec(head)?.[1])
    const text = heard.slice(headEnd + 4)
    if (Buffer.byteLength(text) < length) return
    this.settle(socket, { status: Number(head.slice(9, 12)), head, text })
    this.idle.push(socket)
    this.goOn()
  }

  private settle(socket: Socket, told: Told | undefined): void {
    this.heard.delete(socket)
    this.busy.get(socket)?.done(told)
    this.busy.delete(socket)
  }
}
