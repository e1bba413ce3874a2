-- How a later migration takes a column from a tracked table: from the rows, the history and the view at once.
create function record.drop_column(tracked text, doomed text) returns void language plpgsql as $$
begin
  execute format('drop view record.%I', tracked || '_ever');
  execute format('alter table record.%I drop column %I', tracked, doomed);
  execute format('alter table record.%I drop column %I', tracked || '_history', doomed);
  perform record.view_ever(tracked);
end $$;

-- That nobody assessed a person is an empty list like any other, and what an earlier revision said of it stays true.
alter table record.none_stated disable trigger keep_history;
insert into record.none_stated (source_record_id, offender_id, table_name, revision, ordinal, recorded_at)
  select source_record_id, offender_id, 'assessment', revision, ordinal, recorded_at from record.assessment_absence;
alter table record.none_stated enable trigger keep_history;
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

-- As before, without the table that went.
create or replace function record.join_offenders(survivor uuid, absorbed uuid) returns void language plpgsql as $$
declare
  owned text;
begin
  foreach owned in array array['source_record', 'identifier', 'person', 'alias', 'custody', 'alert', 'key_date', 'allocation',
    'limitation', 'limitation_list', 'limitation_flag', 'assessment', 'none_stated', 'rosh', 'predictor', 'registration',
    'mappa_level_decision', 'decision_assessment', 'mappa_communication'] loop
    execute format('update record.%I set offender_id = $1 where offender_id = $2', owned) using survivor, absorbed;
  end loop;
  delete from record.mappa_level m where m.offender_id = absorbed;
  delete from record.meeting_case c where c.offender_id = absorbed
    and exists (select from record.meeting_case k where k.meeting_id = c.meeting_id and k.offender_id = survivor);
  update record.meeting_case set offender_id = survivor where offender_id = absorbed;
  update record.received set offender_id = survivor where offender_id = absorbed;
  update record.offender set joined_into = survivor where id = absorbed or joined_into = absorbed;
end $$;
