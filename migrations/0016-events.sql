-- What suppliers' events say: that something happened (noted), that limited access changed, and statements that speak
-- of a part alone.

create table record.event (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  source_record_id uuid not null unique references record.source_record,
  type             text not null,
  occurred_at      timestamptz,
  description      text,
  status           text,
  needs            text not null,
  detail_url       text,
  -- The place in the list: what has no time of its own comes last.
  placed_at        timestamptz not null
);
create index on record.event (offender_id, placed_at desc, id desc);
select record.keep_fact('event');

-- Closes the case to everybody while no newer list of the same record is there: who may see it is not known.
create table record.limitation_change (
  source_record_id uuid primary key references record.source_record,
  offender_id      uuid not null references record.offender,
  kind             text not null check (kind in ('EXCLUSION', 'RESTRICTION')),
  changed_at       timestamptz
);
create index on record.limitation_change (offender_id);
select record.keep_fact('limitation_change');

-- What a record says of a fact where its newest statement speaks of a part alone: the newest whole statement, and
-- over it what was said in part since, column by column. Null where the newest speaks of the whole.
create function record.said_in_parts(record_id uuid, kind text, kept_in text) returns jsonb language sql stable as $$
  with stated as (
    select c.body -> kept_in -> 0 as entry, coalesce((c.body -> kept_in -> 0 ->> 'partial')::boolean, false) as partial,
      row_number() over (order by s.rank desc, s.version desc, s.at desc, s.digest desc) as place
    from record.statement s
    join record.content c on c.source_record_id = s.source_record_id and c.fact = kind and c.hash = s.facts ->> kind
    where s.source_record_id = record_id and s.facts ? kind
  ), newest as (
    select s.* from stated s
    where s.place <= coalesce((select min(w.place) from stated w where not w.partial), s.place)
  )
  select jsonb_object_agg(e.key, e.value) - 'partial' from (
    select distinct on (e.key) e.key, e.value from newest n, jsonb_each(n.entry) e order by e.key, n.place) e
  where exists (select from stated s where s.place = 1 and s.partial)
$$;

-- The periods of every register. An event speaks of one entry and of a part of it: that an entry was taken off ends
-- that entry alone, and what it leaves out (review, lead agency, provider) stands as last said of the same entry while
-- level and category are the same.
create or replace function record.mappa_level_periods(ids uuid[]) returns table (
  offender_id uuid, register text, system text, period tstzrange, lead integer, source_record_id uuid, decision_id uuid,
  category integer, level integer, level_status text, lead_agency text, since date, next_review_on date,
  organisation_code text, stated_at timestamptz
) language sql stable as $$
  with stated as (
    select sr.offender_id, record.register_of(sr.offender_id, sr.system, sr.local_id) as register, sr.system, sr.id,
      s.version, s.at, s.digest, c.body -> 'mappa_level' -> 0 as entry
    from record.source_record sr
    join record.statement s on s.source_record_id = sr.id and s.facts ? 'registration'
    join record.content c on c.source_record_id = sr.id and c.fact = 'registration' and c.hash = s.facts ->> 'registration'
    where sr.offender_id = any(ids)
  ), placed as (
    select r.*, coalesce(r.entry ? 'ended', false) as taken_off,
      row_number() over (partition by r.offender_id, r.register order by r.version, r.at, r.digest, r.id) as place
    from stated r
  ), counted as (
    select p.*, count(*) filter (where not p.taken_off) over (partition by p.offender_id, p.register order by p.place) as entries
    from placed p
  ), standing as (
    select c.*, first_value(c.entry) over (partition by c.offender_id, c.register, c.entries order by c.place) as stood
    from counted c
  ), statement as (
    select r.offender_id, r.register, r.system,
      case r.system when 'DELIUS' then 2 when 'CRC' then 3 else 4 end as lead,
      r.id as source_record_id, null::uuid as decision_id, r.entry is null or r.taken_off as ended,
      (r.entry ->> 'category')::integer as category, (r.entry ->> 'level')::integer as level,
      r.entry ->> 'level_status' as level_status, r.entry ->> 'lead_agency' as lead_agency,
      (r.entry ->> 'since')::date as since, (r.entry ->> 'next_review_on')::date as next_review_on,
      r.entry ->> 'organisation_code' as organisation_code, r.at as stated_at,
      coalesce((r.entry ->> 'partial')::boolean, false) as partial, r.place
    from standing r
    where not r.taken_off or case when r.stood ? 'registration_id' and r.entry ? 'registration_id'
      then r.stood ->> 'registration_id' = r.entry ->> 'registration_id'
      else coalesce(r.stood ->> 'since' = r.entry ->> 'since', true) end
    union all
    select d.offender_id, 'THROUGHCARE', 'THROUGHCARE', 1, null, d.id, false, d.category, d.to_level, d.level_status,
      d.lead_agency, d.effective_on, d.next_review_on, null,
      greatest(d.decided_at, d.effective_on::timestamp at time zone 'Europe/London'), false,
      row_number() over (partition by d.offender_id order by d.effective_on, d.decided_at, d.id)
    from record.mappa_level_decision d
    where d.offender_id = any(ids)
      and not exists (select from record.mappa_level_decision c where c.supersedes = d.id)
  ), level as (
    select c.*, count(*) filter (where c.turned) over (partition by c.offender_id, c.register order by c.place) as turn
    from (
      select s.*, array[s.ended::text, s.category::text, s.level::text] is distinct from
        lag(array[s.ended::text, s.category::text, s.level::text]) over (partition by s.offender_id, s.register order by s.place) as turned
      from statement s) c
  ), part as (
    select l.*, max(l.place) filter (where not l.partial) over (partition by l.offender_id, l.register, l.turn order by l.place) as whole
    from level l
  ), filled as (
    select p.offender_id, p.register, p.system, p.lead, p.source_record_id, p.decision_id, p.ended, p.category, p.level, p.level_status,
      coalesce(p.lead_agency, w.lead_agency) as lead_agency, coalesce(p.since, w.since) as since,
      coalesce(p.next_review_on, w.next_review_on) as next_review_on,
      coalesce(p.organisation_code, w.organisation_code) as organisation_code, p.stated_at, p.place
    from part p
    left join level w on p.partial and not p.ended and w.offender_id = p.offender_id and w.register = p.register and w.place = p.whole
      and coalesce(w.since = p.since, true)
  ), begun as (
    select s.*,
      case when s.since is not null and s.since::timestamp at time zone 'Europe/London' < s.stated_at
          and s.since is distinct from lag(s.since) over (partition by s.offender_id, s.register order by s.place)
        then s.since::timestamp at time zone 'Europe/London' else s.stated_at end as begins
    from filled s
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
