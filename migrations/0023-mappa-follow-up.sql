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
