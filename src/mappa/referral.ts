import { londonDate } from '../domain/london-date'
import { addWorkingDays, MAPPA_RULES, type ReferralState } from '../domain/mappa-rules'
import { Refusal } from '../domain/refusal'
import { asUuid, type Given } from '../query/roots'
import {
  badInput,
  run,
  type Command,
  type CommandDeps,
  type Done,
  type Transaction,
} from '../commands/command'
import { findCase } from '../commands/find-case'
import { sendNotices } from '../notices/send'
import { ownAreas, refuseUnknownArea } from './areas'
import { coordinatorsOnly } from './decide'

interface ReferralInput {
  readonly offender: unknown
  readonly level: number
  readonly category?: number | null
  readonly area?: string | null
  readonly reasons: string
}

/** Who may ask an area for level 2 or 3: those who manage cases, for the cases that they see. */
const REFERRERS: readonly string[] = [
  'PROBATION_OFFICER',
  'SENIOR_PROBATION_OFFICER',
  'PRISON_OFFENDER_MANAGER',
  'PRISON_PUBLIC_PROTECTION',
  'HEAD_OF_OFFENDER_MANAGEMENT',
  'POLICE_OFFENDER_MANAGER',
  'MAPPA_COORDINATOR',
]

const { deadlines } = MAPPA_RULES

/** From each state where a referral may go, and within how many working days; without days it is settled. */
const STEPS: Readonly<
  Record<ReferralState, { readonly to: readonly ReferralState[]; readonly days?: number }>
> = {
  REFERRED: { to: ['RECEIVED'], days: deadlines.receiveReferral.count },
  RECEIVED: { to: ['SCREENED', 'DECLINED'], days: deadlines.screenReferral.count },
  SCREENED: { to: ['ACCEPTED', 'DECLINED'], days: deadlines.settleReferral.count },
  ACCEPTED: { to: [] },
  DECLINED: { to: [] },
}

/** Asks an area to manage a person at level 2 or 3; null where there is no such case that the caller may see. */
export async function referToMappa(command: Command, deps: CommandDeps): Promise<Given | null> {
  const input = command.args['input'] as ReferralInput
  refuseOthers(command)
  checkReferral(input)
  return run(command, deps, async (tx, now): Promise<Done> => {
    const { id, unseen } = await findCase(tx, command, input.offender, command.plan.rows, now)
    if (id === undefined) return { given: null, offenders: unseen, tables: [] }
    const area = await areaAsked(tx, id, input, now)
    await refuseSecond(tx, id, area)
    const referral = await insertReferral(tx, id, area, input, command, now)
    await sendNotices(
      tx,
      'REFERRAL',
      [{ offender: id, occasion: `referral:${referral}`, areas: [area] }],
      now,
    )
    return referralDone(referral, id)
  })
}

function refuseOthers({ caller }: Command): void {
  if (caller.person && REFERRERS.includes(caller.role)) return
  throw new Refusal('FORBIDDEN', `${caller.role} does not refer cases to MAPPA.`)
}

function checkReferral({ level, category, reasons }: ReferralInput): void {
  if (level !== 2 && level !== 3)
    throw badInput('input.level', 'A referral is for level 2 or 3: level 1 needs none.')
  if (category != null && !(category >= 1 && category <= 4))
    throw badInput('input.category', 'category is 1, 2, 3 or 4.')
  if (reasons.trim() === '')
    throw badInput('input.reasons', 'A referral needs its reasons: reasons is blank.')
}

/** The area that is named, else the only one in which the case is held. */
async function areaAsked(
  tx: Transaction,
  offender: string,
  { area }: ReferralInput,
  now: Date,
): Promise<string> {
  if (area != null) {
    await refuseUnknownArea(tx, area, 'input.area', now)
    return area
  }
  const rows = await tx.query(
    `select distinct m.area from record.mappa_area_agency m join record.allocation al on al.organisation_code = m.agency
     where al.offender_id = $1 and (al.until is null or al.until > $2) and (m.until is null or m.until > $2)`,
    [offender, londonDate(now)],
  )
  const [only] = rows
  if (rows.length === 1 && only) return String(only['area'])
  throw badInput('input.area', 'Name the area: the case is not held in exactly one.', [offender])
}

