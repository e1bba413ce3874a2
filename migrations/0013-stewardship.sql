-- What became of every message, what was put aside for a data steward, and what is missing from the feeds.

-- By whose feed an item came, and its place in the order of receipts: an item that is settled later moves to the end.
alter table record.received
  add column agency text,
  add column place bigint not null default nextval('record.received_id_seq');
create index on record.received (client, agency, place);

-- Items of which nothing was kept; for a while, so that their sender can learn what became of them.
create table record.turned_away (
  id          bigint primary key default nextval('record.received_id_seq'),
  client      text not null,
  agency      text,
  message_id  text,
  format      text not null,
  outcome     text not null check (outcome in ('REJECTED', 'CONFLICT', 'DUPLICATE')),
  offender_id uuid references record.offender,
  errors      jsonb not null,
  warnings    jsonb not null,
  at          timestamptz not null default transaction_timestamp()
);
create index on record.turned_away (client, agency, id);
create index on record.turned_away (client, message_id, id) where message_id is not null;

-- Every item that was ever put aside, and how that ended. Its payload stays where it was kept.
create table record.quarantine (
  received_id     bigint primary key references record.received,
  -- Of the sender.
  role            text not null,
  agency          text,
  -- Why it was put aside, as of the last attempt.
  code            text not null,
  message         text not null,
  -- `TYPE:value`, `SYSTEM:local id` and `ID:uuid` of everybody whom the item names. Null: not known, so it is shown to nobody.
  mentioned       text[],
  state           text not null default 'QUARANTINED' check (state in ('QUARANTINED', 'RESOLVED', 'DISCARDED', 'RETRIED')),
  attempts        integer not null default 0,
  settled_at      timestamptz,
  settled_by      text,
  settled_by_name text,
  reason          text
);
create index on record.quarantine (agency, state, received_id);
create index on record.quarantine (state, received_id);

create function record.mentioned_by(sender jsonb) returns text[] language sql immutable as $$
  select case when jsonb_typeof(sender -> 'mentioned') = 'array'
    then array(select jsonb_array_elements_text(sender -> 'mentioned')) end
$$;

-- No path puts an item aside, or takes one out, without a trace here.
create function record.note_put_aside() returns trigger language plpgsql as $$
begin
  insert into record.quarantine (received_id, role, agency, code, message, mentioned)
  values (new.id, new.sender ->> 'role', new.agency, new.errors -> 0 ->> 'code', new.errors -> 0 ->> 'message',
    record.mentioned_by(new.sender));
  return null;
end $$;

create function record.note_tried_again() returns trigger language plpgsql as $$
begin
  if new.outcome = 'QUARANTINED' then
    update record.quarantine q
    set attempts = q.attempts + 1, code = new.errors -> 0 ->> 'code', message = new.errors -> 0 ->> 'message',
      mentioned = coalesce(record.mentioned_by(new.sender), q.mentioned)
    where q.received_id = new.id;
  else
    update record.quarantine q
    set attempts = q.attempts + 1, state = 'RETRIED', settled_at = transaction_timestamp()
    where q.received_id = new.id;
    new.place := nextval('record.received_id_seq');
  end if;
  return new;
end $$;

create trigger note_put_aside after insert on record.received
  for each row when (new.outcome = 'QUARANTINED') execute function record.note_put_aside();
create trigger note_tried_again before update of outcome, errors on record.received
  for each row when (old.outcome = 'QUARANTINED') execute function record.note_tried_again();

-- Whom earlier items name is learnt when they are tried again.
update record.received set agency = sender ->> 'agency' where sender is not null;
-- Of what was applied no sender was kept; the journal knows for whom a client pushed, where that was always the same.
update record.received r set agency = c.agency
  from (select l.viewer, min(l.agency) as agency from journal.lookup l where l.kind = 'PUSH'
    group by l.viewer having count(distinct l.agency) = 1 and count(*) = count(l.agency)) c
  where r.client = c.viewer and r.sender is null;
insert into record.quarantine (received_id, role, agency, code, message)
  select r.id, r.sender ->> 'role', r.agency, r.errors -> 0 ->> 'code', r.errors -> 0 ->> 'message'
  from record.received r where r.outcome = 'QUARANTINED';

-- The people on record whom an item names.
create function record.people_mentioned(mentioned text[]) returns setof uuid language sql stable as $$
  select i.offender_id from unnest(mentioned) n(key) join record.identifier i
    on i.type = split_part(n.key, ':', 1) and i.value = substr(n.key, strpos(n.key, ':') + 1)
  union
  select sr.offender_id from unnest(mentioned) n(key) join record.source_record sr
    on sr.system = split_part(n.key, ':', 1) and sr.local_id = substr(n.key, strpos(n.key, ':') + 1)
  union
  select coalesce(o.joined_into, o.id) from unnest(mentioned) n(key) join record.offender o
    on o.id = case when n.key like 'ID:%' then substr(n.key, 4)::uuid end
$$;

-- A feed: a client that pushes for an agency, or for none. Numbers grow from message to message.
create table record.source (
  id            bigint generated always as identity primary key,
  client        text not null,
  role          text not null,
  agency        text,
  last_heard_at timestamptz not null,
  next_number   bigint,
  unique nulls not distinct (client, role, agency)
);

create table record.source_gap (
  id         bigint generated always as identity primary key,
  source_id  bigint not null references record.source,
  numbers    int8range not null,
  -- What of it has not come since.
  missing    int8multirange not null,
  noticed_at timestamptz not null,
  filled_at  timestamptz
);
create index on record.source_gap (source_id, id) where filled_at is null;

-- A feed's word that it sends all records that it holds. `records` is its own count, given at the end.
create table record.snapshot (
  id       uuid primary key default uuidv7(),
  client   text not null,
  role     text not null,
  agency   text,
  system   text not null,
  begun_at timestamptz not null,
  ended_at timestamptz,
  records  bigint,
  lacking  bigint
);
create index on record.snapshot (system) where ended_at is null;

-- Of the open snapshots: the records heard of since they began, and whether as a part of them.
create table record.snapshot_seen (
  snapshot_id uuid not null references record.snapshot,
  local_id    text not null,
  part        boolean not null,
  primary key (snapshot_id, local_id)
);

-- The flag of a record that a snapshot lacked, until the record is heard of again.
create table record.snapshot_lack (
  snapshot_id      uuid not null references record.snapshot,
  source_record_id uuid not null references record.source_record,
  heard_at         timestamptz,
  primary key (snapshot_id, source_record_id)
);
create index on record.snapshot_lack (source_record_id) where heard_at is null;

-- How a steward's own cases are listed.
create index on record.source_record (agency, offender_id);

-- Readers see what became of items, and of payloads only those that were put aside.
grant select (id, client, agency, message_id, format, outcome, offender_id, errors, warnings, waiting_for, received_at, place)
  on record.received to throughcare_reader;

create function record.quarantined_document(item bigint) returns table (payload text, sender jsonb, version bigint)
language sql stable security definer set search_path = pg_catalog, record as $$
  select r.payload, r.sender, r.version from record.received r
  where r.id = item and exists (select from record.quarantine q where q.received_id = r.id)
$$;
revoke all on function record.quarantined_document from public;
grant execute on function record.quarantined_document to throughcare_reader;
