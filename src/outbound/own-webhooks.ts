import { isMachineRole, type Caller } from '../domain/caller'
import { Refusal } from '../domain/refusal'
import type { Given } from '../query/roots'
import type { Transaction } from '../updates/store'
import type { HostRules } from './hosts'

/** Where this gateway may send, and the key that receivers check by. */
export interface WebhookTerms {
  readonly rules: HostRules
  readonly publicKey: string
}

/** A webhook as its owner sees it, with its newest deliveries; the schema says what the fields mean. */
export type Webhook = Readonly<Record<string, unknown>>

const WEBHOOKS_SHOWN = 100
const DELIVERIES_SHOWN = 100

/** Systems are told that the record moved; people look for themselves. */
export function admitSystem({ role, person }: Caller, terms: WebhookTerms | undefined): WebhookTerms {
  if (!isMachineRole(role) || person)
    throw new Refusal('FORBIDDEN', 'Only the systems of prisons, probation and CRCs have webhooks.')
  if (!terms) throw new Refusal('FORBIDDEN', 'This gateway sends no hints: no host is named for them.')
  return terms
}

/** The root field `webhooks`. */
export async function giveWebhooks(
  sql: Transaction,
  caller: Caller,
  terms: WebhookTerms | undefined,
): Promise<Given> {
  const { publicKey } = admitSystem(caller, terms)
  return { values: { webhooks: await readWebhooks(sql, caller, publicKey) } }
}

/** The caller's own webhooks, newest first, or the one with this id; others' are as good as none. */
export async function readWebhooks(
  sql: Transaction,
  { issuer, client }: Caller,
  publicKey: string,
  id?: string,
): Promise<Webhook[]> {
  const rows = await sql.query(
    `select json_build_object('id', w.id, 'url', w.url, 'agency', w.agency, 'createdAt', w.created_at,
       'disabledAt', w.disabled_at, 'disabledReason', w.disabled_reason,
       'lastRevision', w.last_revision, 'publicKey', $3::text, 'deliveries', coalesce((
         select json_agg(json_build_object('id', d.id, 'revision', d.revision, 'state', d.state,
             'attempts', d.attempts, 'nextAttemptAt', d.next_attempt_at, 'lastStatus', d.last_status,
             'lastError', d.last_error, 'settledAt', d.settled_at) order by d.seen_at desc, d.id)
         from (select * from outbound.webhook_delivery a where a.webhook_id = w.id
           order by a.seen_at desc, a.id limit ${DELIVERIES_SHOWN}) d), '[]'::json)) as webhook
     from outbound.webhook w
     where w.issuer = $1 and w.client = $2 and ($4::uuid is null or w.id = $4::uuid)
     order by w.created_at desc, w.id limit ${WEBHOOKS_SHOWN}`,
    [issuer, client, publicKey, id ?? null],
  )
  return rows.map((row) => row['webhook'] as Webhook)
}
