-- What suppliers state is kept statement by statement, in the order of the statements: the rows of the record
-- follow from the newest, and a late one takes its place in the log without touching them.

-- The tables that statements are kept in: each row belongs to one source record and one offender.
create table record.fact_table (name text primary key);
revoke insert, update, delete on record.fact_table from throughcare_writer;

-- One statement of one record: its place in the order (docs/decisions/0007), and the hash of what it says of each fact.
create table record.statement (
  source_record_id uuid not null,
  rank             integer not null,
  version          bigint not null,
  at               timestamptz not null,
  digest           text not null,
  facts            jsonb not null,
  revision         bigint not null default current_setting('throughcare.revision')::bigint,
  primary key (source_record_id, rank, version, at, digest)
);

-- What was stated, once for each different content: the rows by table, as they are written. The logs have no keys to
-- other tables: they are written with rows that have them, and checking each line again is most of its cost.
create table record.content (
  source_record_id uuid not null,
  fact             text not null,
  hash             text not null,
  body             jsonb not null,
  revision         bigint not null default current_setting('throughcare.revision')::bigint,
  primary key (source_record_id, fact, hash)
);

-- The newest statement of each fact of a record: `{fact: [rank, version, at, digest, hash]}`.
create table record.newest (
  source_record_id uuid primary key references record.source_record,
  facts            jsonb not null
);

-- Every change of the record in the order in which it was recorded: what the feed pages through.
create table record.change (
  revision         bigint not null,
  ordinal          integer not null,
  kind             text not null check (kind in ('RECORDED', 'CHANGED', 'ENDED', 'LATE', 'MERGED', 'SEPARATED')),
  offender_id      uuid not null,
  source_record_id uuid,
  -- Of what no record states: the id that it was made about, whose record it follows.
  made_about       uuid,
  -- Where the row is; of a late statement and of an identity decision, no row changed.
  table_name       text,
  fact             text,
  hash             text,
  primary key (revision, ordinal)
);
create index on record.change (offender_id, revision, ordinal);
create index on record.change (source_record_id) where source_record_id is not null;
create index on record.change (made_about) where made_about is not null;

-- Who brought a revision about.
alter table record.revision add column client text, add column agency text, add column subject text;

create or replace function record.end_revision() returns bigint language plpgsql as $$
declare
  this_revision bigint := current_setting('throughcare.revision')::bigint;
begin
  if current_setting('throughcare.ordinal')::integer = 0 then
    return this_revision - 1;
  end if;
  update record.revision_counter set value = this_revision;
  insert into record.revision (revision, at, client, agency, subject)
  values (this_revision, transaction_timestamp(), nullif(current_setting('throughcare.client', true), ''),
    nullif(current_setting('throughcare.agency', true), ''), nullif(current_setting('throughcare.subject', true), ''));
  return this_revision;
end $$;

-- Names who brings this transaction's revision about.
create function record.act_as(client text, agency text, subject text) returns void language sql as $$
  select set_config('throughcare.client', coalesce(client, ''), true), set_config('throughcare.agency', coalesce(agency, ''), true),
    set_config('throughcare.subject', coalesce(subject, ''), true)
$$;

create function record.next_ordinal() returns integer language plpgsql as $$
declare
  this_ordinal integer := current_setting('throughcare.ordinal')::integer + 1;
begin
  perform set_config('throughcare.ordinal', this_ordinal::text, true);
  return this_ordinal;
end $$;

-- A change that no row shows: a late statement, a merge, a separation.
create function record.note_change(kind text, offender uuid, source_record uuid, fact text, hash text) returns void language sql as $$
  insert into record.change (revision, ordinal, kind, offender_id, source_record_id, made_about, fact, hash)
  values (current_setting('throughcare.revision')::bigint, record.next_ordinal(), kind, offender, source_record,
    case when source_record is null then offender end, fact, hash)
$$;

