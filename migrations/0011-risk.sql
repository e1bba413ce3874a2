-- Risk, the whole of it: what an assessment says section by section, what others say of it, and the registers beside MAPPA.

-- What is said of an assessment names it by its number, because it may come before the assessment does.
select record.add_column('assessment', 'number text');
create function record.number_assessment() returns trigger language plpgsql as $$
begin
  -- Where the tool gave none, the record has a key of our own making, with colons in it.
  select r.local_id into new.number from record.source_record r
    where r.id = new.source_record_id and position(':' in r.local_id) = 0;
  return new;
end $$;
create trigger give_number before insert on record.assessment for each row execute function record.number_assessment();

select record.add_column('assessment', 'priority text');
select record.add_column('assessment', 'scores_only boolean not null default false');
-- Of a tool of one purpose, which says nothing of serious harm.
select record.add_column('assessment', 'specialist boolean not null default false');

alter table record.assessment disable trigger user;
do $$
declare
  held text;
begin
  foreach held in array array['assessment', 'assessment_history'] loop
    execute format('update record.%I set specialist = tool <> ''UNKNOWN'' and tool not like ''OASYS%%''', held);
    execute format('update record.%I a set number = r.local_id from record.source_record r
      where r.id = a.source_record_id and position('':'' in r.local_id) = 0', held);
  end loop;
end $$;
alter table record.assessment enable trigger user;

select record.add_column('rosh', 'analysis_of_risk_factors text');
select record.add_column('rosh', 'assessed_on date');

select record.add_column('predictor', 'one_year numeric');
select record.add_column('predictor', 'two_years numeric');
select record.add_column('predictor', 'static_or_dynamic text');
select record.add_column('predictor', 'static_weighted_score numeric');
select record.add_column('predictor', 'dynamic_weighted_score numeric');
select record.add_column('predictor', 'total_weighted_score numeric');
select record.add_column('predictor', 'algorithm_version text');
select record.add_column('predictor', 'completed_at timestamptz');
select record.add_column('predictor', 'status text');
select record.add_column('predictor', 'calculated_by text');

create table record.assessment_author (
  source_record_id   uuid primary key references record.source_record,
  offender_id        uuid not null references record.offender,
  assessor_name      text,
  countersigner_name text,
  signed_at          timestamptz
);
create index on record.assessment_author (offender_id);
select record.keep_fact('assessment_author');

-- Risk to self, and the other risks that providers and CRCs do not see: two tables, because two groups.
do $$
declare
  concern text;
begin
  foreach concern in array array['self_risk', 'other_risk'] loop
    execute format('create table record.%I (
      id               uuid primary key default uuidv7(),
      offender_id      uuid not null references record.offender,
      source_record_id uuid not null references record.source_record,
      area             text not null,
      risk             text,
      current          text,
      current_text     text,
      previous         text,
      previous_text    text)', concern);
    execute format('create index on record.%I (offender_id)', concern);
    execute format('create index on record.%I (source_record_id)', concern);
    perform record.keep_fact(concern);
  end loop;
end $$;

create table record.assessment_section (
  id                    uuid primary key default uuidv7(),
  offender_id           uuid not null references record.offender,
  source_record_id      uuid not null references record.source_record,
  section               text not null,
  number                integer,
  name                  text,
  score                 numeric,
  threshold             numeric,
  severity              text,
  need                  text,
  linked_to_reoffending text,
  linked_to_harm        text,
  answered              boolean not null,
  version               text
);
create index on record.assessment_section (offender_id);
create index on record.assessment_section (source_record_id);
select record.keep_fact('assessment_section');

create table record.section_score (
  id               uuid primary key default uuidv7(),
  offender_id      uuid not null references record.offender,
  source_record_id uuid not null references record.source_record,
  section          text not null,
  number           integer,
  name             text,
  score            numeric not null
);
create index on record.section_score (offender_id);
create index on record.section_score (source_record_id);
select record.keep_fact('section_score');

create table record.assessment_review (
  source_record_id uuid primary key references record.source_record,
  offender_id      uuid not null references record.offender,
  assessment       text not null,
  result           text not null,
  reviewer_name    text,
  reviewer_role    text,
  reviewed_on      date,
  comment          text
);
create index on record.assessment_review (offender_id);
create index on record.assessment_review (assessment, offender_id);
select record.keep_fact('assessment_review');

create table record.assessment_challenge (
  source_record_id uuid primary key references record.source_record,
  offender_id      uuid not null references record.offender,
  assessment       text not null,
  made_by          text,
  statement        text,
  reason           text,
  status           text not null,
  response         text,
  responded_by     text,
  outcome          text,
  raised_on        date,
  responded_on     date,
  decided_on       date
);
create index on record.assessment_challenge (offender_id);
create index on record.assessment_challenge (assessment, offender_id);
select record.keep_fact('assessment_challenge');

-- One table for each class of registration: whose eyes it is for decides where it is kept.
do $$
declare
  register text;
begin
  foreach register in array array['risk_registration', 'safeguarding_registration', 'self_risk_registration',
    'health_registration', 'intelligence_registration', 'victim_registration', 'supervision_registration'] loop
    execute format('create table record.%I (
      source_record_id     uuid primary key references record.source_record,
      offender_id          uuid not null references record.offender,
      register_type        text,
      description          text,
      level                text,
      level_description    text,
      category             text,
      category_description text,
      started_on           date,
      next_review_on       date,
      last_reviewed_on     date,
      ended_on             date,
      active               boolean not null,
      notes                text,
      staff_code           text,
      officer_name         text,
      team_code            text,
      organisation_code    text references record.organisation)', register);
    execute format('create index on record.%I (offender_id)', register);
    perform record.keep_fact(register);
  end loop;
end $$;
