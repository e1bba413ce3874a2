import { isNotice, type StatedIdentity } from '../identity/identity-record'
import type { FactRows } from './fact-rows'
import type { Row } from './facts/declare'
import type { ReadItem } from './item'
import { recordKey, type Known, type Newest } from './known'
import { isAfter, placeOf, type Place } from './order'
import type { RecordStatement } from './update'

/** What one item states of one record, weighed against what is held. */
export interface Stated {
  readonly read: ReadItem
  readonly record: RecordStatement
  /** `SYSTEM:localId`. */
  readonly key: string
  readonly place: Place
  readonly facts: readonly StatedFact[]
}

/** A fact as it is held; of a late one `lasting` is what it adds all the same. */
export interface StatedFact extends FactRows {
  /** Nothing newer is held. */
  readonly isNewest: boolean
  /** The newest, and says something else than what is held. */
  readonly isChange: boolean
}

/** Weighs what an item states, record by record, against what is held. */
export function statementsOf(read: ReadItem, known: Known, now: Date): Stated[] {
  return read.rows.map(({ record, facts }) => {
    const key = recordKey(record)
    const place = placeOf(read, record, now)
    const newest = known.get(key)?.newest
    return {
      read,
      record,
      key,
      place,
      facts: facts.map((fact) => weigh(fact, place, newest?.get(fact.kind))),
    }
  })
}

function weigh(fact: FactRows, place: Place, held: Newest | undefined): StatedFact {
  const isNewest = held === undefined || isAfter(place, held)
  const { kind, rows, hash, isPartial } = fact
  const isChange = isNewest && held?.hash !== hash
  return { kind, rows, hash, isPartial, isNewest, isChange, lasting: isNewest ? [] : fact.lasting }
}

/** What the record says newly of who somebody is; undefined where it says nothing new of it. */
export function newIdentity({ record, place, facts }: Stated): StatedIdentity | undefined {
  const person = facts.find(({ kind, isChange }) => kind === 'person' && isChange)
  // That a notice says again what it said counts too: of two notices the newer one does.
  const identifiers = facts.find(
    (fact) => fact.kind === 'identifiers' && (isNotice(record.localId) ? fact.isNewest : fact.isChange),
  )
  const former = facts.flatMap(({ kind, lasting }) => (kind === 'identifiers' ? lasting : []))
  if (!person && !identifiers && former.length === 0) return undefined
  const dateOfBirth = person?.rows['person']?.[0]?.['date_of_birth'] as string | undefined
  return {
    system: record.system,
    localId: record.localId,
    at: place.at,
    ...(identifiers && { numbers: (identifiers.rows['identifier'] ?? []).flatMap(numberOf) }),
    former: former.flatMap(numberOf),
    ...(person && { dateOfBirth: dateOfBirth ?? null }),
  }
}

function numberOf(row: Row): [string, string | null][] {
  const qualifier = (row['qualifier'] as string | undefined) ?? null
  const counts = row['type'] !== 'OTHER' && (row['valid'] === true || qualifier === 'SEPARATED')
  return counts ? [[`${String(row['type'])}:${String(row['value'])}`, qualifier]] : []
}
