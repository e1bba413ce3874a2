-- MAPPA meetings from the invitation to the minutes. What a meeting says of a person is the record's, like
-- every other fact: revisioned, told to the feed, and following the person.

alter table record.mappa_meeting disable trigger user;
select record.add_column('mappa_meeting', $$state text not null default 'SCHEDULED'
  check (state in ('SCHEDULED', 'FROZEN', 'HELD', 'CLOSED', 'CANCELLED'))$$);
select record.add_column('mappa_meeting', 'held_at timestamptz');
select record.add_column('mappa_meeting', 'chair_name text');
select record.add_column('mappa_meeting', 'chair_agency text');
select record.add_column('mappa_meeting', 'cancelled_because text');
update record.mappa_meeting set state = 'FROZEN' where frozen_at is not null;
update record.mappa_meeting_history set state = 'FROZEN' where frozen_at is not null;
alter table record.mappa_meeting enable trigger user;

-- Each freeze of a meeting's pack: numbered without gaps, and read again by its number.
create table record.meeting_freeze (
  meeting_id      uuid not null references record.mappa_meeting,
  number          integer not null check (number > 0),
  frozen_at       timestamptz not null,
  frozen_revision bigint not null,
  frozen_by_name  text,
  primary key (meeting_id, number)
);
select record.track('meeting_freeze', 'meeting_id');
alter table record.meeting_freeze disable trigger user;
insert into record.meeting_freeze (meeting_id, number, frozen_at, frozen_revision, revision, ordinal, recorded_at)
  select m.id, 1, m.frozen_at, m.frozen_revision, m.revision, m.ordinal, m.recorded_at
  from record.mappa_meeting m where m.frozen_at is not null;
alter table record.meeting_freeze enable trigger user;

-- A withdrawn invitation opens nothing from then on; who was withdrawn may be invited again.
select record.add_column('meeting_invitation', 'withdrawn_at timestamptz');
select record.add_column('meeting_invitation', 'withdrawn_because text');
alter table record.meeting_invitation drop constraint meeting_invitation_meeting_id_agency_subject_key;
create unique index on record.meeting_invitation (meeting_id, agency, subject) nulls not distinct
  where withdrawn_at is null;
create index on record.meeting_invitation (meeting_id);

-- Who accepted which edition of the confidentiality statement, before they read the pack.
create table record.meeting_acceptance (
  meeting_id  uuid not null references record.mappa_meeting,
  issuer      text not null,
  subject     text not null,
  agency      text not null,
  name        text,
  edition     text not null,
  accepted_at timestamptz not null,
  primary key (meeting_id, issuer, subject, agency)
);
select record.track('meeting_acceptance', 'meeting_id');

create table record.meeting_attendance (
  id          uuid primary key default uuidv7(),
  meeting_id  uuid not null references record.mappa_meeting,
  agency      text not null check (agency ~ '\S'),
  name        text,
  state       text not null check (state in ('ATTENDED', 'APOLOGIES', 'ABSENT')),
  reason      text,
  recorded_by text not null,
  unique nulls not distinct (meeting_id, agency, name)
);
select record.track('meeting_attendance', 'meeting_id');

-- Where the minutes are. Letters of forms changed between editions, so all three are words, and mean nothing here.
create table record.meeting_minutes (
  id               uuid primary key default uuidv7(),
  meeting_id       uuid not null references record.mappa_meeting,
  reference        text not null check (reference ~ '\S'),
  form_code        text not null check (form_code ~ '\S'),
  title            text not null check (title ~ '\S'),
  guidance_edition text not null check (guidance_edition ~ '\S'),
  minuted_at       timestamptz not null,
  minuted_by_name  text
);
create index on record.meeting_minutes (meeting_id);
select record.track('meeting_minutes', 'meeting_id');

create table record.meeting_contribution (
  id                  uuid primary key default uuidv7(),
  offender_id         uuid not null references record.offender,
  meeting_id          uuid not null references record.mappa_meeting,
  agency              text not null,
  contribution        text not null check (contribution ~ '\S'),
  contributed_at      timestamptz not null,
  contributed_by_name text,
  contributed_by_role text not null
);

