import { declarationOf, type FactKind } from './facts'
import type { Row } from './facts/declare'
import type { Transaction } from './store'

/** A fact of a record that may have been stated in parts. */
export interface SaidInParts {
  readonly recordId: string
  readonly offenderId: string
  readonly kind: FactKind
}

/** The rows of those whose newest statement speaks of a part alone, by all that was said of the rest before. */
export async function saidInParts(
  tx: Transaction,
  asked: readonly SaidInParts[],
): Promise<(SaidInParts & { readonly table: string; readonly row: Row })[]> {
  if (asked.length === 0) return []
  const tables = asked.map(({ kind }) => declarationOf(kind).tables[0] ?? '')
  const rows = await tx.query(
    `select record.said_in_parts(p.record, p.fact, p.kept_in) as said
     from unnest($1::uuid[], $2::text[], $3::text[]) with ordinality p(record, fact, kept_in, place) order by p.place`,
    [asked.map(({ recordId }) => recordId), asked.map(({ kind }) => kind), tables],
  )
  return asked.flatMap((each, i) => {
    const row = rows[i]?.['said'] as Row | null | undefined
    return row ? [{ ...each, table: tables[i] ?? '', row }] : []
  })
}
