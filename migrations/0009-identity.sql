-- Who is one person follows from what the records say now and from what people decided (docs/decisions/0006);
-- an offender is a cluster of records, and keeps the oldest id that any of them brought with it.

-- The offender that a record would be by itself: an id is never reused, and resolves to where its record is now.
alter table record.source_record disable trigger user;
select record.add_column('source_record', 'origin_offender_id uuid references record.offender');
-- Of records that say of themselves nothing of a person (assessments, lists): whom they were sent about.
select record.add_column('source_record', 'named text[]');
update record.source_record s set origin_offender_id = s.offender_id
  from (select distinct on (r.offender_id) r.id from record.source_record r
    where exists (select from record.person p where p.source_record_id = r.id) order by r.offender_id, r.system desc, r.id) f
  where s.id = f.id;
alter table record.source_record enable trigger user;
create unique index on record.source_record (origin_offender_id) where origin_offender_id is not null;
create index on record.source_record using gin (named) where named is not null;

create table record.identity_decision (
  id         uuid primary key default uuidv7(),
  kind       text not null check (kind in ('JOIN', 'SEPARATE')),
  -- `SYSTEM:localId`, in order; the newest decision about a pair counts.
  one        text not null,
  other      text not null,
  reason     text not null check (reason ~ '\S'),
  decided_by text not null,
  agency     text,
  revision   bigint not null,
  decided_at timestamptz not null,
  check (one < other)
);
create index on record.identity_decision (one, other, revision desc);
create index on record.identity_decision (other);

-- Records that may be of one person: for a person to decide, never joined by themselves.
create extension if not exists pg_trgm;
create extension if not exists fuzzystrmatch;
create table record.suspected_match (
  id                uuid primary key default uuidv7(),
  one               text not null,
  other             text not null,
  offender_id       uuid not null references record.offender,
  other_offender_id uuid not null references record.offender,
  -- 0 to 1: how much speaks for it; a help to sort by, no probability.
  score             numeric not null,
  -- `NAME`, `SOUND`, `DATE_OF_BIRTH`, `DATE_OF_BIRTH_TURNED`, `PNC`, `CRO`, `PRISON_NUMBER`, `CRN`, `NEAR_PNC`, …
  reasons           text[] not null,
  found_at          timestamptz not null default transaction_timestamp(),
  unique (one, other),
  check (one < other)
);
create index on record.suspected_match (offender_id);
create index on record.suspected_match (other_offender_id);
-- Two agencies' records are joined when a steward of each says that they are one person: what an agency pushes, or
-- decides alone, opens nothing of another's.
create table record.match_confirmation (
  one          text not null,
  other        text not null,
  agency       text not null,
  confirmed_by text not null,
  reason       text not null check (reason ~ '\S'),
  confirmed_at timestamptz not null,
  primary key (one, other, agency)
);
create index on record.person (date_of_birth, source_record_id) where date_of_birth is not null;
create index on record.person using gin (lower(coalesce(given, '') || ' ' || coalesce(family, '')) gin_trgm_ops);

-- Our own rows about an offender (decisions, meetings) were made about an id, and follow that id's record.
create table record.owned_table (name text primary key);
revoke insert, update, delete on record.owned_table from throughcare_writer;

-- How a tracked table of our own rows is told to the feed, and follows the offender that its rows were made about.
create function record.keep_owned(owned text) returns void language plpgsql as $$
begin
  execute format('drop trigger keep_history on record.%I', owned);
  perform record.add_column(owned, 'made_about uuid references record.offender');
  execute format('update record.%I set made_about = offender_id', owned);
  execute format('create index on record.%I (made_about)', owned);
  perform record.keep_history_of(owned, 'OWN');
  insert into record.owned_table (name) values (owned);
end $$;
select record.keep_owned('mappa_level_decision');
select record.keep_owned('decision_assessment');
select record.keep_owned('mappa_communication');
select record.keep_owned('meeting_case');
select record.keep_history_of('mappa_level', 'RECORD');
drop function record.keep_history;

drop function record.join_offenders;

-- Puts records under offenders; everything that they state goes with them, and the ids of offenders resolve
-- to where their records are. `affected`: all offenders that gain or lose a record.
create function record.settle(records uuid[], offenders uuid[], affected uuid[]) returns void language plpgsql as $$
declare
  kept text;
