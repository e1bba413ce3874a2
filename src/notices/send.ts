import { addWorkingDays, MAPPA_RULES, type NoticeKind } from '../domain/mappa-rules'
import { londonDate } from '../domain/london-date'
import type { Transaction } from '../updates/store'

/** Something that concerns an offender, of which agencies are to be told. */
export interface Occasion {
  readonly offender: string
  /** A name of its own: an agency is told of an occasion once. */
  readonly occasion: string
  readonly areas: readonly string[]
  readonly decision?: string
  /** The source record that states it. */
  readonly statedBy?: string
  readonly leadAgency?: string | null
  /** The agency that raised it. */
  readonly raisedBy?: string | null
  readonly changedFrom?: string | null
  readonly changedTo?: string | null
}

/**
 * Addresses occasions of one kind by the rules in force, in the write transaction that is given: a notice for each
 * agency with all its capacities, and for each capacity that nobody fills an entry that says why. Who was told of
 * an occasion before is not told again.
 */
export async function sendNotices(
  tx: Transaction,
  kind: NoticeKind,
  occasions: readonly Occasion[],
  now: Date,
): Promise<void> {
  if (occasions.length === 0) return
  const answerWanted = kind === 'RISK_ESCALATION'
  const { acknowledgeNotice, answerEscalation, escalateNotice } = MAPPA_RULES.deadlines
  const today = londonDate(now)
  const due = (answerWanted ? answerEscalation : acknowledgeNotice).count
  await tx.query(SEND, [
    JSON.stringify(
      occasions.map(({ statedBy, leadAgency, raisedBy, changedFrom, changedTo, ...rest }) => ({
        ...rest,
        stated_by: statedBy,
        lead_agency: leadAgency,
        raised_by: raisedBy,
        changed_from: changedFrom,
        changed_to: changedTo,
      })),
    ),
    kind,
    MAPPA_RULES.addressing[kind].capacities,
    now.toISOString(),
    addWorkingDays(today, due),
    addWorkingDays(today, due + (answerWanted ? 0 : escalateNotice.count - acknowledgeNotice.count)),
    MAPPA_RULES.version,
    answerWanted,
    JSON.stringify(MAPPA_RULES.escalatesTo),
    MAPPA_RULES.escalatesElse,
  ])
}

/** The prison that answers for whoever is held; nobody answers while they are between two. */
const HELD = `select cu.offender_id, case when cu.status in ('IN_CUSTODY', 'TEMPORARILY_OUT') then cu.establishment_code
      when cu.status = 'IN_HOSPITAL' then cu.supporting_establishment_code end as agency
    from (select distinct on (c.offender_id) c.* from record.custody c join occasion o on o.offender = c.offender_id
      order by c.offender_id, c.lead, c.since desc, c.source_record_id) cu`

/** Deadlines end with their day: at midnight in London. */
const END_OF = (slot: string) => `((${slot}::date + 1)::timestamp at time zone 'Europe/London')`

const SEND = `
  with occasion as materialized (
    select o.* from jsonb_to_recordset($1::jsonb) o(offender uuid, occasion text, areas text[], decision uuid, stated_by uuid,
      lead_agency text, raised_by text, changed_from text, changed_to text)
  ), held as materialized (${HELD}
  ), authority as materialized (
    select distinct o.occasion, m.agency, record.authority_of(m.agency) as capacity
    from occasion o join record.mappa_area_agency m on m.area = any(o.areas)
      and (m.since is null or m.since <= ($4::timestamptz at time zone 'Europe/London')::date)
      and (m.until is null or m.until > ($4::timestamptz at time zone 'Europe/London')::date)
  ), addressee as materialized (
    select a.occasion, a.agency, a.capacity from authority a where a.capacity is not null
    union select o.occasion, h.agency, 'HOLDING_PRISON' from occasion o join held h on h.offender_id = o.offender
    union select o.occasion, h.agency, 'PRISON' from occasion o join held h on h.offender_id = o.offender
      where not exists (select from authority a where a.occasion = o.occasion and a.capacity = 'PRISON')
    union select o.occasion, al.organisation_code, 'CASE_HOLDER' from occasion o join record.allocation al on al.offender_id = o.offender
      and (al.until is null or al.until > ($4::timestamptz at time zone 'Europe/London')::date)
      and record.authority_of(al.organisation_code) is distinct from 'PRISON'
    union select o.occasion, o.lead_agency, 'LEAD_AGENCY' from occasion o
      where exists (select from record.organisation g where g.code = o.lead_agency)
        or exists (select from record.mappa_area_agency m where m.agency = o.lead_agency)
    union select a.occasion, a.agency, 'LEAD_AGENCY' from occasion o
      join authority a on a.occasion = o.occasion and a.capacity = o.lead_agency
    union select o.occasion, o.raised_by, 'RAISED_BY' from occasion o where o.raised_by is not null
  ), told as (
    select a.occasion, a.agency, array_agg(a.capacity order by array_position($3::text[], a.capacity)) as capacities
    from addressee a where a.agency is not null and a.capacity = any($3::text[]) group by a.occasion, a.agency
  ), entry as (
    select t.occasion, t.agency, t.capacities, null as not_applicable from told t
      where not exists (select from record.notice n where n.occasion = t.occasion and n.agency = t.agency)
    union all select o.occasion, null, array[c.capacity], case
        when c.capacity = 'HOLDING_PRISON' then 'NOT_IN_CUSTODY' when c.capacity = 'CASE_HOLDER' then 'NOT_HELD'
        when c.capacity in ('LEAD_AGENCY', 'RAISED_BY') then 'NOT_NAMED'
        when cardinality(o.areas) = 0 then 'NO_AREA' else 'NO_AGENCY_OF_AREA' end
      from occasion o, unnest($3::text[]) c(capacity)
      where not exists (select from told t where t.occasion = o.occasion and c.capacity = any(t.capacities))
        and not exists (select from record.notice n where n.occasion = o.occasion and c.capacity = any(n.capacities))
  )
  insert into record.notice (offender_id, kind, occasion, decision_id, stated_by, agency, capacities, not_applicable,
    contact_name, contact_staff_code, changed_from, changed_to, sent_at, due_at, escalates_at, escalates_to, rules_version,
    answer_wanted)
  select o.offender, $2, o.occasion, o.decision, o.stated_by, e.agency, e.capacities, e.not_applicable,
    coalesce(officer.officer_name, desk.contact_name), officer.staff_code, o.changed_from, o.changed_to, $4::timestamptz,
    case when e.agency is not null then ${END_OF('$5')} end, case when e.agency is not null then ${END_OF('$6')} end,
    case when e.agency is not null then coalesce((select r.value ->> 'role' from jsonb_array_elements($9::jsonb) with ordinality r
      where r.value ->> 'capacity' = any(e.capacities) order by r.ordinality limit 1), $10) end,
    $7, $8 and e.agency is not null
  from entry e join occasion o on o.occasion = e.occasion
  left join lateral (
    select al.officer_name, al.staff_code from record.allocation al
    where al.offender_id = o.offender and not al.unallocated and al.officer_name is not null
      and (al.organisation_code = e.agency or al.role = 'POM' and 'HOLDING_PRISON' = any(e.capacities))
      and (al.until is null or al.until > ($4::timestamptz at time zone 'Europe/London')::date)
    order by al.since desc nulls last, al.id limit 1
  ) officer on true
  left join lateral (
    select m.contact_name from record.mappa_area_agency m
    where m.agency = e.agency and m.contact_name is not null order by m.area = any(o.areas) desc, m.area limit 1
  ) desk on true
  order by o.occasion, e.agency, e.capacities`
