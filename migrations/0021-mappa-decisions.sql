-- Level decisions beyond the level: areas, exits, transfers, referrals; and notices, the one way in which
-- anybody is told of what concerns them.

-- The 42 MAPPA areas of England and Wales: one for each police force area, the City of London being part of London.
create table record.mappa_area (
  code  text primary key check (code ~ '^[A-Z_]+$'),
  name  text not null,
  since date,
  -- The first day on which there is no such area any more.
  until date
);
select record.track('mappa_area', 'code');
-- Known before anything was recorded.
select set_config('throughcare.revision', '0', true), set_config('throughcare.ordinal', '0', true);
insert into record.mappa_area (code, name)
select c, replace(replace(initcap(replace(c, '_', ' ')), ' And ', ' and '), 'Dyfed Powys', 'Dyfed-Powys') from unnest(array[
  'AVON_AND_SOMERSET', 'BEDFORDSHIRE', 'CAMBRIDGESHIRE', 'CHESHIRE', 'CLEVELAND', 'CUMBRIA', 'DERBYSHIRE',
  'DEVON_AND_CORNWALL', 'DORSET', 'DURHAM', 'DYFED_POWYS', 'ESSEX', 'GLOUCESTERSHIRE', 'GREATER_MANCHESTER', 'GWENT',
  'HAMPSHIRE', 'HERTFORDSHIRE', 'HUMBERSIDE', 'KENT', 'LANCASHIRE', 'LEICESTERSHIRE', 'LINCOLNSHIRE', 'LONDON',
  'MERSEYSIDE', 'NORFOLK', 'NORTH_WALES', 'NORTH_YORKSHIRE', 'NORTHAMPTONSHIRE', 'NORTHUMBRIA', 'NOTTINGHAMSHIRE',
  'SOUTH_WALES', 'SOUTH_YORKSHIRE', 'STAFFORDSHIRE', 'SUFFOLK', 'SURREY', 'SUSSEX', 'THAMES_VALLEY', 'WARWICKSHIRE',
  'WEST_MERCIA', 'WEST_MIDLANDS', 'WEST_YORKSHIRE', 'WILTSHIRE']) c;

-- For how long an agency covers an area, and whom to write to there.
select record.add_column('mappa_area_agency', 'since date');
select record.add_column('mappa_area_agency', 'until date');
select record.add_column('mappa_area_agency', 'contact_name text');

-- What kind of authority an organisation is; one of unknown type by the form of its code.
create function record.authority_of(organisation_code text) returns text language sql stable as $$
  select case
    when o.type = 'POLICE' or o.type is null and organisation_code like 'POL-%' then 'POLICE'
    when o.type in ('NPS_DIVISION', 'PROBATION_REGION', 'PROBATION_TRUST')
      or o.type is null and organisation_code ~ '^N[0-9]{2}$' then 'PROBATION'
    when o.type = 'PRISON' or o.type is null and organisation_code ~ '^[A-Z]{3}$' then 'PRISON'
  end
  from (values (true)) one left join (select nullif(w.type, 'UNKNOWN') as type from record.organisation w
    where w.code = organisation_code) o on true
$$;

-- A decision sets a level, or ends the management under MAPPA (`EXIT`), or moves the case to another area (`TRANSFER`).
select record.add_column('mappa_level_decision',
  'kind text not null default ''LEVEL'' check (kind in (''LEVEL'', ''EXIT'', ''TRANSFER''))');
-- The area that a transfer moves the case from.
select record.add_column('mappa_level_decision', 'from_area text');
-- The last day for the review by the interval of the rules of that version.
select record.add_column('mappa_level_decision', 'review_by date');
select record.add_column('mappa_level_decision', 'rules_version text');
alter table record.mappa_level_decision alter column level_status drop not null,
  alter column next_review_on drop not null, alter column forum drop not null,
  add check ((kind = 'EXIT') = (level_status is null)), add check ((kind = 'EXIT') = (next_review_on is null)),
  add check (kind <> 'EXIT' or to_level is null), add check (kind <> 'TRANSFER' or area is not null);
alter table record.mappa_level_decision_history alter column level_status drop not null,
  alter column next_review_on drop not null, alter column forum drop not null;
create index on record.mappa_level_decision (area, offender_id);