-- The trigger of a tracked table, written out for it, so that its plans are kept: moves superseded versions to the
-- history. `told`: `NOTHING` to the feed, or each change, of a row that a `RECORD` states, that is a record `ITSELF`, or
-- that is our `OWN`. Rows that only follow their record to another offender are no news.
create function record.keep_history_of(tracked text, told text) returns void language plpgsql as $$
declare
  change text := case told when 'RECORD' then
      'insert into record.change (revision, ordinal, kind, offender_id, source_record_id, made_about, table_name)
       values (this_revision, this_ordinal, %L, r.offender_id, r.source_record_id,
         case when r.source_record_id is null then r.offender_id end, tg_table_name);'
    when 'ITSELF' then
      'insert into record.change (revision, ordinal, kind, offender_id, source_record_id, table_name)
       values (this_revision, this_ordinal, %L, r.offender_id, r.id, tg_table_name);'
    when 'OWN' then
      'insert into record.change (revision, ordinal, kind, offender_id, made_about, table_name)
       values (this_revision, this_ordinal, %L, r.offender_id, r.made_about, tg_table_name);'
    else '' end;
begin
  execute format('create or replace function record.%I() returns trigger language plpgsql as $f$
    declare
      this_revision bigint := current_setting(''throughcare.revision'')::bigint;
      this_ordinal integer := current_setting(''throughcare.ordinal'')::integer + 1;
    begin
      perform set_config(''throughcare.ordinal'', this_ordinal::text, true);
      if tg_op <> ''INSERT'' then
        insert into record.%I select this_revision, this_ordinal, (old).*;
      end if;
      if tg_op = ''DELETE'' then
        %s
        return old;
      end if;
      %s
      %s
      new.revision := this_revision;
      new.ordinal := this_ordinal;
      new.recorded_at := transaction_timestamp();
      return new;
    end $f$', 'keep_history_of_' || tracked, tracked || '_history',
    replace(format(change, 'ENDED'), 'r.', 'old.'),
    case told when 'OWN' then 'if tg_op = ''INSERT'' then new.made_about := coalesce(new.made_about, new.offender_id); end if;' else '' end,
    case when change = '' then '' else format('if tg_op = ''INSERT'' then %s elsif new.offender_id = old.offender_id then %s end if;',
      replace(format(change, 'RECORDED'), 'r.', 'new.'), replace(format(change, 'CHANGED'), 'r.', 'new.')) end);
  execute format('drop trigger if exists keep_history on record.%I', tracked);
  execute format('create trigger keep_history before insert or update or delete on record.%I
    for each row execute function record.%I()', tracked, 'keep_history_of_' || tracked);
  if change <> '' then
    execute format('create index on record.%I (revision, ordinal)', tracked || '_history');
    execute format('create index on record.%I (superseded_revision, superseded_ordinal)', tracked || '_history');
  end if;
end $$;

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
  execute format('create index on record.%I (revision)', tracked);
  perform record.keep_history_of(tracked, 'NOTHING');
end $$;

-- Where a row of facts comes to stand; what it replaces, and what is told, is written once for the whole statement.
create function record.place_fact() returns trigger language plpgsql as $$
begin
  new.revision := current_setting('throughcare.revision')::bigint;
  new.ordinal := record.next_ordinal();
  new.recorded_at := transaction_timestamp();
  return new;
end $$;

-- As `keep_history_of(tracked, 'RECORD')`, for facts: they are written in sets of hundreds, and their keys never change.
create function record.keep_history_in_sets(tracked text) returns void language plpgsql as $$
declare
  same_row text;
begin
  select string_agg(format('g.%1$I = c.%1$I', a.attname), ' and ') into same_row
    from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
    where i.indrelid = format('record.%I', tracked)::regclass and i.indisprimary;
  execute format('create or replace function record.%1$I() returns trigger language plpgsql as $f$
    declare
      this_revision bigint := current_setting(''throughcare.revision'')::bigint;
      last_ordinal integer := current_setting(''throughcare.ordinal'')::integer;
      replaced bigint;
    begin
      if tg_op = ''INSERT'' then
        insert into record.change (revision, ordinal, kind, offender_id, source_record_id, table_name)
          select c.revision, c.ordinal, ''RECORDED'', c.offender_id, c.source_record_id, tg_table_name from come c;
      elsif tg_op = ''UPDATE'' then
        insert into record.%2$I select c.revision, c.ordinal, g.* from gone g join come c on %3$s;
        get diagnostics replaced = row_count;
        if replaced <> (select count(*) from gone) then
          raise exception ''the key of a row of %% was changed, which would lose its history'', tg_table_name;
        end if;
        insert into record.change (revision, ordinal, kind, offender_id, source_record_id, table_name)
          select c.revision, c.ordinal, ''CHANGED'', c.offender_id, c.source_record_id, tg_table_name
          from gone g join come c on %3$s where g.offender_id = c.offender_id;
      else
        with ended as (
          insert into record.%2$I
            select this_revision, last_ordinal + row_number() over (order by g.revision, g.ordinal), g.* from gone g
            returning superseded_ordinal, offender_id, source_record_id)
        insert into record.change (revision, ordinal, kind, offender_id, source_record_id, table_name)
          select this_revision, e.superseded_ordinal, ''ENDED'', e.offender_id, e.source_record_id, tg_table_name from ended e;
        get diagnostics replaced = row_count;
        perform set_config(''throughcare.ordinal'', (last_ordinal + replaced)::text, true);
      end if;
      return null;
    end $f$', 'keep_history_of_' || tracked, tracked || '_history', same_row);
  execute format('drop trigger if exists keep_history on record.%I', tracked);
  execute format('create trigger place_fact before insert or update on record.%I
    for each row execute function record.place_fact()', tracked);
  execute format('create trigger keep_recorded after insert on record.%1$I referencing new table as come
    for each statement execute function record.%2$I()', tracked, 'keep_history_of_' || tracked);
  execute format('create trigger keep_changed after update on record.%1$I referencing old table as gone new table as come
    for each statement execute function record.%2$I()', tracked, 'keep_history_of_' || tracked);
  execute format('create trigger keep_ended after delete on record.%1$I referencing old table as gone
    for each statement execute function record.%2$I()', tracked, 'keep_history_of_' || tracked);
  execute format('create index on record.%I (revision, ordinal)', tracked || '_history');
  execute format('create index on record.%I (superseded_revision, superseded_ordinal)', tracked || '_history');
end $$;

-- How a table of stated facts is kept: with history, in the feed, and following its record from one offender to another.
create function record.keep_fact(tracked text) returns void language plpgsql as $$
begin
  perform record.track(tracked, 'offender_id');
  perform record.keep_history_in_sets(tracked);
  insert into record.fact_table (name) values (tracked);
end $$;

do $$
declare
  stated text;
begin
  foreach stated in array array['identifier', 'person', 'alias', 'custody', 'alert', 'key_date', 'allocation', 'limitation',
    'limitation_list', 'limitation_flag', 'assessment', 'rosh', 'predictor'] loop
    insert into record.fact_table (name) values (stated);
    perform record.keep_history_in_sets(stated);
  end loop;
  perform record.keep_history_of('source_record', 'ITSELF');
  foreach stated in array array['organisation', 'mappa_area_agency', 'offender', 'assessment_absence',
    'mappa_meeting', 'meeting_invitation'] loop
    perform record.keep_history_of(stated, 'NOTHING');
  end loop;
end $$;

-- A record says that it holds none of these: an empty list is a statement, silence is not.
create table record.none_stated (
  source_record_id uuid not null references record.source_record,
  offender_id      uuid not null references record.offender,
  table_name       text not null,
  primary key (source_record_id, table_name)
);
create index on record.none_stated (offender_id, table_name);
select record.track('none_stated', 'offender_id');
insert into record.fact_table (name) values ('none_stated');
