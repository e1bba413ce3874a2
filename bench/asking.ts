import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, print, separateOperations } from 'graphql'
import type { Client } from 'pg'
import type { EntrySize } from './entry-writer'
import type { GatewayProcess } from './gateway-process'
import { shoot, type Shot } from './load'

export const SERVERS = ['gateway', 'limit', 'stack'] as const
export type Server = (typeof SERVERS)[number]

export const QUESTIONS = ['CaseSummary', 'RiskHistory', 'Caseload'] as const
export type Question = (typeof QUESTIONS)[number]

const OPERATIONS = separateOperations(
  parse(readFileSync(join(__dirname, '..', '..', 'test', 'queries', 'operations.graphql'), 'utf8')),
)

const DOCUMENTS = new Map(Object.entries(OPERATIONS).map(([name, document]) => [name, print(document)]))

/** A probation officer with a caseload of fifty and more, who gives a reason for looking at others' cases. */
export class Asking {
  private constructor(
    private readonly gateway: GatewayProcess,
    private readonly token: string,
    private readonly staffCode: string,
    /** Who asks belongs to it. */
    readonly agency: string,
    /** Who is asked about. */
    readonly offenders: readonly string[],
    /** Whom limited access keeps from the officer: who weighs no rights is told. */
    readonly barred: readonly string[],
  ) {}

  static async of(gateway: GatewayProcess, owner: Client): Promise<Asking> {
    const { rows } = await owner.query<{ staff_code: string; agency: string }>(
      `select l.staff_code, min(l.organisation_code) as agency from record.allocation l
       where l.until is null and l.staff_code is not null and l.organisation_code like 'N%'
       group by l.staff_code order by count(*) desc, l.staff_code limit 1`,
    )
    const officer = rows[0]
    if (!officer) throw new Error('nobody has a caseload')
    const cases = await owner.query<{ id: string }>(
      `select distinct l.offender_id as id from record.allocation l where l.organisation_code = $1 and l.until is null
         and not exists (select from record.limitation x where x.offender_id = l.offender_id)
         and not exists (select from record.limitation_flag x where x.offender_id = l.offender_id and (x.excluded or x.restricted))
       order by 1 limit 2000`,
      [officer.agency],
    )
    const barred = await owner.query<{ id: string }>(
      `select distinct l.offender_id as id from record.allocation l
       where l.staff_code = $1 and record.limited_access_bars(l.offender_id, now(), null, null, null)`,
      [officer.staff_code],
    )
    const token = await gateway.token({
      roles: ['PROBATION_OFFICER'],
      sub: 'bench',
      client_id: 'bench-application',
      agency: officer.agency,
      staff_code: officer.staff_code,
    })
    return new Asking(
      gateway,
      token,
      officer.staff_code,
      officer.agency,
      cases.rows.map(({ id }) => id),
      barred.rows.map(({ id }) => id),
    )
  }

  shot(server: Server, url: string, question: Question, n: number): Shot {
    const offender = this.offenders[n % this.offenders.length] ?? ''
    const key = question === 'Caseload' ? this.staffCode : offender
    if (server === 'limit') return { url, headers: {}, body: JSON.stringify({ question, key }) }
    const query = DOCUMENTS.get(question)
    if (query === undefined) throw new Error(`${question} is not among the operations`)
    const variables = question === 'Caseload' ? { where: { allocatedTo: key } } : { by: { id: key } }
    const body = JSON.stringify({ query, operationName: question, variables })
    const headers = {
      authorization: `Bearer ${this.token}`,
      'purpose-of-use': 'OFFENDER_MANAGEMENT',
      justification: encodeURIComponent('Measuring how fast answers are.'),
    }
    return { url: `${url}${server === 'gateway' ? '/graphql' : ''}`, headers, body }
  }

  /** How much the gateway puts on record of an answer to each question, from the newest entry. */
  async entrySizes(owner: Client): Promise<Record<string, EntrySize>> {
    const sizes: Record<string, EntrySize> = {}
    for (const question of QUESTIONS) {
      await shoot(this.shot('gateway', this.gateway.url, question, 0))
      const { rows } = await owner.query<{ entry: number; header: number; person: number }>(
        `select octet_length(e.entry) as entry,
           (select octet_length(d.body) from journal.detail d where (d.log, d.index, d.part) = (e.log, e.index, 0)) as header,
           (select avg(octet_length(d.body))::integer from journal.detail d where (d.log, d.index) = (e.log, e.index) and d.part > 0) as person
         from journal.entry e order by e.log desc, e.index desc limit 1`,
      )
      if (!rows[0]?.person) throw new Error(`nobody was seen by ${question}`)
      sizes[question] = rows[0]
    }
    return sizes
  }
}