begin
  foreach kept in array array['source_record', 'change', 'mappa_level'] || array(select f.name from record.fact_table f order by f.name) loop
    execute format(
      'update record.%I t set offender_id = m.offender from unnest($1, $2) m(record, offender)
       where t.%I = m.record and t.offender_id <> m.offender', kept,
      case kept when 'source_record' then 'id' else 'source_record_id' end) using records, offenders;
  end loop;
  update record.offender o set joined_into = nullif(s.offender_id, o.id)
    from record.source_record s
    where s.origin_offender_id = o.id and o.joined_into is distinct from nullif(s.offender_id, o.id)
      and (o.id = any(affected) or s.id = any(records));
  -- Ids from before records knew theirs, and those joined into one that is now joined itself.
  update record.offender o set joined_into = n.joined_into from record.offender n
    where o.joined_into = n.id and n.joined_into is not null and n.id = any(affected)
      and not exists (select from record.source_record s where s.origin_offender_id = o.id);
  for kept in select w.name from record.owned_table w union all select 'change' order by 1 loop
    execute format(
      'update record.%I t set offender_id = coalesce(o.joined_into, o.id) from record.offender o
       where o.id = t.made_about and t.offender_id <> coalesce(o.joined_into, o.id)
         and (t.offender_id = any($1) or t.made_about = any($1)) %s', kept,
      -- A meeting that takes both keeps them as two cases, of which only the survivor is anybody's.
      case kept when 'meeting_case' then 'and not exists (select from record.meeting_case k
        where k.meeting_id = t.meeting_id and k.offender_id = coalesce(o.joined_into, o.id))' else '' end)
      using affected;
  end loop;
end $$;

-- What a register says follows from all of its statements; statements about one person that came by another
-- number than the case's own belong to the register of the case.
insert into record.content (source_record_id, fact, hash, revision, body)
  select r.source_record_id, 'registration', md5(r.id::text), 0,
    jsonb_build_object('mappa_level', case when r.ended then '[]'::jsonb else jsonb_build_array(jsonb_strip_nulls(to_jsonb(r)
      - array['id', 'offender_id', 'source_record_id', 'system', 'stated_version', 'stated_at', 'stated_digest', 'ended'])) end)
  from record.registration r;
insert into record.statement (source_record_id, rank, version, at, digest, revision, facts)
  select r.source_record_id, 0, r.stated_version, r.stated_at, left(r.stated_digest, 16), 0,
    jsonb_build_object('registration', md5(r.id::text))
  from record.registration r on conflict do nothing;
drop table record.registration;
insert into record.newest (source_record_id, facts)
  select s.source_record_id, jsonb_object_agg(s.fact, jsonb_build_array(s.rank, s.version,
    to_char(s.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), left(s.digest, 16), ''))
  from record.stated s group by s.source_record_id;
drop table record.stated;


create function record.register_of(offender uuid, system text, local_id text) returns text language sql stable as $$
  select system || ':' || case when local_id ~ '^[A-Z][0-9]{6}$|^[A-Z][0-9]{4}[A-Z]{2}$' then local_id
    else coalesce((select min(s.local_id) from record.source_record s
      where s.offender_id = offender and s.system = register_of.system
        and s.local_id ~ '^[A-Z][0-9]{6}$|^[A-Z][0-9]{4}[A-Z]{2}$' having count(*) = 1), local_id) end
