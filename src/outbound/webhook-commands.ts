import { Refusal } from '../domain/refusal'
import { run, type Command, type CommandDeps, type Done } from '../commands/command'
import { asUuid, type Given } from '../query/roots'
import type { Transaction } from '../updates/store'
import { disable } from './deliveries'
import { hostAndPort, urlProblem } from './hosts'
import { admitSystem, readWebhooks, type WebhookTerms } from './own-webhooks'

/** Refuses all but systems, and everybody where the gateway sends no hints. */
type WebhookCommand = (
  command: Command,
  deps: CommandDeps,
  terms: WebhookTerms | undefined,
) => Promise<Given | null>

/** By the names of their mutations. */
export const WEBHOOK_COMMANDS: Readonly<Record<string, WebhookCommand>> = {
  registerWebhook,
  disableWebhook,
  replayWebhook,
}

const WEBHOOKS_MAX = 10

/** From now on the address is told when the record moves. */
async function registerWebhook(command: Command, deps: CommandDeps, given: WebhookTerms | undefined) {
  const { caller } = command
  const terms = admitSystem(caller, given)
  const url = command.args['url'] as string
  const problem = urlProblem(url, terms.rules)
  if (problem !== undefined) throw badUrl(problem)
  const { href } = new URL(url)
  return run(command, deps, async (tx, now): Promise<Done> => {
    const own = await tx.query(
      'select w.url from outbound.webhook w where w.issuer = $1 and w.client = $2 and w.disabled_at is null',
      [caller.issuer, caller.client],
    )
    if (own.some((row) => row['url'] === href))
      throw new Refusal('CONFLICT', 'This address is registered already.', 'url')
    if (own.length >= WEBHOOKS_MAX) throw badUrl(`expected at most ${WEBHOOKS_MAX} webhooks of one system`)
    const [row] = await tx.query(
      `insert into outbound.webhook (issuer, client, role, agency, url, created_at, last_revision)
       select $1, $2, $3, $4, $5, $6, c.value from record.revision_counter c returning id`,
      [caller.issuer, caller.client, caller.role, caller.agency ?? null, href, now.toISOString()],
    )
    return done(tx, command, terms, String(row?.['id']), href)
  })
}

const REASON_MAX = 500

/** No hint goes there any more. One that is disabled already stays as it is. */
async function disableWebhook(command: Command, deps: CommandDeps, terms: WebhookTerms | undefined) {
  const reason = (command.args['reason'] as string).trim()
  if (reason === '' || reason.length > REASON_MAX)
    throw new Refusal('BAD_USER_INPUT', `reason is 1 to ${REASON_MAX} characters.`, 'reason')
  return withOwn(command, deps, terms, async (tx, webhook, now) => {
    if (webhook.isEnabled) await disable(tx, webhook.id, reason, now)
  })
}

/**
 * Sends a hint again to a receiver that lost what came after a revision. One that waits goes at once; else the
 * newest dead one is tried anew; else a new one says what the record has reached.
 */
async function replayWebhook(command: Command, deps: CommandDeps, terms: WebhookTerms | undefined) {
  const after = command.args['afterRevision'] as number
  return withOwn(command, deps, terms, async (tx, webhook, now) => {
    if (!webhook.isEnabled)
      throw new Refusal('CONFLICT', 'This webhook is disabled; register its address again.', 'id')
    const [counter] = await tx.query('select c.value from record.revision_counter c')
    const revision = Number(counter?.['value'])
    if (after >= revision)
      throw new Refusal(
        'BAD_USER_INPUT',
        `The record has reached ${revision}, so nothing came after that.`,
        'afterRevision',
      )
    const again = (await hurry(tx, webhook.id, now)) || (await revive(tx, webhook.id, after, now))
    if (!again) await hintAnew(tx, webhook.id, revision, now)
  })
}

async function hurry(tx: Transaction, webhook: string, now: Date): Promise<boolean> {
  const rows = await tx.query(
    `update outbound.webhook_delivery d set next_attempt_at = $2 where d.webhook_id = $1 and d.state = 'PENDING' returning d.id`,
    [webhook, now.toISOString()],
  )
  return rows.length > 0
}

/** All its attempts are before it again, under the same id: its receiver never said that it has it. */
async function revive(tx: Transaction, webhook: string, after: number, now: Date): Promise<boolean> {
  const rows = await tx.query(
    `update outbound.webhook_delivery d set state = 'PENDING', attempts = 0, next_attempt_at = $3, settled_at = null
     where d.id = (select a.id from outbound.webhook_delivery a
       where a.webhook_id = $1 and a.state = 'DEAD' and a.revision > $2 order by a.revision desc, a.id limit 1)
     returning d.id`,
    [webhook, after, now.toISOString()],
  )
  return rows.length > 0
}

async function hintAnew(tx: Transaction, webhook: string, revision: number, now: Date): Promise<void> {
  await tx.query(
    `insert into outbound.webhook_delivery (id, webhook_id, revision, seen_at, state, next_attempt_at)
     values ('msg_' || gen_random_uuid(), $1, $2, $3::timestamptz, 'PENDING', $3::timestamptz)`,
    [webhook, revision, now.toISOString()],
  )
}

interface Own {
  readonly id: string
  readonly isEnabled: boolean
}

/** A webhook of the caller's own; another's is as good as none. */
async function withOwn(
  command: Command,
  deps: CommandDeps,
  given: WebhookTerms | undefined,
  work: (tx: Transaction, webhook: Own, now: Date) => Promise<void>,
): Promise<Given | null> {
  const { caller, args } = command
  const terms = admitSystem(caller, given)
  const id = asUuid(args['id'] as string, 'id')
  return run(command, deps, async (tx, now): Promise<Done> => {
    const [row] = await tx.query(
      'select w.url, w.disabled_at from outbound.webhook w where w.id = $1 and w.issuer = $2 and w.client = $3 for update',
      [id, caller.issuer, caller.client],
    )
    if (!row) return { given: null, offenders: [], tables: [] }
    await work(tx, { id, isEnabled: row['disabled_at'] === null }, now)
    return done(tx, command, terms, id, row['url'] as string)
  })
}

async function done(
  tx: Transaction,
  { caller }: Command,
  { publicKey }: WebhookTerms,
  id: string,
  url: string,
): Promise<Done> {
  const [webhook] = await readWebhooks(tx, caller, publicKey, id)
  return {
    given: { values: { webhook } },
    offenders: [],
    tables: [],
    beside: { webhook: id, host: hostAndPort(new URL(url)) },
  }
}

function badUrl(message: string): Refusal {
  return new Refusal('BAD_USER_INPUT', `url: ${message}.`, 'url')
}
