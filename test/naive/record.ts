import type { Client } from 'pg'

/** What PostgreSQL writes as JSON in UTC: days and instants are texts that sort by time. */
export type Value = string | number | boolean | null | readonly string[] | Readonly<Record<string, unknown>>

export type Row = Readonly<Record<string, Value | undefined>>

/** A state of the record, and the instant that is the present in it. No revision: as things are now. */
export interface Moment {
  readonly revision?: number
  readonly instant: string
}

/** All that the record ever held, read once and plainly: one query for each table, as the database's owner. */
export class NaiveRecord {
  private readonly states = new Map<string, readonly Row[]>()

  private constructor(private readonly tables: ReadonlyMap<string, readonly Row[]>) {}

  static async read(owner: Client): Promise<NaiveRecord> {
    await owner.query(`set time zone 'UTC'`)
    const { rows } = await owner.query<{ name: string }>(
      `select c.relname as name from pg_class c where c.relnamespace = 'record'::regnamespace
         and (c.relname like '%\\_ever' or c.relname in ('revision', 'newest'))`,
    )
    const tables = new Map<string, readonly Row[]>()
    for (const { name } of rows) {
      const found = await owner.query<{ row: Row }>(`select row_to_json(t) as row from record.${name} t`)
      tables.set(
        name.replace(/_ever$/, ''),
        found.rows.map(({ row }) => row),
      )
    }
    const record = new NaiveRecord(tables)
    tables.set('missing_contribution', missingContributions(record))
    return record
  }

  /** The rows of a table as they were at a revision; without one, as they are. */
  rows(table: string, revision?: number): readonly Row[] {
    const key = `${table} ${revision ?? ''}`
    const known = this.states.get(key)
    if (known) return known
    const all = this.tables.get(table)
    if (!all) throw new Error(`the record has no table ${table}`)
    const state = all.filter((row) => isOfState(row, revision))
    this.states.set(key, state)
    return state
  }

  /** Every version that there ever was of a table's rows. */
  ever(table: string): readonly Row[] {
    return this.tables.get(table) ?? []
  }

  get newestRevision(): number {
    return Math.max(0, ...this.rows('revision').map(({ revision }) => Number(revision)))
  }
}

/** Invited agencies, and the prison that holds the person, that have told the meeting nothing of the case. */
function missingContributions(record: NaiveRecord): Row[] {
  return record.rows('meeting_case').flatMap(({ meeting_id: meeting, offender_id: offender }) => {
    const ofMeeting = (table: string) => record.rows(table).filter((row) => row['meeting_id'] === meeting)
    const contributed = ofMeeting('meeting_contribution').filter((row) => row['offender_id'] === offender)
    const invited = ofMeeting('meeting_invitation').filter((row) => row['withdrawn_at'] === null)
    const holding = record
      .rows('custody')
      .filter((row) => row['offender_id'] === offender)
      .filter(({ status }) => status === 'IN_CUSTODY' || status === 'TEMPORARILY_OUT')
    const agencies = [
      ...invited.map(({ agency }) => agency),
      ...holding.map(({ establishment_code: establishment }) => establishment),
    ]
    return [...new Set(agencies)]
      .filter((agency) => agency != null && !contributed.some((row) => row['agency'] === agency))
      .map((agency): Row => {
        const isInvited = invited.some((row) => row['agency'] === agency)
        return { meeting_id: meeting, offender_id: offender, agency, invited: isInvited }
      })
  })
}

function isOfState({ revision, superseded_revision: superseded }: Row, asOf: number | undefined): boolean {
  if (asOf === undefined) return superseded === undefined || superseded === null
  return Number(revision) <= asOf && (superseded === null || Number(superseded) > asOf)
}

/** An instant as PostgreSQL writes it, to be compared with the record's. */
export function instantOf(date: Date): string {
  const [seconds = '', fraction = ''] = date.toISOString().slice(0, -1).split('.')
  const digits = fraction.replace(/0+$/, '')
  return `${seconds}${digits === '' ? '' : `.${digits}`}+00:00`
}

const LONDON = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London', dateStyle: 'short' })

/** The day in London at an instant. */
export function dayOf(instant: string): string {
  return LONDON.format(new Date(instant))
}

/** So many days later, or earlier. */
export function daysAfter(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

export function instantAfter(instant: string, days: number): string {
  return instantOf(new Date(Date.parse(instant) + days * 86_400_000))
}

/** What is given from one day, or instant, to another; its end is outside. */
export function holdsAt({ since, until }: Row, time: string): boolean {
  return (since == null || text(since) <= time) && (until == null || text(until) > time)
}

export function text(value: Value | undefined): string {
  if (typeof value !== 'string') throw new Error(`not a text: ${JSON.stringify(value)}`)
  return value
}

/** Smaller first; what is unknown comes last. */
export function compare(one: Value | undefined, other: Value | undefined): number {
  if (one == null || other == null) return Number(one == null) - Number(other == null)
  if (Array.isArray(one) && Array.isArray(other)) return compareLists(one as string[], other as string[])
  if (typeof one === 'string' && typeof other === 'string')
    return Buffer.compare(Buffer.from(one), Buffer.from(other))
  return Number(one) - Number(other)
}

function compareLists(one: readonly string[], other: readonly string[]): number {
  const differing = one.findIndex((item, i) => compare(item, other[i]) !== 0)
  return differing < 0 ? one.length - other.length : compare(one[differing], other[differing])
}
