-- MyAccess as PRISON_OFFICER, for OFFENDER_MANAGEMENT
-- ["2026-11-22T12:00:00.000Z","DELIUS","reader","N02","2026-11-22","null"]
with r0_asked as materialized (
  select null::uuid as id, 1 as place where false
),
r0_weighed as materialized (
  select a.id, a.place, a.related, a.barred, case when a.related and a.barred then record.limited_access_notice(a.id, $1::timestamptz, $2::text, $3::text, $4::text) end as notice
  from (
    select a.id, a.place, a.related, case when a.related then case when exists (select from record.limitation ll where ll.offender_id = a.id
      union all select from record.limitation_flag lf where lf.offender_id = a.id and (lf.excluded or lf.restricted)
      union all select from record.limitation_change lc where lc.offender_id = a.id) then record.limited_access_bars(a.id, $1::timestamptz, $2::text, $3::text, $4::text) else false end else false end as barred
    from (
      select a.id, a.place, exists (select from record.custody cu where cu.offender_id = a.id
        and ((cu.establishment_code = $4::text and cu.status in ('IN_CUSTODY', 'TEMPORARILY_OUT'))
          or (cu.supporting_establishment_code = $4::text and cu.status = 'IN_HOSPITAL')
          or (cu.last_establishment_code = $4::text and cu.status in ('IN_TRANSFER', 'RELEASED')
            and coalesce(cu.moved_on, cu.since) > $5::date - 28
            and not exists (select from record.custody ch where ch.offender_id = a.id
              and case ch.status when 'IN_HOSPITAL' then ch.supporting_establishment_code
                when 'IN_CUSTODY' then ch.establishment_code when 'TEMPORARILY_OUT' then ch.establishment_code end is not null)))) as related
      from r0_asked a
      offset 0
    ) a
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
    (select coalesce(json_agg(json_build_array(s.id, s.conditions, array(select sr.agency from record.source_record sr where sr.offender_id = s.id)) order by s.place), '[]'::json) from r0_shown s),
    '[]'::json)) as sightings
