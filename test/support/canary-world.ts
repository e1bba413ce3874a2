import { Client } from 'pg'
import { recordParts } from '../../src/catalogue/record-parts'
import type { Catalogue } from '../../src/catalogue/catalogue'
import type { RoleName } from '../../src/domain/caller'
import { Canaries, type Fixed } from './canaries'
import { DEVELOPMENT_ISSUER } from '../../src/config'
import type { As, TestGateway } from './gateway'

/** What an offender is to everybody who asks. */
export const STATES = ['own', 'other', 'excluded', 'restricted', 'named', 'broken', 'absent'] as const
export type State = (typeof STATES)[number]

/** Everybody, with claims that make the offender `own` theirs and `other` not. */
export const CALLERS: Readonly<Record<RoleName, As>> = callers()

function callers(): Record<RoleName, As> {
  const prison = { agency: 'MDI' }
  const probation = { agency: 'N02', staffCode: 'N02ABC1' }
  const as = (role: RoleName, claims: Partial<As> = {}): As => ({
    role,
    subject: `cell-${role.toLowerCase()}`,
    username: 'reader',
    ...claims,
  })
  return {
    PRISON_OFFICER: as('PRISON_OFFICER', prison),
    PRISON_OFFENDER_MANAGER: as('PRISON_OFFENDER_MANAGER', prison),
    PRISON_PUBLIC_PROTECTION: as('PRISON_PUBLIC_PROTECTION', prison),
    PROGRAMME_TEAM: as('PROGRAMME_TEAM', prison),
    HEAD_OF_OFFENDER_MANAGEMENT: as('HEAD_OF_OFFENDER_MANAGEMENT', prison),
    PROBATION_OFFICER: as('PROBATION_OFFICER', probation),
    SENIOR_PROBATION_OFFICER: as('SENIOR_PROBATION_OFFICER', probation),
    CRC_OFFICER: as('CRC_OFFICER', { agency: 'C05' }),
    VICTIM_LIAISON_OFFICER: as('VICTIM_LIAISON_OFFICER', { agency: 'N02', staffCode: 'N02VLO1' }),
    MAPPA_COORDINATOR: as('MAPPA_COORDINATOR', { agency: 'N02' }),
    MAPPA_PANEL_MEMBER: as('MAPPA_PANEL_MEMBER', { agency: 'POL-NORTH' }),
    POLICE_OFFENDER_MANAGER: as('POLICE_OFFENDER_MANAGER', { agency: 'POL-NORTH' }),
    PAROLE_BOARD: as('PAROLE_BOARD', { agency: 'PB' }),
    INSPECTOR: as('INSPECTOR', { agency: 'HMIP' }),
    DATA_PROTECTION_OFFICER: as('DATA_PROTECTION_OFFICER', { agency: 'N02' }),
    DATA_STEWARD: as('DATA_STEWARD', { agency: 'N02' }),
    ANALYST: as('ANALYST'),
    PRISON_SYSTEM: as('PRISON_SYSTEM', { client: 'cell-prison' }),
    PROBATION_SYSTEM: as('PROBATION_SYSTEM', { client: 'cell-probation', agency: 'N02' }),
    CRC_SYSTEM: as('CRC_SYSTEM', { client: 'cell-crc', agency: 'C05' }),
  }
}

export interface World {
  readonly canaries: Canaries
  /** The offender of a state; of `absent` an id of nobody. */
  readonly ids: Readonly<Record<State, string>>
  readonly owner: Client
  /** Another offender of a state; `name` tells its records from others'. */
  plant(state: State, name: string): Promise<string>
  close(): Promise<void>
}

export const NOBODY = '00000000-0000-7000-8000-000000000000'

