import type { EntryDraft } from '../journal/entry'
import type { Transaction } from '../updates/store'
import { claim, enqueue, faultOf, outcomeOf, settle, type Claimed, type Outcome } from './deliveries'
import type { Send, Sent } from './send'
import type { SigningKeys } from './signing-keys'

export interface DispatcherDeps {
  /** Single statements, each its own transaction. */
  readonly sql: Transaction
  transact<T>(work: (tx: Transaction, append: (draft: EntryDraft) => Promise<void>) => Promise<T>): Promise<T>
  readonly keys: SigningKeys
  readonly send: Send
  /** What the schedule goes by. */
  now(): Date
  /** What the journal goes by: the database compares it with its own clock. */
  journalNow(): Date
  /** From 0 to 1, for the jitter. */
  chance(): number
  count(outcome: Outcome['state']): void
  report(error: unknown): void
}

/** Sends hints to webhooks. Any number of processes may run one on the same database. */
export interface Dispatcher {
  /** Makes hints of this revision where they are wanted, and begins what is due. */
  tick(revision: number): Promise<void>
  /** Ends when no attempt is under way. */
  idle(): Promise<void>
}

/** A receiver that hangs takes one place until its time is out. */
const UNDER_WAY_MAX = 20

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const underWay = new Set<Promise<void>>()
  const begin = (claimed: Claimed) => {
    const attempt = deliver(claimed, deps)
      .catch(deps.report)
      .finally(() => underWay.delete(attempt))
    underWay.add(attempt)
  }
  return {
    tick: async (revision) => {
      await enqueue(deps.sql, revision, deps.now())
      const free = UNDER_WAY_MAX - underWay.size
      if (free > 0) for (const claimed of await claim(deps.sql, deps.now(), free)) begin(claimed)
    },
    idle: async () => {
      await Promise.all(underWay)
    },
  }
}

/** Nothing is settled before it was sent: a process that dies in between leaves a hint that is sent again. */
async function deliver(claimed: Claimed, deps: DispatcherDeps): Promise<void> {
  const body = JSON.stringify({
    type: 'record.changed',
    timestamp: claimed.seenAt.toISOString(),
    data: { revision: claimed.revision },
  })
  const sent = await deps.send(claimed.url, headersFor(claimed.id, body, deps), body)
  const outcome = outcomeOf(sent, claimed.attempts, deps.now(), deps.chance())
  await deps.transact(async (tx, append) => {
    const current = await settle(tx, claimed, sent, outcome, deps.now())
    const draft = entryOf(claimed, sent, outcome, deps.journalNow())
    if (draft && (current || outcome.state !== 'DEAD')) await append(draft)
  })
  deps.count(outcome.state)
}

/** Standard Webhooks 1.0.0: the timestamp is that of the attempt. */
function headersFor(id: string, body: string, { keys, now }: DispatcherDeps): Record<string, string> {
  const timestamp = Math.floor(now().getTime() / 1_000)
  return {
    'content-type': 'application/json',
    'user-agent': 'throughcare',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': keys.sign(id, timestamp, body),
  }
}

/** A hint that arrived, or was given up: to whom and which, and of no person. */
function entryOf(claimed: Claimed, sent: Sent, { state }: Outcome, at: Date): EntryDraft | undefined {
  if (state === 'RETRY') return undefined
  const { id, webhook, owner, url, revision, attempts } = claimed
  const fault = faultOf(sent)
  return {
    kind: 'HINT',
    outcome: state === 'DELIVERED' ? 'DELIVERED' : 'DEAD',
    at,
    viewer: owner,
    operation: 'webhook',
    revision,
    parameters: { webhook, hint: id, host: new URL(url).host, attempts, ...(fault !== null && { fault }) },
    subjects: [],
  }
}
