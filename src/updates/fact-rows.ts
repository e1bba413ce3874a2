import { canonicalJson } from '../domain/canonical-json'
import { sha256 } from '../domain/digest'
import { isNotice } from '../identity/identity-record'
import { declarationOf, type FactKind } from './facts'
import type { Row, RowsByTable } from './facts/declare'
import type { RecordStatement } from './update'

/** A fact that a record states, as rows. */
export interface FactRows {
  readonly kind: FactKind
  readonly rows: RowsByTable
  /** Of the rows: two statements that say the same have the same. */
  readonly hash: string
  /** The rows that stay though a later statement leaves them out. */
  readonly lasting: readonly Row[]
  /** Speaks of some columns alone. */
  readonly isPartial: boolean
}

export interface RecordRows {
  readonly record: RecordStatement
  readonly facts: readonly FactRows[]
}

const HASH_LENGTH = 32

export function recordRows(record: RecordStatement, receivedOn: Date): RecordRows {
  const kinds = Object.keys(record.facts) as FactKind[]
  return { record, facts: kinds.map((kind) => factRows(kind, record, receivedOn)) }
}

function factRows(kind: FactKind, { system, localId, facts }: RecordStatement, receivedOn: Date): FactRows {
  const declaration = declarationOf(kind)
  const { lasting } = declaration
  const rows = declaration.rows(facts[kind], { system, receivedOn })
  const all = Object.values(rows).flat()
  // A notice is about one number alone: what it said before is not history that lasts.
  const lasts = (row: Row) =>
    !isNotice(localId) && lasting?.values.includes(String(row[lasting.column])) === true
  return {
    kind,
    rows,
    hash: sha256(canonicalJson(rows)).slice(0, HASH_LENGTH),
    lasting: all.filter(lasts),
    isPartial: all.some((row) => row['partial'] === true),
  }
}