$$;

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
  ), statement as (
    select r.offender_id, r.register, r.system,
      case r.system when 'DELIUS' then 2 when 'CRC' then 3 else 4 end as lead,
      r.id as source_record_id, null::uuid as decision_id, r.entry is null as ended,
      (r.entry ->> 'category')::integer as category, (r.entry ->> 'level')::integer as level,
      r.entry ->> 'level_status' as level_status, r.entry ->> 'lead_agency' as lead_agency,
      (r.entry ->> 'since')::date as since, (r.entry ->> 'next_review_on')::date as next_review_on,
      r.entry ->> 'organisation_code' as organisation_code, r.at as stated_at,
      row_number() over (partition by r.offender_id, r.register order by r.version, r.at, r.digest, r.id) as place
    from stated r
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

-- A period that only ends is changed, not replaced: the feed tells one change for one.
create or replace function record.refresh_mappa_levels(ids uuid[]) returns void language plpgsql as $$
begin
  delete from record.mappa_level m where m.offender_id = any(ids) and not exists (
    select from record.mappa_level_periods(ids) w where w.offender_id = m.offender_id and w.register = m.register
      and lower(w.period) = lower(m.period)
      and (w.source_record_id, w.decision_id, w.category, w.level, w.level_status, w.lead_agency, w.since, w.next_review_on,
          w.organisation_code, w.stated_at)
        is not distinct from (m.source_record_id, m.decision_id, m.category, m.level, m.level_status, m.lead_agency, m.since,
          m.next_review_on, m.organisation_code, m.stated_at));
  update record.mappa_level m set period = w.period from record.mappa_level_periods(ids) w
    where w.offender_id = m.offender_id and w.register = m.register and lower(w.period) = lower(m.period)
      and w.period <> m.period;
  insert into record.mappa_level (offender_id, register, system, period, lead, source_record_id, decision_id, category, level,
    level_status, lead_agency, since, next_review_on, organisation_code, stated_at)
  select w.offender_id, w.register, w.system, w.period, w.lead, w.source_record_id, w.decision_id, w.category, w.level,
    w.level_status, w.lead_agency, w.since, w.next_review_on, w.organisation_code, w.stated_at
  from record.mappa_level_periods(ids) w
  where not exists (
    select from record.mappa_level m
    where m.offender_id = w.offender_id and m.register = w.register and m.period = w.period);
end $$;

-- Whom else these offenders' records may be about: worked out from both sides' records as they are now, so that
-- the queue does not depend on the order of arrival.
create function record.suspicions(ids uuid[]) returns table (
  one text, other text, offender_id uuid, other_offender_id uuid, score numeric, reasons text[]
) language sql stable as $$
  with person as (
    select sr.system || ':' || sr.local_id as key, sr.id, sr.offender_id, p.date_of_birth as birth, p.family,
      lower(coalesce(p.given, '') || ' ' || coalesce(p.family, '')) as name
    from record.person p join record.source_record sr on sr.id = p.source_record_id
    where sr.offender_id = any(ids) and sr.system <> 'CRC'
  ), turned as (
    select p.*, case when extract(day from p.birth) <= 12 then make_date(extract(year from p.birth)::integer,
      extract(day from p.birth)::integer, extract(month from p.birth)::integer) end as turned_birth
    from person p
  ), candidate as (
    -- A date of birth that many share (the first of a year, a default) suggests the likest names alone, of the first
    -- thousand: what is compared does not grow with the record.
    select t.id, c.source_record_id as other_id from turned t, lateral (
      select p.source_record_id from (
        (select n.* from record.person n where n.date_of_birth = t.birth order by n.source_record_id limit 1000)
        union all
        (select n.* from record.person n where n.date_of_birth = t.turned_birth and t.turned_birth <> t.birth
          order by n.source_record_id limit 1000)) p
      where p.offender_id <> t.offender_id
      order by similarity(t.name, lower(coalesce(p.given, '') || ' ' || coalesce(p.family, ''))) desc, p.source_record_id limit 20) c
    union
    select i.source_record_id, c.source_record_id from record.identifier i, lateral (
      select n.source_record_id from record.identifier n
      where n.type = i.type and n.value = i.value and n.valid and n.offender_id <> i.offender_id
      order by n.source_record_id limit 20) c
      where i.offender_id = any(ids) and i.valid and i.type <> 'OTHER'
  ), pair as (
    select t.key, sr.system || ':' || sr.local_id as other_key, t.id, sr.id as other_id, t.offender_id, sr.offender_id as other_offender,
      t.birth, t.turned_birth, o.date_of_birth as other_birth,
      similarity(t.name, lower(coalesce(o.given, '') || ' ' || coalesce(o.family, ''))) as alike,
      dmetaphone(t.family) = dmetaphone(o.family) and t.family <> '' as sounds
    from candidate c join turned t on t.id = c.id join record.source_record sr on sr.id = c.other_id
    join record.person o on o.source_record_id = sr.id
    where sr.offender_id <> t.offender_id and sr.system <> 'CRC'
  ), weighed as (
    select p.*,
      array(select distinct i.type from record.identifier i join record.identifier c on c.type = i.type and c.value = i.value
        where i.source_record_id = p.id and c.source_record_id = p.other_id and i.valid and c.valid and i.type <> 'OTHER' order by 1) as shared,
      array(select distinct 'NEAR_' || i.type from record.identifier i join record.identifier c on c.type = i.type
        where i.source_record_id = p.id and c.source_record_id = p.other_id and i.type <> 'OTHER' and i.value <> c.value
          and length(i.value) < 30 and length(c.value) < 30 and levenshtein_less_equal(i.value, c.value, 1) <= 1 order by 1) as near
    from pair p
  ), scored as (
    select w.*, w.shared || w.near
        || case when w.alike >= 0.5 then array['NAME'] when w.sounds then array['SOUND'] else '{}' end
        || case when w.birth = w.other_birth then array['DATE_OF_BIRTH']
             when w.turned_birth = w.other_birth then array['DATE_OF_BIRTH_TURNED'] else '{}' end as reasons,
      round((0.4 * least(cardinality(w.shared), 1) + 0.1 * least(cardinality(w.near), 1) + 0.3 * w.alike
        + case when w.birth = w.other_birth then 0.2 when w.turned_birth = w.other_birth then 0.1 else 0 end)::numeric, 3) as score
    from weighed w
    where cardinality(w.shared) > 0
      or (w.birth = w.other_birth and (w.alike >= 0.5 or w.sounds or cardinality(w.near) > 0))
      or (w.turned_birth = w.other_birth and w.alike >= 0.7)
  )
  select distinct on (least(s.offender_id, s.other_offender), greatest(s.offender_id, s.other_offender))
    least(s.key, s.other_key), greatest(s.key, s.other_key),
    case when s.key < s.other_key then s.offender_id else s.other_offender end,
    case when s.key < s.other_key then s.other_offender else s.offender_id end, s.score, s.reasons
  from scored s
  where coalesce((select d.kind from record.identity_decision d
    where d.one = least(s.key, s.other_key) and d.other = greatest(s.key, s.other_key)
    order by d.revision desc, d.id desc limit 1), '') <> 'SEPARATE'
  order by least(s.offender_id, s.other_offender), greatest(s.offender_id, s.other_offender), s.score desc,
    least(s.key, s.other_key), greatest(s.key, s.other_key)
$$;

create function record.refresh_suspected_matches(ids uuid[]) returns void language sql as $$
  with found as materialized (
    select * from record.suspicions(ids)
  ), gone as (
    delete from record.suspected_match m
    where (m.offender_id = any(ids) or m.other_offender_id = any(ids))
      and not exists (select from found f where (f.one, f.other) = (m.one, m.other))
  )
  insert into record.suspected_match as m (one, other, offender_id, other_offender_id, score, reasons)
  select f.one, f.other, f.offender_id, f.other_offender_id, f.score, f.reasons from found f
  on conflict (one, other) do update set offender_id = excluded.offender_id,
    other_offender_id = excluded.other_offender_id, score = excluded.score, reasons = excluded.reasons
  where (m.offender_id, m.other_offender_id, m.score, m.reasons)
    is distinct from (excluded.offender_id, excluded.other_offender_id, excluded.score, excluded.reasons)
$$;

-- Whose a document is that names these (`TYPE:value`, or `ID:` and one of our ids): whoever goes by one of the
-- numbers, else whoever states a number that records go by, else whoever states a police number. Several: it cannot be told.
-- A notice of a merge, which may be undone, proves nothing of what names the number that it replaced: that waits for
-- the number's own record, or for the survivor's to state it.
create function record.whose(named text[]) returns uuid[] language sql stable as $$
  with number as (
    select split_part(n, ':', 1) as type, substr(n, position(':' in n) + 1) as value from unnest(named) n
  ), own as (
    select sr.offender_id from number n join record.source_record sr
      on sr.system = case n.type when 'PRISON_NUMBER' then 'NOMIS' when 'CRN' then 'DELIUS' end and sr.local_id = n.value
      where sr.origin_offender_id is not null or exists (select from record.identifier i where i.source_record_id = sr.id)
    union
    select coalesce(o.joined_into, o.id) from number n join record.offender o
      on n.type = 'ID' and n.value ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        and o.id = case when n.type = 'ID' and n.value ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then n.value::uuid end
  ), stated as (
    select i.offender_id, n.type in ('PRISON_NUMBER', 'CRN') as strong
    from number n join record.identifier i on i.type = n.type and i.value = n.value and i.valid
    join record.source_record sr on sr.id = i.source_record_id and sr.system <> 'CRC'
      and sr.local_id not like 'merge:%'
  )
  select coalesce((select array_agg(distinct o.offender_id) from own o),
    (select array_agg(distinct s.offender_id) from stated s where s.strong),
    (select array_agg(distinct s.offender_id) from stated s), '{}')
$$;

-- Records that say nothing of who somebody is follow the person whom their documents named.
create function record.follow_named(affected uuid[]) returns void language plpgsql as $$
declare
  moved record;
begin
  for moved in
    select array_agg(w.id) as records, array_agg(w.whose[1]) as offenders,
      array_agg(w.offender_id) || array_agg(w.whose[1]) as touched
    from (
      select sr.id, sr.offender_id, record.whose(sr.named) as whose from record.source_record sr
      where sr.offender_id = any(affected) and sr.named is not null
        and not exists (select from record.identifier i where i.source_record_id = sr.id)
    ) w where cardinality(w.whose) = 1 and w.whose[1] <> w.offender_id
  loop
    if moved.records is not null then
      perform record.settle(moved.records, moved.offenders, moved.touched);
    end if;
  end loop;
end $$;
