-- Programmes: a need is one thing, a referral another; what was needed and never delivered must stay visible.
create table record.programme_need (
  id                       uuid primary key default uuidv7(),
  offender_id              uuid not null references record.offender,
  source_record_id         uuid not null references record.source_record,
  programme                text not null,
  description              text,
  intensity                text,
  identified_on            date,
  identified_from          text,
  sexual_offence           boolean,
  ldc_adapted              boolean,
  status                   text not null check (status in (
    'OPEN', 'PLANNED', 'IN_PROGRESS', 'MET', 'RELEASED_UNMET', 'NO_LONGER_NEEDED', 'UNKNOWN')),
  raw_status               text,
  not_delivered_reason     text check (not_delivered_reason in (
    'NOT_OFFERED_HERE', 'NO_PLACE', 'UNSUITABLE', 'REFUSED', 'NOT_ENOUGH_TIME', 'TRANSFERRED', 'RELEASED', 'HEALTH',
    'RISK_CHANGED', 'OTHER')),
  raw_not_delivered_reason text
);
create index on record.programme_need (offender_id);
create index on record.programme_need (source_record_id);
select record.keep_fact('programme_need');

create table record.programme_referral (
  source_record_id   uuid primary key references record.source_record,
  offender_id        uuid not null references record.offender,
  programme          text,
  audience           text,
  intensity          text,
  setting            text,
  establishment_code text references record.organisation,
  offering_code      text,
  referred_on        date,
  referred_by        text,
  status             text,
  status_description text,
  closed             boolean,
  ldc_adapted        boolean,
  note               text
);
create index on record.programme_referral (offender_id);
select record.keep_fact('programme_referral');

create table record.referral_state (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  source_record_id uuid not null references record.source_record,
  status           text not null,
  description      text,
  at               timestamptz,
  category         text,
  reason           text,
  note             text,
  changed_by       text
);
create index on record.referral_state (offender_id);
create index on record.referral_state (source_record_id);
select record.keep_fact('referral_state');

create table record.programme_participation (
  source_record_id uuid primary key references record.source_record,
  offender_id      uuid not null references record.offender,
  programme        text not null,
  referral_code    text,
  setting          text,
  location         text,
  outcome          text,
  started_on       date,
  ended_on         date,
  -- Suppliers know many of them by the year alone.
  year_started     integer,
  year_completed   integer,
  stated_source    text,
  detail           text
);
create index on record.programme_participation (offender_id);
select record.keep_fact('programme_participation');

create table record.denial_status (
  source_record_id uuid primary key references record.source_record,
  offender_id      uuid not null references record.offender,
  in_denial        boolean not null,
  denies           text,
  stated_on        date
);
create index on record.denial_status (offender_id);
select record.keep_fact('denial_status');

create table record.intervention (
  id                uuid primary key default uuidv7(),
  offender_id       uuid not null references record.offender,
  source_record_id  uuid not null references record.source_record,
  kind              text not null,
  description       text,
  started_on        date,
  ended_on          date,
  sessions          integer,
  outcome           text,
  delivered_by      text,
  organisation_code text references record.organisation
);
create index on record.intervention (offender_id);
create index on record.intervention (source_record_id);
select record.keep_fact('intervention');

-- What an establishment offers is about no person. That its list was given at all is a row of its own, so that a
-- prison that offers nothing is told from one that never said.
create table record.offering_list (
  establishment_code text primary key references record.organisation,
  stated_at          timestamptz not null,
  stated_version     bigint not null,
  stated_by          text not null
);
select record.track('offering_list', 'establishment_code');

create table record.offering (
  id                 uuid primary key default uuidv7(),
  establishment_code text not null references record.organisation,
  programme          text not null,
  audience           text,
  intensity          text,
  places             integer check (places >= 0),
  offered_from       date,
  offered_until      date,
  withdrawn_on       date,
  unique nulls not distinct (establishment_code, programme, audience, offered_from)
);
select record.track('offering', 'establishment_code');

-- Release.
create table record.release_plan (
  source_record_id        uuid primary key references record.source_record,
  offender_id             uuid not null references record.offender,
  status                  text,
  planned_release_on      date,
  prepared_on             date,
  prepared_by             text,
  home_area               text,
  resettlement_prison_code text references record.organisation,
  for_home_area           boolean,
  exemption_reason        text
);
create index on record.release_plan (offender_id);
select record.keep_fact('release_plan');

create table record.accommodation (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  source_record_id uuid not null references record.source_record,
  type             text not null,
  status           text,
  approved         boolean,
  confirmed_on     date,
  since            date,
  until            date
);
create index on record.accommodation (offender_id);
create index on record.accommodation (source_record_id);
select record.keep_fact('accommodation');

-- How a release turned out is a record of its own: no later list leaves it out.
create table record.release_outcome (
  source_record_id     uuid primary key references record.source_record,
  offender_id          uuid not null references record.offender,
  released_on          date not null,
  homeless             boolean,
  accommodation_type   text,
  programme_need_unmet boolean
);
create index on record.release_outcome (offender_id);
select record.keep_fact('release_outcome');

