import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'pg'
import type { As, TestGateway } from './gateway'

/** A document, in an envelope or as a queue delivers it, and who sends it. */
export interface Sent {
  readonly as: As
  readonly envelope: object
}

/** What befalls one attempt to send a batch. */
export interface Fate {
  /** The gateway's writing sessions are ended by the database, so long after the batch was sent. */
  readonly cutAfterMs: number | null
  /** The sender hangs up when it is about to be told that the batch was committed. */
  readonly isAnswerLost: boolean
}

export interface Passage {
  readonly sizes: readonly number[]
  /** By attempt; later ones go well. */
  readonly fates?: readonly Fate[]
  /** Whether what was not acknowledged is sent again in the batches it was in. */
  readonly keepsBatches?: boolean
}

/** Sends as suppliers do, over a connection that breaks: again and again until each batch is acknowledged. */
export class SupplierSender {
  /** Sessions that were ended in the middle of their transaction, attempts that this undid, and answers that were lost. */
  readonly tally = { cut: 0, undone: 0, lost: 0 }

  private readonly tokens = new Map<string, Promise<string>>()

  private constructor(
    private readonly t: TestGateway,
    private readonly server: Server,
    private readonly owner: Pool,
  ) {}

  static async start(t: TestGateway): Promise<SupplierSender> {
    const server = createServer(t.app).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new SupplierSender(t, server, new Pool({ ...t.testDatabase.connection }))
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((done) => this.server.close(done))
    await this.owner.end()
  }

  /** Neighbours of one kind of sender go together, at most so many at a time. */
  async send(messages: readonly Sent[], passage: Passage, client = '0'): Promise<void> {
    const pending = [...messages]
    let attempts = 0
    for (let acknowledged = 0; pending.length > 0;) {
      const turn = passage.keepsBatches === true ? acknowledged : attempts
      const batch = firstOf(pending, passage.sizes[turn % passage.sizes.length]!)
      const isDone = await this.attempt(batch, passage.fates?.[attempts], client)
      attempts += 1
      if (isDone) acknowledged += pending.splice(0, batch.length).length > 0 ? 1 : 0
      else await sleep(2)
    }
  }

  private async attempt(batch: readonly Sent[], fate: Fate | undefined, client: string): Promise<boolean> {
    const cutting = fate?.cutAfterMs == null ? undefined : sleep(fate.cutAfterMs).then(() => this.cut())
    const [isDone] = await Promise.all([this.deliver(batch, fate?.isAnswerLost === true, client), cutting])
    return isDone
  }

  private async deliver(batch: readonly Sent[], isAnswerLost: boolean, client: string): Promise<boolean> {
    const { port } = this.server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}/ingest/auto`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await this.tokenOf(batch[0]!.as, client)}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(batch.map(({ envelope }) => envelope)),
    })
    if (response.status === 200 && isAnswerLost) {
      this.tally.lost += 1
      await response.body?.cancel()
      return false
    }
    const text = await response.text()
    if (response.status === 200) {
      refuseFaults(text)
      return true
    }
    if (response.status !== 503) throw new Error(`ingest answered ${response.status}: ${text}`)
    this.tally.undone += 1
    return false
  }

  private tokenOf(as: As, client: string): Promise<string> {
    const name = `${as.role}-${client}`
    const token = this.tokens.get(name) ?? this.t.token({ ...as, client: name })
    this.tokens.set(name, token)
    return token
  }

  private async cut(): Promise<void> {
    const { rowCount } = await this.owner.query(
      `select pg_terminate_backend(a.pid) from pg_stat_activity a
       where a.datname = current_database() and a.application_name = 'throughcare writer' and a.xact_start is not null`,
    )
    this.tally.cut += rowCount ?? 0
  }
}

function firstOf(pending: readonly Sent[], size: number): Sent[] {
  const other = pending.findIndex(({ as }) => as !== pending[0]?.as)
  return pending.slice(0, Math.min(size, other === -1 ? pending.length : other))
}

/** What a stream states is never turned away. */
function refuseFaults(text: string): void {
  const { results } = JSON.parse(text) as { results: { outcome: string; errors: unknown }[] }
  for (const { outcome, errors } of results) {
    if (outcome === 'REJECTED' || outcome === 'CONFLICT') throw new Error(JSON.stringify(errors))
  }
}
