-- How a later migration takes a column from a tracked table: from the rows, the history and the view at once.
create function record.drop_column(tracked text, doomed text) returns void language plpgsql as $$
begin
  execute format('drop view record.%I', tracked || '_ever');
  execute format('alter table record.%I drop column %I', tracked, doomed);
  execute format('alter table record.%I drop column %I', tracked || '_history', doomed);
  perform record.view_ever(tracked);
end $$;

-- That nobody assessed a person is an empty list like any other, and what an earlier revision said of it stays true.
alter table record.none_stated disable trigger user;
insert into record.none_stated (source_record_id, offender_id, table_name, revision, ordinal, recorded_at)
  select source_record_id, offender_id, 'assessment', revision, ordinal, recorded_at from record.assessment_absence;
alter table record.none_stated enable trigger user;
insert into record.none_stated_history (superseded_revision, superseded_ordinal, source_record_id, offender_id, table_name,
    revision, ordinal, recorded_at)
  select superseded_revision, superseded_ordinal, source_record_id, offender_id, 'assessment', revision, ordinal, recorded_at
  from record.assessment_absence_history;
drop view record.assessment_absence_ever;
drop table record.assessment_absence, record.assessment_absence_history;
select record.drop_column('offender', 'assessment_state');

-- The leading record's names for display and search.
create or replace function record.refresh_offenders(ids uuid[]) returns void language sql as $$
  update record.offender o
  set given_name = n.given, family_name = n.family, date_of_birth = n.date_of_birth, sex = n.sex
  from (
    select i.id, lead.given, lead.family,
      (select p.date_of_birth from record.person p join record.source_record sr on sr.id = p.source_record_id
        where p.offender_id = i.id and p.date_of_birth is not null order by p.lead, sr.local_id limit 1) as date_of_birth,
      (select p.sex from record.person p join record.source_record sr on sr.id = p.source_record_id
        where p.offender_id = i.id and p.sex is not null order by p.lead, sr.local_id limit 1) as sex
    from (select distinct unnest(ids) as id) i
    left join lateral (
      select p.given, p.family from record.person p join record.source_record sr on sr.id = p.source_record_id
      where p.offender_id = i.id order by (p.family is null), p.lead, sr.local_id limit 1
    ) lead on true
  ) n
  where o.id = n.id and o.joined_into is null
    and (o.given_name, o.family_name, o.date_of_birth, o.sex) is distinct from (n.given, n.family, n.date_of_birth, n.sex)
$$;

-- Who somebody is, and how to reach them.
select record.add_column('person', 'preferred_name text');
select record.add_column('person', 'ethnicity text');
select record.add_column('person', 'nationality text');

create table record.address (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  source_record_id uuid not null references record.source_record,
  status           text not null check (status in ('MAIN', 'PREVIOUS', 'OTHER')),
  raw_status       text,
  type             text,
  no_fixed_abode   boolean,
  lines            text[],
  town             text,
  county           text,
  postcode         text,
  since            date,
  until            date
);
create index on record.address (offender_id);
create index on record.address (source_record_id);
select record.keep_fact('address');

create table record.contact_point (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  source_record_id uuid not null references record.source_record,
  type             text not null check (type in ('TELEPHONE', 'MOBILE', 'EMAIL')),
  raw_type         text,
  value            text not null
);
create index on record.contact_point (offender_id);
create index on record.contact_point (source_record_id);
select record.keep_fact('contact_point');

-- Custody: where somebody is, was before, and how the prison classes them.
select record.add_column('custody', 'received_on date');
select record.add_column('custody', 'admitted_on date');
select record.add_column('custody', 'moved_on date');
select record.add_column('custody', 'convicted_status text');
select record.add_column('custody', 'recalled boolean');
select record.add_column('custody', 'category text');
select record.add_column('custody', 'csra text');
select record.add_column('custody', 'complexity_of_need text');
select record.add_column('custody', 'last_establishment_code text references record.organisation');
select record.add_column('custody', 'previous_establishment_code text references record.organisation');
select record.add_column('custody', 'left_previous_on date');
select record.add_column('custody', 'destination_kind text');
select record.add_column('custody', 'destination_place text');
select record.add_column('custody', 'destination_name text');
select record.add_column('custody', 'restricted_patient boolean');
select record.add_column('alert', 'until date');

-- Places are raw codes of whatever kind: only a prison's is also an organisation's.
create table record.movement (
  id                 uuid primary key default uuidv7(),
  offender_id        uuid not null references record.offender,
  source_record_id   uuid not null references record.source_record,
  -- The place in the order of movements: the instant, else the beginning of the day.
  moved_at           timestamptz not null,
  occurred_at        timestamptz,
  occurred_on        date,
  type               text not null,
  reason             text,
  reason_description text,
  direction          text check (direction in ('IN', 'OUT')),
  from_place         text,
  from_kind          text check (from_kind in ('PRISON', 'COURT', 'HOSPITAL', 'OUT', 'TRN', 'OTHER')),
  to_place           text,
  to_kind            text check (to_kind in ('PRISON', 'COURT', 'HOSPITAL', 'OUT', 'TRN', 'OTHER')),
  booking_number     text
);
create index on record.movement (offender_id, moved_at desc, id desc);
create index on record.movement (source_record_id);
select record.keep_fact('movement');

