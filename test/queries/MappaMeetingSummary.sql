-- MappaMeetingSummary as MAPPA_PANEL_MEMBER, for MAPPA
-- ["01a201d7-d019-7ea4-9db1-34f0f9609333","N02","reader","2026-11-22T12:00:00.000Z","DELIUS"]
with r0_meeting as materialized (
  select m.* from record.mappa_meeting m
  where m.id = $1::uuid and exists (select from record.meeting_invitation vi where vi.meeting_id = m.id and vi.agency = $2::text
    and (vi.subject is null or vi.subject = $3::text or lower(vi.subject) = $3::text)
    and vi.invited_at <= $4::timestamptz and m.at > $4::timestamptz - interval '14 days')
),
r0_moment as materialized (
  select coalesce(m.frozen_revision, (select c.value from record.revision_counter c)) as revision,
    coalesce(m.frozen_at, $4::timestamptz) as at from r0_meeting m
),
r0_asked as materialized (
  select mc.offender_id as id, mc.position as place from record.meeting_case mc join r0_meeting m on m.id = mc.meeting_id
),
r0_weighed as materialized (
  select a.id, a.place, a.related, a.barred, case when a.related and a.barred then case when exists (select from record.limitation lx where lx.offender_id = a.id and lx.kind = 'EXCLUSION'
      and (lx.since is null or lx.since <= $4::timestamptz) and (lx.until is null or lx.until > $4::timestamptz) and ((lx.namespace = $5::text and (lx.username = $3::text or lx.email = $3::text)) or lx.organisation_code = upper(btrim($2::text)))) then (select min(m.text) from (
      select ll.exclusion_message as text from record.limitation_list ll where ll.offender_id = a.id
      union all select lf.exclusion_message from record.limitation_flag lf where lf.offender_id = a.id) m)
      when exists (select from record.limitation lr where lr.offender_id = a.id and lr.kind = 'RESTRICTION'
      and (lr.since is null or lr.since <= $4::timestamptz) and (lr.until is null or lr.until > $4::timestamptz)
      and not exists (select from record.limitation ln where ln.offender_id = a.id and ln.kind = 'RESTRICTION'
      and (ln.since is null or ln.since <= $4::timestamptz) and (ln.until is null or ln.until > $4::timestamptz) and ln.source_record_id = lr.source_record_id and ((ln.namespace = $5::text and (ln.username = $3::text or ln.email = $3::text)) or ln.organisation_code = upper(btrim($2::text))))) then (select min(m.text) from (
      select ll.restriction_message as text from record.limitation_list ll where ll.offender_id = a.id
      union all select lf.restriction_message from record.limitation_flag lf where lf.offender_id = a.id) m) end end as notice
  from (
    select a.id, a.place,
      exists (select from record.meeting_case mc
        join record.mappa_meeting mm on mm.id = mc.meeting_id
        join record.meeting_invitation mi on mi.meeting_id = mc.meeting_id
        where mc.offender_id = a.id and mi.agency = $2::text
        and (mi.subject is null or mi.subject = $3::text or lower(mi.subject) = $3::text)
        and mi.invited_at <= $4::timestamptz
        and mm.at > $4::timestamptz - interval '14 days') as related,
      (exists (select from record.limitation lx where lx.offender_id = a.id and lx.kind = 'EXCLUSION'
      and (lx.since is null or lx.since <= $4::timestamptz) and (lx.until is null or lx.until > $4::timestamptz) and ((lx.namespace = $5::text and (lx.username = $3::text or lx.email = $3::text)) or lx.organisation_code = upper(btrim($2::text)) or (lx.organisation_code is null and lx.namespace <> $5::text)
      or (lx.email is not null and position('@' in $3::text) = 0)
      or (lx.username is not null and position('@' in $3::text) > 0 and position('@' in lx.username) = 0))) or exists (select from record.limitation lr where lr.offender_id = a.id and lr.kind = 'RESTRICTION'
      and (lr.since is null or lr.since <= $4::timestamptz) and (lr.until is null or lr.until > $4::timestamptz)
      and not exists (select from record.limitation ln where ln.offender_id = a.id and ln.kind = 'RESTRICTION'
      and (ln.since is null or ln.since <= $4::timestamptz) and (ln.until is null or ln.until > $4::timestamptz) and ln.source_record_id = lr.source_record_id and ((ln.namespace = $5::text and (ln.username = $3::text or ln.email = $3::text)) or ln.organisation_code = upper(btrim($2::text))))) or exists (select from record.limitation_flag lf where lf.offender_id = a.id and lf.excluded
      and not exists (select from record.limitation lk where lk.offender_id = a.id and lk.kind = 'EXCLUSION'
      and (lk.since is null or lk.since <= $4::timestamptz) and (lk.until is null or lk.until > $4::timestamptz) and lk.source_record_id = lf.source_record_id)) or exists (select from record.limitation_flag lf where lf.offender_id = a.id and lf.restricted
      and not exists (select from record.limitation lk where lk.offender_id = a.id and lk.kind = 'RESTRICTION'
      and (lk.since is null or lk.since <= $4::timestamptz) and (lk.until is null or lk.until > $4::timestamptz) and lk.source_record_id = lf.source_record_id))) as barred
    from r0_asked a
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
                and (t9.superseded_revision is null or t9.superseded_revision > (select m.revision from r0_moment m)) order by t9.name, t9.version, t9.id limit 500) t10) returning json) as item0, translate(encode(convert_to(json_build_array(t6.assessed_at, t6.id)::text, 'UTF8'), 'base64'), E'\n', '') as cursor, row_number() over ( order by t6.assessed_at desc nulls last, t6.id desc nulls last) as place
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
              'acknowledgedBy' value t16.acknowledged_by returning json) as item from record.mappa_communication_ever t16
                where t16.decision_id = t12.id and t16.revision <= (select m.revision from r0_moment m)
                and (t16.superseded_revision is null or t16.superseded_revision > (select m.revision from r0_moment m)) order by t16.agency limit 500) t17) returning json) as item0, translate(encode(convert_to(json_build_array(t12.decided_at, t12.id)::text, 'UTF8'), 'base64'), E'\n', '') as cursor, row_number() over ( order by t12.decided_at desc nulls last, t12.id desc nulls last) as place
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
            where exists ((select c.title, c.given, c.middle, c.family, c.date_of_birth from record.person c where c.offender_id = t3.id except select c.title, c.given, c.middle, c.family, c.date_of_birth from record.person_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.title, c.given, c.middle, c.family, c.date_of_birth from record.person_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.title, c.given, c.middle, c.family, c.date_of_birth from record.person c where c.offender_id = t3.id))
            union all select 'aliases'::text as field, (
              select max(r.at) from record.alias_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.given, c.middle, c.family, c.date_of_birth from record.alias c where c.offender_id = t3.id except select c.given, c.middle, c.family, c.date_of_birth from record.alias_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.given, c.middle, c.family, c.date_of_birth from record.alias_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.given, c.middle, c.family, c.date_of_birth from record.alias c where c.offender_id = t3.id))
            union all select 'custody'::text as field, (
              select max(r.at) from record.custody_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.status, c.establishment_code from record.custody c where c.offender_id = t3.id except select c.status, c.establishment_code from record.custody_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.status, c.establishment_code from record.custody_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.status, c.establishment_code from record.custody c where c.offender_id = t3.id))
            union all select 'keyDates'::text as field, (
              select max(r.at) from record.key_date_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.type, c.date from record.key_date c where c.offender_id = t3.id except select c.type, c.date from record.key_date_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.type, c.date from record.key_date_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.type, c.date from record.key_date c where c.offender_id = t3.id))
            union all select 'allocations'::text as field, (
              select max(r.at) from record.allocation_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.role, c.staff_code, c.officer_name, c.organisation_code, c.team_code, c.since, c.unallocated from record.allocation c where c.offender_id = t3.id except select c.role, c.staff_code, c.officer_name, c.organisation_code, c.team_code, c.since, c.unallocated from record.allocation_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.role, c.staff_code, c.officer_name, c.organisation_code, c.team_code, c.since, c.unallocated from record.allocation_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.role, c.staff_code, c.officer_name, c.organisation_code, c.team_code, c.since, c.unallocated from record.allocation c where c.offender_id = t3.id))
            union all select 'risk.latest'::text as field, (
              select max(r.at) from record.assessment_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.id, c.tool, c.status, c.initiated_at, c.completed_at from record.assessment c where c.offender_id = t3.id except select c.id, c.tool, c.status, c.initiated_at, c.completed_at from record.assessment_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.id, c.tool, c.status, c.initiated_at, c.completed_at from record.assessment_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.id, c.tool, c.status, c.initiated_at, c.completed_at from record.assessment c where c.offender_id = t3.id))
            union all select 'risk.history'::text as field, (
              select max(r.at) from record.assessment_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.id, c.tool, c.status, c.initiated_at, c.completed_at from record.assessment c where c.offender_id = t3.id except select c.id, c.tool, c.status, c.initiated_at, c.completed_at from record.assessment_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.id, c.tool, c.status, c.initiated_at, c.completed_at from record.assessment_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.id, c.tool, c.status, c.initiated_at, c.completed_at from record.assessment c where c.offender_id = t3.id))
            union all select 'mappa.registration'::text as field, (
              select max(r.at) from record.mappa_level_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.category, c.level, c.level_status, c.lead_agency, c.since, c.next_review_on, c.system from record.mappa_level c where c.offender_id = t3.id except select c.category, c.level, c.level_status, c.lead_agency, c.since, c.next_review_on, c.system from record.mappa_level_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.category, c.level, c.level_status, c.lead_agency, c.since, c.next_review_on, c.system from record.mappa_level_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.category, c.level, c.level_status, c.lead_agency, c.since, c.next_review_on, c.system from record.mappa_level c where c.offender_id = t3.id))
            union all select 'mappa.registrations'::text as field, (
              select max(r.at) from record.mappa_level_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.category, c.level, c.level_status, c.lead_agency, c.since, c.next_review_on, c.system from record.mappa_level c where c.offender_id = t3.id except select c.category, c.level, c.level_status, c.lead_agency, c.since, c.next_review_on, c.system from record.mappa_level_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.category, c.level, c.level_status, c.lead_agency, c.since, c.next_review_on, c.system from record.mappa_level_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.category, c.level, c.level_status, c.lead_agency, c.since, c.next_review_on, c.system from record.mappa_level c where c.offender_id = t3.id))
            union all select 'mappa.conflict'::text as field, (
              select max(r.at) from record.mappa_level_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.system, c.category, c.level, c.level_status, c.recorded_at from record.mappa_level c where c.offender_id = t3.id except select c.system, c.category, c.level, c.level_status, c.recorded_at from record.mappa_level_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.system, c.category, c.level, c.level_status, c.recorded_at from record.mappa_level_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.system, c.category, c.level, c.level_status, c.recorded_at from record.mappa_level c where c.offender_id = t3.id))
            union all select 'mappa.decisions'::text as field, (
              select max(r.at) from record.mappa_level_decision_ever c
              join record.revision r on r.revision = greatest(c.revision, coalesce(c.superseded_revision, 0))
              where c.offender_id = t3.id and greatest(c.revision, coalesce(c.superseded_revision, 0)) > (select m.revision from r0_moment m)) as at
            where exists ((select c.id, c.revision, c.category, c.from_level, c.to_level, c.level_status, c.effective_on, c.next_review_on, c.forum, c.area, c.lead_agency, c.rationale, c.criteria, c.dissent, c.decided_at, c.decided_by_name, c.decided_by_role, c.decided_by_agency, c.supersedes from record.mappa_level_decision c where c.offender_id = t3.id except select c.id, c.revision, c.category, c.from_level, c.to_level, c.level_status, c.effective_on, c.next_review_on, c.forum, c.area, c.lead_agency, c.rationale, c.criteria, c.dissent, c.decided_at, c.decided_by_name, c.decided_by_role, c.decided_by_agency, c.supersedes from record.mappa_level_decision_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m))) union all (select c.id, c.revision, c.category, c.from_level, c.to_level, c.level_status, c.effective_on, c.next_review_on, c.forum, c.area, c.lead_agency, c.rationale, c.criteria, c.dissent, c.decided_at, c.decided_by_name, c.decided_by_role, c.decided_by_agency, c.supersedes from record.mappa_level_decision_ever c where c.offender_id = t3.id and c.revision <= (select m.revision from r0_moment m)
                and (c.superseded_revision is null or c.superseded_revision > (select m.revision from r0_moment m)) except select c.id, c.revision, c.category, c.from_level, c.to_level, c.level_status, c.effective_on, c.next_review_on, c.forum, c.area, c.lead_agency, c.rationale, c.criteria, c.dissent, c.decided_at, c.decided_by_name, c.decided_by_role, c.decided_by_agency, c.supersedes from record.mappa_level_decision c where c.offender_id = t3.id))) p) returning json) order by t2.position), '[]'::json)
        from record.meeting_case t2 join r0_meeting m on m.id = t2.meeting_id
        join r0_shown t3 on t3.id = t2.offender_id) returning json) from r0_meeting) returning json)::text as data,
  least((select c.value from record.revision_counter c), greatest((select m.revision from r0_moment m))) as revision,
  json_build_array(json_build_array(
    (select coalesce(json_agg(json_build_array(s.id, s.conditions, (select coalesce(json_agg(distinct sr.agency) filter (where sr.agency is not null), '[]'::json)
      from record.source_record sr where sr.offender_id = s.id)) order by s.place), '[]'::json) from r0_shown s),
    (select coalesce(json_agg(json_build_array(w.id, w.related and w.barred, w.notice)), '[]'::json)
      from r0_weighed w where not w.related or w.barred))) as sightings
