import type { Client } from 'pg'
import { DEVELOPMENT_ISSUER } from '../../src/config'
import { CONFIDENTIALITY } from '../../src/domain/confidentiality'

interface Column {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly isNullable: boolean
}

const DAY_MS = 86_400_000
const CHANGES = 24
/** Around the edges of what rights and conditions count in days. */
const DAYS = [-400, -60, -29, -28, -27, -15, -14, -13, -1, 0, 1, 2, 27, 28, 200, 400]

const AGENCIES = ['MDI', 'LEI', 'N02', 'N07', 'C05', 'C07', 'POL-NORTH', 'HMIP']

/** What columns hold that decide something; what is not named here holds words of no meaning. */
const WORDS: Readonly<Record<string, readonly (string | null)[]>> = {
  'custody.status': ['IN_CUSTODY', 'TEMPORARILY_OUT', 'IN_TRANSFER', 'IN_HOSPITAL', 'RELEASED', 'UNKNOWN'],
  'limitation.namespace': ['DELIUS', 'DELIUS', 'ELSEWHERE'],
  'limitation.username': ['reader', 'somebody', 'reader@agency.example'],
  'mappa_meeting.state': ['SCHEDULED', 'FROZEN', 'HELD', 'CLOSED', 'CANCELLED'],
  'risk_registration.register_type': ['RLRH', 'RMRH', 'RHRH', 'RVHR', 'WEAP'],
  'rosh.overall': ['LOW', 'MEDIUM', 'HIGH', 'VERY_HIGH', null],
  'key_date.type': ['CRD', 'ARD', 'CONFIRMED_RELEASE', 'SED'],
  'identifier.qualifier': ['SEPARATED', 'PREVIOUS', null],
  'offender.family_name': ['Family', 'family', 'Fam Ily', 'Åberg', 'zimmer', null],
  'offender.given_name': ['Given', 'given', 'Éva', null],
}

const WORDS_ANYWHERE: Readonly<Record<string, readonly (string | null)[]>> = {
  staff_code: ['N02ABC1', 'N07XYZ1', 'N02VLO1', 'N02ABCU'],
  contact_staff_code: ['N02ABC1', 'N07XYZ1', null],
  team_code: ['N02T1', 'N02T2', null],
  area: ['NORTH', 'SOUTH'],
  agency: AGENCIES,
  subject: ['cell-mappa_panel_member', 'READER', null],
}

/** Rows that others are found by stay what they are. */
const LEFT_ALONE = ['id', 'revision', 'ordinal', 'recorded_at', 'made_about', 'joined_into', 'offender_id']
const COLUMNS_LEFT_ALONE = [
  'identifier.type',
  'identifier.value',
  'identifier.valid',
  'parole_referral.frozen_revision',
  'meeting_freeze.frozen_revision',
  'meeting_freeze.number',
  'break_glass.since',
]
const KEPT_BY_THE_RECORD = ['id', 'revision', 'ordinal', 'recorded_at']
const SINGLE = ['offender', 'mappa_meeting']
const TABLES_LEFT_ALONE = ['break_glass_review', 'access_request', 'identity_decision', 'source_record']

/** Changes rows of the record at random, by a seed: what is refused by a constraint is left as it was. */
export class Churn {
  private state: number
  private serial = 0

  private constructor(
    private readonly owner: Client,
    private readonly columns: ReadonlyMap<string, readonly Column[]>,
    private readonly references: ReadonlySet<string>,
    seed: number,
  ) {
    this.state = seed
  }

  static async over(owner: Client, seed: number): Promise<Churn> {
    const { rows } = await owner.query<Column>(
      `select c.table_name as "table", c.column_name as name, c.udt_name as type, c.is_nullable = 'YES' as "isNullable"
       from information_schema.columns c
       join information_schema.columns h on h.table_schema = 'record' and h.table_name = c.table_name || '_history'
         and h.column_name = 'superseded_revision'
       where c.table_schema = 'record' and c.is_generated = 'NEVER' order by c.table_name, c.ordinal_position`,
    )
    const keys = await owner.query<{ name: string }>(
      `select c.relname || '.' || a.attname as name from pg_constraint k join pg_class c on c.oid = k.conrelid
       join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
       where k.contype = 'f' and k.confrelid <> 'record.organisation'::regclass and c.relnamespace = 'record'::regnamespace`,
    )
    const columns = new Map<string, Column[]>()
    for (const column of rows.filter(({ table }) => !TABLES_LEFT_ALONE.includes(table)))
      columns.set(column.table, [...(columns.get(column.table) ?? []), column])
    return new Churn(owner, columns, new Set(keys.rows.map(({ name }) => name)), seed)
  }