-- Sentences: both the calculated date and the one that overrides it stay beside the date in force.
select record.add_column('key_date', 'calculated_date date');
select record.add_column('key_date', 'override_date date');
select record.add_column('key_date', 'basis text');

create table record.imprisonment (
  source_record_id         uuid primary key references record.source_record,
  offender_id              uuid not null references record.offender,
  status                   text,
  status_description       text,
  indeterminate            boolean,
  most_serious_offence     text,
  main_offence_code        text,
  main_offence_description text,
  additional_days_awarded  integer
);
create index on record.imprisonment (offender_id);
select record.keep_fact('imprisonment');

create table record.sentence (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  source_record_id uuid not null references record.source_record,
  booking_number   text,
  event_number     text,
  sequence         integer,
  category         text check (category in
    ('DETERMINATE', 'INDETERMINATE', 'DETERMINATE_RECALL', 'INDETERMINATE_RECALL', 'UNKNOWN')),
  type             text,
  type_description text,
  status           text,
  imposed_on       date,
  starts_on        date,
  ends_on          date,
  length           text,
  custodial        boolean,
  court            text,
  case_reference   text,
  consecutive_to   integer
);
create index on record.sentence (offender_id);
create index on record.sentence (source_record_id);
select record.keep_fact('sentence');

create table record.offence (
  id                 uuid primary key default uuidv7(),
  offender_id        uuid not null references record.offender,
  source_record_id   uuid not null references record.source_record,
  booking_number     text,
  event_number       text,
  sentence_sequence  integer,
  code               text,
  description        text,
  statute            text,
  committed_on       date,
  committed_until    date,
  main               boolean,
  outcome            text,
  sentence_starts_on date,
  latest_booking     boolean,
  primary_sentence   boolean
);
create index on record.offence (offender_id);
create index on record.offence (source_record_id);
select record.keep_fact('offence');

create table record.sentence_adjustment (
  id                uuid primary key default uuidv7(),
  offender_id       uuid not null references record.offender,
  source_record_id  uuid not null references record.source_record,
  booking_number    text,
  event_number      text,
  sentence_sequence integer,
  type              text not null,
  days              integer not null,
  since             date,
  until             date,
  active            boolean
);
create index on record.sentence_adjustment (offender_id);
create index on record.sentence_adjustment (source_record_id);
select record.keep_fact('sentence_adjustment');

create table record.court_requirement (
  id                  uuid primary key default uuidv7(),
  offender_id         uuid not null references record.offender,
  source_record_id    uuid not null references record.source_record,
  event_number        text,
  order_type          text,
  ordered_on          date,
  court               text,
  type                text not null,
  type_description    text,
  subtype             text,
  subtype_description text,
  length              text,
  starts_on           date,
  ends_on             date,
  status              text
);
create index on record.court_requirement (offender_id);
create index on record.court_requirement (source_record_id);
select record.keep_fact('court_requirement');

create table record.probation_status (
  source_record_id       uuid primary key references record.source_record,
  offender_id            uuid not null references record.offender,
  status                 text,
  active_sentence        boolean,
  in_breach              boolean,
  awaiting_report        boolean,
  pre_sentence_activity  boolean,
  previously_known_until date,
  tier                   text
);
create index on record.probation_status (offender_id);
select record.keep_fact('probation_status');

-- Who answers for a case.
select record.add_column('allocation', 'phase text check (phase in (''CUSTODY'', ''COMMUNITY''))');
select record.add_column('allocation', 'team_name text');
select record.add_column('allocation', 'reason text');

create table record.responsibility (
  source_record_id   uuid primary key references record.source_record,
  offender_id        uuid not null references record.offender,
  lead               integer not null,
  value              text not null,
  handover_starts_on date,
  handover_on        date,
  reason             text
);
create index on record.responsibility (offender_id);
select record.keep_fact('responsibility');

-- A table of its own: that there is an officer says that there is a victim in contact.
create table record.victim_liaison_officer (
  id                uuid primary key default uuidv7(),
  offender_id       uuid not null references record.offender,
  source_record_id  uuid not null references record.source_record,
  staff_code        text,
  officer_name      text,
  organisation_code text references record.organisation,
  team_code         text,
  team_name         text,
  since             date,
  until             date
);
create index on record.victim_liaison_officer (offender_id);
create index on record.victim_liaison_officer (source_record_id);
create index on record.victim_liaison_officer (staff_code, offender_id);
select record.keep_fact('victim_liaison_officer');

-- What officers are trained for: reference data, by the code that their allocations carry.
create table record.staff_training (
  id           uuid primary key default uuidv7(),
  staff_code   text not null,
  code         text not null,
  description  text,
  completed_on date,
  expires_on   date,
  unique nulls not distinct (staff_code, code, completed_on)
);
select record.track('staff_training', 'staff_code');

create table record.barrier (
  id                uuid primary key default uuidv7(),
  offender_id       uuid not null references record.offender,
  source_record_id  uuid not null references record.source_record,
  kind              text not null check (kind in
    ('DISABILITY', 'LEARNING', 'CARE_NEED', 'LANGUAGE', 'PROVISION', 'PRACTICAL')),
  code              text,
  description       text,
  condition         text,
  status            text,
  notes             text,
  adjustments       text[],
  adapted_programme boolean,
  since             date,
  until             date
);
create index on record.barrier (offender_id);
create index on record.barrier (source_record_id);
select record.keep_fact('barrier');
