-- An emergency opens one offender to one person for a time. Who did, why, and what became of the review stays on record.
create table record.break_glass (
  id            uuid primary key default uuidv7(),
  offender_id   uuid not null references record.offender,
  issuer        text not null,
  subject       text not null,
  name          text,
  role          text not null,
  agency        text,
  client        text not null,
  purpose       text not null,
  justification text not null check (justification ~ '\S'),
  groups        text[] not null,
  since         timestamptz not null,
  until         timestamptz not null check (until >= since),
  ended_at      timestamptz
);
create index on record.break_glass (offender_id, subject, until);
create index on record.break_glass (issuer, subject, since);
select record.track('break_glass', 'offender_id');
select record.keep_owned('break_glass');

create table record.break_glass_review (
  grant_id            uuid primary key references record.break_glass,
  offender_id         uuid not null references record.offender,
  outcome             text not null check (outcome in ('JUSTIFIED', 'NOT_JUSTIFIED')),
  comment             text not null check (comment ~ '\S'),
  reviewed_at         timestamptz not null,
  reviewed_by_issuer  text not null,
  reviewed_by_subject text not null,
  reviewed_by_name    text not null,
  reviewed_by_agency  text
);
create index on record.break_glass_review (offender_id);
select record.track('break_glass_review', 'offender_id');
select record.keep_owned('break_glass_review');

-- Somebody asks the owning agency for access. Kept for people who are not there too, so that it says nothing of anybody.
create table record.access_request (
  id          uuid primary key default uuidv7(),
  -- Null: nobody on record.
  offender_id uuid references record.offender,
  issuer      text not null,
  subject     text not null,
  name        text,
  role        text not null,
  agency      text,
  client      text not null,
  purpose     text not null,
  reason      text not null check (reason ~ '\S'),
  requested_at timestamptz not null,
  outcome     text check (outcome in ('ARRANGED', 'REFUSED')),
  comment     text,
  settled_at  timestamptz,
  settled_by  text,
  check ((outcome is null) = (settled_at is null))
);
create index on record.access_request (offender_id);
create index on record.access_request (issuer, subject, requested_at);
select record.track('access_request', 'offender_id');