  /** Numbers by which people are asked for: one that two have, one that fails its check, one that is separated. */
  async number(): Promise<void> {
    await this.inRevision(async () => {
      // Prison and probation state each other's numbers, which is what holds their records together.
      await this.owner.query(
        `insert into record.identifier (offender_id, source_record_id, type, raw, value, valid)
         select s.offender_id, s.id, v.type, w.value, w.value, true
         from (select sr.*, dense_rank() over (order by sr.offender_id) as n from record.source_record sr where sr.local_id like '%-%') s
         cross join (values ('CRN', 'X1000', ''), ('PRISON_NUMBER', 'A10', 'AA')) v(type, start, ending)
         cross join lateral (select v.start || lpad(s.n::text, 2, '0') || v.ending) w(value)`,
      )
      await this.owner.query(
        `insert into record.identifier (offender_id, source_record_id, type, raw, value, valid)
         select s.offender_id, s.id, 'PNC', '2002/0073319Z', '2002/0073319Z', s.n <> 3
         from (select sr.*, row_number() over (order by sr.id) as n from record.source_record sr where sr.system = 'DELIUS') s
         where s.n in (1, 2, 3)`,
      )
    })
  }

  /** Freezes every meeting as of an earlier revision and as of this one, and has callers accept its statement; refers cases. */
  async freeze(callers: readonly { readonly subject?: string; readonly agency?: string }[]): Promise<void> {
    await this.inRevision(async () => {
      await this.owner.query(
        `insert into record.meeting_freeze (meeting_id, number, frozen_at, frozen_revision)
         select m.id, v.number, now() - v.before, (select c.value from record.revision_counter c) - v.revisions
         from record.mappa_meeting m
         cross join (values (1, interval '1 hour', 12), (2000000000, interval '1 minute', 0)) v(number, before, revisions)`,
      )
      for (const [i, { subject, agency }] of callers
        .filter((caller) => caller.agency !== undefined)
        .entries())
        await this.owner.query(
          `insert into record.meeting_acceptance (meeting_id, issuer, subject, agency, name, edition, accepted_at)
           select m.id, $1, $2, $3, $2, $4, now() from record.mappa_meeting m`,
          [DEVELOPMENT_ISSUER, subject, agency, i % 4 === 3 ? 'an older one' : CONFIDENTIALITY.edition],
        )
      await this.owner.query(
        'update record.parole_referral set frozen_revision = (select c.value - 9 from record.revision_counter c)',
      )
      await this.owner.query(
        `insert into record.parole_referral (offender_id, made_about, referred_at, until, reason, referred_by_subject, referred_by_role, frozen_revision)
         select r.offender_id, r.made_about, now(), '2999-01-01', 'again', 'x', 'x', (select c.value from record.revision_counter c)
         from record.parole_referral r`,
      )
    })
  }

  /** Every row of a list once more, so that lists have an order, and ids decide where nothing else does. */
  async double(): Promise<void> {
    await this.inRevision(async () => {
      for (const [table, columns] of this.columns) {
        const isListed = columns.some(({ name }) => name === 'id') && !SINGLE.includes(table)
        if (!isListed) continue
        const names = columns.map(({ name }) => name).filter((name) => !KEPT_BY_THE_RECORD.includes(name))
        await this.attempt(async () => {
          await this.owner.query(
            `insert into record.${table} (${names.join(', ')}) select ${names.join(', ')} from record.${table}`,
          )
        })
      }
    })
  }

  /** One of a joined person's records has them in a prison, another lately released from the other. */
  async holdElsewhere(held: string, released: string): Promise<void> {
    const move = (record: string, status: string, here: string | null, last: string) =>
      this.owner.query(
        `update record.custody c set status = $2, establishment_code = $3, last_establishment_code = $4, moved_on = current_date - 1
         from record.source_record s where s.id = c.source_record_id and s.local_id = $1`,
        [record, status, here, last],
      )
    await this.inRevision(async () => {
      await move(held, 'IN_CUSTODY', 'LEI', 'LEI')
      await move(released, 'RELEASED', null, 'MDI')
    })
  }

