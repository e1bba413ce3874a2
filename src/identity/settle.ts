import type { Transaction } from '../updates/store'
import { clusters, type IdentityRecord } from './cluster'
import { afterStatement, type StatedIdentity } from './identity-record'
import { neighbourhoodOf, type HeldRecord } from './neighbourhood'

/** Under which offender records are, now that they say what they say. */
export interface Settled {
  /** By `SYSTEM:localId`, for all records of the neighbourhood. */
  readonly offenderOf: ReadonlyMap<string, string>
  /** Records that bring their offender's id with them, those that are not held yet. */
  readonly founded: ReadonlyMap<string, string>
  /** Offenders that gained or lost a record. */
  readonly affected: readonly string[]
}

const NOTHING: Settled = { offenderOf: new Map(), founded: new Map(), affected: [] }

/**
 * Works out anew who is who around the records that changed, and moves those that are under another
 * offender than they should be. An offender's id is the oldest that its records brought; what separates
 * takes its own id back.
 */
export async function settleIdentities(
  tx: Transaction,
  stated: ReadonlyMap<string, StatedIdentity>,
  decided: readonly string[] = [],
): Promise<Settled> {
  if (stated.size === 0 && decided.length === 0) return NOTHING
  const numbers = [...stated.values()].flatMap((each) => (each.numbers ?? []).map(([number]) => number))
  const { records, decisions } = await neighbourhoodOf(tx, [...stated.keys(), ...decided], numbers)
  const standing = new Map<string, IdentityRecord>(records)
  for (const [key, each] of stated) standing.set(key, afterStatement(each, records.get(key)))
  const groups = clusters([...standing.values()], decisions)
  const ids = await idsOf(tx, groups, records)
  const offenderOf = new Map(groups.flatMap((group, i) => group.map(({ key }) => [key, ids[i]?.id ?? ''])))
  const founders = ids.flatMap(({ id, founder }) => (founder === undefined ? [] : [[founder, id] as const]))
  const affected = await moveHeld(tx, records, offenderOf, founders)
  return { offenderOf, founded: new Map(founders.filter(([key]) => !records.has(key))), affected }
}

/** The oldest id that a group's records brought; a group that brought none gets a new one, with its first record. */
async function idsOf(
  tx: Transaction,
  groups: readonly (readonly IdentityRecord[])[],
  held: ReadonlyMap<string, HeldRecord>,
): Promise<{ id: string; founder: string | undefined }[]> {
  const oldest = groups.map((group) => group.flatMap(({ key }) => held.get(key)?.originId ?? []).sort()[0])
  const missing = oldest.filter((id) => id === undefined).length
  const fresh = missing === 0 ? [] : await newOffenders(tx, missing)
  return groups.map((group, i) => {
    const id = oldest[i]
    if (id !== undefined) return { id, founder: undefined }
    const founder = group.map(({ key }) => key).sort()[0]
    return { id: fresh.pop() ?? '', founder }
  })
}

async function newOffenders(tx: Transaction, count: number): Promise<string[]> {
  const rows = await tx.query(
    'insert into record.offender (given_name) select null from generate_series(1, $1::integer) returning id',
    [count],
  )
  return rows.map((row) => String(row['id'])).reverse()
}

async function moveHeld(
  tx: Transaction,
  held: ReadonlyMap<string, HeldRecord>,
  offenderOf: ReadonlyMap<string, string>,
  founders: readonly (readonly [string, string])[],
): Promise<string[]> {
  const own = founders.flatMap(([key, id]) => (held.has(key) ? [{ id: held.get(key)?.id, origin: id }] : []))
  if (own.length > 0) await keepOrigins(tx, own)
  const moves = [...held.values()].flatMap((record) => {
    const to = offenderOf.get(record.key)
    return to === undefined || to === record.offenderId ? [] : [{ record, to }]
  })
  if (moves.length === 0) return []
  const affected = [...new Set(moves.flatMap(({ record, to }) => [record.offenderId, to]))]
  await tx.query('select record.settle($1::uuid[], $2::uuid[], $3::uuid[])', [
    moves.map(({ record }) => record.id),
    moves.map(({ to }) => to),
    affected,
  ])
  await noteMoves(tx, [...held.values()], offenderOf)
  return affected
}

async function keepOrigins(tx: Transaction, own: readonly object[]): Promise<void> {
  await tx.query(
    `update record.source_record sr set origin_offender_id = s.origin
     from jsonb_to_recordset($1::jsonb) s(id uuid, origin uuid) where sr.id = s.id`,
    [JSON.stringify(own)],
  )
}

/**
 * Tells the feed which offenders became part of another, and between which records went apart: each of the
 * two is told, for a reader of one may not know of the other.
 */
async function noteMoves(
  tx: Transaction,
  held: readonly HeldRecord[],
  offenderOf: ReadonlyMap<string, string>,
): Promise<void> {
  const moved = held.flatMap(({ key, originId, offenderId: from }) => {
    const to = offenderOf.get(key)
    return to === undefined || to === from ? [] : [{ from, to, gaveUpId: originId === from }]
  })
  const joined = new Map(moved.flatMap(({ from, to, gaveUpId }) => (gaveUpId ? [[from, to] as const] : [])))
  const notes = moved.flatMap(({ from, to }): Note[] => {
    const owner = joined.get(from) ?? from
    if (owner === to) return [['MERGED', to, from]]
    return [
      ['SEPARATED', to, owner],
      ['SEPARATED', owner, to],
    ]
  })
  const distinct = new Map(notes.map((note) => [note.join(), note]))
  for (const note of distinct.values()) {
    await tx.query('select record.note_change($1, $2, null, null, $3)', note)
  }
}

type Note = readonly ['MERGED' | 'SEPARATED', string, string]
