import type { Client } from 'pg'
import type { ExpectedEntry, ExpectedSubject } from './entry'

/** The journal's entries as they stand in the database, by request id, decoded with the dictionary that they name. */
export class Journal {
  private readonly dictionaries = new Map<string, readonly string[]>()

  constructor(private readonly owner: Client) {}

  async entries(requestIds: readonly string[]): Promise<Map<string, ExpectedEntry[]>> {
    const { rows } = await this.owner.query<{
      id: string
      entry: Entry
      header: Header
      subjects: Subject[]
    }>(
      `select h.body ->> 'requestId' as id, convert_from(e.entry, 'UTF8')::json as entry, h.body as header,
         coalesce((select json_agg(convert_from(s.body, 'UTF8')::json order by s.offender_id) from journal.detail s
           where s.log = e.log and s.index = e.index and s.part > 0), '[]') as subjects
       from journal.entry e
       join lateral (select convert_from(d.body, 'UTF8')::json as body from journal.detail d
         where d.log = e.log and d.index = e.index and d.part = 0) h on h.body ->> 'requestId' = any($1)
       where (e.log, e.index) >= ($2, $3)
       order by e.log, e.index`,
      [requestIds, ...this.from],
    )
    const found = new Map<string, ExpectedEntry[]>()
    for (const { id, entry, header, subjects } of rows)
      found.set(id, [...(found.get(id) ?? []), await this.decoded(entry, header, subjects)])
    return found
  }

  /** From here on entries are looked for. */
  async begin(): Promise<void> {
    const { rows } = await this.owner.query<{ log: string; size: string }>(
      'select h.log, h.size from journal.head h order by h.log desc limit 1',
    )
    this.from = [rows[0]?.log ?? '', rows[0]?.size ?? '0']
  }

  private from: readonly [log: string, index: string] = ['', '0']

  private async decoded(entry: Entry, header: Header, subjects: readonly Subject[]): Promise<ExpectedEntry> {
    const names = await this.dictionary(entry.dictionary)
    const fields = (bitmap: string) => {
      const bytes = Buffer.from(bitmap, 'base64')
      return names.filter((_, bit) => ((bytes[Math.floor(bit / 8)] ?? 0) >> (bit % 8)) % 2 === 1).sort()
    }
    const subject = (one: Subject): [string, ExpectedSubject] => [
      one.offender,
      { fields: fields(one.fields), withheld: fields(one.withheld), owners: [...one.owners].sort() },
    ]
    return {
      kind: entry.kind,
      outcome: entry.outcome,
      purpose: entry.purpose ?? null,
      basis: header.basis ?? null,
      fields: fields(header.fields),
      subjects: Object.fromEntries(subjects.map(subject)),
    }
  }

  private async dictionary(version: string): Promise<readonly string[]> {
    const known = this.dictionaries.get(version)
    if (known) return known
    const { rows } = await this.owner.query<{ fields: string[] }>(
      'select d.fields from journal.dictionary d where d.version = $1',
      [version],
    )
    const names = rows[0]?.fields ?? []
    this.dictionaries.set(version, names)
    return names
  }
}

interface Entry {
  readonly kind: string
  readonly outcome: string
  readonly purpose?: string
  readonly dictionary: string
}

interface Header {
  readonly basis?: string
  readonly fields: string
}

interface Subject {
  readonly offender: string
  readonly fields: string
  readonly withheld: string
  readonly owners: readonly string[]
}
