import { limitedAccessSql } from '../access/limited-access'
import { callerSlots, relationshipSql, type CallerSlots } from '../access/relationships'
import { Binds } from '../domain/binds'
import type { Caller } from '../domain/caller'
import type { Query, Row } from '../commands/asked'
import { isoOf } from '../domain/dates'
import { ownFeedSql } from './feed'

/** An item as a steward may see it (schema: QuarantinedItem), and the people on record whom it names. */
export interface Item {
  readonly id: number
  readonly state: string
  readonly values: Readonly<Record<string, unknown>>
  readonly people: readonly string[]
}

/**
 * The items that the caller may know of: sent by a feed that the own agency answers for, and naming nobody
 * whose limited access bars the caller. An item of which nobody could tell whom it names is hidden.
 */
export async function findItems(
  query: Query,
  caller: Caller,
  now: Date,
  narrowed: (binds: Binds) => string,
): Promise<Item[]> {
  const binds = new Binds()
  const { text, values } = binds.finish(
    `${visibleItems(callerSlots(caller, now, binds))} and ${narrowed(binds)}`,
  )
  return (await query(text, values)).map(readItemRow)
}

export async function findItem(
  query: Query,
  caller: Caller,
  now: Date,
  id: number,
): Promise<Item | undefined> {
  const [item] = await findItems(query, caller, now, (binds) => `q.received_id = ${binds.bind(id, 'bigint')}`)
  return item
}

/** Those whom the document names, and the one that it was applied about. */
const PEOPLE = `select p.id from record.people_mentioned(q.mentioned) p(id)
    union select o.now where o.now is not null`

function visibleItems(caller: CallerSlots): string {
  return `select q.received_id as id, r.message_id, r.client, q.agency, r.format, r.received_at, q.code, q.message, q.state, q.attempts,
    array(select distinct split_part(w, ':', 1) from unnest(r.waiting_for) w order by 1) as waiting_for,
    q.settled_at, coalesce(q.settled_by_name, q.settled_by) as settled_by, q.reason, o.now as offender_id, array(${PEOPLE}) as people
  from record.quarantine q join record.received r on r.id = q.received_id
  left join lateral (select coalesce(f.joined_into, f.id) as now from record.offender f where f.id = r.offender_id) o on true
  where ${ownFeedSql('q', caller)} and q.mentioned is not null
    and not exists (select from (${PEOPLE}) n where ${limitedAccessSql('n.id', caller).barred}
      or not ${relationshipSql('anyone', 'n.id', caller)})`
}

function readItemRow(row: Row): Item {
  return {
    id: Number(row['id']),
    state: String(row['state']),
    people: row['people'] as string[],
    values: {
      id: String(row['id']),
      messageId: row['message_id'],
      client: row['client'],
      agency: row['agency'],
      format: row['format'],
      receivedAt: isoOf(row['received_at']),
      reason: { code: row['code'], message: row['message'] },
      waitingFor: row['waiting_for'],
      state: row['state'],
      attempts: row['attempts'],
      settlement:
        row['settled_at'] === null
          ? null
          : { at: isoOf(row['settled_at']), by: row['settled_by'], reason: row['reason'] },
      offenderId: row['offender_id'],
    },
  }
}
