-- What is known of who comes to meetings, and of what followed a referral.

-- An acceptance is of one edition of the confidentiality statement: under another one is asked again, and both are kept.
alter table record.meeting_acceptance drop constraint meeting_acceptance_pkey,
  add primary key (meeting_id, issuer, subject, agency, edition);

-- Whom limited-access lists would name. Unknown of those who accepted before this was kept.
select record.add_column('meeting_acceptance', 'username text');
select record.add_column('meeting_acceptance', 'namespace text');

-- The accepted referral that a decision followed.
select record.add_column('mappa_level_decision', 'referral_id uuid references record.mappa_referral');
create index on record.mappa_level_decision (referral_id) where referral_id is not null;

-- What hangs on another row of ours was made about whom that one was, whenever it was made: a step of a referral, or a
-- notice of a decision, that came while two were one person goes where the referral or the decision goes.
create function record.made_about_with() returns trigger language plpgsql as $$
begin
  execute format('select p.made_about from record.%I p where p.%I = $1', tg_argv[0], tg_argv[1])
    into new.made_about using (to_jsonb(new) ->> tg_argv[2])::uuid;
  return new;
end $$;
do $$
declare
  hangs text[];
begin
  foreach hangs slice 1 in array array[
    ['notice', 'mappa_level_decision', 'id', 'decision_id'],
    ['decision_assessment', 'mappa_level_decision', 'id', 'decision_id'],
    ['mappa_referral_step', 'mappa_referral', 'id', 'referral_id'],
    ['meeting_dissent', 'meeting_decision', 'id', 'decision_id'],
    ['risk_management_action', 'risk_management_plan', 'id', 'plan_id'],
    ['oversight_countersignature', 'oversight_entry', 'id', 'entry_id'],
    ['break_glass_review', 'break_glass', 'id', 'grant_id']]
  loop
    -- Before `keep_history`, by its name, which else says that it was made about whom it is of now.
    execute format('create trigger follow_row before insert on record.%I for each row when (new.%I is not null)
      execute function record.made_about_with(%L, %L, %L)', hangs[1], hangs[4], hangs[2], hangs[3], hangs[4]);
  end loop;
end $$;

-- A notice of what a record states is of whom the record is.
create function record.follow_record() returns trigger language plpgsql as $$
begin
  update record.notice n set offender_id = new.offender_id, made_about = new.offender_id
    where n.stated_by = new.id and n.offender_id <> new.offender_id;
  return null;
end $$;
create trigger follow_record after update of offender_id on record.source_record for each row
  when (old.offender_id <> new.offender_id) execute function record.follow_record();
