import { z } from 'zod'
import { itemsOf, type Item, type Place } from './items'
import type { Order } from './order'
import type { ProgressFile } from './progress-file'
import { oneAhead, roundsOf, type Batch, type Round } from './rounds'
import type { Sender } from './sender'
import type { Source } from './sources'
import type { Tally } from './tally'
import { parseJson } from './texts'

export interface Sending {
  readonly order: Order
  readonly sources: readonly Source[]
  readonly progress: ProgressFile
  readonly tally: Tally
  readonly sender: Sender
  /** Told of each round that was answered. */
  readonly passed: (round: Round) => void
  readonly stop: AbortSignal
}

/** The record that answers has not got what it acknowledged: it was emptied, or put back to an earlier state. */
export class RecordIsOlder extends Error {
  override readonly message = 'The record has lost what it had acknowledged'
}

/**
 * Sends what the sources hold from where each was left, in their order, and notes what is acknowledged. When
 * told to stop it ends after the round in flight, by throwing. Throws `RecordIsOlder` too.
 */
export async function sendAll(sending: Sending): Promise<void> {
  const { stop, tally, progress, passed } = sending
  for await (const round of oneAhead(roundsOf(remaining(sending)))) {
    stop.throwIfAborted()
    const revision = await sendRound(round, sending)
    // What nobody answered for is before all that follows: the next run begins there.
    if (!tally.hasFailed) await progress.acknowledge(lastOfEach(round.items), revision, tally.outcomes)
    passed(round)
  }
}

async function* remaining({ order, sources, progress, stop }: Sending): AsyncGenerator<Item> {
  for (const source of sources) yield* itemsOf(source, order, await progress.positionIn(source), stop)
}

async function sendRound({ items, batches }: Round, sending: Sending): Promise<number> {
  let newest = sending.progress.revision
  for (const batch of batches) newest = Math.max(newest, await sendBatch(batch, sending))
  for (const item of items) if (item.fault !== undefined) sending.tally.count(item, 'REJECTED', [item.fault])
  return newest
}

const reasons = z.array(z.object({ code: z.string(), message: z.string().default('') })).nullish()
const result = z.object({ index: z.number(), outcome: z.string(), errors: reasons, warnings: reasons })
const answer = z.object({ revision: z.number(), results: z.array(result) })

/** Gives the newest revision that was answered. */
async function sendBatch(batch: Batch, { sender, progress, tally }: Sending): Promise<number> {
  const { status, text } = await sender.send(batch)
  const answered = answer.safeParse(parseJson(text)).data
  if (answered && answered.revision < progress.revision) throw new RecordIsOlder()
  const results = new Map(answered?.results.map((one) => [one.index, one]))
  for (const [index, item] of batch.entries()) {
    const one = results.get(index)
    const said = [...(one?.errors ?? []), ...(one?.warnings ?? [])]
    const unanswered = [`HTTP ${status} ${text.slice(0, 300)}`]
    const why = one ? said.map(({ code, message }) => `${code} ${message}`) : unanswered
    tally.count(item, one?.outcome ?? 'FAILED', why)
  }
  return answered?.revision ?? progress.revision
}

function lastOfEach(items: readonly Item[]): Place[] {
  return [...new Map(items.map((item) => [item.source, item])).values()]
}
