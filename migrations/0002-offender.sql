-- Organisations, offenders as clusters of source records, and what the suppliers state of them.
create table record.organisation (
  code  text primary key,
  name  text,
  type  text not null default 'UNKNOWN' check (type in (
    'PRISON', 'NPS_DIVISION', 'CRC', 'PROBATION_TRUST', 'PROBATION_REGION', 'CRS_PROVIDER', 'POLICE', 'YOT', 'UNKNOWN')),
  since date,
  until date
);
select record.track('organisation', 'code');

-- Which agencies cover a MAPPA area: the areas a coordinator without an area of their own works in.
create table record.mappa_area_agency (
  area   text not null,
  agency text not null,
  primary key (area, agency)
);
create index on record.mappa_area_agency (agency);
select record.track('mappa_area_agency', 'area');

-- The names here are the leading record's, for display, search and order.
create table record.offender (
  id               uuid primary key default uuidv7(),
  given_name       text,
  family_name      text,
  date_of_birth    date,
  sex              text,
  assessment_state text not null default 'UNKNOWN' check (assessment_state in ('RECORDED', 'NONE', 'UNKNOWN')),
  joined_into      uuid references record.offender
);
create index on record.offender ((coalesce(family_name, '')) collate "C", (coalesce(given_name, '')) collate "C", id)
  where joined_into is null;
create index on record.offender (lower(family_name) text_pattern_ops) where joined_into is null;
create index on record.offender (joined_into) where joined_into is not null;
select record.track('offender', 'id');

create table record.source_record (
  id          uuid primary key default uuidv7(),
  offender_id uuid not null references record.offender,
  system      text not null check (system in ('NOMIS', 'DELIUS', 'CRC', 'OASYS')),
  local_id    text not null,
  agency      text,
  unique (system, local_id)
);
create index on record.source_record (offender_id, system);
select record.track('source_record', 'offender_id');

-- The order of the newest statement of each kind of fact, so that an older one never replaces it.
create table record.stated (
  source_record_id uuid not null references record.source_record,
  fact             text not null,
  rank             integer not null,
  version          bigint not null,
  at               timestamptz not null,
  digest           text not null,
  primary key (source_record_id, fact)
);

create table record.identifier (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  source_record_id uuid not null references record.source_record,
  type             text not null,
  raw              text not null,
  value            text not null,
  valid            boolean not null,
  qualifier        text
);
create index on record.identifier (type, value);
create index on record.identifier (offender_id);
create index on record.identifier (source_record_id);
select record.track('identifier', 'offender_id');

create table record.person (
  source_record_id uuid primary key references record.source_record,
  offender_id      uuid not null references record.offender,
  lead             integer not null,
  title            text,
  given            text,
  middle           text,
  family           text,
  date_of_birth    date,
  sex              text
);
create index on record.person (offender_id);
select record.track('person', 'offender_id');

create table record.alias (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  source_record_id uuid not null references record.source_record,
  given            text,
  middle           text,
  family           text,
  date_of_birth    date
);
create index on record.alias (offender_id);
create index on record.alias (source_record_id);
select record.track('alias', 'offender_id');

create table record.custody (
  source_record_id              uuid primary key references record.source_record,
  offender_id                   uuid not null references record.offender,
  lead                          integer not null,
  status                        text not null,
  establishment_code            text references record.organisation,
  raw_status                    text,
  since                         date,
  booking_number                text,
  movement_type                 text,
  movement_reason               text,
  cell                          text,
  legal_status                  text,
  supporting_establishment_code text references record.organisation
);
create index on record.custody (offender_id);
create index on record.custody (establishment_code, offender_id);
select record.track('custody', 'offender_id');

create table record.alert (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  source_record_id uuid not null references record.source_record,
  code             text not null,
  type             text,
  description      text,
  since            date,
  active           boolean not null
);
create index on record.alert (offender_id);
create index on record.alert (source_record_id);
select record.track('alert', 'offender_id');

create table record.key_date (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  source_record_id uuid not null references record.source_record,
  type             text not null,
  date             date not null
);
create index on record.key_date (offender_id);
create index on record.key_date (source_record_id);
select record.track('key_date', 'offender_id');

create table record.allocation (
  id                uuid primary key default uuidv7(),
  offender_id       uuid not null references record.offender,
  source_record_id  uuid not null references record.source_record,
  role              text not null,
  staff_code        text,
  officer_name      text,
  organisation_code text references record.organisation,
  team_code         text,
  since             date,
  until             date,
  unallocated       boolean not null
);
create index on record.allocation (offender_id);
create index on record.allocation (source_record_id);
create index on record.allocation (organisation_code, offender_id);
create index on record.allocation (staff_code, offender_id);
create index on record.allocation (team_code, offender_id);
select record.track('allocation', 'offender_id');

-- Limited access: a list names who may not look (EXCLUSION) or who alone may look (RESTRICTION).
create table record.limitation (
  id                uuid primary key default uuidv7(),
  offender_id       uuid not null references record.offender,
  source_record_id  uuid not null references record.source_record,
  kind              text not null check (kind in ('EXCLUSION', 'RESTRICTION')),
  namespace         text not null,
  username          text,
  email             text,
  organisation_code text,
  since             timestamptz,
  until             timestamptz,
  check (num_nonnulls(username, email, organisation_code) = 1)
);
create index on record.limitation (offender_id);
create index on record.limitation (source_record_id);
select record.track('limitation', 'offender_id');

-- That a list is known at all, and the words its owner wants shown.
create table record.limitation_list (
  source_record_id    uuid primary key references record.source_record,
  offender_id         uuid not null references record.offender,
  exclusion_message   text,
  restriction_message text
);
create index on record.limitation_list (offender_id);
select record.track('limitation_list', 'offender_id');

-- What a probation document says without naming anybody: closed to all until a list is known.
create table record.limitation_flag (
  source_record_id    uuid primary key references record.source_record,
  offender_id         uuid not null references record.offender,
  excluded            boolean not null,
  restricted          boolean not null,
  exclusion_message   text,
  restriction_message text
);
create index on record.limitation_flag (offender_id);
select record.track('limitation_flag', 'offender_id');