  /** A revision with some changes. */
  async round(): Promise<void> {
    await this.inRevision(async () => {
      for (let change = 0; change < CHANGES; change += 1) await this.attempt(() => this.change())
    })
  }

  private async inRevision(work: () => Promise<void>): Promise<void> {
    await this.owner.query('begin')
    await this.owner.query('select record.begin_revision()')
    await work()
    await this.owner.query('select record.end_revision()')
    await this.owner.query('commit')
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    await this.owner.query('savepoint change')
    try {
      await work()
    } catch (error) {
      if (!isRefusedByConstraint(error)) throw error
      await this.owner.query('rollback to savepoint change')
    }
  }

  private async change(): Promise<void> {
    const table = this.pick([...this.columns.keys()])
    const { rows } = await this.owner.query<{ place: string }>(
      `select r.ctid::text as place from record.${table} r order by r.revision, r.ordinal`,
    )
    if (rows.length === 0) return
    const { place } = this.pick(rows)
    const what = this.draw(10)
    if (what === 0) await this.owner.query(`delete from record.${table} r where r.ctid = $1::tid`, [place])
    else if (what <= 3) await this.copy(table, place)
    else await this.alter(table, place)
  }

  private async copy(table: string, place: string): Promise<void> {
    const columns = this.columns.get(table) ?? []
    const copied = columns.filter(({ name }) => !KEPT_BY_THE_RECORD.includes(name))
    const names = copied.map(({ name }) => name).join(', ')
    const { rows } = await this.owner.query<{ place: string }>(
      `insert into record.${table} (${names}) select ${names} from record.${table} r where r.ctid = $1::tid
       returning record.${table}.ctid::text as place`,
      [place],
    )
    await this.alter(table, rows[0]?.place ?? place)
  }

  private async alter(table: string, place: string): Promise<void> {
    const free = (this.columns.get(table) ?? []).filter(
      ({ name }) =>
        !LEFT_ALONE.includes(name) &&
        !COLUMNS_LEFT_ALONE.includes(`${table}.${name}`) &&
        !this.references.has(`${table}.${name}`),
    )
    if (free.length === 0) return
    const chosen = [...new Set([this.pick(free), this.pick(free), this.pick(free)])]
    const set = chosen.map(({ name }, i) => `${name} = $${i + 2}`).join(', ')
    const values = chosen.map((column) => this.value(column))
    await this.owner.query(`update record.${table} r set ${set} where r.ctid = $1::tid`, [place, ...values])
  }

  private value({ table, name, type, isNullable }: Column): unknown {
    if (isNullable && this.draw(5) === 0) return null
    const words = WORDS[`${table}.${name}`] ?? WORDS_ANYWHERE[name]
    if (words) return this.pick(words)
    if (name.endsWith('_code') && type === 'text') return this.pick(AGENCIES)
    const day = new Date(Date.now() + this.pick(DAYS) * DAY_MS).toISOString()
    if (type === 'date') return day.slice(0, 10)
    if (type === 'timestamptz') return day
    if (type === 'bool') return this.draw(2) === 0
    if (['int4', 'int8', 'numeric'].includes(type)) return this.draw(4)
    if (type === '_text') return [`word${(this.serial += 1)}`]
    if (type === 'tstzrange') return this.period()
    return `word${(this.serial += 1)}`
  }

  private period(): string {
    const at = () => new Date(Date.now() + this.pick(DAYS) * DAY_MS).toISOString()
    const [from = '', until = ''] = [at(), at()].sort()
    return this.draw(2) === 0 ? `[${from},)` : `[${from},${until})`
  }

  private pick<T>(values: readonly T[]): T {
    return values[this.draw(values.length)]!
  }

  /** The numbers of a seed: a linear congruence does for choosing. */
  private draw(below: number): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((this.state / 2 ** 32) * below)
  }
}

/** Class 23: the row that this would make is no row of the record. */
function isRefusedByConstraint(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code.startsWith('23') || code === '22P02'
}
