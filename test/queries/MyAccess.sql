-- MyAccess as PRISON_OFFICER, for OFFENDER_MANAGEMENT
-- ["2026-11-22T12:00:00.000Z","DELIUS","reader","N02","2026-11-22","null"]
with r0_asked as materialized (
  select null::uuid as id, 1 as place where false
),
r0_weighed as materialized (
  select a.id, a.place, a.related, a.barred, case when a.related and a.barred then case when exists (select from record.limitation lx where lx.offender_id = a.id and lx.kind = 'EXCLUSION'
      and (lx.since is null or lx.since <= $1::timestamptz) and (lx.until is null or lx.until > $1::timestamptz) and ((lx.namespace = $2::text and (lx.username = $3::text or lx.email = $3::text)) or lx.organisation_code = upper(btrim($4::text)))) then (select min(m.text) from (
      select ll.exclusion_message as text from record.limitation_list ll where ll.offender_id = a.id
      union all select lf.exclusion_message from record.limitation_flag lf where lf.offender_id = a.id) m)
      when exists (select from record.limitation lr where lr.offender_id = a.id and lr.kind = 'RESTRICTION'
      and (lr.since is null or lr.since <= $1::timestamptz) and (lr.until is null or lr.until > $1::timestamptz)
      and not exists (select from record.limitation ln where ln.offender_id = a.id and ln.kind = 'RESTRICTION'
      and (ln.since is null or ln.since <= $1::timestamptz) and (ln.until is null or ln.until > $1::timestamptz) and ln.source_record_id = lr.source_record_id and ((ln.namespace = $2::text and (ln.username = $3::text or ln.email = $3::text)) or ln.organisation_code = upper(btrim($4::text))))) then (select min(m.text) from (
      select ll.restriction_message as text from record.limitation_list ll where ll.offender_id = a.id
      union all select lf.restriction_message from record.limitation_flag lf where lf.offender_id = a.id) m) end end as notice
  from (
    select a.id, a.place,
      exists (select from record.custody cu where cu.offender_id = a.id
        and ((cu.establishment_code = $4::text and cu.status in ('IN_CUSTODY', 'TEMPORARILY_OUT'))
          or (cu.supporting_establishment_code = $4::text and cu.status = 'IN_HOSPITAL')
          or (cu.last_establishment_code = $4::text and cu.status in ('IN_TRANSFER', 'RELEASED')
            and coalesce(cu.moved_on, cu.since) > $5::date - 28
            and not exists (select from record.custody ch where ch.offender_id = a.id
              and case ch.status when 'IN_HOSPITAL' then ch.supporting_establishment_code
                when 'IN_CUSTODY' then ch.establishment_code when 'TEMPORARILY_OUT' then ch.establishment_code end is not null)))) as related,
      (exists (select from record.limitation lx where lx.offender_id = a.id and lx.kind = 'EXCLUSION'
      and (lx.since is null or lx.since <= $1::timestamptz) and (lx.until is null or lx.until > $1::timestamptz) and ((lx.namespace = $2::text and (lx.username = $3::text or lx.email = $3::text)) or lx.organisation_code = upper(btrim($4::text)) or (lx.organisation_code is null and lx.namespace <> $2::text)
      or (lx.email is not null and position('@' in $3::text) = 0)
      or (lx.username is not null and position('@' in $3::text) > 0 and position('@' in lx.username) = 0))) or exists (select from record.limitation lr where lr.offender_id = a.id and lr.kind = 'RESTRICTION'
      and (lr.since is null or lr.since <= $1::timestamptz) and (lr.until is null or lr.until > $1::timestamptz)
      and not exists (select from record.limitation ln where ln.offender_id = a.id and ln.kind = 'RESTRICTION'
      and (ln.since is null or ln.since <= $1::timestamptz) and (ln.until is null or ln.until > $1::timestamptz) and ln.source_record_id = lr.source_record_id and ((ln.namespace = $2::text and (ln.username = $3::text or ln.email = $3::text)) or ln.organisation_code = upper(btrim($4::text))))) or exists (select from record.limitation_flag lf where lf.offender_id = a.id and lf.excluded
      and not exists (select from record.limitation lk where lk.offender_id = a.id and lk.kind = 'EXCLUSION'
      and (lk.since is null or lk.since <= $1::timestamptz) and (lk.until is null or lk.until > $1::timestamptz) and lk.source_record_id = lf.source_record_id)) or exists (select from record.limitation_flag lf where lf.offender_id = a.id and lf.restricted
      and not exists (select from record.limitation lk where lk.offender_id = a.id and lk.kind = 'RESTRICTION'
      and (lk.since is null or lk.since <= $1::timestamptz) and (lk.until is null or lk.until > $1::timestamptz) and lk.source_record_id = lf.source_record_id)) or exists (select from record.limitation_change lc
      join record.newest lnew on lnew.source_record_id = lc.source_record_id where lc.offender_id = a.id
      and coalesce(lnew.facts -> 'limitations' ->> 2, '') <= lnew.facts -> 'limitationChange' ->> 2)) as barred
    from r0_asked a
    offset 0
  ) a
),
r0_shown as materialized (
  select a.id, a.place, '{}'::boolean[] as conditions
  from r0_weighed a where a.related and not a.barred
)
select json_object(
  'myAccess' value json_object(
    'role' value $6::json,
    'agency' value $6::json,
    'purposes' value $6::json,
    'groups' value $6::json,
    'policyVersion' value $6::json returning json) returning json)::text as data,
  (select c.value from record.revision_counter c) as revision,
  json_build_array(json_build_array(
    (select coalesce(json_agg(json_build_array(s.id, s.conditions, (select coalesce(json_agg(distinct sr.agency) filter (where sr.agency is not null), '[]'::json)
      from record.source_record sr where sr.offender_id = s.id)) order by s.place), '[]'::json) from r0_shown s),
    '[]'::json)) as sightings
