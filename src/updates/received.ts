import type { Item, ItemError, ReadItem, Sender } from './item'
import { mentionsIn } from './mentions'
import { timeOf } from './order'
import type { Transaction } from './store'
import type { Warning } from './update'

/** What became of an item that was taken in. */
export interface Verdict {
  readonly outcome: 'APPLIED' | 'LATE' | 'QUARANTINED'
  readonly offenderId: string | null
  readonly errors: readonly ItemError[]
  readonly warnings: readonly Warning[]
  readonly waitingFor: readonly string[]
}

/**
 * Puts on record what was received. What was not applied keeps its payload, so that nothing is lost.
 * Answers with the rows of what is kept for the first time.
 */
export async function keepReceived(
  tx: Transaction,
  verdicts: ReadonlyMap<ReadItem, Verdict>,
  now: Date,
): Promise<Map<ReadItem, number>> {
  const ids = new Map<ReadItem, number>()
  const rows = [...verdicts].map(([read, verdict]) => receivedRow(read, verdict, now))
  const fresh = [...verdicts.keys()].filter((read) => read.receivedId === undefined)
  const kept = rows.filter((row) => row.id === null)
  const retried = rows.filter((row) => row.id !== null)
  const columns = `client, agency, message_id, format, subject_key, digest, version, at, outcome, offender_id, errors,
    warnings, payload, sender, waiting_for`
  if (kept.length > 0) {
    const inserted = await tx.query(
      `insert into record.received (${columns})
       select ${columns} from jsonb_populate_recordset(null::record.received, $1::jsonb) returning id`,
      [JSON.stringify(kept)],
    )
    fresh.forEach((read, i) => ids.set(read, Number(inserted[i]?.['id'])))
  }
  if (retried.length > 0) {
    await tx.query(
      `update record.received r set outcome = s.outcome, offender_id = s.offender_id, errors = s.errors, warnings = s.warnings,
         payload = s.payload, version = s.version, at = s.at, subject_key = s.subject_key,
         sender = case when s.sender is not null then r.sender || jsonb_build_object('mentioned', s.sender -> 'mentioned') end,
         waiting_for = case when s.outcome = 'QUARANTINED' then coalesce(s.waiting_for, r.waiting_for) end
       from jsonb_populate_recordset(null::record.received, $1::jsonb) s where r.id = s.id`,
      [JSON.stringify(retried)],
    )
  }
  return ids
}

function receivedRow(read: ReadItem, verdict: Verdict, now: Date) {
  const { item, sender, update } = read
  // What was applied, and what is late, is in the log of statements.
  const settled = verdict.outcome !== 'QUARANTINED'
  const times = (update?.records ?? []).map((record) => timeOf(read, record.eventAt, now))
  return {
    id: read.receivedId ?? null,
    client: sender.client,
    agency: sender.agency ?? null,
    message_id: item.messageId ?? null,
    format: item.format,
    subject_key: read.subjectKey,
    digest: read.digest,
    version: item.version ?? 0,
    at: times.sort().at(-1) ?? timeOf(read, undefined, now),
    outcome: verdict.outcome,
    offender_id: verdict.offenderId,
    errors: verdict.errors,
    warnings: verdict.warnings,
    payload: settled ? null : JSON.stringify(item.payload ?? null),
    sender: settled
      ? null
      : {
          ...sender,
          person: item.person,
          personId: item.personId,
          observedAt: item.observedAt,
          arrivedAt: now.toISOString(),
          mentioned: mentionsIn(read, now),
        },
    waiting_for:
      verdict.outcome === 'QUARANTINED' && verdict.waitingFor.length > 0 ? verdict.waitingFor : null,
  }
}

export interface KeptItem {
  readonly receivedId: number
  readonly arrivedAt: Date
  readonly item: Item
  readonly sender: Sender
}

/** Kept items that wait for one of these identifiers, as they were sent. */
export async function waitingFor(tx: Transaction, identifiers: readonly string[]): Promise<KeptItem[]> {
  return readKept(tx, 'r.waiting_for && $1::text[]', identifiers)
}

/** Kept items by id, as they were sent. */
export async function keptById(tx: Transaction, ids: readonly number[]): Promise<KeptItem[]> {
  return readKept(tx, 'r.id = any($1::bigint[])', ids)
}

async function readKept(tx: Transaction, condition: string, value: readonly unknown[]): Promise<KeptItem[]> {
  const rows = await tx.query(
    `select r.id, r.message_id, r.format, r.version, r.payload, r.sender, r.received_at from record.received r
     where r.outcome = 'QUARANTINED' and ${condition} order by r.id limit 500`,
    [value],
  )
  return rows.map(keptItem)
}

function keptItem(row: Readonly<Record<string, unknown>>): KeptItem {
  const sent = row['sender'] as Sender &
    Pick<Item, 'person' | 'personId' | 'observedAt'> & { arrivedAt?: string }
  const { client, role, agency, person, personId, observedAt, arrivedAt } = sent
  return {
    receivedId: Number(row['id']),
    arrivedAt: arrivedAt === undefined ? (row['received_at'] as Date) : new Date(arrivedAt),
    sender: { client, role, ...(agency !== undefined && { agency }) },
    item: {
      index: -1,
      ...(typeof row['message_id'] === 'string' && { messageId: row['message_id'] }),
      ...(observedAt !== undefined && { observedAt }),
      ...(Number(row['version']) > 0 && { version: Number(row['version']) }),
      person,
      ...(personId !== undefined && { personId }),
      format: String(row['format']),
      payload: JSON.parse(String(row['payload'])) as unknown,
      problems: [],
    },
  }
}

/** Waits no longer: the person is there, but the item is none that can be stored. */
export async function giveUp(
  tx: Transaction,
  receivedId: number,
  errors: readonly ItemError[],
): Promise<void> {
  await tx.query('update record.received r set waiting_for = null, errors = $2 where r.id = $1', [
    receivedId,
    JSON.stringify(errors),
  ])
}
