import { recordKey, type Known } from './known'
import { declarationOf } from './facts'
import type { ReadItem } from './item'
import { isAfter, placeOf, type Place } from './order'
import { takeInOrganisations } from './organisations'
import type { Verdict } from './received'
import { ensureRecords, moveRecords } from './source-records'
import type { Transaction } from './store'
import type { FactKind, RecordStatement, Warning } from './update'
import { writeTable, type TableWrite } from './write-facts'

/** An item whose person is known. */
export interface Located {
  readonly read: ReadItem
  readonly offenderId: string
  /** Other persons were joined into this one. */
  readonly joined: boolean
  readonly warnings: readonly Warning[]
}

/** One wave's statements: each fact replaces what its record stated before, unless that was later. */
export async function applyStatements(
  tx: Transaction,
  located: readonly Located[],
  known: Known,
  arrivedAt: Date,
  altered: Map<string, Set<FactKind>>,
): Promise<Map<ReadItem, Verdict>> {
  if (located.length === 0) return new Map()
  const newcomers = await takeInOrganisations(
    tx,
    located.map(({ read }) => read),
  )
  const recordIds = await ensureRecords(tx, located, known)
  const wave = new Wave(arrivedAt)
  const verdicts = new Map<ReadItem, Verdict>()
  for (const item of located) {
    let newest = 0
    for (const record of item.read.update?.records ?? []) {
      const id = recordIds.get(recordKey(record))
      if (id !== undefined) newest += wave.add(item, record, id, known, altered)
    }
    if (item.joined) mark(altered, item.offenderId, 'registration')
    verdicts.set(item.read, {
      outcome: newest > 0 ? 'APPLIED' : 'LATE',
      offenderId: item.offenderId,
      errors: [],
      warnings: [
        ...(item.read.update?.warnings ?? []),
        ...item.warnings,
        ...(newcomers.get(item.read) ?? []),
      ],
      waitingFor: [],
    })
  }
  await wave.write(tx)
  return verdicts
}

class Wave {
  private readonly tables = new Map<string, TableWrite>()
  private readonly places: Record<string, unknown>[] = []
  private readonly registrations: Record<string, unknown>[] = []
  private readonly moved: { id: string; agency: string }[] = []

  constructor(private readonly arrivedAt: Date) {}

  /** Answers how many of the record's facts are the newest. */
  add(
    item: Located,
    record: RecordStatement,
    recordId: string,
    known: Known,
    altered: Map<string, Set<FactKind>>,
  ): number {
    const place = placeOf(item.read, record, this.arrivedAt)
    this.addAgency(item, record, recordId, known, place)
    let newest = 0
    for (const kind of Object.keys(record.facts) as FactKind[]) {
      const before = known.places.get(`${recordId}:${kind}`)
      if (kind === 'registration') this.addRegistration(item, record, recordId, place)
      if (before && !isAfter(place, before)) {
        if (kind === 'registration') mark(altered, item.offenderId, kind)
        continue
      }
      newest += 1
      mark(altered, item.offenderId, kind)
      this.places.push({ source_record_id: recordId, fact: kind, ...place })
      if (kind !== 'registration') this.addRows(item, record, recordId, kind)
    }
    return newest
  }

  /** Whose record it is: what the document says of it outranks who sent it. */
  private addAgency(
    { read }: Located,
    record: RecordStatement,
    recordId: string,
    known: Known,
    { version, at, digest }: Place,
  ): void {
    const agency = record.agency ?? read.sender.agency
    if (agency === undefined) return
    const place = { rank: record.agency === undefined ? 0 : 1, version, at, digest }
    const before = known.places.get(`${recordId}:agency`)
    if (before && !isAfter(place, before)) return
    this.places.push({ source_record_id: recordId, fact: 'agency', ...place })
    this.moved.push({ id: recordId, agency })
  }

  private addRows(
    item: Located,
    record: RecordStatement,
    recordId: string,
    kind: Exclude<FactKind, 'registration'>,
  ): void {
    const declaration = declarationOf(kind)
    const context = { system: record.system, receivedOn: this.arrivedAt }
    for (const [table, rows] of Object.entries(declaration.rows(record.facts[kind], context))) {
      const write = this.tables.get(table) ?? {
        table,
        key: declaration.keys[table] ?? [],
        columns: declaration.columns[table] ?? [],
        records: [],
        rows: [],
      }
      write.records.push(recordId)
      write.rows.push(
        ...rows.map((row) => ({ ...row, source_record_id: recordId, offender_id: item.offenderId })),
      )
      this.tables.set(table, write)
    }
  }

  /** Every statement of a register is kept, also a late one: the periods follow from all of them. */
  private addRegistration(item: Located, record: RecordStatement, recordId: string, place: Place): void {
    const entry = record.facts.registration
    this.registrations.push({
      offender_id: item.offenderId,
      source_record_id: recordId,
      system: record.system,
      stated_version: place.version,
      stated_at: place.at,
      stated_digest: place.digest,
      ended: entry === null,
      category: entry?.category,
      level: entry?.level,
      level_status: entry?.levelStatus,
      raw_level: entry?.rawLevel,
      raw_category: entry?.rawCategory,
      lead_agency: entry?.leadAgency,
      since: entry?.since,
      next_review_on: entry?.nextReviewOn,
      team_code: entry?.team,
      officer_name: entry?.officerName,
      organisation_code: entry?.organisation,
      notes: entry?.notes,
    })
  }

  async write(tx: Transaction): Promise<void> {
    await moveRecords(tx, this.moved)
    for (const table of [...this.tables.keys()].sort()) {
      const write = this.tables.get(table)
      if (write) await writeTable(tx, write)
    }
    await this.writeRegistrations(tx)
    if (this.places.length === 0) return
    await tx.query(
      `insert into record.stated (source_record_id, fact, rank, version, at, digest)
       select s.source_record_id, s.fact, s.rank, s.version, s.at, s.digest
       from jsonb_populate_recordset(null::record.stated, $1::jsonb) s
       on conflict (source_record_id, fact) do update
       set rank = excluded.rank, version = excluded.version, at = excluded.at, digest = excluded.digest`,
      [JSON.stringify(this.places)],
    )
  }

  private async writeRegistrations(tx: Transaction): Promise<void> {
    if (this.registrations.length === 0) return
    const columns = Object.keys(this.registrations[0] ?? {})
    await tx.query(
      `insert into record.registration (${columns.join(', ')})
       select ${columns.map((column) => `s.${column}`).join(', ')}
       from jsonb_populate_recordset(null::record.registration, $1::jsonb) s
       where not exists (select from record.registration r where r.source_record_id = s.source_record_id
         and (r.stated_version, r.stated_at, r.stated_digest) = (s.stated_version, s.stated_at, s.stated_digest))`,
      [JSON.stringify(this.registrations)],
    )
  }
}

function mark(altered: Map<string, Set<FactKind>>, offenderId: string, kind: FactKind): void {
  altered.set(offenderId, (altered.get(offenderId) ?? new Set<FactKind>()).add(kind))
}
