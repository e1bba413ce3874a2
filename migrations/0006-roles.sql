-- The gateway's connections act as these roles and own nothing: a reader cannot write, and nobody
-- who serves a request can read or change the journal; they may only append to it.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['throughcare_reader', 'throughcare_writer', 'throughcare_appender', 'throughcare_auditor'] loop
    if not exists (select from pg_roles where rolname = role_name) then
      execute format('create role %I nologin', role_name);
    end if;
    if not pg_has_role(current_user, role_name, 'member') then
      execute format('grant %I to %I', role_name, current_user);
    end if;
  end loop;
end $$;

grant usage on schema record to throughcare_reader, throughcare_writer, throughcare_auditor;
grant select on all tables in schema record to throughcare_reader;
revoke all on record.received, record.command from throughcare_reader;
grant select, insert, update, delete on all tables in schema record to throughcare_writer;
grant usage on all sequences in schema record to throughcare_writer;
-- After a bulk load the planner needs fresh statistics.
grant maintain on all tables in schema record to throughcare_writer;
-- Identities only, to say which person an entry of the journal is about.
grant select on record.offender, record.identifier, record.source_record to throughcare_auditor;

grant usage on schema journal to throughcare_writer, throughcare_appender, throughcare_auditor;
grant execute on function journal.append to throughcare_writer, throughcare_appender;
grant execute on function journal.keep_dictionary to throughcare_appender;
grant select on all tables in schema journal to throughcare_auditor;

-- What later migrations create is read and written by the same roles, without a word from them.
alter default privileges in schema record grant select on tables to throughcare_reader;
alter default privileges in schema record grant select, insert, update, delete, maintain on tables to throughcare_writer;
alter default privileges in schema record grant usage on sequences to throughcare_writer;
