-- Whether limited access bars a caller from an offender, and what the affected person is told. Nearly nobody is on any
-- list, so questions look for one first and ask this of the few; and roles that read need no rights in the lists.

-- An exclusion bars those it names; a restriction bars everybody it does not name (Delius: limited access). Whoever cannot
-- be matched with the list's names is barred by both: another system's user, an e-mail address against a username, a call
-- on nobody's behalf. A list that was changed since it came bars everybody; so does a mark without a list.
create function record.limited_access_bars(offender uuid, at timestamptz, namespace text, username text, agency text)
returns boolean language sql stable parallel safe security definer
begin atomic
  with active as (
    select l.* from record.limitation l
    where l.offender_id = limited_access_bars.offender
      and (l.since is null or l.since <= limited_access_bars.at) and (l.until is null or l.until > limited_access_bars.at)
  ), caller as (
    select limited_access_bars.namespace, limited_access_bars.username, upper(btrim(limited_access_bars.agency)) as organisation,
      limited_access_bars.namespace is null or limited_access_bars.username is null as is_nobody,
      position('@' in limited_access_bars.username) > 0 as is_email
  )
  select exists (
    select from active l, caller c where l.kind = 'EXCLUSION' and (
      c.is_nobody
      or (l.namespace = c.namespace and (l.username = c.username or l.email = c.username))
      or (l.organisation_code is not null and (c.organisation is null or l.organisation_code = c.organisation))
      or (l.organisation_code is null and l.namespace <> c.namespace)
      or (l.email is not null and not c.is_email)
      or (l.username is not null and c.is_email and position('@' in l.username) = 0))
  ) or exists (
    -- Each record has a list of its own: a name on one of a joined person's lists is not on the others.
    select from active l, caller c where l.kind = 'RESTRICTION' and (
      c.is_nobody
      or not exists (
        select from active n where n.kind = 'RESTRICTION' and n.source_record_id = l.source_record_id
          and ((n.namespace = c.namespace and (n.username = c.username or n.email = c.username))
            or n.organisation_code = c.organisation)))
  ) or exists (
    select from record.limitation_flag f where f.offender_id = limited_access_bars.offender
      and (f.excluded and not exists (
          select from active l where l.kind = 'EXCLUSION' and l.source_record_id = f.source_record_id)
        or f.restricted and not exists (
          select from active l where l.kind = 'RESTRICTION' and l.source_record_id = f.source_record_id))
  ) or exists (
    -- By time alone: lists may be numbered, and what tells that they changed never is.
    select from record.limitation_change c join record.newest n on n.source_record_id = c.source_record_id
    where c.offender_id = limited_access_bars.offender
      and coalesce(n.facts -> 'limitations' ->> 2, '') <= n.facts -> 'limitationChange' ->> 2
  );
end;

-- The owner's message, only while active and only to whom it is meant for; else null.
create function record.limited_access_notice(offender uuid, at timestamptz, namespace text, username text, agency text)
returns text language sql stable parallel safe security definer
begin atomic
  with active as (
    select l.*, (l.namespace = limited_access_notice.namespace
        and (l.username = limited_access_notice.username or l.email = limited_access_notice.username))
      or l.organisation_code = upper(btrim(limited_access_notice.agency)) as names
    from record.limitation l
    where l.offender_id = limited_access_notice.offender
      and (l.since is null or l.since <= limited_access_notice.at) and (l.until is null or l.until > limited_access_notice.at)
  ), message as (
    select l.exclusion_message, l.restriction_message from record.limitation_list l
    where l.offender_id = limited_access_notice.offender
    union all
    select f.exclusion_message, f.restriction_message from record.limitation_flag f
    where f.offender_id = limited_access_notice.offender
  )
  select case
    when limited_access_notice.namespace is null or limited_access_notice.username is null then null
    when exists (select from active l where l.kind = 'EXCLUSION' and l.names)
      then (select min(m.exclusion_message) from message m)
    when exists (
        select from active l where l.kind = 'RESTRICTION' and not exists (
          select from active n where n.kind = 'RESTRICTION' and n.source_record_id = l.source_record_id and n.names))
      then (select min(m.restriction_message) from message m)
  end;
end;