-- Somebody asks an area to manage a person at level 2 or 3; the day by which the next step is due is worked out at each.
create table record.mappa_referral (
  id                  uuid primary key default uuidv7(),
  offender_id         uuid not null references record.offender,
  area                text not null,
  level               integer not null check (level in (2, 3)),
  category            integer check (category between 1 and 4),
  reasons             text not null check (reasons ~ '\S'),
  state               text not null check (state in ('REFERRED', 'RECEIVED', 'SCREENED', 'ACCEPTED', 'DECLINED')),
  referred_at         timestamptz not null,
  referred_by_subject text not null,
  referred_by_name    text,
  referred_by_role    text not null,
  referred_by_agency  text,
  -- The last day for what comes next; none once it is settled.
  due_on              date,
  rules_version       text not null
);
create index on record.mappa_referral (offender_id);
select record.track('mappa_referral', 'offender_id');
select record.keep_owned('mappa_referral');

create table record.mappa_referral_step (
  id          uuid primary key default uuidv7(),
  referral_id uuid not null references record.mappa_referral,
  offender_id uuid not null references record.offender,
  state       text not null check (state in ('RECEIVED', 'SCREENED', 'ACCEPTED', 'DECLINED')),
  reasons     text check (reasons ~ '\S'),
  at          timestamptz not null,
  by_subject  text not null,
  by_name     text,
  by_role     text not null,
  by_agency   text,
  unique (referral_id, state)
);
create index on record.mappa_referral_step (offender_id);
select record.track('mappa_referral_step', 'referral_id');
select record.keep_owned('mappa_referral_step');

-- The periods of every register, as before (0016); the arm of our own decisions tells where one ends MAPPA, and of
-- which area each is.
select record.add_column('mappa_level', 'area text');
alter table record.mappa_level disable trigger user;
update record.mappa_level l set area = d.area from record.mappa_level_decision d where d.id = l.decision_id;
alter table record.mappa_level enable trigger user;
drop function record.mappa_level_periods;
create function record.mappa_level_periods(ids uuid[]) returns table (
  offender_id uuid, register text, system text, period tstzrange, lead integer, source_record_id uuid, decision_id uuid,
  category integer, level integer, level_status text, lead_agency text, since date, next_review_on date,
  organisation_code text, area text, stated_at timestamptz
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
      r.entry ->> 'organisation_code' as organisation_code, null::text as area, r.at as stated_at,
      coalesce((r.entry ->> 'partial')::boolean, false) as partial, r.place
    from standing r
    where not r.taken_off or case when r.stood ? 'registration_id' and r.entry ? 'registration_id'
      then r.stood ->> 'registration_id' = r.entry ->> 'registration_id'
      else coalesce(r.stood ->> 'since' = r.entry ->> 'since', true) end
    union all
    select d.offender_id, 'THROUGHCARE', 'THROUGHCARE', 1, null, d.id, d.kind = 'EXIT', d.category, d.to_level, d.level_status,
      d.lead_agency, d.effective_on, d.next_review_on, null, d.area,
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
      coalesce(p.organisation_code, w.organisation_code) as organisation_code, p.area, p.stated_at, p.place
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
    b.category, b.level, b.level_status, b.lead_agency, b.since, b.next_review_on, b.organisation_code, b.area, b.stated_at
  from bounded b
  where not b.ended and (b.ends is null or b.starts < b.ends)
$$;

-- As before (0009), with the area.
create or replace function record.refresh_mappa_levels(ids uuid[]) returns void language plpgsql as $$
begin
  delete from record.mappa_level m where m.offender_id = any(ids) and not exists (
    select from record.mappa_level_periods(ids) w where w.offender_id = m.offender_id and w.register = m.register
      and lower(w.period) = lower(m.period)
      and (w.source_record_id, w.decision_id, w.category, w.level, w.level_status, w.lead_agency, w.since, w.next_review_on,
          w.organisation_code, w.area, w.stated_at)
        is not distinct from (m.source_record_id, m.decision_id, m.category, m.level, m.level_status, m.lead_agency, m.since,
          m.next_review_on, m.organisation_code, m.area, m.stated_at));
  update record.mappa_level m set period = w.period from record.mappa_level_periods(ids) w
    where w.offender_id = m.offender_id and w.register = m.register and lower(w.period) = lower(m.period)
      and w.period <> m.period;
  insert into record.mappa_level (offender_id, register, system, period, lead, source_record_id, decision_id, category, level,
    level_status, lead_agency, since, next_review_on, organisation_code, area, stated_at)
  select w.offender_id, w.register, w.system, w.period, w.lead, w.source_record_id, w.decision_id, w.category, w.level,
    w.level_status, w.lead_agency, w.since, w.next_review_on, w.organisation_code, w.area, w.stated_at
  from record.mappa_level_periods(ids) w
  where not exists (
    select from record.mappa_level m
    where m.offender_id = w.offender_id and m.register = w.register and m.period = w.period);
end $$;

-- Notices: what was a communication of a decision is a notice of one. Each tells one agency of one occasion; where the
-- rules name a capacity that nobody fills, a row without an agency says so and why.
drop view record.mappa_communication_ever;
drop trigger keep_history on record.mappa_communication;
drop function record.keep_history_of_mappa_communication();
alter table record.mappa_communication rename to notice;
alter table record.mappa_communication_history rename to notice_history;
do $$
declare
  kept record;
begin
  for kept in select c.relname from pg_class c where c.relkind = 'i' and c.relnamespace = 'record'::regnamespace
      and c.relname like 'mappa\_communication%' loop
    -- Those of the feed are made anew with the trigger.
    if kept.relname ~ '_history_(revision|superseded)' then
      execute format('drop index record.%I', kept.relname);
    else
      execute format('alter index record.%I rename to %I', kept.relname,
        replace(kept.relname, 'mappa_communication', 'notice'));
    end if;
  end loop;
end $$;
update record.owned_table set name = 'notice' where name = 'mappa_communication';
update record.change set table_name = 'notice' where table_name = 'mappa_communication';
select record.view_ever('notice');
select record.add_column('notice', 'kind text not null default ''LEVEL_DECISION'' check (kind in (
  ''LEVEL_DECISION'', ''REFERRAL'', ''HANDOVER'', ''RELEASE_DATE'', ''RISK_ESCALATION'', ''ESCALATION_ANSWER''))');
