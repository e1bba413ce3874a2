-- RecordMappaLevel as MAPPA_COORDINATOR, for MAPPA
-- ["01a201d7-d019-7ea4-9db1-34f0f9609333","2026-11-22T12:00:00.000Z","DELIUS","reader","N02","2026-11-22","null"]
with r0_asked as materialized (
  select d.offender_id as id, 1 as place from record.mappa_level_decision d where d.id = $1::uuid
),
r0_weighed as materialized (
  select a.id, a.place, a.related, a.barred, case when a.related and a.barred then case when exists (select from record.limitation lx where lx.offender_id = a.id and lx.kind = 'EXCLUSION'
      and (lx.since is null or lx.since <= $2::timestamptz) and (lx.until is null or lx.until > $2::timestamptz) and ((lx.namespace = $3::text and (lx.username = $4::text or lx.email = $4::text)) or lx.organisation_code = upper(btrim($5::text)))) then (select min(m.text) from (
      select ll.exclusion_message as text from record.limitation_list ll where ll.offender_id = a.id
      union all select lf.exclusion_message from record.limitation_flag lf where lf.offender_id = a.id) m)
      when exists (select from record.limitation lr where lr.offender_id = a.id and lr.kind = 'RESTRICTION'
      and (lr.since is null or lr.since <= $2::timestamptz) and (lr.until is null or lr.until > $2::timestamptz)
      and not exists (select from record.limitation ln where ln.offender_id = a.id and ln.kind = 'RESTRICTION'
      and (ln.since is null or ln.since <= $2::timestamptz) and (ln.until is null or ln.until > $2::timestamptz) and ln.source_record_id = lr.source_record_id and ((ln.namespace = $3::text and (ln.username = $4::text or ln.email = $4::text)) or ln.organisation_code = upper(btrim($5::text))))) then (select min(m.text) from (
      select ll.restriction_message as text from record.limitation_list ll where ll.offender_id = a.id
      union all select lf.restriction_message from record.limitation_flag lf where lf.offender_id = a.id) m) end end as notice
  from (
    select a.id, a.place,
      (exists (select from record.mappa_level_decision md where md.offender_id = a.id and md.area in (select ma.area from record.mappa_area_agency ma where ma.agency = $5::text and (ma.since is null or ma.since <= $6::date) and (ma.until is null or ma.until > $6::date))
      and not exists (select from record.mappa_level_decision later where later.offender_id = a.id
        and later.area is not null and (later.revision, later.ordinal) > (md.revision, md.ordinal)))
    or exists (select from record.mappa_level ml where ml.offender_id = a.id and upper_inf(ml.period)
      and ml.organisation_code in (select $5::text))
    or exists (select from record.allocation al where al.offender_id = a.id
      and (al.since is null or al.since <= $6::date) and (al.until is null or al.until > $6::date) and al.organisation_code in (select $5::text))) as related,
      (exists (select from record.limitation lx where lx.offender_id = a.id and lx.kind = 'EXCLUSION'
      and (lx.since is null or lx.since <= $2::timestamptz) and (lx.until is null or lx.until > $2::timestamptz) and ((lx.namespace = $3::text and (lx.username = $4::text or lx.email = $4::text)) or lx.organisation_code = upper(btrim($5::text)) or (lx.organisation_code is null and lx.namespace <> $3::text)
      or (lx.email is not null and position('@' in $4::text) = 0)
      or (lx.username is not null and position('@' in $4::text) > 0 and position('@' in lx.username) = 0))) or exists (select from record.limitation lr where lr.offender_id = a.id and lr.kind = 'RESTRICTION'
      and (lr.since is null or lr.since <= $2::timestamptz) and (lr.until is null or lr.until > $2::timestamptz)
      and not exists (select from record.limitation ln where ln.offender_id = a.id and ln.kind = 'RESTRICTION'
      and (ln.since is null or ln.since <= $2::timestamptz) and (ln.until is null or ln.until > $2::timestamptz) and ln.source_record_id = lr.source_record_id and ((ln.namespace = $3::text and (ln.username = $4::text or ln.email = $4::text)) or ln.organisation_code = upper(btrim($5::text))))) or exists (select from record.limitation_flag lf where lf.offender_id = a.id and lf.excluded
      and not exists (select from record.limitation lk where lk.offender_id = a.id and lk.kind = 'EXCLUSION'
      and (lk.since is null or lk.since <= $2::timestamptz) and (lk.until is null or lk.until > $2::timestamptz) and lk.source_record_id = lf.source_record_id)) or exists (select from record.limitation_flag lf where lf.offender_id = a.id and lf.restricted
      and not exists (select from record.limitation lk where lk.offender_id = a.id and lk.kind = 'RESTRICTION'
      and (lk.since is null or lk.since <= $2::timestamptz) and (lk.until is null or lk.until > $2::timestamptz) and lk.source_record_id = lf.source_record_id)) or exists (select from record.limitation_change lc
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
    (select coalesce(json_agg(json_build_array(s.id, s.conditions, (select coalesce(json_agg(distinct sr.agency) filter (where sr.agency is not null), '[]'::json)
      from record.source_record sr where sr.offender_id = s.id)) order by s.place), '[]'::json) from r0_shown s),
    (select coalesce(json_agg(json_build_array(w.id, w.related and w.barred, w.notice)), '[]'::json)
      from r0_weighed w where not w.related or w.barred))) as sightings
