import type { Client } from 'pg'
import type { ExpectedEntry, ExpectedSubject } from './entry'

/** The journal's entries as they stand in the database, decoded with the dictionary that they name. */
export class Journal {
  private readonly dictionaries = new Map<string, readonly string[]>()

  constructor(private readonly owner: Client) {}

  /** What was appended since, by request id. */
  async next(): Promise<Map<string, ExpectedEntry[]>> {
    const { rows } = await this.owner.query<Appended>({
      name: 'entries since',
      text: `select convert_from(e.entry, 'UTF8')::json as entry,
         (select convert_from(h.body, 'UTF8')::json from journal.detail h
           where h.log = e.log and h.index = e.index and h.part = 0) as header,
         coalesce((select json_agg(convert_from(s.body, 'UTF8')::json order by s.offender_id) from journal.detail s
           where s.log = e.log and s.index = e.index and s.part > 0), '[]') as subjects
       from journal.entry e where e.log = $1 and e.index >= $2
       order by e.index`,
      values: this.from,
    })
    this.from = [this.from[0], String(Number(this.from[1]) + rows.length)]
    const found = new Map<string, ExpectedEntry[]>()
    for (const { entry, header, subjects } of rows) {
      const id = header.requestId ?? ''
      found.set(id, [...(found.get(id) ?? []), await this.decoded(entry, header, subjects)])
    }
    return found
  }

  /** Leaves out what is there. */
  async skip(): Promise<void> {
    const { rows } = await this.owner.query<{ log: string; size: string }>(
      'select h.log, h.size from journal.head h order by h.log desc limit 1',
    )
    this.from = [rows[0]?.log ?? '', rows[0]?.size ?? '0']
  }

  private from: [log: string, index: string] = ['', '0']

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

interface Appended {
  readonly entry: Entry
  readonly header: Header
  readonly subjects: Subject[]
}

interface Entry {
  readonly kind: string
  readonly outcome: string
  readonly purpose?: string
  readonly dictionary: string
}

interface Header {
  readonly requestId?: string
  readonly basis?: string
  readonly fields: string
}

interface Subject {
  readonly offender: string
  readonly fields: string
  readonly withheld: string
  readonly owners: readonly string[]
}
