-- RiskHistory as CRC_OFFICER, for RISK_ASSESSMENT
-- ["CRN","X123456","2026-11-22T12:00:00.000Z","DELIUS","reader","N02","2026-11-22","3116cca01e15027fef9ab67d414c2454","urn:test","reader","CRC_OFFICER"]
with r0_asked as materialized (
  select distinct i.offender_id as id, 1 as place from record.identifier i
  where i.type = $1::text and i.value = $2::text
  and (i.valid or i.type in ('CRN', 'PRISON_NUMBER')) and i.qualifier is distinct from 'SEPARATED'
  and not exists (select from record.source_record sr where sr.id = i.source_record_id and sr.system = 'CRC'
    and (i.type <> 'CRN' or i.value <> sr.local_id))
),
r0_weighed as materialized (
  select a.id, a.place, a.related, a.barred, case when a.related and a.barred then record.limited_access_notice(a.id, $3::timestamptz, $4::text, $5::text, $6::text) end as notice
  from (
    select a.id, a.place, a.related, case when a.related then case when exists (select from record.limitation ll where ll.offender_id = a.id
      union all select from record.limitation_flag lf where lf.offender_id = a.id and (lf.excluded or lf.restricted)
      union all select from record.limitation_change lc where lc.offender_id = a.id) then record.limited_access_bars(a.id, $3::timestamptz, $4::text, $5::text, $6::text) else false end else false end as barred
    from (
      select a.id, a.place, (exists (select from record.allocation al where al.offender_id = a.id and al.organisation_code = $6::text
        and (al.until is null or al.until > $7::date - 28)
        and (al.since is null or al.since <= $7::date and al.since < coalesce(al.until, 'infinity')))
      and not exists (select from record.organisation ho where ho.code = $6::text and ho.until <= $7::date - 28)) as related
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
  'offender' value (select json_object(
    'id' value t2.id,
    'risk' value json_object(
      'history' value (select json_object('nodes' value coalesce(json_agg(t4.item0 order by t4.place) filter (where t4.place <= 20), '[]'::json), 'pageInfo' value json_object('hasNextPage' value count(*) > 20, 'endCursor' value $8::text || 'Risk.history:' || encode(convert_to(((array_agg(t4.sorted order by t4.place desc) filter (where t4.place <= 20))[1])::text, 'UTF8'), 'hex') returning json) returning json) from (
          select json_object(
        'id' value t3.id,
        'tool' value t3.tool,
        'status' value t3.status,
        'completedAt' value t3.completed_at,
        'rosh' value (select json_object(
          'overall' value t5.overall,
          'community' value json_object(
            'children' value t5.community_children,
            'public' value t5.community_public,
            'knownAdult' value t5.community_known_adult,
            'staff' value t5.community_staff returning json),
          'custody' value null::text,
          'whoIsAtRisk' value null::text,
          'natureOfRisk' value null::text returning json) from record.rosh t5
            where t5.source_record_id = t3.source_record_id limit 1),
        'predictors' value (select coalesce(json_agg(t7.item), '[]'::json)
            from (select json_object(
          'name' value t6.name,
          'version' value t6.version,
          'score' value null::text,
          'band' value t6.band returning json) as item from record.predictor t6
            where t6.source_record_id = t3.source_record_id order by t6.name, t6.version, t6.id limit 500) t7) returning json) as item0, json_build_array(t3.assessed_at, t3.id) as sorted, row_number() over ( order by t3.assessed_at desc nulls last, t3.id desc nulls last) as place
          from record.assessment t3
          where t3.offender_id = t2.id order by t3.assessed_at desc nulls last, t3.id desc nulls last limit 21) t4) returning json),
    'mappa' value json_object(
      'decisions' value null::text returning json) returning json) from r0_shown t1 join record.offender t2 on t2.id = t1.id
      where (select count(*) from r0_shown) = 1) returning json)::text as data,
  (select c.value from record.revision_counter c) as revision,
  json_build_array(json_build_array(
    (select coalesce(json_agg(json_build_array(s.id, s.conditions, array(select sr.agency from record.source_record sr where sr.offender_id = s.id)) order by s.place), '[]'::json) from r0_shown s),
    (select coalesce(json_agg(json_build_array(w.id, w.related and w.barred, w.notice)), '[]'::json)
      from r0_weighed w where not w.related or w.barred))) as sightings,
  (select coalesce(json_agg(json_build_array(bg.id, bg.offender_id) order by bg.id), '[]'::json) from record.break_glass bg
    where bg.issuer = $9::text and bg.subject = $10::text and bg.role = $11::text
      and bg.agency is not distinct from $6::text and bg.since <= $3::timestamptz and bg.until > $3::timestamptz and bg.since > $3::timestamptz - interval '1 day') as glass
