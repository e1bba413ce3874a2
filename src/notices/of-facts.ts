import { MAPPA_RULES } from '../domain/mappa-rules'
import { together } from '../domain/together'
import type { Transaction } from '../updates/store'
import { sendNotices, type Occasion } from './send'

/** What a batch altered of whom: the kinds of fact by offender. */
export type AlteredFacts = ReadonlyMap<string, ReadonlySet<string>>

/**
 * Tells whom it concerns of what a batch of updates brought, in its transaction: who newly holds a person is told of
 * the decision in force, and agencies are told of a handover, a changed release date and a risk escalation.
 */
export async function sendNoticesOfFacts(tx: Transaction, altered: AlteredFacts, now: Date): Promise<void> {
  const of = (...facts: string[]) =>
    [...altered].filter(([, each]) => facts.some((fact) => each.has(fact))).map(([id]) => id)
  const held = of('custody', 'allocations')
  await together([
    sendDecisionsInForce(tx, held, now),
    send(tx, 'HANDOVER', HANDOVER, of('responsibility'), now),
    send(tx, 'RELEASE_DATE', RELEASE_DATE, of('keyDates'), now),
    send(tx, 'RISK_ESCALATION', RISK_ESCALATION, of('escalation'), now),
  ])
}

/** Tells of the decision in force whoever is to be told of it and was not yet. */
export async function sendDecisionsInForce(
  tx: Transaction,
  offenders: readonly string[],
  now: Date,
): Promise<void> {
  if (offenders.length === 0) return
  await sendNotices(tx, 'LEVEL_DECISION', await decisionsInForce(tx, offenders), now)
}

/** The newest decision of each person, where it left them under MAPPA. */
async function decisionsInForce(tx: Transaction, offenders: readonly string[]): Promise<Occasion[]> {
  const rows = await tx.query(
    `select d.* from (
       select distinct on (d.offender_id) d.* from record.mappa_level_decision d where d.offender_id = any($1::uuid[])
       order by d.offender_id, d.revision desc, d.ordinal desc) d where d.kind <> 'EXIT'`,
    [offenders],
  )
  return rows.map((row) => ({
    offender: String(row['offender_id']),
    occasion: `decision:${String(row['id'])}`,
    decision: String(row['id']),
    areas: areasOf(row),
    leadAgency: row['lead_agency'] as string | null,
  }))
}

type Row = Readonly<Record<string, unknown>>

function areasOf(row: Row): string[] {
  return [row['area'], row['from_area']].filter((area) => typeof area === 'string')
}

async function send(
  tx: Transaction,
  kind: 'HANDOVER' | 'RELEASE_DATE' | 'RISK_ESCALATION',
  select: string,
  offenders: readonly string[],
  now: Date,
): Promise<void> {
  if (offenders.length === 0) return
  const values = kind === 'RELEASE_DATE' ? [offenders, MAPPA_RULES.releaseDates.flat()] : [offenders]
  const rows = await tx.query(select, values)
  const occasions = rows.map((row) => ({
    offender: String(row['offender_id']),
    occasion: String(row['occasion']),
    statedBy: String(row['source_record_id']),
    areas: (row['areas'] as string[] | null) ?? [],
    leadAgency: (row['lead_agency'] ?? null) as string | null,
    raisedBy: (row['raised_by'] ?? null) as string | null,
    changedFrom: (row['changed_from'] ?? null) as string | null,
    changedTo: (row['changed_to'] ?? null) as string | null,
  }))
  await sendNotices(tx, kind, occasions, now)
}

/** Whoever is under MAPPA: a level of any register is in force. */
const UNDER_MAPPA = (offender: string) =>
  `exists (select from record.mappa_level ml where ml.offender_id = ${offender} and upper_inf(ml.period))`

/** Area and lead agency by the newest decision. */
const DECIDED = (offender: string) => `left join lateral (
    select array[d.area] as areas, d.lead_agency from record.mappa_level_decision d
    where d.offender_id = ${offender} and d.area is not null order by d.revision desc, d.ordinal desc limit 1) d on true`

const THIS_REVISION = `current_setting('throughcare.revision')::bigint`

/** What was superseded first in this transaction is what was known before it. */
const HANDOVER = `
  select r.offender_id, r.source_record_id, 'handover:' || r.source_record_id || ':' || ${THIS_REVISION} as occasion,
    d.areas, d.lead_agency, concat_ws(' ', h.value, h.handover_on) as changed_from, concat_ws(' ', r.value, r.handover_on) as changed_to
  from record.responsibility r join lateral (
    select h.value, h.handover_on from record.responsibility_history h
    where h.offender_id = r.offender_id and h.source_record_id = r.source_record_id and h.superseded_revision = ${THIS_REVISION}
    order by h.superseded_ordinal limit 1) h on true
  ${DECIDED('r.offender_id')}
  where r.offender_id = any($1::uuid[]) and ${UNDER_MAPPA('r.offender_id')}
    and (r.value, r.handover_on) is distinct from (h.value, h.handover_on)`

const RELEASE_DATE = `
  select k.offender_id, k.source_record_id, 'release:' || k.id || ':' || ${THIS_REVISION} as occasion,
    d.areas, d.lead_agency, concat_ws(' ', k.type, h.date) as changed_from, concat_ws(' ', k.type, k.date) as changed_to
  from record.key_date k join lateral (
    select h.date from record.key_date_history h
    where h.offender_id = k.offender_id and h.id = k.id and h.superseded_revision = ${THIS_REVISION}
    order by h.superseded_ordinal limit 1) h on true
  ${DECIDED('k.offender_id')}
  where k.offender_id = any($1::uuid[]) and k.type = any($2::text[]) and ${UNDER_MAPPA('k.offender_id')}
    and k.date <> h.date`

/** Put to the probation divisions of the areas that the raising agency, or else the holder of the case, works in. */
const RISK_ESCALATION = `
  select e.offender_id, e.source_record_id, 'escalation:' || e.source_record_id || ':' || e.raised_on as occasion,
    sr.agency as raised_by, array(select distinct m.area from record.mappa_area_agency m
      where m.agency = sr.agency or m.agency in (select al.organisation_code from record.allocation al
        where al.offender_id = e.offender_id and al.until is null) order by m.area) as areas
  from record.risk_escalation e join record.source_record sr on sr.id = e.source_record_id
  where e.offender_id = any($1::uuid[])`