-- What it tells of, by a name of its own: an agency is told of it once.
select record.add_column('notice', 'occasion text');
-- The record that states what it tells of.
select record.add_column('notice', 'stated_by uuid references record.source_record');
-- Why the agency is told: `POLICE`, `PROBATION`, `PRISON`, `HOLDING_PRISON`, `CASE_HOLDER`, `LEAD_AGENCY`, `RAISED_BY`.
select record.add_column('notice', 'capacities text[] not null default ''{}''');
select record.add_column('notice', 'not_applicable text');
select record.add_column('notice', 'contact_name text');
select record.add_column('notice', 'contact_staff_code text');
select record.add_column('notice', 'changed_from text');
select record.add_column('notice', 'changed_to text');
select record.add_column('notice', 'due_at timestamptz');
select record.add_column('notice', 'escalates_at timestamptz');
select record.add_column('notice', 'escalates_to text');
select record.add_column('notice', 'rules_version text');
-- A later decision took the place of the one that it tells of before the agency acknowledged it.
select record.add_column('notice', 'lapsed_at timestamptz');
select record.add_column('notice', 'opened_at timestamptz');
select record.add_column('notice', 'opened_by text');
select record.add_column('notice', 'answer_wanted boolean not null default false');
select record.add_column('notice', 'answer text check (answer in (''ACCEPTED'', ''DECLINED''))');
select record.add_column('notice', 'answer_reasons text');
select record.add_column('notice', 'answered_at timestamptz');
select record.add_column('notice', 'answered_by text');
-- Whoever acknowledged has opened it.
update record.notice set occasion = 'decision:' || decision_id, opened_at = acknowledged_at, opened_by = acknowledged_by;
update record.notice_history set occasion = 'decision:' || decision_id, opened_at = acknowledged_at,
  opened_by = acknowledged_by;
alter table record.notice alter column occasion set not null, alter column decision_id drop not null,
  alter column agency drop not null, add check ((agency is null) = (not_applicable is not null)),
  add check ((answer is null) = (answered_at is null)),
  drop constraint notice_decision_id_agency_key;
alter table record.notice_history alter column decision_id drop not null, alter column agency drop not null;
create unique index on record.notice (occasion, agency);
create unique index on record.notice (occasion, capacities) where agency is null;
create index on record.notice (agency, sent_at, id);
create index on record.notice (decision_id);
create index on record.notice (stated_by) where stated_by is not null;
select record.keep_history_of('notice', 'OWN');
