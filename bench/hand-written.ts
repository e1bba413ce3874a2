/**
 * What an engineer would write by hand for each of the three questions: one prepared statement that returns the
 * finished JSON of everything asked for, with no policy, no row scope and no limited access.
 */
const ASSESSMENT = `json_object('id' value a.id, 'tool' value a.tool, 'status' value a.status, 'completedAt' value a.completed_at,
  'rosh' value (select json_object('overall' value r.overall,
      'community' value json_object('children' value r.community_children, 'public' value r.community_public,
        'knownAdult' value r.community_known_adult, 'staff' value r.community_staff),
      'custody' value json_object('children' value r.custody_children, 'public' value r.custody_public,
        'knownAdult' value r.custody_known_adult, 'staff' value r.custody_staff, 'prisoners' value r.custody_prisoners),
      'whoIsAtRisk' value r.who_is_at_risk, 'natureOfRisk' value r.nature_of_risk)
    from record.rosh r where r.source_record_id = a.source_record_id),
  'predictors' value (select coalesce(json_agg(json_object('name' value p.name, 'version' value p.version,
      'score' value p.score, 'band' value p.band) order by p.name, p.version, p.id), '[]')
    from record.predictor p where p.source_record_id = a.source_record_id))`

const LATEST =
  'a.standing desc nulls last, a.specialist, a.assessed_at desc nulls last, a.scores_only, a.id desc'

export const CASE_SUMMARY = `select json_object('id' value o.id,
  'name' value json_object('given' value o.given_name, 'family' value o.family_name),
  'dateOfBirth' value o.date_of_birth,
  'identifiers' value (select coalesce(json_agg(json_object('type' value i.type, 'value' value i.value, 'valid' value i.valid,
      'source' value json_object('system' value s.system, 'agency' value s.agency, 'recordedAt' value i.recorded_at))
      order by i.type, i.value, i.id), '[]')
    from record.identifier i join record.source_record s on s.id = i.source_record_id where i.offender_id = o.id),
  'custody' value (select json_object('status' value c.status, 'establishment' value (
      select json_object('code' value g.code, 'name' value g.name) from record.organisation g where g.code = c.establishment_code),
      'since' value c.since)
    from record.custody c where c.offender_id = o.id order by c.lead, c.since desc nulls last limit 1),
  'allocations' value (select coalesce(json_agg(json_object('role' value l.role, 'officerName' value l.officer_name,
      'organisation' value (select json_object('code' value g.code, 'name' value g.name, 'type' value g.type)
        from record.organisation g where g.code = l.organisation_code), 'since' value l.since) order by l.role, l.since, l.id), '[]')
    from record.allocation l where l.offender_id = o.id and l.until is null),
  'keyDates' value (select coalesce(json_agg(json_object('type' value k.type, 'date' value k.date)
      order by k.type, k.date, k.id), '[]') from record.key_date k where k.offender_id = o.id),
  'alerts' value (select coalesce(json_agg(json_object('code' value t.code, 'description' value t.description,
      'since' value t.since) order by t.code, t.id), '[]') from record.alert t where t.offender_id = o.id and t.active),
  'risk' value json_object('state' value case
        when exists (select from record.assessment a where a.offender_id = o.id) then 'RECORDED'
        when exists (select from record.none_stated n where n.offender_id = o.id and n.table_name = 'assessment') then 'NONE'
        else 'UNKNOWN' end, 'latest' value (select ${ASSESSMENT}
    from record.assessment a where a.offender_id = o.id order by ${LATEST} limit 1)),
  'mappa' value json_object(
    'registration' value (select json_object('category' value m.category, 'level' value m.level, 'levelStatus' value m.level_status,
        'leadAgency' value m.lead_agency, 'since' value m.since, 'nextReviewOn' value m.next_review_on)
      from record.mappa_level m where m.offender_id = o.id and m.period @> now() order by m.lead, m.stated_at desc limit 1),
    'conflict' value (select coalesce(json_agg(json_object('system' value m.system, 'category' value m.category,
        'level' value m.level, 'recordedAt' value m.recorded_at) order by m.lead), '[]')
      from record.mappa_level m where m.offender_id = o.id and m.period @> now() and exists (select from record.mappa_level d
        where d.offender_id = o.id and d.period @> now() and (d.level is distinct from m.level or d.category <> m.category)))),
  'withheld' value '[]'::json)::text as data, array[o.id] as seen
  from record.offender o where o.id = $1`

