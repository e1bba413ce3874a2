-- The feed of changes: each row has a name that stays, and every version of it is found by its place.

-- As before, with a name for the row: the same in all its versions. A period is named by its beginning, for it may end later.
create or replace function record.view_ever(tracked text) returns void language plpgsql as $$
declare
  key text;
begin
  select string_agg(format(case t.typtype when 'r' then 'lower(e.%I)' else 'e.%I' end, a.attname), ', ' order by a.attnum) into key
    from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey) join pg_type t on t.oid = a.atttypid
    where i.indrelid = format('record.%I', tracked)::regclass and i.indisprimary;
  execute format(
    'create view record.%I as select e.*, md5(concat_ws('' '', %L, %s)) as item from (
       select null::bigint as superseded_revision, null::integer as superseded_ordinal, t.* from record.%I t
       union all select h.* from record.%I h) e', tracked || '_ever', tracked, key, tracked, tracked || '_history');
end $$;

-- As before, with an index by which one version is found, not all of a revision.
create or replace function record.track(tracked text, subject text) returns void language plpgsql as $$
begin
  execute format(
    'alter table record.%I add column revision bigint not null, add column ordinal integer not null,
       add column recorded_at timestamptz not null', tracked);
  execute format(
    'create table record.%I (superseded_revision bigint not null, superseded_ordinal integer not null, like record.%I)',
    tracked || '_history', tracked);
  execute format('create index on record.%I (%I, superseded_revision)', tracked || '_history', subject);
  perform record.view_ever(tracked);
  execute format('create index on record.%I (revision, ordinal)', tracked);
  perform record.keep_history_of(tracked, 'NOTHING');
end $$;

do $$
declare
  tracked text;
begin
  for tracked in
    select left(v.viewname, -length('_ever')) from pg_views v where v.schemaname = 'record' and v.viewname like '%\_ever'
  loop
    execute format('drop view record.%I', tracked || '_ever');
    perform record.view_ever(tracked);
    execute format('drop index record.%I', tracked || '_revision_idx');
    execute format('create index on record.%I (revision, ordinal)', tracked);
  end loop;
end $$;

-- That a record holds none of something is news.
select record.keep_history_of('none_stated', 'RECORD');

-- Whom a number led to then, and what was said of an assessment or a decision then, is looked up by these.
create index on record.identifier_history (type, value);
create index on record.rosh_history (offender_id);
create index on record.predictor_history (offender_id);
create index on record.decision_assessment_history (offender_id);
create index on record.mappa_communication_history (offender_id);

-- The time of a revision is that of its end, which no statement of it is later than, and which grows with the revision.
create or replace function record.end_revision() returns bigint language plpgsql as $$
declare
  this_revision bigint := current_setting('throughcare.revision')::bigint;
begin
  if current_setting('throughcare.ordinal')::integer = 0 then
    return this_revision - 1;
  end if;
  update record.revision_counter set value = this_revision;
  insert into record.revision (revision, at, client, agency, subject)
  values (this_revision, clock_timestamp(), nullif(current_setting('throughcare.client', true), ''),
    nullif(current_setting('throughcare.agency', true), ''), nullif(current_setting('throughcare.subject', true), ''));
  return this_revision;
end $$;
