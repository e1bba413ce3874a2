-- RecordMappaLevel as MAPPA_COORDINATOR, for MAPPA
-- ["01a201d7-d019-7ea4-9db1-34f0f9609333","2026-11-22T12:00:00.000Z","DELIUS","reader","N02","2026-11-22","null"]
with r0_asked as materialized (
  select d.offender_id as id, 1 as place from record.mappa_level_decision d where d.id = $1::uuid
),
r0_weighed as materialized (
  select a.id, a.place, a.related, a.barred, case when a.related and a.barred then record.limited_access_notice(a.id, $2::timestamptz, $3::text, $4::text, $5::text) end as notice
  from (
    select a.id, a.place, a.related, case when a.related then case when exists (select from record.limitation ll where ll.offender_id = a.id
      union all select from record.limitation_flag lf where lf.offender_id = a.id and (lf.excluded or lf.restricted)
      union all select from record.limitation_change lc where lc.offender_id = a.id) then record.limited_access_bars(a.id, $2::timestamptz, $3::text, $4::text, $5::text) else false end else false end as barred
    from (
      select a.id, a.place, (exists (select from record.mappa_level_decision md where md.offender_id = a.id and md.area in (select ma.area from record.mappa_area_agency ma where ma.agency = $5::text and (ma.since is null or ma.since <= $6::date) and (ma.until is null or ma.until > $6::date))
      and not exists (select from record.mappa_level_decision later where later.offender_id = a.id
        and later.area is not null and (later.revision, later.ordinal) > (md.revision, md.ordinal)))
    or exists (select from record.mappa_level ml where ml.offender_id = a.id and upper_inf(ml.period)
      and ml.organisation_code in (select $5::text))
    or exists (select from record.allocation al where al.offender_id = a.id
      and (al.since is null or al.since <= $6::date) and (al.until is null or al.until > $6::date) and al.organisation_code in (select $5::text))) as related
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
  'recordMappaLevel' value json_object(
    'revision' value $7::json,
    'decision' value (select json_object(
      'id' value t1.id,
      'revision' value t1.revision,
      'category' value t1.category,
      'fromLevel' value t1.from_level,
      'toLevel' value t1.to_level,
      'levelStatus' value t1.level_status,
      'effectiveOn' value t1.effective_on,
      'nextReviewOn' value t1.next_review_on,
      'rationale' value t1.rationale,
      'assessments' value (select coalesce(json_agg(t4.item), '[]'::json)
          from (select json_object(
        'id' value t3.assessment_id,
        'tool' value t3.tool,
        'completedAt' value t3.completed_at returning json) as item from record.decision_assessment t3
          where t3.decision_id = t1.id order by t3.assessment_id limit 500) t4),
      'decidedAt' value t1.decided_at,
      'decidedBy' value json_object(
        'name' value t1.decided_by_name,
        'role' value t1.decided_by_role,
        'agency' value t1.decided_by_agency returning json),
      'communications' value (select coalesce(json_agg(t6.item), '[]'::json)
          from (select json_object(
        'agency' value t5.agency,
        'sentAt' value t5.sent_at,
        'acknowledgedAt' value t5.acknowledged_at,
        'acknowledgedBy' value t5.acknowledged_by returning json) as item from record.notice t5
          where t5.decision_id = t1.id and t5.agency is not null order by t5.agency limit 500) t6) returning json) from record.mappa_level_decision t1 join r0_shown t2 on t2.id = t1.offender_id
        where t1.id = $1::uuid),
    'warnings' value $7::json returning json) returning json)::text as data,
  (select c.value from record.revision_counter c) as revision,
  json_build_array(json_build_array(
    (select coalesce(json_agg(json_build_array(s.id, s.conditions, array(select sr.agency from record.source_record sr where sr.offender_id = s.id)) order by s.place), '[]'::json) from r0_shown s),
    (select coalesce(json_agg(json_build_array(w.id, w.related and w.barred, w.notice)), '[]'::json)
      from r0_weighed w where not w.related or w.barred))) as sightings