const DECISION = `json_object('id' value d.id, 'revision' value d.revision, 'category' value d.category, 'fromLevel' value d.from_level,
  'toLevel' value d.to_level, 'levelStatus' value d.level_status, 'effectiveOn' value d.effective_on,
  'nextReviewOn' value d.next_review_on, 'rationale' value d.rationale,
  'assessments' value (select coalesce(json_agg(json_object('id' value c.assessment_id, 'tool' value c.tool,
      'completedAt' value c.completed_at) order by c.assessment_id), '[]') from record.decision_assessment c where c.decision_id = d.id),
  'decidedAt' value d.decided_at, 'decidedBy' value json_object('name' value d.decided_by_name, 'role' value d.decided_by_role,
    'agency' value d.decided_by_agency),
  'communications' value (select coalesce(json_agg(json_object('agency' value n.agency, 'sentAt' value n.sent_at,
      'acknowledgedAt' value n.acknowledged_at, 'acknowledgedBy' value n.acknowledged_by) order by n.agency), '[]')
    from record.notice n where n.decision_id = d.id and n.agency is not null))`

/** The place of a page's last row, as text that needs no quoting. */
function endCursor(first: number): string {
  return `encode(convert_to((array_agg(sorted order by place desc) filter (where place <= ${first}))[1], 'UTF8'), 'base64')`
}

export const RISK_HISTORY = `select json_object('id' value o.id,
  'risk' value json_object('history' value (select json_object(
      'nodes' value coalesce(json_agg(h.item order by h.place) filter (where h.place <= 20), '[]'),
      'pageInfo' value json_object('hasNextPage' value count(*) > 20, 'endCursor' value ${endCursor(20)}))
    from (select ${ASSESSMENT} as item, json_build_array(a.assessed_at, a.id)::text as sorted, row_number() over (order by a.assessed_at desc, a.id desc) as place
      from record.assessment a where a.offender_id = o.id order by a.assessed_at desc, a.id desc limit 21) h)),
  'mappa' value json_object('decisions' value (select json_object(
      'nodes' value coalesce(json_agg(h.item order by h.place) filter (where h.place <= 20), '[]'),
      'pageInfo' value json_object('hasNextPage' value count(*) > 20, 'endCursor' value ${endCursor(20)}))
    from (select ${DECISION} as item, json_build_array(d.decided_at, d.id)::text as sorted, row_number() over (order by d.decided_at desc, d.id desc) as place
      from record.mappa_level_decision d where d.offender_id = o.id order by d.decided_at desc, d.id desc limit 21) h)))::text as data,
  array[o.id] as seen
  from record.offender o where o.id = $1`

export const CASELOAD = `select json_object(
    'nodes' value coalesce(json_agg(p.item order by p.place) filter (where p.place <= 50), '[]'),
    'pageInfo' value json_object('hasNextPage' value count(*) > 50, 'endCursor' value ${endCursor(50)}))::text as data,
  array_agg(p.id) filter (where p.place <= 50) as seen
  from (select o.id, json_build_array(o.family_name, o.given_name, o.id)::text as sorted, row_number() over (order by o.family_name, o.given_name, o.id) as place,
      json_object('id' value o.id, 'name' value json_object('given' value o.given_name, 'family' value o.family_name),
        'custody' value (select json_object('establishment' value (
            select json_object('code' value g.code) from record.organisation g where g.code = c.establishment_code))
          from record.custody c where c.offender_id = o.id order by c.lead, c.since desc nulls last limit 1),
        'risk' value json_object('latest' value (select json_object('completedAt' value a.completed_at, 'rosh' value (
            select json_object('overall' value r.overall) from record.rosh r where r.source_record_id = a.source_record_id))
          from record.assessment a where a.offender_id = o.id order by ${LATEST} limit 1)),
        'mappa' value json_object('registration' value (select json_object('category' value m.category, 'level' value m.level,
            'nextReviewOn' value m.next_review_on)
          from record.mappa_level m where m.offender_id = o.id and m.period @> now() order by m.lead, m.stated_at desc limit 1))) as item
    from record.offender o where o.id in (select l.offender_id from record.allocation l where l.staff_code = $1 and l.until is null) and o.id <> all($2::uuid[])
    order by o.family_name, o.given_name, o.id limit 51) p`
