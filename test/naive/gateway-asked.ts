import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isMachineRole } from '../../src/domain/caller'
import type { FieldGroup } from '../../src/domain/field-group'
import { startTestGateway, type As, type TestGateway } from '../support/gateway'

export interface Body {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
  readonly extensions?: { readonly withheld?: readonly unknown[] }
}

/** What the client `limited-client` may ever read. */
export const CEILING: readonly FieldGroup[] = [
  'IDENTITY',
  'CUSTODY',
  'ROSH_LEVEL',
  'MAPPA_LEVEL',
  'MAPPA_MINUTES',
  'ALLOCATION',
]

/** The whole gateway behind HTTP, at whatever instant it is told that it is. */
export class GatewayAsked {
  private readonly tokens = new Map<string, Promise<string>>()

  private constructor(
    readonly t: TestGateway,
    private readonly server: Server,
    private readonly clock: Clock,
  ) {}

  static async start(): Promise<GatewayAsked> {
    const clock: Clock = { now: undefined }
    const t = await startTestGateway({
      now: () => clock.now ?? new Date(),
      ceilings: { 'limited-client': [...CEILING] },
      alter: (gateway) => {
        const { append } = gateway.deps
        // The journal takes no entry whose time is not the database's.
        const atOnce: typeof append = (draft) => append({ ...draft, at: new Date() })
        return { ...gateway, deps: { ...gateway.deps, append: atOnce } }
      },
    })
    const server = createServer(t.app)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new GatewayAsked(t, server, clock)
  }

  setClock(now: Date): void {
    this.clock.now = now
  }

  async ask(as: As, query: string, variables: object, requestId: string): Promise<Body> {
    const { port } = this.server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-request-id': requestId,
        authorization: `Bearer ${await this.tokenOf(as)}`,
        ...(as.purpose != null && { 'purpose-of-use': as.purpose }),
        ...(as.justification !== undefined && { justification: encodeURIComponent(as.justification) }),
        ...(as.also && !isMachineRole(as.role) && { 'acting-role': as.role }),
        ...as.headers,
      },
      body: JSON.stringify({ query, variables }),
    })
    return (await response.json()) as Body
  }

  async close(): Promise<void> {
    this.server.close()
    this.server.closeAllConnections()
    await this.t.close()
  }

  private tokenOf({ purpose: _, justification: _why, headers: _headers, ...as }: As): Promise<string> {
    const key = `${Math.floor(Date.now() / TOKENS_KEPT_MS)} ${JSON.stringify(as)}`
    const known = this.tokens.get(key) ?? this.t.token(as)
    this.tokens.set(key, known)
    return known
  }
}

/** Shorter than tokens are good for. */
const TOKENS_KEPT_MS = 240_000

interface Clock {
  /** Undefined: as it is. */
  now: Date | undefined
}