async function refuseSecond(tx: Transaction, offender: string, area: string): Promise<void> {
  const open = await tx.query(
    'select from record.mappa_referral r where r.offender_id = $1 and r.area = $2 and r.due_on is not null',
    [offender, area],
  )
  if (open.length === 0) return
  const message = 'A referral of this person to this area is under way.'
  throw new Refusal('CONFLICT', message, 'input.offender', undefined, [offender])
}

async function insertReferral(
  tx: Transaction,
  offender: string,
  area: string,
  { level, category, reasons }: ReferralInput,
  { caller }: Command,
  now: Date,
): Promise<string> {
  const [row] = await tx.query(
    `insert into record.mappa_referral (offender_id, area, level, category, reasons, state, referred_at, referred_by_subject,
       referred_by_name, referred_by_role, referred_by_agency, due_on, rules_version)
     values ($1, $2, $3, $4, $5, 'REFERRED', $6, $7, $8, $9, $10, $11, $12) returning id`,
    [
      offender,
      area,
      level,
      category ?? null,
      reasons.trim(),
      now.toISOString(),
      caller.person?.subject,
      caller.person?.name ?? caller.person?.username,
      caller.role,
      caller.agency ?? null,
      dueOn('REFERRED', now),
      MAPPA_RULES.version,
    ],
  )
  return String(row?.['id'])
}

function dueOn(state: ReferralState, now: Date): string | null {
  const { days } = STEPS[state]
  return days === undefined ? null : addWorkingDays(londonDate(now), days)
}

/** The next step of a referral, by a coordinator of the area that it asks; null where there is none that they may see. */
export async function advanceMappaReferral(command: Command, deps: CommandDeps): Promise<Given | null> {
  const relationship = coordinatorsOnly(command)
  const { state, reasons } = command.args as { state: ReferralState; reasons?: string | null }
  const referral = asUuid(command.args['referral'] as string, 'referral')
  const isSettling = STEPS[state].to.length === 0
  if (isSettling && (reasons ?? '').trim() === '')
    throw badInput('reasons', 'Say why it is accepted or declined: it stays on record.')
  return run(command, deps, async (tx, now): Promise<Done> => {
    const [row] = await tx.query(
      'select r.offender_id, r.area, r.state from record.mappa_referral r where r.id = $1',
      [referral],
    )
    if (!row) return { given: null, offenders: [], tables: [] }
    const { id, unseen } = await findCase(tx, command, { id: row['offender_id'] }, relationship, now)
    if (id === undefined) return { given: null, offenders: unseen, tables: [] }
    await refuseOtherArea(tx, command, row, now)
    refuseSkip(row['state'] as ReferralState, state, id)
    await insertStep(tx, referral, id, { state, reasons: reasons?.trim() || null }, command, now)
    return referralDone(referral, id)
  })
}

async function refuseOtherArea(
  tx: Transaction,
  { caller }: Command,
  { area, offender_id: offender }: Readonly<Record<string, unknown>>,
  now: Date,
): Promise<void> {
  const own = await ownAreas(tx, caller, now)
  if (own.includes(String(area))) return
  const message = 'A referral is settled by a coordinator of the area that it asks.'
  throw new Refusal('FORBIDDEN', message, 'referral', undefined, [String(offender)])
}

function refuseSkip(from: ReferralState, to: ReferralState, offender: string): void {
  if (STEPS[from].to.includes(to)) return
  const next = STEPS[from].to.join(' or ') || 'nothing: it is settled'
  throw new Refusal('CONFLICT', `The referral is ${from}; next comes ${next}.`, 'state', undefined, [
    offender,
  ])
}

async function insertStep(
  tx: Transaction,
  referral: string,
  offender: string,
  { state, reasons }: { readonly state: ReferralState; readonly reasons: string | null },
  { caller }: Command,
  now: Date,
): Promise<void> {
  await tx.query(
    `insert into record.mappa_referral_step (referral_id, offender_id, state, reasons, at, by_subject, by_name, by_role, by_agency)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      referral,
      offender,
      state,
      reasons,
      now.toISOString(),
      caller.person?.subject,
      caller.person?.name ?? caller.person?.username,
      caller.role,
      caller.agency ?? null,
    ],
  )
  await tx.query('update record.mappa_referral r set state = $2, due_on = $3 where r.id = $1', [
    referral,
    state,
    dueOn(state, now),
  ])
}

function referralDone(referral: string, offender: string): Done {
  return {
    given: { values: {}, entities: { referral: { table: 'mappa_referral', id: referral } } },
    offenders: [offender],
    tables: ['mappa_referral', 'mappa_referral_step', 'notice'],
  }
}
