import { canonicalJson } from '../domain/canonical-json'
import { sha256 } from '../domain/digest'
import { isNotice, type StatedIdentity } from '../identity/identity-record'
import { declarationOf, type FactKind } from './facts'
import type { Row, RowsByTable } from './facts/declare'
import type { ReadItem } from './item'
import { recordKey, type Known } from './known'
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

export interface StatedFact {
  readonly kind: FactKind
  readonly hash: string
  readonly rows: RowsByTable
  /** Of a late statement: the rows that it adds all the same. */
  readonly lasting: readonly Row[]
  /** Nothing newer is held. */
  readonly isNewest: boolean
  /** The newest, and says something else than what is held. */
  readonly isChange: boolean
  /** Speaks of some columns alone. */
  readonly isPartial: boolean
}

const HASH_LENGTH = 32

export function statementsOf(read: ReadItem, known: Known, now: Date): Stated[] {
  return (read.update?.records ?? []).map((record) => {
    const key = recordKey(record)
    const place = placeOf(read, record, now)
    const kinds = Object.keys(record.facts) as FactKind[]
    return { read, record, key, place, facts: kinds.map((kind) => weigh(kind, record, place, known, now)) }
  })
}

function weigh(kind: FactKind, record: RecordStatement, place: Place, known: Known, now: Date): StatedFact {
  const { lasting: rule, ...declaration } = declarationOf(kind)
  // A notice is about one number alone: what it said before is not history that lasts.
  const lasting = isNotice(record.localId) ? undefined : rule
  const rows = declaration.rows(record.facts[kind], { system: record.system, receivedOn: now })
  const hash = sha256(canonicalJson(rows)).slice(0, HASH_LENGTH)
  const held = known.get(recordKey(record))?.newest.get(kind)
  const isNewest = held === undefined || isAfter(place, held)
  const lasts = (row: Row) => lasting?.values.includes(String(row[lasting.column])) ?? false
  return {
    kind,
    rows,
    hash,
    isNewest,
    isChange: isNewest && held?.hash !== hash,
    isPartial: Object.values(rows)
      .flat()
      .some((row) => row['partial'] === true),
    lasting: isNewest ? [] : Object.values(rows).flat().filter(lasts),
  }
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
