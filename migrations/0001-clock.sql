-- The revision: one counter, locked first in every write transaction, so revisions are gapless
-- and commit in order. Superseded rows move to <table>_history by one generic trigger.
create schema record;
create extension if not exists btree_gist;

create table record.revision_counter (
  one   boolean primary key default true check (one),
  value bigint not null
);
insert into record.revision_counter (value) values (0);

create table record.revision (
  revision bigint primary key,
  at       timestamptz not null
);
create index on record.revision (at);

-- Takes the lock and names the revision that this transaction will write.
create function record.begin_revision() returns bigint language plpgsql as $$
declare
  next_revision bigint;
begin
  select c.value + 1 into next_revision from record.revision_counter c for update;
  perform set_config('throughcare.revision', next_revision::text, true);
  perform set_config('throughcare.ordinal', '0', true);
  return next_revision;
end $$;

-- The revision moves only when something changed. Returns the revision now current.
create function record.end_revision() returns bigint language plpgsql as $$
declare
  this_revision bigint := current_setting('throughcare.revision')::bigint;
begin
  if current_setting('throughcare.ordinal')::integer = 0 then
    return this_revision - 1;
  end if;
  update record.revision_counter set value = this_revision;
  insert into record.revision (revision, at) values (this_revision, transaction_timestamp());
  return this_revision;
end $$;

create function record.keep_history() returns trigger language plpgsql as $$
declare
  this_revision bigint := current_setting('throughcare.revision')::bigint;
  this_ordinal integer := current_setting('throughcare.ordinal')::integer + 1;
begin
  perform set_config('throughcare.ordinal', this_ordinal::text, true);
  if tg_op <> 'INSERT' then
    execute format('insert into record.%I select $2, $3, ($1).*', tg_table_name || '_history')
      using old, this_revision, this_ordinal;
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  new.revision := this_revision;
  new.ordinal := this_ordinal;
  new.recorded_at := transaction_timestamp();
  return new;
end $$;

-- All that a table ever held: its rows, and those superseded with the place that superseded them.
create function record.view_ever(tracked text) returns void language plpgsql as $$
begin
  execute format(
    'create view record.%I as select null::bigint as superseded_revision, null::integer as superseded_ordinal, t.* from record.%I t
       union all select h.* from record.%I h', tracked || '_ever', tracked, tracked || '_history');
end $$;

-- Adds the revision columns, the history table, the view of all that ever was, and the trigger. `subject` is the column that history is looked up by.
create function record.track(tracked text, subject text) returns void language plpgsql as $$
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
  execute format(
    'create trigger keep_history before insert or update or delete on record.%I
       for each row execute function record.keep_history()', tracked);
end $$;

-- How a later migration adds a column to a tracked table: to the rows, to the history and to the view at once.
create function record.add_column(tracked text, definition text) returns void language plpgsql as $$
begin
  execute format('drop view record.%I', tracked || '_ever');
  execute format('alter table record.%I add column %s', tracked, definition);
  execute format('alter table record.%I add column %s', tracked || '_history', definition);
  perform record.view_ever(tracked);
end $$;
