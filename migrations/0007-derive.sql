-- What follows from the statements, worked out again for the offenders they touch; the order in which
-- statements arrived plays no part.

-- The leading record's names for display and search, and whether anybody assessed the person.
create function record.refresh_offenders(ids uuid[]) returns void language sql as $$
  update record.offender o
  set given_name = n.given, family_name = n.family, date_of_birth = n.date_of_birth, sex = n.sex,
    assessment_state = n.assessment_state
  from (
    select i.id, lead.given, lead.family,
      (select p.date_of_birth from record.person p join record.source_record sr on sr.id = p.source_record_id
        where p.offender_id = i.id and p.date_of_birth is not null order by p.lead, sr.local_id limit 1) as date_of_birth,
      (select p.sex from record.person p join record.source_record sr on sr.id = p.source_record_id
        where p.offender_id = i.id and p.sex is not null order by p.lead, sr.local_id limit 1) as sex,
      case when exists (select from record.assessment a where a.offender_id = i.id) then 'RECORDED'
        when exists (select from record.assessment_absence a where a.offender_id = i.id) then 'NONE'
        else 'UNKNOWN' end as assessment_state
    from (select distinct unnest(ids) as id) i
    left join lateral (
      select p.given, p.family from record.person p join record.source_record sr on sr.id = p.source_record_id
      where p.offender_id = i.id order by (p.family is null), p.lead, sr.local_id limit 1
    ) lead on true
  ) n
  where o.id = n.id and o.joined_into is null
    and (o.given_name, o.family_name, o.date_of_birth, o.sex, o.assessment_state)
      is distinct from (n.given, n.family, n.date_of_birth, n.sex, n.assessment_state)
$$;

-- The periods of every register of these offenders. A period starts when its statement was made, or on
-- the registration's own start date where that is earlier and new; equal neighbours are one period.
create function record.mappa_level_periods(ids uuid[]) returns table (
  offender_id uuid, register text, system text, period tstzrange, lead integer, source_record_id uuid, decision_id uuid,
  category integer, level integer, level_status text, lead_agency text, since date, next_review_on date,
  organisation_code text, stated_at timestamptz
) language sql stable as $$
  with statement as (
    select r.offender_id, r.system || ':' || sr.local_id as register, r.system,
      case r.system when 'DELIUS' then 2 when 'CRC' then 3 else 4 end as lead,
      r.source_record_id, null::uuid as decision_id, r.ended, r.category, r.level, r.level_status, r.lead_agency,
      r.since, r.next_review_on, r.organisation_code, r.stated_at,
      row_number() over (partition by r.source_record_id order by r.stated_version, r.stated_at, r.stated_digest) as place
    from record.registration r join record.source_record sr on sr.id = r.source_record_id
    where r.offender_id = any(ids)
    union all
    select d.offender_id, 'THROUGHCARE', 'THROUGHCARE', 1, null, d.id, false, d.category, d.to_level, d.level_status,
      d.lead_agency, d.effective_on, d.next_review_on, null,
      greatest(d.decided_at, d.effective_on::timestamp at time zone 'Europe/London'),
      row_number() over (partition by d.offender_id order by d.effective_on, d.decided_at, d.id)
    from record.mappa_level_decision d
    where d.offender_id = any(ids)
      and not exists (select from record.mappa_level_decision c where c.supersedes = d.id)
  ), begun as (
    select s.*,
      case when s.since is not null and s.since::timestamp at time zone 'Europe/London' < s.stated_at
          and s.since is distinct from lag(s.since) over (partition by s.offender_id, s.register order by s.place)
        then s.since::timestamp at time zone 'Europe/London' else s.stated_at end as begins
    from statement s
  ), dated as (
    select b.*, max(b.begins) over (partition by b.offender_id, b.register order by b.place) as starts from begun b
  ), changed as (
    select d.* from (
      select d.*, lag(array[d.ended::text, d.category::text, d.level::text, d.level_status, d.lead_agency, d.since::text,
          d.next_review_on::text, d.organisation_code]) over w as before,
        array[d.ended::text, d.category::text, d.level::text, d.level_status, d.lead_agency, d.since::text,
          d.next_review_on::text, d.organisation_code] as now,
        d.decision_id is not null as decided
      from dated d
      window w as (partition by d.offender_id, d.register order by d.place)
    ) d where d.decided or d.before is distinct from d.now
  ), bounded as (
    select c.*, lead(c.starts) over (partition by c.offender_id, c.register order by c.place) as ends from changed c
  )
  select b.offender_id, b.register, b.system, tstzrange(b.starts, b.ends), b.lead, b.source_record_id, b.decision_id,
    b.category, b.level, b.level_status, b.lead_agency, b.since, b.next_review_on, b.organisation_code, b.stated_at
  from bounded b
  where not b.ended and (b.ends is null or b.starts < b.ends)
$$;

create function record.refresh_mappa_levels(ids uuid[]) returns void language plpgsql as $$
begin
  delete from record.mappa_level m
  where m.offender_id = any(ids) and not exists (
    select from record.mappa_level_periods(ids) w
    where w.offender_id = m.offender_id and w.register = m.register and w.period = m.period
      and (w.source_record_id, w.decision_id, w.category, w.level, w.level_status, w.lead_agency, w.since, w.next_review_on,
          w.organisation_code, w.stated_at)
        is not distinct from (m.source_record_id, m.decision_id, m.category, m.level, m.level_status, m.lead_agency, m.since,
          m.next_review_on, m.organisation_code, m.stated_at));
  insert into record.mappa_level (offender_id, register, system, period, lead, source_record_id, decision_id, category, level,
    level_status, lead_agency, since, next_review_on, organisation_code, stated_at)
  select w.offender_id, w.register, w.system, w.period, w.lead, w.source_record_id, w.decision_id, w.category, w.level,
    w.level_status, w.lead_agency, w.since, w.next_review_on, w.organisation_code, w.stated_at
  from record.mappa_level_periods(ids) w
  where not exists (
    select from record.mappa_level m
    where m.offender_id = w.offender_id and m.register = w.register and m.period = w.period);
end $$;

-- Everything stated of one offender becomes the other's; the former id resolves for ever.
create function record.join_offenders(survivor uuid, absorbed uuid) returns void language plpgsql as $$
declare
  owned text;
begin
  foreach owned in array array['source_record', 'identifier', 'person', 'alias', 'custody', 'alert', 'key_date', 'allocation',
    'limitation', 'limitation_list', 'limitation_flag', 'assessment', 'assessment_absence', 'rosh', 'predictor', 'registration',
    'mappa_level_decision', 'decision_assessment', 'mappa_communication'] loop
    execute format('update record.%I set offender_id = $1 where offender_id = $2', owned) using survivor, absorbed;
  end loop;
  delete from record.mappa_level m where m.offender_id = absorbed;
  delete from record.meeting_case c where c.offender_id = absorbed
    and exists (select from record.meeting_case k where k.meeting_id = c.meeting_id and k.offender_id = survivor);
  update record.meeting_case set offender_id = survivor where offender_id = absorbed;
  update record.received set offender_id = survivor where offender_id = absorbed;
  update record.offender set joined_into = survivor where id = absorbed or joined_into = absorbed;
end $$;
