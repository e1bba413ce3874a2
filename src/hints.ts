import type { Config } from './config'
import type { Gateway } from './gateway'
import { createDispatcher, type Dispatcher } from './outbound/dispatcher'
import { startHeart } from './outbound/heart'
import type { WebhookTerms } from './outbound/own-webhooks'
import { createSender } from './outbound/send'
import { openSigningKeys, type SigningKeys } from './outbound/signing-keys'
import type { Database } from './store/database'

/** What it takes to send hints. */
export interface Webhooks extends WebhookTerms {
  readonly keys: SigningKeys
}

/** Undefined where no host is named and none is assumed: then no system has a webhook. */
export async function openWebhooks(config: Config): Promise<Webhooks | undefined> {
  const { webhookHosts: hosts, webhookSigningKeyFile, production, dataDir } = config
  if (production && hosts === undefined) return undefined
  const keys = await openSigningKeys(webhookSigningKeyFile, dataDir)
  return { keys, publicKey: keys.publicKey, rules: { hosts, production } }
}

const PAUSE_MS = 1_000

/** Looks about once a second whether the record has moved, and tells streams and webhooks, until it is stopped. */
export function startHints(
  gateway: Gateway,
  database: Database,
  webhooks: Webhooks | undefined,
  report: (error: unknown) => void,
): () => Promise<void> {
  const { pulse } = gateway
  const dispatcher = webhooks && dispatcherOf(gateway, database, webhooks, report)
  const stop = startHeart(
    async () => {
      await pulse.beat()
      await dispatcher?.tick(pulse.revision)
    },
    PAUSE_MS,
    report,
  )
  return async () => {
    pulse.end()
    await stop()
    await dispatcher?.idle()
  }
}

function dispatcherOf(
  { commands, metrics }: Gateway,
  database: Database,
  { keys, rules }: Webhooks,
  report: (error: unknown) => void,
): Dispatcher {
  return createDispatcher({
    sql: database.pools.writer,
    transact: commands.transact,
    keys,
    send: createSender({ rules }),
    now: commands.now,
    journalNow: commands.now,
    chance: Math.random,
    count: (outcome) => metrics.hints.inc({ outcome }),
    report,
  })
}
