import { declarationOf } from './facts'
import type { Row } from './facts/declare'
import { namedBy, type Known } from './known'
import { isAfter, type Place } from './order'
import type { Stated, StatedFact } from './statements'
import { moveRecords, type RecordMove } from './source-records'
import type { Transaction } from './store'
import type { FactKind } from './update'
import { keepNewest, writeStatements, type OfRecord } from './write-statements'
import { writeNoneStated, writeTable, type NoneStated, type TableWrite } from './write-facts'

/** Whose record was altered in which facts. */
export type Altered = Map<string, Set<FactKind>>

/**
 * One wave's statements: each fact replaces what its record stated before, unless that was later. What is
 * said again as it was costs a line in the log and no more.
 */
export async function applyStatements(
  tx: Transaction,
  statements: readonly OfRecord[],
  known: Known,
  altered: Altered,
  now: Date,
): Promise<void> {
  const wave = new Wave(known, altered, now)
  for (const each of statements) wave.add(each)
  await writeStatements(tx, statements)
  await wave.write(tx)
}

class Wave {
  private readonly tables = new Map<string, TableWrite>()
  private readonly newest = new Map<string, Record<string, unknown>>()
  private readonly moved = new Map<string, RecordMove>()
  private readonly none: NoneStated[] = []

  constructor(
    private readonly known: Known,
    private readonly altered: Altered,
    private readonly now: Date,
  ) {}

  add(of: OfRecord): void {
    const { stated, recordId, offenderId } = of
    this.addRecord(of)
    for (const fact of stated.facts) {
      if (fact.isNewest) this.keep(recordId, fact.kind, stated.place, fact.hash)
      const { derived } = declarationOf(fact.kind)
      // What is derived follows from all statements, the late ones too.
      if (fact.isChange || (derived && !fact.isNewest)) mark(this.altered, offenderId, fact.kind)
      if (fact.isChange) this.addNone(of, fact)
      if (!derived) this.addRows(of, fact)
    }
  }

  /** Whose record it is (what the document says of it outranks who sent it), and whom it was sent about. */
  private addRecord({ stated, recordId }: OfRecord): void {
    const { read, record, place } = stated
    const held = this.known.get(stated.key)
    const agency = record.agency ?? read.sender.agency
    if (agency !== undefined) {
      const rank = record.agency === undefined ? 0 : 1
      if (this.isNewer(stated, 'agency', { ...place, rank })) {
        this.keep(recordId, 'agency', { ...place, rank }, '')
        if (held?.agency !== agency) this.moved.set(recordId, { id: recordId, agency })
      }
    }
    const named = read.update?.createsPerson === true ? [] : namedBy(read, this.now)
    if (named.length > 0 && this.isNewer(stated, 'named', place)) {
      this.keep(recordId, 'named', place, '')
      const isSame = held?.named?.join() === named.join()
      if (!isSame) this.moved.set(recordId, { ...this.moved.get(recordId), id: recordId, named })
    }
  }

  private isNewer({ key }: Stated, what: string, place: Place): boolean {
    const held = this.known.get(key)?.newest.get(what)
    return held === undefined || isAfter(place, held)
  }

  private keep(recordId: string, what: string, { rank, version, at, digest }: Place, hash: string): void {
    const facts = this.newest.get(recordId) ?? {}
    facts[what] = [rank, version, at, digest, hash]
    this.newest.set(recordId, facts)
  }

  private addNone({ recordId, offenderId }: OfRecord, { rows }: StatedFact): void {
    for (const [table, stated] of Object.entries(rows)) {
      this.none.push({ recordId, offenderId, table, isNone: stated.length === 0 })
    }
  }

  /** What changes replaces what was there; of a late statement only what lasts is added. */
  private addRows({ recordId, offenderId }: OfRecord, { kind, rows, isChange, lasting }: StatedFact): void {
    const { keys, columns, lasting: rule } = declarationOf(kind)
    if (!isChange && lasting.length === 0) return
    for (const [table, all] of Object.entries(rows)) {
      const stated = isChange ? all : lasting
      const write = this.tables.get(table) ?? {
        table,
        key: keys[table] ?? [],
        columns: columns[table] ?? [],
        records: [],
        rows: [],
        lasting: rule,
      }
      if (isChange) write.records.push(recordId)
      write.rows.push(
        ...stated.map((row): Row => ({ ...row, source_record_id: recordId, offender_id: offenderId })),
      )
      this.tables.set(table, write)
    }
  }

  async write(tx: Transaction): Promise<void> {
    await moveRecords(tx, [...this.moved.values()])
    for (const table of [...this.tables.keys()].sort()) {
      const write = this.tables.get(table)
      if (write) await writeTable(tx, write)
    }
    await writeNoneStated(tx, this.none)
    await keepNewest(tx, this.newest)
  }
}

export function mark(altered: Altered, offenderId: string, kind: FactKind): void {
  altered.set(offenderId, (altered.get(offenderId) ?? new Set<FactKind>()).add(kind))
}
