import { Binds } from '../domain/binds'
import type { Caller } from '../domain/caller'
import { connectionOf, readPage } from '../query/cursor'
import type { Given } from '../query/roots'
import type { Asked, Row } from '../commands/asked'
import { isoOf } from '../domain/dates'
import { type StewardshipDeps } from './deps'
import { sameFeedSql } from './feed'

const SETTLED = `case when q.state = 'DISCARDED' then 'DISCARDED' else r.outcome end as outcome, coalesce(o.joined_into, o.id) as offender_id, r.errors, r.warnings,
    r.received_at, case when q.received_id is null then r.received_at else q.settled_at end as settled_at`

/** What was taken in, with how it ended where it was put aside. */
const TAKEN_IN = `select r.id, r.place, r.message_id, r.format, ${SETTLED}
    from record.received r left join record.quarantine q on q.received_id = r.id left join record.offender o on o.id = r.offender_id`

const TURNED_AWAY = `select t.id, t.id as place, t.message_id, t.format, t.outcome, coalesce(o.joined_into, o.id) as offender_id,
      t.errors, t.warnings, t.at as received_at, t.at as settled_at
    from record.turned_away t left join record.offender o on o.id = t.offender_id`

/** What became of a message of the calling system: of the one that was taken in, else of the last that was turned away. */
export async function giveReceipt({ args, context }: Asked, deps: StewardshipDeps): Promise<Given | null> {
  const binds = new Binds()
  const messageId = binds.bind(args['messageId'], 'text')
  const { text, values } = binds.finish(
    `(${TAKEN_IN} where ${own('r', context.caller, binds)} and r.message_id = ${messageId})
     union all
     (${TURNED_AWAY} where ${own('t', context.caller, binds)} and t.message_id = ${messageId} order by t.id desc limit 1)
     limit 1`,
  )
  const [row] = await deps.query(text, values)
  if (!row) return null
  const { values: receipt, subject } = readReceipt(row)
  return { values: receipt, subjects: subject }
}

/**
 * What became of everything that the calling system sent, in order of receipt. A cursor passes nothing
 * over: places are drawn by transactions that hold the revision's lock until they commit, so whoever
 * sees a place sees every smaller one too. What is settled later moves to the end, and is told again.
 */
export async function giveReceipts({ args, context, cursors }: Asked, deps: StewardshipDeps): Promise<Given> {
  const page = readPage(args, 1, cursors)
  const binds = new Binds()
  const after = binds.bind(page.after?.[0] ?? 0, 'bigint')
  const part = (select: string, row: string, place: string) =>
    `(${select} where ${own(row, context.caller, binds)} and ${place} > ${after} order by ${place} limit ${page.first + 1})`
  const { text, values } = binds.finish(
    `${part(TAKEN_IN, 'r', 'r.place')}
     union all
     ${part(TURNED_AWAY, 't', 't.id')}
     order by place limit ${page.first + 1}`,
  )
  const rows = await deps.query(text, values)
  const receipts = rows.slice(0, page.first).map(readReceipt)
  const places = new Map(receipts.map((receipt) => [receipt.values, receipt.place]))
  return {
    values: connectionOf(
      receipts.map((receipt) => receipt.values),
      (node) => [places.get(node) ?? 0],
      page,
      rows.length > page.first,
    ),
    subjects: [...new Set(receipts.flatMap(({ subject }) => subject))],
  }
}

function own(row: string, caller: Caller, binds: Binds): string {
  return sameFeedSql(row, caller, (value) => binds.bind(value, 'text'))
}

function readReceipt(row: Row) {
  const offender = row['offender_id'] as string | null
  return {
    place: Number(row['place']),
    subject: offender === null ? [] : [offender],
    values: {
      id: String(row['id']),
      messageId: row['message_id'],
      format: row['format'],
      outcome: row['outcome'],
      offenderId: offender,
      errors: row['errors'],
      warnings: row['warnings'],
      receivedAt: isoOf(row['received_at']),
      settledAt: isoOf(row['settled_at']),
    },
  }
}
