-- Caseload as PRISON_OFFICER, for OFFENDER_MANAGEMENT
-- ["MDI",2,"2026-11-22T12:00:00.000Z","sam%","N02","2026-11-22","DELIUS","reader","3116cca01e15027fef9ab67d414c2454"]
with r0_page as materialized (
  select o.id, row_number() over (order by coalesce(o.family_name, '') collate "C", coalesce(o.given_name, '') collate "C", o.id) as place
  from record.offender o
  where o.joined_into is null
    and exists (select from record.custody cu where cu.offender_id = o.id
      and cu.establishment_code = upper($1::text))
    and $2::integer = (select ml.level from record.mappa_level ml
      where ml.offender_id = o.id and ml.period @> $3::timestamptz order by ml.lead, ml.stated_at desc limit 1)
    and lower(o.family_name) like $4::text
    and exists (select from record.custody cu where cu.offender_id = o.id
        and ((cu.establishment_code = $5::text and cu.status in ('IN_CUSTODY', 'TEMPORARILY_OUT'))
          or (cu.supporting_establishment_code = $5::text and cu.status = 'IN_HOSPITAL')
          or (cu.last_establishment_code = $5::text and cu.status in ('IN_TRANSFER', 'RELEASED')
            and coalesce(cu.moved_on, cu.since) > $6::date - 28
            and not exists (select from record.custody ch where ch.offender_id = o.id
              and case ch.status when 'IN_HOSPITAL' then ch.supporting_establishment_code
                when 'IN_CUSTODY' then ch.establishment_code when 'TEMPORARILY_OUT' then ch.establishment_code end is not null)))) and not case when exists (select from record.limitation ll where ll.offender_id = o.id
      union all select from record.limitation_flag lf where lf.offender_id = o.id and (lf.excluded or lf.restricted)
      union all select from record.limitation_change lc where lc.offender_id = o.id) then record.limited_access_bars(o.id, $3::timestamptz, $7::text, $8::text, $5::text) else false end
  order by coalesce(o.family_name, '') collate "C", coalesce(o.given_name, '') collate "C", o.id
  limit 51
),
r0_listed as materialized (
  select p.id, p.place, '{}'::boolean[] as conditions from r0_page p
),
r0_shown as (select l.* from r0_listed l where l.place <= 50)
select json_object(
  'offenders' value (select json_object('nodes' value coalesce(json_agg(t3.item0 order by t3.place) filter (where t3.place <= 50), '[]'::json), 'pageInfo' value json_object('hasNextPage' value count(*) > 50, 'endCursor' value $9::text || 'offenders:' || encode(convert_to(((array_agg(t3.sorted order by t3.place desc) filter (where t3.place <= 50))[1])::text, 'UTF8'), 'hex') returning json) returning json) from (
      select json_object(
    'id' value t1.id,
    'name' value json_object(
      'given' value t1.given_name,
      'family' value t1.family_name returning json),
    'custody' value (select json_object(
      'establishment' value (select json_object(
        'code' value t5.code returning json) from record.organisation t5
          where t5.code = t4.establishment_code limit 1) returning json) from record.custody t4
        where t4.offender_id = t1.id order by t4.lead, t4.since desc nulls last, t4.source_record_id limit 1),
    'risk' value json_object(
      'latest' value (select json_object(
        'completedAt' value t6.completed_at,
        'rosh' value (select json_object(
          'overall' value t7.overall returning json) from record.rosh t7
            where t7.source_record_id = t6.source_record_id limit 1) returning json) from record.assessment t6
          where t6.offender_id = t1.id order by t6.standing desc nulls last, t6.specialist, t6.assessed_at desc nulls last, t6.scores_only, t6.id desc nulls last limit 1) returning json),
    'mappa' value json_object(
      'registration' value (select json_object(
        'category' value null::text,
        'level' value t8.level,
        'nextReviewOn' value null::text returning json) from record.mappa_level t8
          where t8.offender_id = t1.id and t8.period @> $3::timestamptz order by t8.lead, t8.stated_at desc nulls last limit 1) returning json) returning json) as item0, json_build_array(coalesce(t1.family_name, ''), coalesce(t1.given_name, ''), t1.id) as sorted, row_number() over ( order by t2.place) as place
      from r0_listed t2 join record.offender t1 on t1.id = t2.id order by t2.place limit 51) t3) returning json)::text as data,
  (select c.value from record.revision_counter c) as revision,
  json_build_array(json_build_array(
    (select coalesce(json_agg(json_build_array(s.id, s.conditions, array(select sr.agency from record.source_record sr where sr.offender_id = s.id)) order by s.place), '[]'::json) from r0_shown s),
    '[]'::json)) as sightings
