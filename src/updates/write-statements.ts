import type { Stated, StatedFact } from './statements'
import type { Write } from './write-all'

/** A statement and the record that it is of. */
export interface OfRecord {
  readonly stated: Stated
  readonly recordId: string
  readonly offenderId: string
}

/**
 * Puts statements on record: each in its place in its record's log, with what it said where that was never
 * said before; and which is the newest of each fact. Late ones are told to the feed as what they are.
 */
export function* statementWrites(statements: readonly OfRecord[]): Iterable<Write> {
  if (statements.length === 0) return
  yield* lateWrites(statements)
  yield* contentWrites(statements)
  yield [
    `insert into record.statement (source_record_id, rank, version, at, digest, facts)
     select s.source_record_id, s.rank, s.version, s.at, s.digest, s.facts
     from jsonb_populate_recordset(null::record.statement, $1::jsonb) s on conflict do nothing`,
    [JSON.stringify(statements.map(statementRow))],
  ]
}

function statementRow({ stated, recordId }: OfRecord) {
  return {
    source_record_id: recordId,
    ...stated.place,
    facts: Object.fromEntries(stated.facts.map(({ kind, hash }) => [kind, hash])),
  }
}

function* contentWrites(statements: readonly OfRecord[]): Iterable<Write> {
  const contents = statements.flatMap(({ stated, recordId }) =>
    stated.facts.filter(isNews).map(({ kind, hash, rows }) => {
      return { source_record_id: recordId, fact: kind, hash, body: rows }
    }),
  )
  if (contents.length === 0) return
  yield [
    `insert into record.content (source_record_id, fact, hash, body)
     select s.source_record_id, s.fact, s.hash, s.body
     from jsonb_populate_recordset(null::record.content, $1::jsonb) s
     where not exists (select from record.content c
       where c.source_record_id = s.source_record_id and c.fact = s.fact and c.hash = s.hash)`,
    [JSON.stringify(contents)],
  ]
}

/** What is held already was said before. */
function isNews({ isNewest, isChange }: StatedFact): boolean {
  return !isNewest || isChange
}

/** A late statement of something that its record never said before. */
function* lateWrites(statements: readonly OfRecord[]): Iterable<Write> {
  const late = statements.flatMap(({ stated, recordId, offenderId }) =>
    stated.facts
      .filter(({ isNewest }) => !isNewest)
      .map(({ kind, hash }) => ({ source_record_id: recordId, offender_id: offenderId, fact: kind, hash })),
  )
  if (late.length === 0) return
  yield [
    `select record.note_change('LATE', s.offender_id, s.source_record_id, s.fact, s.hash)
     from jsonb_populate_recordset(null::record.change, $1::jsonb) s
     where not exists (select from record.content c
       where c.source_record_id = s.source_record_id and c.fact = s.fact and c.hash = s.hash)`,
    [JSON.stringify(late)],
  ]
}

/** The places of the newest statements, and what they said: only what is newer replaces them. */
export function* newestWrites(
  newest: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): Iterable<Write> {
  if (newest.size === 0) return
  yield [
    `insert into record.newest (source_record_id, facts)
     select s.source_record_id, s.facts from jsonb_populate_recordset(null::record.newest, $1::jsonb) s
     on conflict (source_record_id) do update set facts = newest.facts || excluded.facts`,
    [JSON.stringify([...newest].map(([id, facts]) => ({ source_record_id: id, facts })))],
  ]
}