create table record.meeting_decision (
  id                uuid primary key default uuidv7(),
  offender_id       uuid not null references record.offender,
  meeting_id        uuid not null references record.mappa_meeting,
  decision          text not null check (decision ~ '\S'),
  rationale         text not null check (rationale ~ '\S'),
  -- The level decision that the meeting came to.
  level_decision_id uuid references record.mappa_level_decision,
  decided_at        timestamptz not null,
  recorded_by_name  text
);

-- What an agency thought otherwise; minutes reflect all differing views.
create table record.meeting_dissent (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  meeting_id       uuid not null references record.mappa_meeting,
  decision_id      uuid not null references record.meeting_decision,
  agency           text not null check (agency ~ '\S'),
  view             text not null check (view ~ '\S'),
  stated_at        timestamptz not null,
  recorded_by_name text
);
create index on record.meeting_dissent (decision_id);

-- A later plan takes the place of an earlier one; none is changed.
create table record.risk_management_plan (
  id             uuid primary key default uuidv7(),
  offender_id    uuid not null references record.offender,
  meeting_id     uuid not null references record.mappa_meeting,
  plan           text not null check (plan ~ '\S'),
  rationale      text not null check (rationale ~ '\S'),
  agreed_at      timestamptz not null,
  agreed_by_name text
);

create table record.risk_management_action (
  id             uuid primary key default uuidv7(),
  offender_id    uuid not null references record.offender,
  meeting_id     uuid not null references record.mappa_meeting,
  plan_id        uuid not null references record.risk_management_plan,
  action         text not null check (action ~ '\S'),
  owner_agency   text not null check (owner_agency ~ '\S'),
  owner_name     text,
  due_on         date not null,
  done_at        timestamptz,
  outcome        text,
  done_by_name   text,
  done_by_agency text,
  check ((done_at is null) = (outcome is null))
);
create index on record.risk_management_action (plan_id);

-- What a third party is told of the person, and what not: both are decisions, and have reasons.
create table record.disclosure_decision (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  meeting_id       uuid not null references record.mappa_meeting,
  outcome          text not null check (outcome in ('DISCLOSE', 'DO_NOT_DISCLOSE', 'DEFER')),
  recipient        text not null check (recipient ~ '\S'),
  content          text not null check (content ~ '\S'),
  conditions       text[] not null default '{}',
  rationale        text not null check (rationale ~ '\S'),
  discloser        text,
  decided_at       timestamptz not null,
  recorded_by_name text
);

do $$
declare
  said text;
begin
  foreach said in array array['meeting_contribution', 'meeting_decision', 'meeting_dissent', 'risk_management_plan',
    'risk_management_action', 'disclosure_decision'] loop
    execute format('create index on record.%I (offender_id)', said);
    execute format('create index on record.%I (meeting_id)', said);
    perform record.track(said, 'offender_id');
    perform record.keep_owned(said);
  end loop;
end $$;

-- Which agency has not contributed on a case: those that are invited, and whoever holds the person, invited or not.
create view record.missing_contribution as
select a.meeting_id, a.offender_id, a.agency, bool_or(a.invited) as invited
from (
  select mc.meeting_id, mc.offender_id, mi.agency, true as invited
  from record.meeting_case mc join record.meeting_invitation mi on mi.meeting_id = mc.meeting_id
  where mi.withdrawn_at is null
  union all
  select mc.meeting_id, mc.offender_id, cu.establishment_code, false
  from record.meeting_case mc join record.custody cu on cu.offender_id = mc.offender_id
  where cu.status in ('IN_CUSTODY', 'TEMPORARILY_OUT') and cu.establishment_code is not null
) a
where not exists (select from record.meeting_contribution co
  where co.meeting_id = a.meeting_id and co.offender_id = a.offender_id and co.agency = a.agency)
group by a.meeting_id, a.offender_id, a.agency;

-- A referral to the Parole Board keeps the state of the record that its summary is read at.
alter table record.parole_referral disable trigger user;
select record.add_column('parole_referral', 'frozen_revision bigint');
update record.parole_referral set frozen_revision = revision;
update record.parole_referral_history set frozen_revision = revision;
alter table record.parole_referral enable trigger user;
