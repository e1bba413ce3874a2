-- What became of every item that a supplier sent. The payload is kept where it was not applied.
create table record.received (
  id          bigint generated always as identity primary key,
  client      text not null,
  message_id  text,
  format      text not null,
  -- The record or person the document is about, as the document names it.
  subject_key text not null,
  digest      text not null,
  version     bigint not null,
  at          timestamptz not null,
  outcome     text not null check (outcome in ('APPLIED', 'LATE', 'QUARANTINED')),
  offender_id uuid references record.offender,
  errors      jsonb not null default '[]',
  warnings    jsonb not null default '[]',
  payload     text,
  -- Who sent it and how it was named, so that a kept item can be tried again as it was sent.
  sender      jsonb,
  -- `TYPE:value` of the identifiers whose owner this item waits for.
  waiting_for text[],
  received_at timestamptz not null default transaction_timestamp()
);
create unique index on record.received (client, message_id) where message_id is not null;
create index on record.received (subject_key, format, version desc, at desc);
create index on record.received using gin (waiting_for) where outcome = 'QUARANTINED';
create index on record.received (offender_id);

-- The first outcome of every command that named itself, so that a repeat answers the same.
create table record.command (
  client     text not null,
  actor      text not null,
  request_id text not null,
  name       text not null,
  input      text not null,
  outcome    jsonb not null,
  revision   bigint not null,
  at         timestamptz not null default transaction_timestamp(),
  primary key (client, actor, request_id)
);
