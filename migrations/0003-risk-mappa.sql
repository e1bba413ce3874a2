-- Assessments as received: scores and bands are never re-banded.
create table record.assessment (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  source_record_id uuid not null unique references record.source_record,
  tool             text not null,
  raw_type         text,
  status           text not null,
  -- 2 complete, 1 locked incomplete, 0 open or unknown: an incomplete assessment never stands before a complete one.
  standing         integer not null,
  initiated_at     timestamptz,
  completed_at     timestamptz,
  -- The instant the assessment is placed at in a history.
  assessed_at      timestamptz not null
);
create index on record.assessment (offender_id, assessed_at desc, id desc);
select record.track('assessment', 'offender_id');

create table record.assessment_absence (
  source_record_id uuid primary key references record.source_record,
  offender_id      uuid not null references record.offender
);
create index on record.assessment_absence (offender_id);
select record.track('assessment_absence', 'offender_id');

create table record.rosh (
  source_record_id        uuid primary key references record.source_record,
  offender_id             uuid not null references record.offender,
  overall                 text,
  community_children      text,
  community_public        text,
  community_known_adult   text,
  community_staff         text,
  custody_children        text,
  custody_public          text,
  custody_known_adult     text,
  custody_staff           text,
  custody_prisoners       text,
  who_is_at_risk          text,
  nature_of_risk          text,
  risk_imminence          text,
  risk_increase_factors   text,
  risk_mitigation_factors text
);
create index on record.rosh (offender_id);
select record.track('rosh', 'source_record_id');

create table record.predictor (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  source_record_id uuid not null references record.source_record,
  name             text not null,
  version          text,
  score            numeric,
  band             text
);
create index on record.predictor (offender_id);
create index on record.predictor (source_record_id);
select record.track('predictor', 'source_record_id');

-- Every statement of a register, in the order of the statements: late ones find their place. What follows
-- from them is tracked (mappa_level); a statement that says the same again changes nothing.
create table record.registration (
  id                uuid primary key default uuidv7(),
  offender_id       uuid not null references record.offender,
  source_record_id  uuid not null references record.source_record,
  system            text not null,
  stated_version    bigint not null,
  stated_at         timestamptz not null,
  stated_digest     text not null,
  -- The register says that it holds no entry.
  ended             boolean not null,
  category          integer check (category between 1 and 4),
  level             integer check (level between 1 and 3),
  level_status      text check (level_status in ('TBC', 'CONFIRMED')),
  raw_level         text,
  raw_category      text,
  lead_agency       text,
  since             date,
  next_review_on    date,
  team_code         text,
  officer_name      text,
  organisation_code text references record.organisation,
  notes             text,
  unique (source_record_id, stated_version, stated_at, stated_digest)
);
create index on record.registration (offender_id);

-- Level decisions: append-only, a correction is a new one that supersedes.
create table record.mappa_level_decision (
  id                 uuid primary key default uuidv7(),
  offender_id        uuid not null references record.offender,
  category           integer not null check (category between 1 and 4),
  from_level         integer check (from_level between 1 and 3),
  to_level           integer check (to_level between 1 and 3),
  level_status       text not null check (level_status in ('TBC', 'CONFIRMED')),
  effective_on       date not null,
  next_review_on     date not null,
  forum              text not null,
  rationale          text not null check (rationale ~ '\S'),
  area               text,
  lead_agency        text,
  criteria           text[] not null default '{}',
  dissent            text,
  supersedes         uuid references record.mappa_level_decision,
  decided_at         timestamptz not null,
  decided_by_subject text not null,
  decided_by_name    text,
  decided_by_role    text not null,
  decided_by_agency  text,
  check (level_status = 'TBC' or to_level is not null),
  check (category <> 3 or to_level is distinct from 1)
);
create index on record.mappa_level_decision (offender_id, decided_at desc, id desc);
create unique index on record.mappa_level_decision (supersedes) where supersedes is not null;
select record.track('mappa_level_decision', 'offender_id');

create table record.decision_assessment (
  decision_id   uuid not null references record.mappa_level_decision,
  assessment_id uuid not null references record.assessment,
  offender_id   uuid not null references record.offender,
  -- As they stood when the decision was made.
  tool          text not null,
  completed_at  timestamptz,
  primary key (decision_id, assessment_id)
);
create index on record.decision_assessment (offender_id);
select record.track('decision_assessment', 'decision_id');

create table record.mappa_communication (
  id              uuid primary key default uuidv7(),
  decision_id     uuid not null references record.mappa_level_decision,
  offender_id     uuid not null references record.offender,
  agency          text not null,
  sent_at         timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by text,
  unique (decision_id, agency)
);
create index on record.mappa_communication (offender_id);
select record.track('mappa_communication', 'decision_id');

-- The periods of each register (NOMIS alerts, DELIUS registrations, our own decisions), derived from
-- the append-only statements; PostgreSQL refuses two that overlap.
create table record.mappa_level (
  offender_id       uuid not null references record.offender,
  -- The record that states, or our own decisions: periods of one register never overlap.
  register          text not null,
  system            text not null,
  period            tstzrange not null check (not isempty(period)),
  lead              integer not null,
  source_record_id  uuid references record.source_record,
  decision_id       uuid references record.mappa_level_decision,
  category          integer,
  level             integer,
  level_status      text,
  lead_agency       text,
  since             date,
  next_review_on    date,
  organisation_code text,
  stated_at         timestamptz not null,
  from_at           timestamptz generated always as (lower(period)) stored,
  until_at          timestamptz generated always as (upper(period)) stored,
  primary key (offender_id, register, period without overlaps)
);
create index on record.mappa_level (level, offender_id) where upper_inf(period);
select record.track('mappa_level', 'offender_id');

create table record.mappa_meeting (
  id              uuid primary key default uuidv7(),
  level           integer not null check (level in (2, 3)),
  at              timestamptz not null,
  area            text,
  scheduled_by    text not null,
  agency          text,
  frozen_at       timestamptz,
  frozen_revision bigint
);
select record.track('mappa_meeting', 'id');

create table record.meeting_case (
  meeting_id  uuid not null references record.mappa_meeting,
  offender_id uuid not null references record.offender,
  position    integer not null,
  primary key (meeting_id, offender_id)
);
create index on record.meeting_case (offender_id);
select record.track('meeting_case', 'meeting_id');

create table record.meeting_invitation (
  id         uuid primary key default uuidv7(),
  meeting_id uuid not null references record.mappa_meeting,
  agency     text not null,
  -- Without a subject the agency is invited, and sends its panel members.
  subject    text,
  invited_at timestamptz not null,
  unique nulls not distinct (meeting_id, agency, subject)
);
create index on record.meeting_invitation (subject);
create index on record.meeting_invitation (agency);
select record.track('meeting_invitation', 'meeting_id');
