import { together } from '../domain/together'
import type { ItemResult, Outcome, ReadItem } from './item'
import type { Transaction } from './store'
import type { Warning } from './update'

/** What is known of an item from earlier messages: a result already, or a warning to go with it. */
export interface Repeat {
  readonly result?: ItemResult
  readonly warnings: readonly Warning[]
}

interface Received {
  readonly id: string
  readonly digest: string
  readonly offenderId: string | null
  readonly version: number
  /** ISO instant. */
  readonly at: string
}

/**
 * Message identity (contract: answers). The same id and content is a duplicate, the same id with other
 * content a conflict. Without an id, content that carries its own event time is a duplicate of the same
 * content; content that carries none, only of the newest held.
 */
export async function findRepeats(
  tx: Transaction,
  wave: readonly ReadItem[],
): Promise<Map<ReadItem, Repeat>> {
  const fresh = wave.filter((read) => read.receivedId === undefined)
  const identified = fresh.filter(({ item }) => item.messageId !== undefined)
  const others = fresh.filter(({ item }) => item.messageId === undefined)
  const [byMessage, bySubject] = await together([
    receivedMessages(tx, identified),
    receivedContents(tx, others),
  ])
  return new Map(fresh.map((read) => [read, repeatOf(read, byMessage, bySubject)]))
}

function repeatOf(
  read: ReadItem,
  byMessage: Map<string, Received>,
  bySubject: Map<string, Received[]>,
): Repeat {
  const { messageId, observedAt, version } = read.item
  if (messageId !== undefined) {
    const known = byMessage.get(messageKey(read))
    if (!known) return { warnings: [] }
    if (known.digest === read.digest)
      return { result: resultOf(read, 'DUPLICATE', known.offenderId), warnings: [] }
    const message = 'this message id was used before with other content; send changed content under a new id'
    return {
      result: {
        ...resultOf(read, 'CONFLICT', null),
        errors: [{ code: 'CONFLICT', path: 'messageId', message }],
      },
      warnings: [],
    }
  }
  const held = bySubject.get(`${read.item.format}|${read.subjectKey}`) ?? []
  const seen = held.findLast((received) => received.digest === read.digest)
  if (!seen) return { warnings: [] }
  const isNewest = held[0]?.digest === read.digest
  const timed = read.update?.records.some((record) => record.eventAt !== undefined) ?? false
  const isSame =
    observedAt === undefined ? isNewest : seen.at === observedAt && seen.version === (version ?? 0)
  if (timed || read.update === undefined || isSame) {
    return { result: resultOf(read, 'DUPLICATE', seen.offenderId), warnings: [] }
  }
  if (observedAt !== undefined || version !== undefined) return { warnings: [] }
  const message =
    'this content was seen before and newer content came since; nothing says which is newer, so the last to arrive is'
  return { warnings: [{ code: 'ORDER_UNKNOWN', message }] }
}

export function resultOf(read: ReadItem, outcome: Outcome, offenderId: string | null): ItemResult {
  return {
    index: read.item.index,
    messageId: read.item.messageId ?? null,
    outcome,
    offenderId,
    errors: [],
    warnings: [],
  }
}

function messageKey(read: ReadItem): string {
  return `${read.sender.client}|${read.item.messageId ?? ''}`
}

async function receivedMessages(tx: Transaction, wave: readonly ReadItem[]): Promise<Map<string, Received>> {
  if (wave.length === 0) return new Map()
  const rows = await tx.query(
    `select r.client || '|' || r.message_id as key, r.id, r.digest, r.offender_id, r.version, r.at
     from record.received r where (r.client, r.message_id) in (select * from unnest($1::text[], $2::text[]))`,
    [wave.map((read) => read.sender.client), wave.map((read) => read.item.messageId)],
  )
  return new Map(rows.map((row) => [String(row['key']), readReceived(row)]))
}

/**
 * Per subject: the newest held first, then what was held of the same content. A CRC is told of its own
 * messages alone, so that repeating another's is no way to find out.
 */
async function receivedContents(
  tx: Transaction,
  wave: readonly ReadItem[],
): Promise<Map<string, Received[]>> {
  const held = new Map<string, Received[]>()
  if (wave.length === 0) return held
  const rows = await tx.query(
    `select w.format || '|' || w.subject_key as key, r.id, r.digest, r.offender_id, r.version, r.at
     from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[]) w(format, subject_key, digest, at, client),
     lateral (
       (select r.id, r.digest, r.offender_id, r.version, r.at, 1 as place from record.received r
        where r.subject_key = w.subject_key and r.format = w.format and (w.client is null or r.client = w.client)
        order by r.version desc, r.at desc, r.id desc limit 1)
       union all
       (select r.id, r.digest, r.offender_id, r.version, r.at, 2 from record.received r
        where r.subject_key = w.subject_key and r.format = w.format and r.digest = w.digest
          and (w.client is null or r.client = w.client)
        order by r.at is not distinct from w.at desc, r.id desc limit 1)
     ) r order by 1, r.place`,
    [
      wave.map((read) => read.item.format),
      wave.map((read) => read.subjectKey),
      wave.map((read) => read.digest),
      wave.map((read) => storableTime(read.item.observedAt)),
      wave.map((read) => (read.sender.role === 'CRC_SYSTEM' ? read.sender.client : null)),
    ],
  )
  for (const row of rows) {
    const key = String(row['key'])
    held.set(key, [...(held.get(key) ?? []), readReceived(row)])
  }
  return held
}

function readReceived(row: Readonly<Record<string, unknown>>): Received {
  return {
    id: String(row['id']),
    digest: String(row['digest']),
    offenderId: row['offender_id'] as string | null,
    version: Number(row['version']),
    at: (row['at'] as Date).toISOString(),
  }
}

/** A moment past the year 9999 is written with a sign, which PostgreSQL does not read. */
function storableTime(instant: string | undefined): string | null {
  return instant === undefined || /^[+-]/.test(instant) ? null : instant
}