create table record.appointment (
  id                  uuid primary key default uuidv7(),
  offender_id         uuid not null references record.offender,
  source_record_id    uuid not null references record.source_record,
  at                  timestamptz not null,
  kind                text,
  first_after_release boolean,
  officer_name        text,
  place               text,
  outcome             text
);
create index on record.appointment (offender_id);
create index on record.appointment (source_record_id);
select record.keep_fact('appointment');

create table record.licence (
  source_record_id uuid primary key references record.source_record,
  offender_id      uuid not null references record.offender,
  type             text,
  kind             text,
  status           text,
  version          text,
  policy_version   text,
  starts_on        date,
  expires_on       date,
  pss_starts_on    date,
  pss_expires_on   date,
  in_pss_period    boolean,
  booking_number   text,
  variation_of     text,
  created_by       text,
  created_at       timestamptz,
  approved_by      text,
  approved_at      timestamptz,
  updated_at       timestamptz,
  superseded_at    timestamptz
);
create index on record.licence (offender_id);
select record.keep_fact('licence');

create table record.licence_condition (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  source_record_id uuid not null references record.source_record,
  type             text,
  kind             text,
  number           text,
  code             text,
  category         text,
  sequence         integer,
  form             text,
  exclusion_zone   boolean,
  restrictions     text[],
  -- As issued: policies change their words, licences in force do not.
  text             text
);
create index on record.licence_condition (offender_id);
create index on record.licence_condition (source_record_id);
select record.keep_fact('licence_condition');

create table record.risk_escalation (
  source_record_id uuid primary key references record.source_record,
  offender_id      uuid not null references record.offender,
  raised_on        date not null,
  raised_by        text,
  from_level       text,
  to_level         text,
  reason           text
);
create index on record.risk_escalation (offender_id);
select record.keep_fact('risk_escalation');

-- Safeguarding, and what only few may know of at all.
create table record.child_contact (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  source_record_id uuid not null references record.source_record,
  level            text not null,
  child_name       text,
  decided_on       date,
  review_on        date
);
create index on record.child_contact (offender_id);
create index on record.child_contact (source_record_id);
select record.keep_fact('child_contact');

create table record.child_enquiry (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  source_record_id uuid not null references record.source_record,
  asked_of         text not null,
  asked_on         date,
  result           text,
  result_on        date
);
create index on record.child_enquiry (offender_id);
create index on record.child_enquiry (source_record_id);
select record.keep_fact('child_enquiry');

create table record.known_children (
  source_record_id uuid primary key references record.source_record,
  offender_id      uuid not null references record.offender,
  number           integer check (number >= 0),
  living_with      boolean,
  in_contact       boolean,
  stated_on        date
);
create index on record.known_children (offender_id);
select record.keep_fact('known_children');

create table record.communications_monitoring (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  source_record_id uuid not null references record.source_record,
  kind             text not null,
  reason           text,
  started_on       date,
  review_on        date,
  ended_on         date
);
create index on record.communications_monitoring (offender_id);
create index on record.communications_monitoring (source_record_id);
select record.keep_fact('communications_monitoring');

create table record.victim_contact (
  source_record_id     uuid primary key references record.source_record,
  offender_id          uuid not null references record.offender,
  reference            text,
  officer_name         text,
  officer_staff_code   text,
  opted_in             boolean,
  opted_in_on          date,
  requested_conditions text[],
  contact_requests     text[]
);
create index on record.victim_contact (offender_id);
select record.keep_fact('victim_contact');

-- Management oversight: append-only, a correction is a new entry that supersedes. What an entry is about is kept as
-- it stood then, because suppliers may replace it.
create table record.oversight_entry (
  id                      uuid primary key default uuidv7(),
  offender_id             uuid not null references record.offender,
  kind                    text not null check (kind in (
    'ASSESSMENT', 'RISK_MANAGEMENT', 'RELEASE', 'PROGRAMME', 'SAFEGUARDING', 'ENFORCEMENT', 'ALLOCATION', 'OTHER')),
  decision                text not null check (decision ~ '\S'),
  rationale               text not null check (rationale ~ '\S'),
  assessment_id           uuid,
  assessment_tool         text,
  assessment_completed_at timestamptz,
  need_id                 uuid,
  need_programme          text,
  supersedes              uuid references record.oversight_entry,
  decided_at              timestamptz not null,
  decided_by_issuer       text not null,
  decided_by_subject      text not null,
  decided_by_name         text,
  decided_by_role         text not null,
  decided_by_agency       text
);
create index on record.oversight_entry (offender_id, decided_at desc, id desc);
create unique index on record.oversight_entry (supersedes) where supersedes is not null;
select record.track('oversight_entry', 'offender_id');
select record.keep_owned('oversight_entry');

create table record.oversight_countersignature (
  entry_id                 uuid primary key references record.oversight_entry,
  offender_id              uuid not null references record.offender,
  comment                  text,
  countersigned_at         timestamptz not null,
  countersigned_by_issuer  text not null,
  countersigned_by_subject text not null,
  countersigned_by_name    text,
  countersigned_by_role    text not null,
  countersigned_by_agency  text
);
create index on record.oversight_countersignature (offender_id);
select record.track('oversight_countersignature', 'offender_id');
select record.keep_owned('oversight_countersignature');
