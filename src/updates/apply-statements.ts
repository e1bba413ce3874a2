import { together } from '../domain/together'
import { isNotice } from '../identity/identity-record'
import { declarationOf } from './facts'
import type { Row } from './facts/declare'
import { saidInParts, type SaidInParts } from './in-parts'
import { namedBy, type Known } from './known'
import { isAfter, type Place } from './order'
import type { Stated, StatedFact } from './statements'
import { moveWrites, type RecordMove } from './source-records'
import type { Transaction } from './store'
import type { FactKind } from './update'
import { noneStatedWrites, tableWrites, type NoneStated, type TableWrite } from './write-facts'
import { writeAll, type Write } from './write-all'
import { newestWrites, statementWrites, type OfRecord } from './write-statements'

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
  await together([writeAll(tx, statementWrites(statements)), wave.write(tx, statements)])
}

class Wave {
  private readonly tables = new Map<string, TableWrite>()
  private readonly newest = new Map<string, Record<string, unknown>>()
  private readonly moved = new Map<string, RecordMove>()
  private readonly none = new Map<string, NoneStated>()
  private readonly inParts: SaidInParts[] = []

  constructor(
    private readonly known: Known,
    private readonly altered: Altered,
    private readonly now: Date,
  ) {}

  /** Follows the statements' own log, of which it reads what was said in parts. */
  async write(tx: Transaction, statements: readonly OfRecord[]): Promise<void> {
    for (const each of statements) this.add(each)
    await this.addParts(tx)
    await writeAll(tx, this.writes())
  }

  private add(of: OfRecord): void {
    const { stated, recordId, offenderId } = of
    this.addRecord(of)
    for (const fact of stated.facts) {
      if (fact.isNewest) this.keep(recordId, fact.kind, stated.place, fact.hash)
      const { derived, inParts } = declarationOf(fact.kind)
      // What is derived follows from all statements, the late ones too.
      if (fact.isChange || (derived && !fact.isNewest)) mark(this.altered, offenderId, fact.kind)
      if (fact.isChange) this.addNone(of, fact)
      // A late whole may be what the newest speaks of in part.
      if (inParts && (!fact.isNewest || (fact.isPartial && fact.isChange)))
        this.inParts.push({ recordId, offenderId, kind: fact.kind })
      if (!derived && !fact.isPartial) this.addRows(of, fact)
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

  private addNone({ stated, recordId, offenderId }: OfRecord, { rows }: StatedFact): void {
    const held = this.known.get(stated.key)?.none ?? []
    for (const [table, { length }] of Object.entries(rows)) {
      const name = `${recordId} ${table}`
      // Two facts of a record may share a table.
      const isNone = length === 0 || this.none.get(name)?.isNone === true
      this.none.set(name, { recordId, offenderId, table, isNone, wasNone: held.includes(table) })
    }
  }

  /** What changes replaces what was there; of a late statement only what lasts is added. */
  private addRows({ stated, recordId, offenderId }: OfRecord, fact: StatedFact): void {
    const { kind, rows, isChange, lasting } = fact
    if (!isChange && lasting.length === 0) return
    for (const [table, all] of Object.entries(rows)) {
      const write = this.writeOf(table, kind, !isNotice(stated.record.localId))
      if (isChange) write.records.push(recordId)
      const kept = isChange ? all : lasting
      write.rows.push(
        ...kept.map((row): Row => ({ ...row, source_record_id: recordId, offender_id: offenderId })),
      )
    }
  }

  private writeOf(table: string, kind: FactKind, lasts: boolean): TableWrite {
    const { keys, columns, lasting } = declarationOf(kind)
    // Facts that share a table do not state the same columns of it.
    const name = `${table} ${kind}${lasting && !lasts ? ' of notices' : ''}`
    const write = this.tables.get(name) ?? {
      table,
      key: keys[table] ?? [],
      columns: columns[table] ?? [],
      records: [],
      rows: [],
      lasting: lasts ? lasting : undefined,
    }
    this.tables.set(name, write)
    return write
  }

  /** Rows of what was said in parts: the newest whole, and over it what was said since. */
  private async addParts(tx: Transaction): Promise<void> {
    for (const { recordId, offenderId, kind, table, row } of await saidInParts(tx, this.inParts)) {
      this.writeOf(table, kind, true).rows.push({
        ...row,
        source_record_id: recordId,
        offender_id: offenderId,
      })
      mark(this.altered, offenderId, kind)
    }
  }

  private *writes(): Iterable<Write> {
    yield* moveWrites([...this.moved.values()])
    for (const [, write] of [...this.tables].sort(([one], [other]) => (one < other ? -1 : 1)))
      yield* tableWrites(write)
    yield* noneStatedWrites([...this.none.values()])
    yield* newestWrites(this.newest)
  }
}

export function mark(altered: Altered, offenderId: string, kind: FactKind): void {
  altered.set(offenderId, (altered.get(offenderId) ?? new Set<FactKind>()).add(kind))
}
