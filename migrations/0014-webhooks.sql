-- Hints that go out: which systems want to be told that the record has moved on, and what became of each
-- telling. No part of the record: nothing here is about anybody, and nothing here moves the revision.
create schema outbound;

create table outbound.webhook (
  id              uuid primary key default gen_random_uuid(),
  -- The system that registered it, as its token said: nobody else sees it.
  issuer          text not null,
  client          text not null,
  role            text not null,
  agency          text,
  url             text not null check (length(url) between 1 and 2000),
  created_at      timestamptz not null,
  disabled_at     timestamptz,
  -- `GONE` where the receiver answered 410; else what its owner said.
  disabled_reason text check (length(disabled_reason) between 1 and 500),
  -- The newest revision that the receiver was surely told of.
  last_revision   bigint not null check (last_revision >= 0),
  -- A record that never rests is told of every few seconds, not every second.
  quiet_until     timestamptz,
  check ((disabled_at is null) = (disabled_reason is null))
);
create unique index on outbound.webhook (issuer, client, url) where disabled_at is null;

create table outbound.webhook_delivery (
  -- The `webhook-id` of every attempt, by which the receiver knows a repeat.
  id              text primary key check (id like 'msg\_%'),
  webhook_id      uuid not null references outbound.webhook,
  -- “The record has reached at least this.” Grows until the first attempt and never after, not even when a
  -- dead hint is tried anew: an id that was seen with one content must not come with another.
  revision        bigint not null check (revision > 0),
  seen_at         timestamptz not null,
  state           text not null check (state in ('PENDING', 'DELIVERED', 'DEAD')),
  -- Attempts begun, which is also what proves that a result belongs to the attempt it claims.
  attempts        integer not null default 0 check (attempts >= 0),
  next_attempt_at timestamptz check ((state = 'PENDING') = (next_attempt_at is not null)),
  -- While an attempt is under way; after it the attempt counts as lost with its process, and is made again.
  lease_until     timestamptz check (state = 'PENDING' or lease_until is null),
  last_status     integer,
  last_error      text check (length(last_error) <= 100),
  settled_at      timestamptz check ((state = 'PENDING') = (settled_at is null)),
  check (state <> 'DELIVERED' or last_status between 200 and 299)
);
-- Newer revisions join the hint that waits.
create unique index webhook_delivery_pending on outbound.webhook_delivery (webhook_id) where state = 'PENDING';
create index on outbound.webhook_delivery (next_attempt_at) where state = 'PENDING';
create index on outbound.webhook_delivery (webhook_id, seen_at desc);
create index on outbound.webhook_delivery (webhook_id, revision);

grant usage on schema outbound to throughcare_writer;
grant select, insert, update, delete on all tables in schema outbound to throughcare_writer;
