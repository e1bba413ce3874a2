-- CaseSummary as PROBATION_OFFICER, for OFFENDER_MANAGEMENT
-- ["CRN","X123456","2026-11-22T12:00:00.000Z","DELIUS","reader","N02","2026-11-22","urn:test","reader","PROBATION_OFFICER"]
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
      select a.id, a.place, false as related
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
    'name' value json_object(
      'given' value t2.given_name,
      'family' value t2.family_name returning json),
    'dateOfBirth' value t2.date_of_birth,
    'identifiers' value (select coalesce(json_agg(t5.item), '[]'::json)
        from (select json_object(
      'type' value t3.type,
      'value' value t3.value,
      'valid' value t3.valid,
      'source' value (select json_object(
        'system' value t4.system,
        'agency' value t4.agency,
        'recordedAt' value t3.recorded_at returning json) from record.source_record t4
          where t4.id = t3.source_record_id limit 1) returning json) as item from record.identifier t3
        where t3.offender_id = t2.id and t3.qualifier is distinct from 'SEPARATED' order by t3.type, t3.value, t3.id limit 500) t5),
    'custody' value (select json_object(
      'status' value t6.status,
      'establishment' value (select json_object(
        'code' value t7.code,
        'name' value t7.name returning json) from record.organisation t7
          where t7.code = t6.establishment_code limit 1),
      'since' value t6.since returning json) from record.custody t6
        where t6.offender_id = t2.id order by t6.lead, t6.since desc nulls last, t6.source_record_id limit 1),
    'allocations' value (select coalesce(json_agg(t10.item), '[]'::json)
        from (select json_object(
      'role' value t8.role,
      'officerName' value t8.officer_name,
      'organisation' value (select json_object(
        'code' value t9.code,
        'name' value t9.name,
        'type' value t9.type returning json) from record.organisation t9
          where t9.code = t8.organisation_code limit 1),
      'since' value t8.since returning json) as item from record.allocation t8
        where t8.offender_id = t2.id and (t8.until is null or t8.until > $7::date) order by t8.role, t8.since, t8.id limit 500) t10),
    'keyDates' value (select coalesce(json_agg(t12.item), '[]'::json)
        from (select json_object(
      'type' value t11.type,
      'date' value t11.date returning json) as item from record.key_date t11
        where t11.offender_id = t2.id order by t11.type, t11.date, t11.id limit 500) t12),
    'alerts' value (select coalesce(json_agg(t14.item), '[]'::json)
        from (select json_object(
      'code' value t13.code,
      'description' value t13.description,
      'since' value t13.since returning json) as item from record.alert t13
        where t13.offender_id = t2.id and t13.active order by t13.code, t13.id limit 500) t14),
    'risk' value json_object(
      'state' value case when exists (select from record.assessment t16
          where t16.offender_id = t2.id) then 'RECORDED'
          when exists (select from record.none_stated t15
            where t15.offender_id = t2.id and t15.table_name = 'assessment') then 'NONE' else 'UNKNOWN' end,
      'latest' value (select json_object(
        'id' value t17.id,
        'tool' value t17.tool,
        'status' value t17.status,
        'completedAt' value t17.completed_at,
        'rosh' value (select json_object(
          'overall' value t18.overall,
          'community' value json_object(
            'children' value t18.community_children,
            'public' value t18.community_public,
            'knownAdult' value t18.community_known_adult,
            'staff' value t18.community_staff returning json),
          'custody' value json_object(
            'children' value t18.custody_children,
            'public' value t18.custody_public,
            'knownAdult' value t18.custody_known_adult,
            'staff' value t18.custody_staff,
            'prisoners' value t18.custody_prisoners returning json),
          'whoIsAtRisk' value t18.who_is_at_risk,
          'natureOfRisk' value t18.nature_of_risk returning json) from record.rosh t18
            where t18.source_record_id = t17.source_record_id limit 1),
        'predictors' value (select coalesce(json_agg(t20.item), '[]'::json)
            from (select json_object(
          'name' value t19.name,
          'version' value t19.version,
          'score' value t19.score,
          'band' value t19.band returning json) as item from record.predictor t19
            where t19.source_record_id = t17.source_record_id order by t19.name, t19.version, t19.id limit 500) t20) returning json) from record.assessment t17
          where t17.offender_id = t2.id order by t17.standing desc nulls last, t17.specialist, t17.assessed_at desc nulls last, t17.scores_only, t17.id desc nulls last limit 1) returning json),
    'mappa' value json_object(
      'registration' value (select json_object(
        'category' value t21.category,
        'level' value t21.level,
        'levelStatus' value t21.level_status,
        'leadAgency' value t21.lead_agency,
        'since' value t21.since,
        'nextReviewOn' value t21.next_review_on returning json) from record.mappa_level t21
          where t21.offender_id = t2.id and t21.period @> $3::timestamptz order by t21.lead, t21.stated_at desc nulls last limit 1),
      'conflict' value (select coalesce(json_agg(t24.item), '[]'::json)
          from (select json_object(
        'system' value t22.system,
        'category' value t22.category,
        'level' value t22.level,
        'recordedAt' value t22.recorded_at returning json) as item from record.mappa_level t22
          where t22.offender_id = t2.id and t22.period @> $3::timestamptz and exists (select from record.mappa_level t23 where t23.offender_id = t22.offender_id
            and t23.period @> $3::timestamptz
            and (t23.level is distinct from t22.level or t23.category <> t22.category)) order by t22.lead, t22.stated_at desc nulls last limit 500) t24) returning json),
    'withheld' value '[]'::json returning json) from r0_shown t1 join record.offender t2 on t2.id = t1.id
      where (select count(*) from r0_shown) = 1) returning json)::text as data,
  (select c.value from record.revision_counter c) as revision,
  json_build_array(json_build_array(
    (select coalesce(json_agg(json_build_array(s.id, s.conditions, array(select sr.agency from record.source_record sr where sr.offender_id = s.id)) order by s.place), '[]'::json) from r0_shown s),
    (select coalesce(json_agg(json_build_array(w.id, w.related and w.barred, w.notice)), '[]'::json)
      from r0_weighed w where not w.related or w.barred))) as sightings,
  (select coalesce(json_agg(json_build_array(bg.id, bg.offender_id) order by bg.id), '[]'::json) from record.break_glass bg
    where bg.issuer = $8::text and bg.subject = $9::text and bg.role = $10::text
      and bg.agency is not distinct from $6::text and bg.since <= $3::timestamptz and bg.until > $3::timestamptz and bg.since > $3::timestamptz - interval '1 day') as glass