/** An offender for each state, each with a row in every table of the record, full of tokens. */
export async function plantWorld(t: TestGateway, catalogue: Catalogue): Promise<World> {
  const owner = new Client({ ...t.testDatabase.connection })
  await owner.connect()
  const canaries = await Canaries.over(owner)
  const tables = recordParts(catalogue.types).map(({ table }) => table)
  const plant = (state: State, name: string = state) =>
    new Planting(owner, canaries, tables, state, name).plant()
  const ids: Record<State, string> = {
    own: '',
    other: '',
    excluded: '',
    restricted: '',
    named: '',
    broken: '',
    absent: NOBODY,
  }
  await inRevision(owner, async () => {
    await plantOrganisations(owner)
    for (const state of STATES) if (state !== 'absent') ids[state] = await plant(state)
  })
  await owner.query('analyze')
  const plantAnother: World['plant'] = (state, name) => inRevision(owner, () => plant(state, name))
  return { canaries, ids, owner, plant: plantAnother, close: () => owner.end() }
}

async function plantOrganisations(owner: Client): Promise<void> {
  await owner.query(`insert into record.organisation (code, name) values ('MDI', 'Here'), ('LEI', 'There')`)
  await owner.query(
    `insert into record.mappa_area (code, name) values ('NORTH', 'North'), ('SOUTH', 'South')`,
  )
  await owner.query(
    `insert into record.mappa_area_agency (area, agency, since, until)
     select a, b, '2000-01-01', '2999-01-01' from (values ('NORTH', 'N02'), ('NORTH', 'POL-NORTH'), ('SOUTH', 'N07')) v(a, b)`,
  )
}

async function inRevision<T>(owner: Client, work: () => Promise<T>): Promise<T> {
  await owner.query('begin')
  await owner.query('select record.begin_revision()')
  const result = await work()
  await owner.query('select record.end_revision()')
  await owner.query('commit')
  return result
}

/** Tables that no reader sees: access is decided by them. */
const DECIDING = ['parole_referral', 'inspection_sample_case', 'limitation', 'break_glass']

/** What a meeting says that is of none of its cases. */
const MEETINGS_OWN: Readonly<Record<string, Fixed>> = {
  meeting_freeze: {},
  meeting_attendance: {},
  meeting_minutes: {},
}

class Planting {
  private readonly isOther: boolean

  constructor(
    private readonly owner: Client,
    private readonly canaries: Canaries,
    private readonly tables: readonly string[],
    private readonly state: State,
    private readonly name: string,
  ) {
    this.isOther = state === 'other' || state === 'broken'
  }

  async plant(): Promise<string> {
    const id = await this.idOf(
      `insert into record.offender (given_name, family_name, date_of_birth, sex)
       values ('Given', 'Family', '1970-01-01', 'MALE') returning id`,
    )
    const probation = await this.record(id, 'DELIUS', this.isOther ? 'N07' : 'N02')
    const prison = await this.record(id, 'NOMIS', this.isOther ? 'LEI' : 'MDI')
    await this.record(id, 'CRC', this.isOther ? 'C07' : 'C05')
    const decision = await this.decision(id)
    const meeting = await this.meeting(id)
    const planted = [
      'source_record',
      'mappa_referral',
      'mappa_level_decision',
      'mappa_meeting',
      'meeting_case',
      'offender',
    ]
    for (const table of this.tables.filter((name) => !planted.includes(name) && !DECIDING.includes(name)))
      await this.canaries.plant(table, id, await this.fixed(table, id, { probation, decision, meeting }))
    const outstanding = await this.fixed('risk_management_action', id, { probation, decision, meeting })
    await this.canaries.plant('risk_management_action', id, { ...outstanding, done_at: null, outcome: null })
    await this.canaries.plant('notice', id, {
      ...(await this.fixed('notice', id, { probation, decision, meeting })),
      agency: null,
      not_applicable: 'NO_AREA',
      answer: null,
      answered_at: null,
    })
    await this.ended(id, prison)
    await this.owner.query(
      `insert into record.mappa_level (offender_id, source_record_id, period, register, system, lead, stated_at, category, level, level_status)
       values ($1, $2, '[2020-01-01,)', $3, 'NOMIS', 800000000, now(), 2, 3, 'CONFIRMED')`,
      [id, prison, `prison-${this.name}`],
    )
    await this.related(id)
    await this.limited(id, probation)
    return id
  }

