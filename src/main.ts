import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from './app'
import type { Config } from './config'
import { loadDemonstration } from './demonstration'
import { createGateway, type Gateway } from './gateway'
import { AuthenticationFailures } from './http/authentication-failures'
import { createAuthenticator } from './http/authenticate'
import { SERVER_TIMEOUTS } from './http/body-deadline'
import { openWebhooks, startHints } from './hints'
import { issuersOf, trustedDocuments } from './issuers'
import { openStore } from './open-store'

export interface Running {
  readonly url: string
  readonly gateway: Gateway
  /** Finishes what is in flight, then closes the database. */
  stop(): Promise<void>
}

const DRAIN_MAX_MS = 20_000
const IDLE_CHECK_MS = 50
const FAILURE_FLUSH_MS = 60_000
const SOURCE_CHECK_MS = 60_000

/** Opens, migrates, loads the demonstration where the record is empty, and listens; stops half-way when told to. */
export async function start(
  config: Config,
  log: (line: string) => void,
  stopAsked: AbortSignal,
): Promise<Running> {
  const store = await openStore(config, log)
  try {
    const failures = new AuthenticationFailures()
    const { catalogue, database, cursors } = store
    const trusted = trustedDocuments(config, catalogue)
    const webhooks = await openWebhooks(config)
    const gateway = createGateway({
      catalogue,
      database,
      cursors,
      now: () => new Date(),
      authenticationFailures: () => failures.total,
      silence: config.sourceSilence,
      webhooks,
    })
    // A port that is taken is told before minutes are spent on loading.
    await tryPort(config)
    await loadDemonstration(until(stopAsked, gateway), database, config.demoOffenders, log)
    stopAsked.throwIfAborted()
    const app = await createApp({
      gateway,
      authenticator: createAuthenticator(issuersOf(config)),
      failures,
      introspection: config.introspection,
      trusted,
      limits: config.documentLimits,
      report: (error, requestId) => log(`request ${requestId}: ${describe(error)}`),
    })
    const server = createServer(SERVER_TIMEOUTS, app.listener)
    const drain = drainOf(server)
    await gateway.pulse.beat()
    await listen(server, config)
    const flush = async () => {
      const draft = failures.take(new Date())
      if (draft) await gateway.append(draft)
    }
    const tellAlarms = async () => {
      for (const line of await gateway.alarms()) log(line)
    }
    const timers = [every(FAILURE_FLUSH_MS, flush, log), every(SOURCE_CHECK_MS, tellAlarms, log)]
    const stopHints = startHints(gateway, database, webhooks, (error) => log(`hints: ${describe(error)}`))
    const stop = async () => {
      for (const timer of timers) clearInterval(timer)
      await Promise.all([drain(), stopHints()])
      await app.graphql.stop()
      await flush().catch((error: unknown) => log(describe(error)))
      await store.close()
    }
    return { url: urlOf(server, config.host), gateway, stop }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** What fails is told, and tried again the next time. */
function every(ms: number, work: () => Promise<void>, log: (line: string) => void): NodeJS.Timeout {
  return setInterval(() => void work().catch((error: unknown) => log(describe(error))), ms).unref()
}

/**
 * What went wrong, by name and code. Messages of the database may hold data, so they stay out of the log,
 * but for those about our own statements (class 42).
 */
export function describe(error: unknown): string {
  const { cause } = error as { cause?: unknown }
  const { name, code, message } = (cause ?? error) as { name?: string; code?: string; message?: string }
  const said = code?.startsWith('42') ? `: ${message ?? ''}` : ''
  const trace =
    error instanceof Error && cause === undefined
      ? `\n${(error.stack ?? '').split('\n    at ').slice(1, 6).join('\n  at ')}`
      : ''
  return `${name ?? 'error'}${code === undefined ? '' : ` ${code}`}${said}${trace}`
}

async function listen(server: Server, { port, host }: Config): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function tryPort(config: Config): Promise<void> {
  const server = createServer()
  await listen(server, config)
  server.close()
  await once(server, 'close')
}

/** What is loaded through it stops between two batches when told to, and goes on at the next start. */
export function until(stopAsked: AbortSignal, gateway: Gateway): Gateway {
  const { commands } = gateway
  return {
    ...gateway,
    push: async (request) => {
      stopAsked.throwIfAborted()
      return gateway.push(request)
    },
    commands: {
      ...commands,
      transact: async (work) => {
        stopAsked.throwIfAborted()
        return commands.transact(work)
      },
    },
  }
}

/**
 * How the server ends: it takes no new connection, answers what is in flight, and closes each connection
 * after its answer, else clients that keep theirs open could go on asking until they are cut off.
 */
function drainOf(server: Server): () => Promise<void> {
  const open = new Set<ServerResponse>()
  let draining = false
  server.prependListener('request', (_request, response) => {
    if (draining) response.shouldKeepAlive = false
    open.add(response)
    response.once('close', () => open.delete(response))
  })
  return async () => {
    draining = true
    for (const response of open) response.shouldKeepAlive = false
    const closed = once(server, 'close')
    server.close()
    // An answer that had begun before left its connection open.
    const idle = setInterval(() => {
      server.closeIdleConnections()
    }, IDLE_CHECK_MS)
    const force = setTimeout(() => {
      server.closeAllConnections()
    }, DRAIN_MAX_MS)
    await closed
    clearInterval(idle)
    clearTimeout(force)
  }
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
