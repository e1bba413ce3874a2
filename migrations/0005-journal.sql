-- Evidence: one log a month, entries as exact bytes, salted details beside them so that one person's
-- part can be erased lawfully while the rest stays provable, and look-ups by person and by viewer.
create schema journal;

create table journal.head (
  log  text primary key,
  size bigint not null
);

create table journal.entry (
  log   text not null,
  index bigint not null,
  at    timestamptz not null,
  kind  text not null,
  entry bytea not null,
  leaf  bytea not null,
  primary key (log, index)
) partition by list (log);

create table journal.detail (
  log         text not null,
  index       bigint not null,
  -- 0 is the header (names, justification, parameters); then one part per offender.
  part        integer not null,
  offender_id uuid,
  salt        bytea not null,
  body        bytea not null,
  primary key (log, index, part)
) partition by list (log);

create table journal.lookup (
  log         text not null,
  index       bigint not null,
  -- Null on the one row of an entry that concerns nobody.
  offender_id uuid,
  viewer      text not null,
  agency      text,
  owners      text[] not null default '{}',
  purpose     text,
  kind        text not null,
  outcome     text not null,
  at          timestamptz not null
) partition by list (log);
create index on journal.lookup (offender_id, at desc);
create index on journal.lookup (viewer, at desc);
create index on journal.lookup (at desc);

-- Statement texts, stored once, and the versions of the field dictionary that bitmaps refer to.
create table journal.plan (hash text primary key, text text not null);
create table journal.dictionary (version text primary key, fields text[] not null);

-- What is written stays written: not even the owner changes an entry by mistake.
create function journal.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the journal is append-only';
end $$;

create function journal.open_log(new_log text) returns void language plpgsql
security definer set search_path = pg_catalog, journal as $$
declare
  part text;
begin
  insert into journal.head (log, size) values (new_log, 0) on conflict do nothing;
  if not found then
    return;
  end if;
  foreach part in array array['entry', 'detail', 'lookup'] loop
    execute format('create table journal.%I partition of journal.%I for values in (%L)',
      part || '_' || replace(new_log, '-', '_'), part, new_log);
  end loop;
  -- A statement's trigger on the whole does not guard its parts.
  execute format('create trigger refuse_truncate before truncate on journal.%I
    for each statement execute function journal.refuse_change()', 'entry_' || replace(new_log, '-', '_'));
end $$;

-- Appends a batch at the end of this month's log: the head row is locked to the commit, so indexes
-- have no gaps and their order is the order of commits. Arrays are parallel within their prefix;
-- *_entry counts entries of the batch from 1.
create function journal.append(
  kinds text[], entries bytea[], ats timestamptz[],
  detail_entry integer[], detail_part integer[], detail_offender uuid[], detail_salt bytea[], detail_body bytea[],
  lookup_entry integer[], lookup_row jsonb[],
  plan_hash text[], plan_text text[]
) returns table (log text, first_index bigint) language plpgsql
security definer set search_path = pg_catalog, journal as $$
#variable_conflict use_column
declare
  this_log text := to_char(transaction_timestamp() at time zone 'UTC', 'YYYY-MM');
  base bigint;
begin
  if current_setting('synchronous_commit') not in ('on', 'remote_apply') or current_setting('fsync') <> 'on' then
    raise exception 'the journal is appended durably or not at all';
  end if;
  if exists (select from unnest(ats) a where abs(extract(epoch from clock_timestamp() - a)) > 10) then
    raise exception 'an entry''s time is more than 10 seconds from the database''s';
  end if;
  update journal.head h set size = h.size + cardinality(entries) where h.log = this_log
    returning h.size - cardinality(entries) into base;
  if base is null then
    perform journal.open_log(this_log);
    update journal.head h set size = h.size + cardinality(entries) where h.log = this_log
      returning h.size - cardinality(entries) into base;
  end if;
  insert into journal.plan (hash, text)
    select p.hash, p.text from unnest(plan_hash, plan_text) p(hash, text) on conflict do nothing;
  insert into journal.entry (log, index, at, kind, entry, leaf)
    select this_log, base + e.n - 1, e.at, e.kind, e.entry, sha256('\x00'::bytea || e.entry)
    from unnest(entries, kinds, ats) with ordinality e(entry, kind, at, n);
  insert into journal.detail (log, index, part, offender_id, salt, body)
    select this_log, base + d.entry - 1, d.part, d.offender, d.salt, d.body
    from unnest(detail_entry, detail_part, detail_offender, detail_salt, detail_body) d(entry, part, offender, salt, body);
  insert into journal.lookup (log, index, offender_id, viewer, agency, owners, purpose, kind, outcome, at)
    select this_log, base + l.entry - 1, (l.row ->> 'offender')::uuid, l.row ->> 'viewer', l.row ->> 'agency',
      coalesce((select array_agg(o.owner) from jsonb_array_elements_text(l.row -> 'owners') o(owner)), '{}'),
      l.row ->> 'purpose', l.row ->> 'kind', l.row ->> 'outcome', (l.row ->> 'at')::timestamptz
    from unnest(lookup_entry, lookup_row) l(entry, row);
  return query select this_log, base;
end $$;

create function journal.keep_dictionary(new_version text, new_fields text[]) returns void language sql
security definer set search_path = pg_catalog, journal as $$
  insert into journal.dictionary (version, fields) values (new_version, new_fields) on conflict do nothing
$$;
revoke all on all functions in schema journal from public;

-- Row by row for the whole log, and for every month's table as it is made.
create trigger refuse_change before update or delete on journal.entry
  for each row execute function journal.refuse_change();
create trigger refuse_truncate before truncate on journal.entry
  for each statement execute function journal.refuse_change();
