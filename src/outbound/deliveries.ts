import type { Caller } from '../domain/caller'
import type { Transaction } from '../updates/store'
import type { Sent } from './send'
import { nextAttempt } from './schedule'

/** A webhook's newest hint, claimed by this process for one attempt. */
export interface Claimed {
  /** The same over all attempts. */
  readonly id: string
  readonly webhook: string
  readonly url: string
  /** The system that registered the webhook. */
  readonly owner: Caller
  readonly revision: number
  readonly seenAt: Date
  /** This attempt's number, from 1. */
  readonly attempts: number
}

/**
 * A hint for each webhook that was not told of this revision yet. It joins the one that waits and was never
 * tried; where one was tried already, the next is made once that one is settled.
 */
export async function enqueue(sql: Transaction, revision: number, now: Date): Promise<void> {
  await sql.query(
    `with joined as (
       update outbound.webhook_delivery d set revision = $1, seen_at = $2::timestamptz
       where d.state = 'PENDING' and d.attempts = 0 and d.last_error is null and d.revision < $1
     )
     insert into outbound.webhook_delivery (id, webhook_id, revision, seen_at, state, next_attempt_at)
     select 'msg_' || gen_random_uuid(), w.id, $1, $2::timestamptz, 'PENDING', greatest($2::timestamptz, w.quiet_until)
     from outbound.webhook w
     where w.disabled_at is null and w.last_revision < $1 and not exists (
       select from outbound.webhook_delivery d
       where d.webhook_id = w.id and (d.state = 'PENDING' or d.revision >= $1))
     for share of w
     on conflict do nothing`,
    [revision, now.toISOString()],
  )
}

/** Longer than an attempt and its settling take. */
const LEASE_MS = 60_000

/** Takes what is due, for one attempt each: what another process has taken is passed over. */
export async function claim(sql: Transaction, now: Date, limit: number): Promise<Claimed[]> {
  const rows = await sql.query(
    `update outbound.webhook_delivery d set attempts = d.attempts + 1, lease_until = $2
     from (
       select p.id from outbound.webhook_delivery p
       where p.state = 'PENDING' and p.next_attempt_at <= $1 and (p.lease_until is null or p.lease_until <= $1)
       order by p.next_attempt_at limit $3 for update skip locked
     ) due, outbound.webhook w
     where d.id = due.id and w.id = d.webhook_id
     returning d.id, d.webhook_id, d.revision, d.seen_at, d.attempts, w.url, w.issuer, w.client, w.role, w.agency`,
    [now.toISOString(), new Date(now.getTime() + LEASE_MS).toISOString(), limit],
  )
  return rows.map(readClaimed)
}

function readClaimed(row: Readonly<Record<string, unknown>>): Claimed {
  return {
    id: row['id'] as string,
    webhook: row['webhook_id'] as string,
    url: row['url'] as string,
    owner: {
      issuer: row['issuer'] as string,
      client: row['client'] as string,
      role: row['role'] as Caller['role'],
      ...(row['agency'] !== null && { agency: row['agency'] as string }),
    },
    revision: row['revision'] as number,
    seenAt: row['seen_at'] as Date,
    attempts: row['attempts'] as number,
  }
}

/** What an attempt came to. `RETRY` is due at `at`; `GONE`: the receiver wants no more. */
export type Outcome =
  { readonly state: 'DELIVERED' | 'DEAD' | 'GONE' } | { readonly state: 'RETRY'; readonly at: Date }

export function outcomeOf(sent: Sent, attempts: number, now: Date, chance: number): Outcome {
  const status = 'status' in sent ? sent.status : 0
  if (status >= 200 && status < 300) return { state: 'DELIVERED' }
  if (status === 410) return { state: 'GONE' }
  const at = nextAttempt(attempts, now, chance)
  return at ? { state: 'RETRY', at } : { state: 'DEAD' }
}

/** What is shown of a failure: a code, never the receiver's words. */
export function faultOf(sent: Sent): string | null {
  if ('fault' in sent) return sent.fault
  return sent.status >= 200 && sent.status < 300 ? null : `STATUS_${sent.status}`
}

const QUIET_MS = 5_000
const KEPT_MS = 7 * 24 * 3_600_000

/** Puts an attempt's outcome down. False where the attempt was taken for lost and somebody else has made the next. */
export async function settle(
  tx: Transaction,
  claimed: Claimed,
  sent: Sent,
  outcome: Outcome,
  now: Date,
): Promise<boolean> {
  // Commands lock the webhook first too, so nobody waits for nobody.
  await tx.query('select from outbound.webhook w where w.id = $1 for update', [claimed.webhook])
  const settled = outcome.state !== 'RETRY'
  const rows = await tx.query(
    `update outbound.webhook_delivery d set state = $3, lease_until = null, next_attempt_at = $4, settled_at = $5,
       last_status = $6, last_error = $7
     where d.id = $1 and d.attempts = $2 and d.state = 'PENDING' returning d.id`,
    [
      claimed.id,
      claimed.attempts,
      outcome.state === 'RETRY' ? 'PENDING' : outcome.state === 'GONE' ? 'DEAD' : outcome.state,
      outcome.state === 'RETRY' ? outcome.at.toISOString() : null,
      settled ? now.toISOString() : null,
      'status' in sent ? sent.status : null,
      faultOf(sent),
    ],
  )
  if (outcome.state === 'DELIVERED') await noteDelivered(tx, claimed, now)
  if (outcome.state === 'GONE') await disable(tx, claimed.webhook, 'GONE', now)
  return rows.length > 0
}

async function noteDelivered(tx: Transaction, { webhook, revision }: Claimed, now: Date): Promise<void> {
  await tx.query(
    'update outbound.webhook set last_revision = greatest(last_revision, $2), quiet_until = $3 where id = $1',
    [webhook, revision, new Date(now.getTime() + QUIET_MS).toISOString()],
  )
  // The journal keeps every delivery for good.
  await tx.query(
    `delete from outbound.webhook_delivery d where d.webhook_id = $1 and d.state = 'DELIVERED' and d.settled_at < $2`,
    [webhook, new Date(now.getTime() - KEPT_MS).toISOString()],
  )
}

/** The hint that waits is given up with its webhook. */
export async function disable(tx: Transaction, webhook: string, reason: string, now: Date): Promise<void> {
  await tx.query(
    'update outbound.webhook set disabled_at = $2, disabled_reason = $3 where id = $1 and disabled_at is null',
    [webhook, now.toISOString(), reason],
  )
  await tx.query(
    `update outbound.webhook_delivery d set state = 'DEAD', settled_at = $2, lease_until = null, next_attempt_at = null,
       last_error = 'DISABLED' where d.webhook_id = $1 and d.state = 'PENDING'`,
    [webhook, now.toISOString()],
  )
}