  private async idOf(sql: string, values: readonly unknown[] = []): Promise<string> {
    const { rows } = await this.owner.query<{ id: string }>(sql, [...values])
    return rows[0]?.id ?? ''
  }

  private record(id: string, system: string, agency: string): Promise<string> {
    return this.idOf(
      'insert into record.source_record (offender_id, system, local_id, agency) values ($1, $2, $3, $4) returning id',
      [id, system, `${system}-${this.name}`, agency],
    )
  }

  private async decision(id: string): Promise<string> {
    await this.canaries.plant('mappa_referral', id, { made_about: id, level: 2, category: 1 })
    const referral = await this.idOf('select r.id from record.mappa_referral r where r.offender_id = $1', [
      id,
    ])
    await this.canaries.plant('mappa_level_decision', id, {
      made_about: id,
      category: 1,
      from_level: 1,
      to_level: 2,
      level_status: 'CONFIRMED',
      area: this.isOther ? 'SOUTH' : 'NORTH',
      supersedes: null,
      referral_id: referral,
      revision_seen: null,
    })
    return this.idOf('select d.id from record.mappa_level_decision d where d.offender_id = $1', [id])
  }

  /** Everybody's agency is invited to the meeting of the cases that are theirs. */
  private async meeting(id: string): Promise<string> {
    const meeting = await this.idOf(
      `insert into record.mappa_meeting (level, at, scheduled_by, agency, area, held_at, chair_name, chair_agency, cancelled_because)
       values (2, now() + interval '1 day', 'coordinator', $1, $2, now(), 'x', 'x', 'x') returning id`,
      this.isOther ? ['N07', 'SOUTH'] : ['N02', 'NORTH'],
    )
    await this.owner.query(
      'insert into record.meeting_case (meeting_id, offender_id, position, made_about) values ($1, $2, 1, $2)',
      [meeting, id],
    )
    const agencies = this.isOther ? ['N07', 'LEI'] : ['MDI', 'N02', 'POL-NORTH']
    for (const agency of agencies)
      await this.owner.query(
        `insert into record.meeting_invitation (meeting_id, agency, invited_at) values ($1, $2, now() - interval '1 day')`,
        [meeting, agency],
      )
    await this.canaries.plant('meeting_invitation', id, { meeting_id: meeting })
    for (const [table, fixed] of Object.entries(MEETINGS_OWN))
      await this.canaries.plant(table, id, { meeting_id: meeting, ...fixed })
    return meeting
  }

