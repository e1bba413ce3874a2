-- MappaMeetingSummary as MAPPA_PANEL_MEMBER, for MAPPA
-- ["01a201d7-d019-7ea4-9db1-34f0f9609333","2026-11-22T12:00:00.000Z","N02","reader","reader","urn:test","DELIUS"]
with r0_meeting as materialized (
  select m.* from record.mappa_meeting m
  where m.id = $1::uuid and (false or (m.state <> 'CANCELLED' and m.at > $2::timestamptz - interval '14 days'
    and exists (select from record.meeting_invitation mi where mi.meeting_id = m.id and mi.agency = $3::text
      and (mi.subject is null or mi.subject = $4::text or lower(mi.subject) = $5::text)
      and mi.invited_at <= $2::timestamptz and mi.withdrawn_at is null)))
    and exists (select from record.meeting_acceptance accepted where accepted.meeting_id = m.id
    and accepted.issuer = $6::text and accepted.subject = $4::text and accepted.agency = $3::text
    and accepted.edition = '2026-1')
),
r0_freeze as materialized (
  select mf.number, mf.frozen_revision, mf.frozen_at from record.meeting_freeze mf
  join r0_meeting m on m.id = mf.meeting_id
  order by mf.number desc limit 1
),
r0_moment as materialized (
  select coalesce(f.frozen_revision, (select c.value from record.revision_counter c)) as revision,
    coalesce(f.frozen_at, $2::timestamptz) as at
  from r0_meeting m left join r0_freeze f on true
),
r0_asked as materialized (
  select c.id, min(c.position) as place from (
    select coalesce((select coalesce(p.joined_into, p.id) from record.offender_ever p
    where p.id = mc.made_about and p.revision <= (select m.revision from r0_moment m)
    and (p.superseded_revision is null or p.superseded_revision > (select m.revision from r0_moment m))), mc.made_about) as id, mc.position
    from record.meeting_case mc join r0_meeting m on m.id = mc.meeting_id
  ) c group by c.id
),
r0_weighed as materialized (
  select a.id, a.place, a.related, a.barred, case when a.related and a.barred then (select min(record.limited_access_notice(w.id, $2::timestamptz, $7::text, $5::text, $3::text)) from (select coalesce(wo.joined_into, wo.id) as id from record.offender wo where wo.id = a.id
      union select wn.offender_id from record.source_record_ever wr join record.source_record wn on wn.id = wr.id
        where wr.offender_id = a.id and wr.revision <= (select m.revision from r0_moment m)
    and (wr.superseded_revision is null or wr.superseded_revision > (select m.revision from r0_moment m))) w) end as notice
  from (
    select a.id, a.place, a.related, case when a.related then (select bool_or(case when exists (select from record.limitation ll where ll.offender_id = w.id
      union all select from record.limitation_flag lf where lf.offender_id = w.id and (lf.excluded or lf.restricted)
      union all select from record.limitation_change lc where lc.offender_id = w.id) then record.limited_access_bars(w.id, $2::timestamptz, $7::text, $5::text, $3::text) else false end) from (select coalesce(wo.joined_into, wo.id) as id from record.offender wo where wo.id = a.id
      union select wn.offender_id from record.source_record_ever wr join record.source_record wn on wn.id = wr.id
        where wr.offender_id = a.id and wr.revision <= (select m.revision from r0_moment m)
    and (wr.superseded_revision is null or wr.superseded_revision > (select m.revision from r0_moment m))) w) else false end as barred
    from (
      select a.id, a.place, (select bool_and(exists (select from record.meeting_case mc
        join record.mappa_meeting mm on mm.id = mc.meeting_id
        where mc.offender_id = w.id and (mm.state <> 'CANCELLED' and mm.at > $2::timestamptz - interval '14 days'
    and exists (select from record.meeting_invitation mi where mi.meeting_id = mm.id and mi.agency = $3::text
      and (mi.subject is null or mi.subject = $4::text or lower(mi.subject) = $5::text)
      and mi.invited_at <= $2::timestamptz and mi.withdrawn_at is null)))) from (select coalesce(wo.joined_into, wo.id) as id from record.offender wo where wo.id = a.id
      union select wn.offender_id from record.source_record_ever wr join record.source_record wn on wn.id = wr.id
        where wr.offender_id = a.id and wr.revision <= (select m.revision from r0_moment m)
    and (wr.superseded_revision is null or wr.superseded_revision > (select m.revision from r0_moment m))) w) as related
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
  'mappaMeetingSummary' value (select json_object(
    'meeting' value (select json_object(
      'id' value t1.id,
      'level' value t1.level,
      'at' value t1.at,
      'frozenAt' value t1.frozen_at,
      'frozenRevision' value t1.frozen_revision returning json) from r0_meeting t1),
    'marking' value 'OFFICIAL-SENSITIVE'::text,
    'cases' value (select coalesce(json_agg(json_object(
      'offender' value (select json_object(
        'id' value t4.id,
        'name' value json_object(
          'given' value t4.given_name,
          'family' value t4.family_name returning json),
        'risk' value json_object(
          'history' value (select json_object('nodes' value coalesce(json_agg(t7.item0 order by t7.place) filter (where t7.place <= 50), '[]'::json) returning json) from (
              select json_object(
            'id' value t6.id,
            'tool' value t6.tool,
            'status' value t6.status,
            'completedAt' value t6.completed_at,
            'rosh' value (select json_object(
              'overall' value t8.overall,
              'community' value json_object(
                'children' value t8.community_children,
                'public' value t8.community_public,
                'knownAdult' value t8.community_known_adult,
                'staff' value t8.community_staff returning json),
              'custody' value json_object(
                'children' value t8.custody_children,
                'public' value t8.custody_public,
                'knownAdult' value t8.custody_known_adult,
                'staff' value t8.custody_staff,
                'prisoners' value t8.custody_prisoners returning json),
              'whoIsAtRisk' value t8.who_is_at_risk,
              'natureOfRisk' value t8.nature_of_risk returning json) from record.rosh_ever t8
                where t8.source_record_id = t6.source_record_id and t8.revision <= (select m.revision from r0_moment m)
                and (t8.superseded_revision is null or t8.superseded_revision > (select m.revision from r0_moment m)) limit 1),
            'predictors' value (select coalesce(json_agg(t10.item), '[]'::json)
                from (select json_object(
              'name' value t9.name,
              'version' value t9.version,
              'score' value t9.score,
              'band' value t9.band returning json) as item from record.predictor_ever t9
                where t9.source_record_id = t6.source_record_id and t9.revision <= (select m.revision from r0_moment m)
                and (t9.superseded_revision is null or t9.superseded_revision > (select m.revision from r0_moment m)) order by t9.name, t9.version, t9.id limit 500) t10) returning json) as item0, json_build_array(t6.assessed_at, t6.id) as sorted, row_number() over ( order by t6.assessed_at desc nulls last, t6.id desc nulls last) as place
              from record.assessment_ever t6
              where t6.offender_id = t4.id and t6.revision <= (select m.revision from r0_moment m)
              and (t6.superseded_revision is null or t6.superseded_revision > (select m.revision from r0_moment m)) order by t6.assessed_at desc nulls last, t6.id desc nulls last limit 51) t7) returning json),
        'mappa' value json_object(
          'registration' value (select json_object(
            'category' value t11.category,
            'level' value t11.level,
            'levelStatus' value t11.level_status returning json) from record.mappa_level_ever t11
              where t11.offender_id = t4.id and t11.revision <= (select m.revision from r0_moment m)
              and (t11.superseded_revision is null or t11.superseded_revision > (select m.revision from r0_moment m)) and t11.period @> (select m.at from r0_moment m) order by t11.lead, t11.stated_at desc nulls last limit 1),
          'decisions' value (select json_object('nodes' value coalesce(json_agg(t13.item0 order by t13.place) filter (where t13.place <= 50), '[]'::json) returning json) from (
              select json_object(
            'id' value t12.id,
            'revision' value t12.revision,
            'category' value t12.category,
            'fromLevel' value t12.from_level,
            'toLevel' value t12.to_level,
            'levelStatus' value t12.level_status,
            'effectiveOn' value t12.effective_on,
            'nextReviewOn' value t12.next_review_on,
            'rationale' value t12.rationale,
            'assessments' value (select coalesce(json_agg(t15.item), '[]'::json)
                from (select json_object(
              'id' value t14.assessment_id,
              'tool' value t14.tool,
              'completedAt' value t14.completed_at returning json) as item from record.decision_assessment_ever t14
                where t14.decision_id = t12.id and t14.revision <= (select m.revision from r0_moment m)
                and (t14.superseded_revision is null or t14.superseded_revision > (select m.revision from r0_moment m)) order by t14.assessment_id limit 500) t15),
            'decidedAt' value t12.decided_at,
            'decidedBy' value json_object(
              'name' value t12.decided_by_name,
              'role' value t12.decided_by_role,
              'agency' value t12.decided_by_agency returning json),
            'communications' value (select coalesce(json_agg(t17.item), '[]'::json)
                from (select json_object(
              'agency' value t16.agency,
              'sentAt' value t16.sent_at,
              'acknowledgedAt' value t16.acknowledged_at,
              'acknowledgedBy' value t16.acknowledged_by returning json) as item from record.notice_ever t16
                where t16.decision_id = t12.id and t16.revision <= (select m.revision from r0_moment m)
                and (t16.superseded_revision is null or t16.superseded_revision > (select m.revision from r0_moment m)) and t16.agency is not null order by t16.agency limit 500) t17) returning json) as item0, json_build_array(t12.decided_at, t12.id) as sorted, row_number() over ( order by t12.decided_at desc nulls last, t12.id desc nulls last) as place
              from record.mappa_level_decision_ever t12
              where t12.offender_id = t4.id and t12.revision <= (select m.revision from r0_moment m)
              and (t12.superseded_revision is null or t12.superseded_revision > (select m.revision from r0_moment m)) order by t12.decided_at desc nulls last, t12.id desc nulls last limit 51) t13) returning json) returning json) from record.offender_ever t4 join r0_shown t5 on t5.id = t4.id
          where t4.id = t2.offender_id and t4.revision <= (select m.revision from r0_moment m)
          and (t4.superseded_revision is null or t4.superseded_revision > (select m.revision from r0_moment m)) limit 1),
      'levels' value (select coalesce(json_agg(t19.item), '[]'::json)
          from (select json_object(
        'from' value t18.from_at,
        'category' value t18.category,
        'level' value t18.level,
        'levelStatus' value t18.level_status,
        'source' value json_object(
          'system' value t18.system returning json) returning json) as item from record.mappa_level_ever t18
          where t18.offender_id = t2.offender_id and t18.revision <= (select m.revision from r0_moment m)
          and (t18.superseded_revision is null or t18.superseded_revision > (select m.revision from r0_moment m)) order by t18.stated_at, t18.system limit 500) t19),
      'changedSince' value (select coalesce(json_agg(json_object('field' value p.field, 'at' value p.at returning json) order by p.field), '[]'::json)
          from (select 'identifiers'::text as field, (
              select max(r.at) from record.identifier_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.type, c.value, c.raw, c.valid, c.qualifier from record.identifier c where c.offender_id = t3.id except select c.type, c.value, c.raw, c.valid, c.qualifier from record.identifier_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.type, c.value, c.raw, c.valid, c.qualifier from record.identifier_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.type, c.value, c.raw, c.valid, c.qualifier from record.identifier c where c.offender_id = t3.id))
            union all select 'names'::text as field, (
              select max(r.at) from record.person_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.title, c.given, c.middle, c.family, c.preferred_name, c.date_of_birth, c.sex, c.ethnicity, c.nationality from record.person c where c.offender_id = t3.id except select c.title, c.given, c.middle, c.family, c.preferred_name, c.date_of_birth, c.sex, c.ethnicity, c.nationality from record.person_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.title, c.given, c.middle, c.family, c.preferred_name, c.date_of_birth, c.sex, c.ethnicity, c.nationality from record.person_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.title, c.given, c.middle, c.family, c.preferred_name, c.date_of_birth, c.sex, c.ethnicity, c.nationality from record.person c where c.offender_id = t3.id))
            union all select 'aliases'::text as field, (
              select max(r.at) from record.alias_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.given, c.middle, c.family, c.date_of_birth from record.alias c where c.offender_id = t3.id except select c.given, c.middle, c.family, c.date_of_birth from record.alias_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.given, c.middle, c.family, c.date_of_birth from record.alias_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.given, c.middle, c.family, c.date_of_birth from record.alias c where c.offender_id = t3.id))
            union all select 'sourceRecords'::text as field, (
              select max(r.at) from record.source_record_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.id, c.system, c.local_id, c.agency from record.source_record c where c.offender_id = t3.id except select c.id, c.system, c.local_id, c.agency from record.source_record_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.id, c.system, c.local_id, c.agency from record.source_record_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.id, c.system, c.local_id, c.agency from record.source_record c where c.offender_id = t3.id))
            union all select 'keyDates'::text as field, (
              select max(r.at) from record.key_date_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.type, c.date, c.calculated_date, c.override_date, c.basis from record.key_date c where c.offender_id = t3.id except select c.type, c.date, c.calculated_date, c.override_date, c.basis from record.key_date_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.type, c.date, c.calculated_date, c.override_date, c.basis from record.key_date_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.type, c.date, c.calculated_date, c.override_date, c.basis from record.key_date c where c.offender_id = t3.id))
            union all select 'allocations'::text as field, (
              select max(r.at) from record.allocation_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.role, c.phase, c.staff_code, c.officer_name, c.organisation_code, c.team_code, c.team_name, c.since, c.until, c.reason, c.unallocated from record.allocation c where c.offender_id = t3.id except select c.role, c.phase, c.staff_code, c.officer_name, c.organisation_code, c.team_code, c.team_name, c.since, c.until, c.reason, c.unallocated from record.allocation_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.role, c.phase, c.staff_code, c.officer_name, c.organisation_code, c.team_code, c.team_name, c.since, c.until, c.reason, c.unallocated from record.allocation_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.role, c.phase, c.staff_code, c.officer_name, c.organisation_code, c.team_code, c.team_name, c.since, c.until, c.reason, c.unallocated from record.allocation c where c.offender_id = t3.id))
            union all select 'responsibilities'::text as field, (
              select max(r.at) from record.responsibility_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.value, c.handover_starts_on, c.handover_on, c.reason from record.responsibility c where c.offender_id = t3.id except select c.value, c.handover_starts_on, c.handover_on, c.reason from record.responsibility_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.value, c.handover_starts_on, c.handover_on, c.reason from record.responsibility_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.value, c.handover_starts_on, c.handover_on, c.reason from record.responsibility c where c.offender_id = t3.id))
            union all select 'barriers'::text as field, (
              select max(r.at) from record.barrier_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.adjustments, c.adapted_programme, c.since, c.until from record.barrier c where c.offender_id = t3.id except select c.adjustments, c.adapted_programme, c.since, c.until from record.barrier_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.adjustments, c.adapted_programme, c.since, c.until from record.barrier_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.adjustments, c.adapted_programme, c.since, c.until from record.barrier c where c.offender_id = t3.id))
            union all select 'custody'::text as field, (
              select max(r.at) from record.custody_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.status, c.establishment_code from record.custody c where c.offender_id = t3.id except select c.status, c.establishment_code from record.custody_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.status, c.establishment_code from record.custody_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.status, c.establishment_code from record.custody c where c.offender_id = t3.id))
            union all select 'probationStatus'::text as field, (
              select max(r.at) from record.probation_status_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.status, c.active_sentence, c.in_breach, c.awaiting_report, c.pre_sentence_activity, c.previously_known_until, c.tier from record.probation_status c where c.offender_id = t3.id except select c.status, c.active_sentence, c.in_breach, c.awaiting_report, c.pre_sentence_activity, c.previously_known_until, c.tier from record.probation_status_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.status, c.active_sentence, c.in_breach, c.awaiting_report, c.pre_sentence_activity, c.previously_known_until, c.tier from record.probation_status_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.status, c.active_sentence, c.in_breach, c.awaiting_report, c.pre_sentence_activity, c.previously_known_until, c.tier from record.probation_status c where c.offender_id = t3.id))
            union all select 'sentencing.sentences'::text as field, (
              select max(r.at) from record.sentence_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.booking_number, c.event_number, c.sequence, c.category, c.type, c.type_description, c.status, c.imposed_on, c.starts_on, c.ends_on, c.length, c.custodial, c.court, c.case_reference, c.consecutive_to from record.sentence c where c.offender_id = t3.id except select c.booking_number, c.event_number, c.sequence, c.category, c.type, c.type_description, c.status, c.imposed_on, c.starts_on, c.ends_on, c.length, c.custodial, c.court, c.case_reference, c.consecutive_to from record.sentence_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.booking_number, c.event_number, c.sequence, c.category, c.type, c.type_description, c.status, c.imposed_on, c.starts_on, c.ends_on, c.length, c.custodial, c.court, c.case_reference, c.consecutive_to from record.sentence_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.booking_number, c.event_number, c.sequence, c.category, c.type, c.type_description, c.status, c.imposed_on, c.starts_on, c.ends_on, c.length, c.custodial, c.court, c.case_reference, c.consecutive_to from record.sentence c where c.offender_id = t3.id))
            union all select 'sentencing.offences'::text as field, (
              select max(r.at) from record.offence_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.booking_number, c.event_number, c.sentence_sequence, c.code, c.description, c.statute, c.committed_on, c.committed_until, c.main, c.outcome, c.sentence_starts_on, c.latest_booking, c.primary_sentence from record.offence c where c.offender_id = t3.id except select c.booking_number, c.event_number, c.sentence_sequence, c.code, c.description, c.statute, c.committed_on, c.committed_until, c.main, c.outcome, c.sentence_starts_on, c.latest_booking, c.primary_sentence from record.offence_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.booking_number, c.event_number, c.sentence_sequence, c.code, c.description, c.statute, c.committed_on, c.committed_until, c.main, c.outcome, c.sentence_starts_on, c.latest_booking, c.primary_sentence from record.offence_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.booking_number, c.event_number, c.sentence_sequence, c.code, c.description, c.statute, c.committed_on, c.committed_until, c.main, c.outcome, c.sentence_starts_on, c.latest_booking, c.primary_sentence from record.offence c where c.offender_id = t3.id))
            union all select 'sentencing.adjustments'::text as field, (
              select max(r.at) from record.sentence_adjustment_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.booking_number, c.event_number, c.sentence_sequence, c.type, c.days, c.since, c.until, c.active from record.sentence_adjustment c where c.offender_id = t3.id except select c.booking_number, c.event_number, c.sentence_sequence, c.type, c.days, c.since, c.until, c.active from record.sentence_adjustment_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.booking_number, c.event_number, c.sentence_sequence, c.type, c.days, c.since, c.until, c.active from record.sentence_adjustment_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.booking_number, c.event_number, c.sentence_sequence, c.type, c.days, c.since, c.until, c.active from record.sentence_adjustment c where c.offender_id = t3.id))
            union all select 'sentencing.requirements'::text as field, (
              select max(r.at) from record.court_requirement_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.event_number, c.order_type, c.ordered_on, c.court, c.type, c.type_description, c.subtype, c.subtype_description, c.length, c.starts_on, c.ends_on, c.status from record.court_requirement c where c.offender_id = t3.id except select c.event_number, c.order_type, c.ordered_on, c.court, c.type, c.type_description, c.subtype, c.subtype_description, c.length, c.starts_on, c.ends_on, c.status from record.court_requirement_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.event_number, c.order_type, c.ordered_on, c.court, c.type, c.type_description, c.subtype, c.subtype_description, c.length, c.starts_on, c.ends_on, c.status from record.court_requirement_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.event_number, c.order_type, c.ordered_on, c.court, c.type, c.type_description, c.subtype, c.subtype_description, c.length, c.starts_on, c.ends_on, c.status from record.court_requirement c where c.offender_id = t3.id))
            union all select 'sentencing.imprisonment'::text as field, (
              select max(r.at) from record.imprisonment_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.status, c.status_description, c.indeterminate, c.most_serious_offence, c.main_offence_code, c.main_offence_description, c.additional_days_awarded from record.imprisonment c where c.offender_id = t3.id except select c.status, c.status_description, c.indeterminate, c.most_serious_offence, c.main_offence_code, c.main_offence_description, c.additional_days_awarded from record.imprisonment_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.status, c.status_description, c.indeterminate, c.most_serious_offence, c.main_offence_code, c.main_offence_description, c.additional_days_awarded from record.imprisonment_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.status, c.status_description, c.indeterminate, c.most_serious_offence, c.main_offence_code, c.main_offence_description, c.additional_days_awarded from record.imprisonment c where c.offender_id = t3.id))
            union all select 'risk.history'::text as field, (
              select max(r.at) from record.assessment_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.id, c.number, c.tool, c.status, c.initiated_at, c.completed_at, c.priority from record.assessment c where c.offender_id = t3.id except select c.id, c.number, c.tool, c.status, c.initiated_at, c.completed_at, c.priority from record.assessment_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.id, c.number, c.tool, c.status, c.initiated_at, c.completed_at, c.priority from record.assessment_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.id, c.number, c.tool, c.status, c.initiated_at, c.completed_at, c.priority from record.assessment c where c.offender_id = t3.id))
            union all select 'risk.reviews'::text as field, (
              select max(r.at) from record.assessment_review_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.assessment, c.result, c.reviewed_on from record.assessment_review c where c.offender_id = t3.id except select c.assessment, c.result, c.reviewed_on from record.assessment_review_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.assessment, c.result, c.reviewed_on from record.assessment_review_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.assessment, c.result, c.reviewed_on from record.assessment_review c where c.offender_id = t3.id))
            union all select 'risk.challenges'::text as field, (
              select max(r.at) from record.assessment_challenge_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.assessment, c.status, c.outcome, c.raised_on, c.responded_on, c.decided_on, c.made_by, c.statement, c.reason, c.response, c.responded_by from record.assessment_challenge c where c.offender_id = t3.id except select c.assessment, c.status, c.outcome, c.raised_on, c.responded_on, c.decided_on, c.made_by, c.statement, c.reason, c.response, c.responded_by from record.assessment_challenge_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.assessment, c.status, c.outcome, c.raised_on, c.responded_on, c.decided_on, c.made_by, c.statement, c.reason, c.response, c.responded_by from record.assessment_challenge_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.assessment, c.status, c.outcome, c.raised_on, c.responded_on, c.decided_on, c.made_by, c.statement, c.reason, c.response, c.responded_by from record.assessment_challenge c where c.offender_id = t3.id))
            union all select 'risk.escalations'::text as field, (
              select max(r.at) from record.risk_escalation_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.source_record_id, c.raised_on, c.raised_by, c.from_level, c.to_level, c.reason from record.risk_escalation c where c.offender_id = t3.id except select c.source_record_id, c.raised_on, c.raised_by, c.from_level, c.to_level, c.reason from record.risk_escalation_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.source_record_id, c.raised_on, c.raised_by, c.from_level, c.to_level, c.reason from record.risk_escalation_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.source_record_id, c.raised_on, c.raised_by, c.from_level, c.to_level, c.reason from record.risk_escalation c where c.offender_id = t3.id))
            union all select 'mappa.registrations'::text as field, (
              select max(r.at) from record.mappa_level_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.category, c.level, c.level_status, c.lead_agency, c.since, c.next_review_on, c.area, c.from_at, c.until_at, c.system from record.mappa_level c where c.offender_id = t3.id except select c.category, c.level, c.level_status, c.lead_agency, c.since, c.next_review_on, c.area, c.from_at, c.until_at, c.system from record.mappa_level_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.category, c.level, c.level_status, c.lead_agency, c.since, c.next_review_on, c.area, c.from_at, c.until_at, c.system from record.mappa_level_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.category, c.level, c.level_status, c.lead_agency, c.since, c.next_review_on, c.area, c.from_at, c.until_at, c.system from record.mappa_level c where c.offender_id = t3.id))
            union all select 'mappa.decisions'::text as field, (
              select max(r.at) from record.mappa_level_decision_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.id, c.kind, c.category, c.from_level, c.to_level, c.level_status, c.effective_on, c.next_review_on, c.review_by, c.forum, c.area, c.from_area, c.lead_agency, c.rationale, c.criteria, c.dissent, c.decided_at, c.decided_by_name, c.decided_by_role, c.decided_by_agency, c.supersedes, c.referral_id, c.rules_version from record.mappa_level_decision c where c.offender_id = t3.id except select c.id, c.kind, c.category, c.from_level, c.to_level, c.level_status, c.effective_on, c.next_review_on, c.review_by, c.forum, c.area, c.from_area, c.lead_agency, c.rationale, c.criteria, c.dissent, c.decided_at, c.decided_by_name, c.decided_by_role, c.decided_by_agency, c.supersedes, c.referral_id, c.rules_version from record.mappa_level_decision_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.id, c.kind, c.category, c.from_level, c.to_level, c.level_status, c.effective_on, c.next_review_on, c.review_by, c.forum, c.area, c.from_area, c.lead_agency, c.rationale, c.criteria, c.dissent, c.decided_at, c.decided_by_name, c.decided_by_role, c.decided_by_agency, c.supersedes, c.referral_id, c.rules_version from record.mappa_level_decision_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.id, c.kind, c.category, c.from_level, c.to_level, c.level_status, c.effective_on, c.next_review_on, c.review_by, c.forum, c.area, c.from_area, c.lead_agency, c.rationale, c.criteria, c.dissent, c.decided_at, c.decided_by_name, c.decided_by_role, c.decided_by_agency, c.supersedes, c.referral_id, c.rules_version from record.mappa_level_decision c where c.offender_id = t3.id))
            union all select 'mappa.notices'::text as field, (
              select max(r.at) from record.notice_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.id, c.kind, c.agency, c.capacities, c.not_applicable, c.contact_name, c.contact_staff_code, c.changed_from, c.changed_to, c.sent_at, c.opened_at, c.opened_by, c.acknowledged_at, c.acknowledged_by, c.due_at, c.escalates_at, c.escalates_to, c.answer_wanted, c.answer, c.answer_reasons, c.answered_at, c.answered_by, c.rules_version from record.notice c where c.offender_id = t3.id except select c.id, c.kind, c.agency, c.capacities, c.not_applicable, c.contact_name, c.contact_staff_code, c.changed_from, c.changed_to, c.sent_at, c.opened_at, c.opened_by, c.acknowledged_at, c.acknowledged_by, c.due_at, c.escalates_at, c.escalates_to, c.answer_wanted, c.answer, c.answer_reasons, c.answered_at, c.answered_by, c.rules_version from record.notice_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.id, c.kind, c.agency, c.capacities, c.not_applicable, c.contact_name, c.contact_staff_code, c.changed_from, c.changed_to, c.sent_at, c.opened_at, c.opened_by, c.acknowledged_at, c.acknowledged_by, c.due_at, c.escalates_at, c.escalates_to, c.answer_wanted, c.answer, c.answer_reasons, c.answered_at, c.answered_by, c.rules_version from record.notice_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.id, c.kind, c.agency, c.capacities, c.not_applicable, c.contact_name, c.contact_staff_code, c.changed_from, c.changed_to, c.sent_at, c.opened_at, c.opened_by, c.acknowledged_at, c.acknowledged_by, c.due_at, c.escalates_at, c.escalates_to, c.answer_wanted, c.answer, c.answer_reasons, c.answered_at, c.answered_by, c.rules_version from record.notice c where c.offender_id = t3.id))
            union all select 'mappa.referrals'::text as field, (
              select max(r.at) from record.mappa_referral_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.id, c.area, c.level, c.category, c.reasons, c.state, c.referred_at, c.referred_by_name, c.referred_by_role, c.referred_by_agency, c.due_on, c.rules_version from record.mappa_referral c where c.offender_id = t3.id except select c.id, c.area, c.level, c.category, c.reasons, c.state, c.referred_at, c.referred_by_name, c.referred_by_role, c.referred_by_agency, c.due_on, c.rules_version from record.mappa_referral_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.id, c.area, c.level, c.category, c.reasons, c.state, c.referred_at, c.referred_by_name, c.referred_by_role, c.referred_by_agency, c.due_on, c.rules_version from record.mappa_referral_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.id, c.area, c.level, c.category, c.reasons, c.state, c.referred_at, c.referred_by_name, c.referred_by_role, c.referred_by_agency, c.due_on, c.rules_version from record.mappa_referral c where c.offender_id = t3.id))
            union all select 'mappa.riskManagementPlans'::text as field, (
              select max(r.at) from record.risk_management_plan_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.id, c.meeting_id, c.plan, c.rationale, c.agreed_at, c.agreed_by_name from record.risk_management_plan c where c.offender_id = t3.id except select c.id, c.meeting_id, c.plan, c.rationale, c.agreed_at, c.agreed_by_name from record.risk_management_plan_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.id, c.meeting_id, c.plan, c.rationale, c.agreed_at, c.agreed_by_name from record.risk_management_plan_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.id, c.meeting_id, c.plan, c.rationale, c.agreed_at, c.agreed_by_name from record.risk_management_plan c where c.offender_id = t3.id))
            union all select 'mappa.actions'::text as field, (
              select max(r.at) from record.risk_management_action_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.id, c.meeting_id, c.action, c.owner_agency, c.owner_name, c.due_on, c.done_at, c.outcome, c.done_by_name, c.done_by_agency from record.risk_management_action c where c.offender_id = t3.id except select c.id, c.meeting_id, c.action, c.owner_agency, c.owner_name, c.due_on, c.done_at, c.outcome, c.done_by_name, c.done_by_agency from record.risk_management_action_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.id, c.meeting_id, c.action, c.owner_agency, c.owner_name, c.due_on, c.done_at, c.outcome, c.done_by_name, c.done_by_agency from record.risk_management_action_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.id, c.meeting_id, c.action, c.owner_agency, c.owner_name, c.due_on, c.done_at, c.outcome, c.done_by_name, c.done_by_agency from record.risk_management_action c where c.offender_id = t3.id))
            union all select 'mappa.contributions'::text as field, (
              select max(r.at) from record.meeting_contribution_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.id, c.meeting_id, c.agency, c.contribution, c.contributed_at, c.contributed_by_name, c.contributed_by_role from record.meeting_contribution c where c.offender_id = t3.id except select c.id, c.meeting_id, c.agency, c.contribution, c.contributed_at, c.contributed_by_name, c.contributed_by_role from record.meeting_contribution_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.id, c.meeting_id, c.agency, c.contribution, c.contributed_at, c.contributed_by_name, c.contributed_by_role from record.meeting_contribution_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.id, c.meeting_id, c.agency, c.contribution, c.contributed_at, c.contributed_by_name, c.contributed_by_role from record.meeting_contribution c where c.offender_id = t3.id))
            union all select 'mappa.meetingDecisions'::text as field, (
              select max(r.at) from record.meeting_decision_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.id, c.meeting_id, c.decision, c.rationale, c.decided_at, c.recorded_by_name from record.meeting_decision c where c.offender_id = t3.id except select c.id, c.meeting_id, c.decision, c.rationale, c.decided_at, c.recorded_by_name from record.meeting_decision_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.id, c.meeting_id, c.decision, c.rationale, c.decided_at, c.recorded_by_name from record.meeting_decision_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.id, c.meeting_id, c.decision, c.rationale, c.decided_at, c.recorded_by_name from record.meeting_decision c where c.offender_id = t3.id))
            union all select 'mappa.disclosureDecisions'::text as field, (
              select max(r.at) from record.disclosure_decision_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.id, c.meeting_id, c.outcome, c.recipient, c.content, c.conditions, c.rationale, c.discloser, c.decided_at, c.recorded_by_name from record.disclosure_decision c where c.offender_id = t3.id except select c.id, c.meeting_id, c.outcome, c.recipient, c.content, c.conditions, c.rationale, c.discloser, c.decided_at, c.recorded_by_name from record.disclosure_decision_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.id, c.meeting_id, c.outcome, c.recipient, c.content, c.conditions, c.rationale, c.discloser, c.decided_at, c.recorded_by_name from record.disclosure_decision_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.id, c.meeting_id, c.outcome, c.recipient, c.content, c.conditions, c.rationale, c.discloser, c.decided_at, c.recorded_by_name from record.disclosure_decision c where c.offender_id = t3.id))
            union all select 'programmes.needs'::text as field, (
              select max(r.at) from record.programme_need_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.id, c.programme, c.description, c.intensity, c.identified_on, c.identified_from, c.sexual_offence, c.ldc_adapted, c.status, c.raw_status, c.not_delivered_reason, c.raw_not_delivered_reason from record.programme_need c where c.offender_id = t3.id except select c.id, c.programme, c.description, c.intensity, c.identified_on, c.identified_from, c.sexual_offence, c.ldc_adapted, c.status, c.raw_status, c.not_delivered_reason, c.raw_not_delivered_reason from record.programme_need_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.id, c.programme, c.description, c.intensity, c.identified_on, c.identified_from, c.sexual_offence, c.ldc_adapted, c.status, c.raw_status, c.not_delivered_reason, c.raw_not_delivered_reason from record.programme_need_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.id, c.programme, c.description, c.intensity, c.identified_on, c.identified_from, c.sexual_offence, c.ldc_adapted, c.status, c.raw_status, c.not_delivered_reason, c.raw_not_delivered_reason from record.programme_need c where c.offender_id = t3.id))
            union all select 'programmes.referrals'::text as field, (
              select max(r.at) from record.programme_referral_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.source_record_id, c.programme, c.audience, c.intensity, c.setting, c.establishment_code, c.offering_code, c.referred_on, c.referred_by, c.status, c.status_description, c.closed, c.ldc_adapted, c.note from record.programme_referral c where c.offender_id = t3.id except select c.source_record_id, c.programme, c.audience, c.intensity, c.setting, c.establishment_code, c.offering_code, c.referred_on, c.referred_by, c.status, c.status_description, c.closed, c.ldc_adapted, c.note from record.programme_referral_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.source_record_id, c.programme, c.audience, c.intensity, c.setting, c.establishment_code, c.offering_code, c.referred_on, c.referred_by, c.status, c.status_description, c.closed, c.ldc_adapted, c.note from record.programme_referral_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.source_record_id, c.programme, c.audience, c.intensity, c.setting, c.establishment_code, c.offering_code, c.referred_on, c.referred_by, c.status, c.status_description, c.closed, c.ldc_adapted, c.note from record.programme_referral c where c.offender_id = t3.id))
            union all select 'programmes.participations'::text as field, (
              select max(r.at) from record.programme_participation_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.programme, c.referral_code, c.setting, c.location, c.outcome, c.started_on, c.ended_on, c.year_started, c.year_completed, c.stated_source, c.detail from record.programme_participation c where c.offender_id = t3.id except select c.programme, c.referral_code, c.setting, c.location, c.outcome, c.started_on, c.ended_on, c.year_started, c.year_completed, c.stated_source, c.detail from record.programme_participation_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.programme, c.referral_code, c.setting, c.location, c.outcome, c.started_on, c.ended_on, c.year_started, c.year_completed, c.stated_source, c.detail from record.programme_participation_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.programme, c.referral_code, c.setting, c.location, c.outcome, c.started_on, c.ended_on, c.year_started, c.year_completed, c.stated_source, c.detail from record.programme_participation c where c.offender_id = t3.id))
            union all select 'programmes.denial'::text as field, (
              select max(r.at) from record.denial_status_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.in_denial, c.denies, c.stated_on from record.denial_status c where c.offender_id = t3.id except select c.in_denial, c.denies, c.stated_on from record.denial_status_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.in_denial, c.denies, c.stated_on from record.denial_status_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.in_denial, c.denies, c.stated_on from record.denial_status c where c.offender_id = t3.id))
            union all select 'programmes.interventions'::text as field, (
              select max(r.at) from record.intervention_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.kind, c.description, c.started_on, c.ended_on, c.sessions, c.outcome, c.delivered_by, c.organisation_code from record.intervention c where c.offender_id = t3.id except select c.kind, c.description, c.started_on, c.ended_on, c.sessions, c.outcome, c.delivered_by, c.organisation_code from record.intervention_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.kind, c.description, c.started_on, c.ended_on, c.sessions, c.outcome, c.delivered_by, c.organisation_code from record.intervention_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.kind, c.description, c.started_on, c.ended_on, c.sessions, c.outcome, c.delivered_by, c.organisation_code from record.intervention c where c.offender_id = t3.id))
            union all select 'release.plans'::text as field, (
              select max(r.at) from record.release_plan_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.status, c.planned_release_on, c.prepared_on, c.prepared_by, c.home_area, c.resettlement_prison_code, c.for_home_area, c.exemption_reason from record.release_plan c where c.offender_id = t3.id except select c.status, c.planned_release_on, c.prepared_on, c.prepared_by, c.home_area, c.resettlement_prison_code, c.for_home_area, c.exemption_reason from record.release_plan_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.status, c.planned_release_on, c.prepared_on, c.prepared_by, c.home_area, c.resettlement_prison_code, c.for_home_area, c.exemption_reason from record.release_plan_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.status, c.planned_release_on, c.prepared_on, c.prepared_by, c.home_area, c.resettlement_prison_code, c.for_home_area, c.exemption_reason from record.release_plan c where c.offender_id = t3.id))
            union all select 'release.accommodation'::text as field, (
              select max(r.at) from record.accommodation_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.type, c.status, c.approved, c.confirmed_on, c.since, c.until from record.accommodation c where c.offender_id = t3.id except select c.type, c.status, c.approved, c.confirmed_on, c.since, c.until from record.accommodation_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.type, c.status, c.approved, c.confirmed_on, c.since, c.until from record.accommodation_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.type, c.status, c.approved, c.confirmed_on, c.since, c.until from record.accommodation c where c.offender_id = t3.id))
            union all select 'release.outcomes'::text as field, (
              select max(r.at) from record.release_outcome_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.released_on, c.homeless, c.accommodation_type, c.programme_need_unmet from record.release_outcome c where c.offender_id = t3.id except select c.released_on, c.homeless, c.accommodation_type, c.programme_need_unmet from record.release_outcome_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.released_on, c.homeless, c.accommodation_type, c.programme_need_unmet from record.release_outcome_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.released_on, c.homeless, c.accommodation_type, c.programme_need_unmet from record.release_outcome c where c.offender_id = t3.id))
            union all select 'release.appointments'::text as field, (
              select max(r.at) from record.appointment_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.at, c.kind, c.first_after_release, c.officer_name, c.place, c.outcome from record.appointment c where c.offender_id = t3.id except select c.at, c.kind, c.first_after_release, c.officer_name, c.place, c.outcome from record.appointment_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.at, c.kind, c.first_after_release, c.officer_name, c.place, c.outcome from record.appointment_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.at, c.kind, c.first_after_release, c.officer_name, c.place, c.outcome from record.appointment c where c.offender_id = t3.id))
            union all select 'release.licences'::text as field, (
              select max(r.at) from record.licence_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.source_record_id, c.type, c.kind, c.status, c.version, c.policy_version, c.starts_on, c.expires_on, c.pss_starts_on, c.pss_expires_on, c.in_pss_period, c.booking_number, c.variation_of, c.created_by, c.created_at, c.approved_by, c.approved_at, c.updated_at, c.superseded_at from record.licence c where c.offender_id = t3.id except select c.source_record_id, c.type, c.kind, c.status, c.version, c.policy_version, c.starts_on, c.expires_on, c.pss_starts_on, c.pss_expires_on, c.in_pss_period, c.booking_number, c.variation_of, c.created_by, c.created_at, c.approved_by, c.approved_at, c.updated_at, c.superseded_at from record.licence_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.source_record_id, c.type, c.kind, c.status, c.version, c.policy_version, c.starts_on, c.expires_on, c.pss_starts_on, c.pss_expires_on, c.in_pss_period, c.booking_number, c.variation_of, c.created_by, c.created_at, c.approved_by, c.approved_at, c.updated_at, c.superseded_at from record.licence_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.source_record_id, c.type, c.kind, c.status, c.version, c.policy_version, c.starts_on, c.expires_on, c.pss_starts_on, c.pss_expires_on, c.in_pss_period, c.booking_number, c.variation_of, c.created_by, c.created_at, c.approved_by, c.approved_at, c.updated_at, c.superseded_at from record.licence c where c.offender_id = t3.id))
            union all select 'safeguarding.childContact'::text as field, (
              select max(r.at) from record.child_contact_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.level, c.child_name, c.decided_on, c.review_on from record.child_contact c where c.offender_id = t3.id except select c.level, c.child_name, c.decided_on, c.review_on from record.child_contact_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.level, c.child_name, c.decided_on, c.review_on from record.child_contact_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.level, c.child_name, c.decided_on, c.review_on from record.child_contact c where c.offender_id = t3.id))
            union all select 'safeguarding.childEnquiries'::text as field, (
              select max(r.at) from record.child_enquiry_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.asked_on, c.result_on, c.asked_of, c.result from record.child_enquiry c where c.offender_id = t3.id except select c.asked_on, c.result_on, c.asked_of, c.result from record.child_enquiry_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.asked_on, c.result_on, c.asked_of, c.result from record.child_enquiry_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.asked_on, c.result_on, c.asked_of, c.result from record.child_enquiry c where c.offender_id = t3.id))
            union all select 'safeguarding.knownChildren'::text as field, (
              select max(r.at) from record.known_children_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.living_with, c.in_contact, c.number, c.stated_on from record.known_children c where c.offender_id = t3.id except select c.living_with, c.in_contact, c.number, c.stated_on from record.known_children_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.living_with, c.in_contact, c.number, c.stated_on from record.known_children_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.living_with, c.in_contact, c.number, c.stated_on from record.known_children c where c.offender_id = t3.id))
            union all select 'safeguarding.communicationsMonitoring'::text as field, (
              select max(r.at) from record.communications_monitoring_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.ended_on from record.communications_monitoring c where c.offender_id = t3.id except select c.ended_on from record.communications_monitoring_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.ended_on from record.communications_monitoring_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.ended_on from record.communications_monitoring c where c.offender_id = t3.id))
            union all select 'safeguarding.victimContacts'::text as field, (
              select max(r.at) from record.victim_contact_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.requested_conditions, c.contact_requests from record.victim_contact c where c.offender_id = t3.id except select c.requested_conditions, c.contact_requests from record.victim_contact_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.requested_conditions, c.contact_requests from record.victim_contact_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.requested_conditions, c.contact_requests from record.victim_contact c where c.offender_id = t3.id))
            union all select 'risk.history.riskToSelf'::text as field, (
              select max(r.at) from record.self_risk_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.area, c.risk, c.current from record.self_risk c where c.offender_id = t3.id except select c.area, c.risk, c.current from record.self_risk_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.area, c.risk, c.current from record.self_risk_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.area, c.risk, c.current from record.self_risk c where c.offender_id = t3.id))
            union all select 'risk.history.otherRisks'::text as field, (
              select max(r.at) from record.other_risk_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.area, c.risk, c.current, c.current_text, c.previous, c.previous_text from record.other_risk c where c.offender_id = t3.id except select c.area, c.risk, c.current, c.current_text, c.previous, c.previous_text from record.other_risk_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.area, c.risk, c.current, c.current_text, c.previous, c.previous_text from record.other_risk_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.area, c.risk, c.current, c.current_text, c.previous, c.previous_text from record.other_risk c where c.offender_id = t3.id))
            union all select 'risk.history.sections'::text as field, (
              select max(r.at) from record.assessment_section_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.section, c.number, c.name, c.need, c.linked_to_reoffending, c.linked_to_harm, c.answered from record.assessment_section c where c.offender_id = t3.id except select c.section, c.number, c.name, c.need, c.linked_to_reoffending, c.linked_to_harm, c.answered from record.assessment_section_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.section, c.number, c.name, c.need, c.linked_to_reoffending, c.linked_to_harm, c.answered from record.assessment_section_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.section, c.number, c.name, c.need, c.linked_to_reoffending, c.linked_to_harm, c.answered from record.assessment_section c where c.offender_id = t3.id))
            union all select 'risk.history.predictors'::text as field, (
              select max(r.at) from record.predictor_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.name, c.version, c.score, c.one_year, c.two_years, c.band, c.static_or_dynamic, c.static_weighted_score, c.dynamic_weighted_score, c.total_weighted_score, c.algorithm_version, c.completed_at, c.status, c.calculated_by from record.predictor c where c.offender_id = t3.id except select c.name, c.version, c.score, c.one_year, c.two_years, c.band, c.static_or_dynamic, c.static_weighted_score, c.dynamic_weighted_score, c.total_weighted_score, c.algorithm_version, c.completed_at, c.status, c.calculated_by from record.predictor_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.name, c.version, c.score, c.one_year, c.two_years, c.band, c.static_or_dynamic, c.static_weighted_score, c.dynamic_weighted_score, c.total_weighted_score, c.algorithm_version, c.completed_at, c.status, c.calculated_by from record.predictor_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.name, c.version, c.score, c.one_year, c.two_years, c.band, c.static_or_dynamic, c.static_weighted_score, c.dynamic_weighted_score, c.total_weighted_score, c.algorithm_version, c.completed_at, c.status, c.calculated_by from record.predictor c where c.offender_id = t3.id))
            union all select 'risk.history.author'::text as field, (
              select max(r.at) from record.assessment_author_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.assessor_name, c.countersigner_name, c.signed_at from record.assessment_author c where c.offender_id = t3.id except select c.assessor_name, c.countersigner_name, c.signed_at from record.assessment_author_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.assessor_name, c.countersigner_name, c.signed_at from record.assessment_author_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.assessor_name, c.countersigner_name, c.signed_at from record.assessment_author c where c.offender_id = t3.id))
            union all select 'risk.history.rosh'::text as field, (
              select max(r.at) from record.rosh_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.overall, c.community_children, c.community_public, c.community_known_adult, c.community_staff, c.custody_children, c.custody_public, c.custody_known_adult, c.custody_staff, c.custody_prisoners, c.assessed_on, c.who_is_at_risk, c.nature_of_risk, c.risk_imminence, c.risk_increase_factors, c.risk_mitigation_factors, c.analysis_of_risk_factors from record.rosh c where c.offender_id = t3.id except select c.overall, c.community_children, c.community_public, c.community_known_adult, c.community_staff, c.custody_children, c.custody_public, c.custody_known_adult, c.custody_staff, c.custody_prisoners, c.assessed_on, c.who_is_at_risk, c.nature_of_risk, c.risk_imminence, c.risk_increase_factors, c.risk_mitigation_factors, c.analysis_of_risk_factors from record.rosh_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.overall, c.community_children, c.community_public, c.community_known_adult, c.community_staff, c.custody_children, c.custody_public, c.custody_known_adult, c.custody_staff, c.custody_prisoners, c.assessed_on, c.who_is_at_risk, c.nature_of_risk, c.risk_imminence, c.risk_increase_factors, c.risk_mitigation_factors, c.analysis_of_risk_factors from record.rosh_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.overall, c.community_children, c.community_public, c.community_known_adult, c.community_staff, c.custody_children, c.custody_public, c.custody_known_adult, c.custody_staff, c.custody_prisoners, c.assessed_on, c.who_is_at_risk, c.nature_of_risk, c.risk_imminence, c.risk_increase_factors, c.risk_mitigation_factors, c.analysis_of_risk_factors from record.rosh c where c.offender_id = t3.id))
            union all select 'risk.registers.risk'::text as field, (
              select max(r.at) from record.risk_registration_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.register_type, c.description, c.level, c.level_description, c.category, c.category_description, c.started_on, c.next_review_on, c.last_reviewed_on, c.ended_on, c.active, c.notes, c.staff_code, c.officer_name, c.team_code, c.organisation_code from record.risk_registration c where c.offender_id = t3.id except select c.register_type, c.description, c.level, c.level_description, c.category, c.category_description, c.started_on, c.next_review_on, c.last_reviewed_on, c.ended_on, c.active, c.notes, c.staff_code, c.officer_name, c.team_code, c.organisation_code from record.risk_registration_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.register_type, c.description, c.level, c.level_description, c.category, c.category_description, c.started_on, c.next_review_on, c.last_reviewed_on, c.ended_on, c.active, c.notes, c.staff_code, c.officer_name, c.team_code, c.organisation_code from record.risk_registration_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.register_type, c.description, c.level, c.level_description, c.category, c.category_description, c.started_on, c.next_review_on, c.last_reviewed_on, c.ended_on, c.active, c.notes, c.staff_code, c.officer_name, c.team_code, c.organisation_code from record.risk_registration c where c.offender_id = t3.id))
            union all select 'risk.registers.safeguarding'::text as field, (
              select max(r.at) from record.safeguarding_registration_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.register_type, c.description, c.level, c.level_description, c.category, c.category_description, c.started_on, c.next_review_on, c.last_reviewed_on, c.ended_on, c.active, c.notes, c.staff_code, c.officer_name, c.team_code, c.organisation_code from record.safeguarding_registration c where c.offender_id = t3.id except select c.register_type, c.description, c.level, c.level_description, c.category, c.category_description, c.started_on, c.next_review_on, c.last_reviewed_on, c.ended_on, c.active, c.notes, c.staff_code, c.officer_name, c.team_code, c.organisation_code from record.safeguarding_registration_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.register_type, c.description, c.level, c.level_description, c.category, c.category_description, c.started_on, c.next_review_on, c.last_reviewed_on, c.ended_on, c.active, c.notes, c.staff_code, c.officer_name, c.team_code, c.organisation_code from record.safeguarding_registration_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.register_type, c.description, c.level, c.level_description, c.category, c.category_description, c.started_on, c.next_review_on, c.last_reviewed_on, c.ended_on, c.active, c.notes, c.staff_code, c.officer_name, c.team_code, c.organisation_code from record.safeguarding_registration c where c.offender_id = t3.id))
            union all select 'risk.registers.selfRisk'::text as field, (
              select max(r.at) from record.self_risk_registration_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.register_type, c.description, c.active from record.self_risk_registration c where c.offender_id = t3.id except select c.register_type, c.description, c.active from record.self_risk_registration_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.register_type, c.description, c.active from record.self_risk_registration_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.register_type, c.description, c.active from record.self_risk_registration c where c.offender_id = t3.id))
            union all select 'risk.registers.intelligence'::text as field, (
              select max(r.at) from record.intelligence_registration_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.active from record.intelligence_registration c where c.offender_id = t3.id except select c.active from record.intelligence_registration_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.active from record.intelligence_registration_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.active from record.intelligence_registration c where c.offender_id = t3.id))
            union all select 'risk.registers.supervision'::text as field, (
              select max(r.at) from record.supervision_registration_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.register_type, c.description, c.level, c.level_description, c.category, c.category_description, c.started_on, c.next_review_on, c.last_reviewed_on, c.ended_on, c.active, c.notes, c.staff_code, c.officer_name, c.team_code, c.organisation_code from record.supervision_registration c where c.offender_id = t3.id except select c.register_type, c.description, c.level, c.level_description, c.category, c.category_description, c.started_on, c.next_review_on, c.last_reviewed_on, c.ended_on, c.active, c.notes, c.staff_code, c.officer_name, c.team_code, c.organisation_code from record.supervision_registration_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.register_type, c.description, c.level, c.level_description, c.category, c.category_description, c.started_on, c.next_review_on, c.last_reviewed_on, c.ended_on, c.active, c.notes, c.staff_code, c.officer_name, c.team_code, c.organisation_code from record.supervision_registration_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.register_type, c.description, c.level, c.level_description, c.category, c.category_description, c.started_on, c.next_review_on, c.last_reviewed_on, c.ended_on, c.active, c.notes, c.staff_code, c.officer_name, c.team_code, c.organisation_code from record.supervision_registration c where c.offender_id = t3.id))
            union all select 'mappa.decisions.assessments'::text as field, (
              select max(r.at) from record.decision_assessment_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.assessment_id, c.tool, c.completed_at from record.decision_assessment c where c.offender_id = t3.id except select c.assessment_id, c.tool, c.completed_at from record.decision_assessment_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.assessment_id, c.tool, c.completed_at from record.decision_assessment_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.assessment_id, c.tool, c.completed_at from record.decision_assessment c where c.offender_id = t3.id))
            union all select 'mappa.referrals.steps'::text as field, (
              select max(r.at) from record.mappa_referral_step_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.id, c.state, c.reasons, c.at, c.by_name, c.by_role, c.by_agency from record.mappa_referral_step c where c.offender_id = t3.id except select c.id, c.state, c.reasons, c.at, c.by_name, c.by_role, c.by_agency from record.mappa_referral_step_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.id, c.state, c.reasons, c.at, c.by_name, c.by_role, c.by_agency from record.mappa_referral_step_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.id, c.state, c.reasons, c.at, c.by_name, c.by_role, c.by_agency from record.mappa_referral_step c where c.offender_id = t3.id))
            union all select 'mappa.meetingDecisions.dissent'::text as field, (
              select max(r.at) from record.meeting_dissent_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.agency, c.view, c.stated_at, c.recorded_by_name from record.meeting_dissent c where c.offender_id = t3.id except select c.agency, c.view, c.stated_at, c.recorded_by_name from record.meeting_dissent_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.agency, c.view, c.stated_at, c.recorded_by_name from record.meeting_dissent_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.agency, c.view, c.stated_at, c.recorded_by_name from record.meeting_dissent c where c.offender_id = t3.id))
            union all select 'programmes.referrals.history'::text as field, (
              select max(r.at) from record.referral_state_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.status, c.description, c.at, c.category, c.reason, c.note, c.changed_by from record.referral_state c where c.offender_id = t3.id except select c.status, c.description, c.at, c.category, c.reason, c.note, c.changed_by from record.referral_state_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.status, c.description, c.at, c.category, c.reason, c.note, c.changed_by from record.referral_state_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.status, c.description, c.at, c.category, c.reason, c.note, c.changed_by from record.referral_state c where c.offender_id = t3.id))
            union all select 'release.licences.conditions'::text as field, (
              select max(r.at) from record.licence_condition_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.type, c.kind, c.code, c.category, c.sequence, c.number, c.form, c.exclusion_zone, c.restrictions, c.text from record.licence_condition c where c.offender_id = t3.id except select c.type, c.kind, c.code, c.category, c.sequence, c.number, c.form, c.exclusion_zone, c.restrictions, c.text from record.licence_condition_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.type, c.kind, c.code, c.category, c.sequence, c.number, c.form, c.exclusion_zone, c.restrictions, c.text from record.licence_condition_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.type, c.kind, c.code, c.category, c.sequence, c.number, c.form, c.exclusion_zone, c.restrictions, c.text from record.licence_condition c where c.offender_id = t3.id))) p) returning json) order by t2.place), '[]'::json)
        from (select a.id as offender_id, a.place from r0_asked a) t2
        join r0_shown t3 on t3.id = t2.offender_id) returning json) from r0_meeting) returning json)::text as data,
  least((select c.value from record.revision_counter c), greatest((select m.revision from r0_moment m))) as revision,
  json_build_array(json_build_array(
    (select coalesce(json_agg(json_build_array(s.id, s.conditions, array(select sr.agency from record.source_record sr where sr.offender_id in (select coalesce(wo.joined_into, wo.id) as id from record.offender wo where wo.id = s.id
      union select wn.offender_id from record.source_record_ever wr join record.source_record wn on wn.id = wr.id
        where wr.offender_id = s.id and wr.revision <= (select m.revision from r0_moment m)
    and (wr.superseded_revision is null or wr.superseded_revision > (select m.revision from r0_moment m)))), json_object('others' value (select coalesce(json_agg(w.id), '[]'::json) from (select coalesce(wo.joined_into, wo.id) as id from record.offender wo where wo.id = s.id
      union select wn.offender_id from record.source_record_ever wr join record.source_record wn on wn.id = wr.id
        where wr.offender_id = s.id and wr.revision <= (select m.revision from r0_moment m)
    and (wr.superseded_revision is null or wr.superseded_revision > (select m.revision from r0_moment m))) w) returning json)) order by s.place), '[]'::json) from r0_shown s),
    (select coalesce(json_agg(json_build_array(w.id, w.related and w.barred, w.notice)), '[]'::json)
      from r0_weighed w where not w.related or w.barred))) as sightings