  private async fixed(
    table: string,
    id: string,
    { probation, decision, meeting }: { probation: string; decision: string; meeting: string },
  ): Promise<Fixed> {
    const { isOther } = this
    const own: Readonly<Record<string, Fixed>> = {
      custody: {
        establishment_code: isOther ? 'LEI' : 'MDI',
        status: 'IN_CUSTODY',
      },
      allocation: {
        staff_code: isOther ? 'N07XYZ1' : 'N02ABC1',
        organisation_code: isOther ? 'N07' : 'C05',
        since: '1600-01-01',
        until: '2999-01-01',
        unallocated: false,
      },
      victim_liaison_officer: {
        staff_code: isOther ? 'N07VLO9' : 'N02VLO1',
        since: '1600-01-01',
        until: '2999-01-01',
      },
      mappa_level: {
        period: '[2020-01-01,)',
        register: `register-${this.name}`,
        system: 'DELIUS',
        category: 1,
        level: 2,
        level_status: 'CONFIRMED',
        organisation_code: isOther ? 'N07' : 'N02',
        decision_id: decision,
      },
      identifier: { type: 'CRN', value: `X${this.name}`, valid: true, qualifier: 'PREVIOUS' },
      // Reviews and challenges find their assessment by its number.
      assessment_review: { assessment: `DELIUS-${this.name}` },
      assessment_challenge: { assessment: `DELIUS-${this.name}` },
      movement: { from_place: 'MDI', to_place: 'LEI' },
      decision_assessment: {
        decision_id: decision,
        assessment_id: await this.idOf('select a.id from record.assessment a where a.offender_id = $1', [id]),
      },
      meeting_decision: { level_decision_id: decision },
      meeting_dissent: {
        decision_id: await this.idOf('select d.id from record.meeting_decision d where d.offender_id = $1', [
          id,
        ]),
      },
      risk_management_action: {
        plan_id: await this.idOf('select p.id from record.risk_management_plan p where p.offender_id = $1', [
          id,
        ]),
      },
      notice: { decision_id: decision, stated_by: probation, not_applicable: null, lapsed_at: null },
      mappa_referral_step: {
        referral_id: await this.idOf('select r.id from record.mappa_referral r where r.offender_id = $1', [
          id,
        ]),
      },
      oversight_entry: { supersedes: null },
      oversight_countersignature: {
        entry_id: await this.idOf('select e.id from record.oversight_entry e where e.offender_id = $1', [id]),
      },
    }
    return { source_record_id: probation, made_about: id, meeting_id: meeting, ended: null, ...own[table] }
  }

  /** Registrations that are over, in the prison's record. */
  private async ended(id: string, record: string): Promise<void> {
    for (const table of this.tables.filter((name) => name.endsWith('_registration')))
      await this.canaries.plant(table, id, { source_record_id: record, active: false })
  }

  private async related(id: string): Promise<void> {
    if (this.isOther) {
      if (this.state === 'broken') await this.break(id)
      return
    }
    await this.owner.query(
      `insert into record.parole_referral (offender_id, made_about, referred_at, until, reason, referred_by_subject, referred_by_role)
       values ($1, $1, now() - interval '1 day', '2999-01-01', 'x', 'x', 'x')`,
      [id],
    )
    const sample = await this.idOf(
      `insert into record.inspection_sample (inspection, agency, drawn_at, until, justification, drawn_by_subject)
       values ('x', 'HMIP', now() - interval '1 day', '2999-01-01', 'x', 'x') returning id`,
    )
    await this.owner.query(
      'insert into record.inspection_sample_case (sample_id, offender_id, made_about, position) values ($1, $2, $2, 1)',
      [sample, id],
    )
  }

  /** Glass that everybody has broken under another name, whether they may or not. */
  private async break(id: string): Promise<void> {
    for (const { role, subject, agency } of Object.values(CALLERS))
      await this.owner.query(
        `insert into record.break_glass (offender_id, made_about, issuer, subject, role, agency, client, purpose, justification, groups, since, until)
         values ($1, $1, $5, $2, $3, $4, 'test-client', 'x', 'x', '{}', now() - interval '1 minute', now() + interval '50 minutes')`,
        [id, `${subject ?? ''}-broken`, role, agency ?? null, DEVELOPMENT_ISSUER],
      )
  }

  private async limited(id: string, record: string): Promise<void> {
    const list = async (kind: string, username: string) =>
      this.owner.query(
        `insert into record.limitation (offender_id, source_record_id, kind, namespace, username)
         values ($1, $2, $3, $4, $5)`,
        [id, record, kind, DEVELOPMENT_NAMESPACE, username],
      )
    if (this.state === 'excluded') await list('EXCLUSION', 'reader')
    if (this.state === 'restricted') await list('RESTRICTION', 'somebody')
    if (this.state === 'named') await list('RESTRICTION', 'reader')
  }
}

const DEVELOPMENT_NAMESPACE = 'DELIUS'
