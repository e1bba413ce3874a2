import { attendeeBarredSql } from '../access/attendee-barred'
import {
  acceptedSql,
  coordinatedSql,
  inForceSql,
  meetingVisibleSql,
  ofInvitationSql,
} from '../access/meetings'
import { attendingRoles, lacksOfPack } from '../access/pack-access'
import { limitedAccessSql } from '../access/limited-access'
import { callerSlots, relationshipSql } from '../access/relationships'
import type { Asked, Query, Row } from '../commands/asked'
import { badInput } from '../commands/command'
import { Binds } from '../domain/binds'
import { Refusal } from '../domain/refusal'
import { asUuid, type Given } from '../query/roots'

/**
 * What a meeting's summary needs beside the record: who stands invited, what they lack, and to its coordinators whom
 * limited access bars from which of the cases that they see themselves. Throws FORBIDDEN
 * where the caller has not accepted the confidentiality statement, BAD_USER_INPUT where there is no such freeze.
 */
export async function giveMeetingSummary(asked: Asked, query: Query, now: Date): Promise<Given> {
  const meeting = asUuid(asked.args['meeting'] as string, 'meeting')
  const found = await findMeeting(asked, meeting, query, now)
  if (!found) return { values: {} }
  if (found['accepted'] !== true)
    throw new Refusal(
      'FORBIDDEN',
      'Accept the confidentiality statement of this meeting before you read its summary: acceptMappaConfidentiality.',
      'meeting',
    )
  const freeze = asked.args['freeze'] as number | null | undefined
  if (freeze !== null && freeze !== undefined && !(found['freezes'] as number[]).includes(freeze))
    throw badInput('freeze', 'The meeting has no freeze of this number.')
  return { values: { attendees: (await invited(asked, meeting, query, now)).map(attendee) } }
}

async function findMeeting(
  { plan, context }: Asked,
  meeting: string,
  query: Query,
  now: Date,
): Promise<Row | undefined> {
  const binds = new Binds()
  const slots = callerSlots(context.caller, now, binds)
  const { text, values } = binds.finish(
    `select ${acceptedSql('m', slots)} as accepted,
       array(select f.number from record.meeting_freeze f where f.meeting_id = m.id) as freezes
     from record.mappa_meeting m
     where m.id = ${binds.bind(meeting, 'uuid')} and ${meetingVisibleSql('m', plan.role.rows.relationship, slots)}`,
  )
  return (await query(text, values))[0]
}

function invited(
  { plan, context }: Asked,
  meeting: string,
  query: Query,
  now: Date,
): Promise<readonly Row[]> {
  const binds = new Binds()
  const slots = callerSlots(context.caller, now, binds)
  const seen = `${relationshipSql(plan.rows, 'mc.offender_id', slots)}
    and not ${limitedAccessSql('mc.offender_id', slots).barred}`
  const { text, values } = binds.finish(
    `select i.agency, i.subject, o.type,
       array(select distinct a.name from record.meeting_acceptance a
         where ${ofInvitationSql('a', 'i')} and ${inForceSql('a')} order by 1) as accepted_by,
       case when ${coordinatedSql('m', plan.role.rows.relationship, slots)} then
         array(select mc.offender_id from record.meeting_case mc where mc.meeting_id = m.id
           and ${seen} and ${attendeeBarredSql('mc.offender_id', 'i', slots)} order by mc.position) end as barred_from
     from record.meeting_invitation i join record.mappa_meeting m on m.id = i.meeting_id
     left join record.organisation o on o.code = i.agency
     where m.id = ${binds.bind(meeting, 'uuid')} and i.withdrawn_at is null order by i.agency, i.subject nulls first`,
  )
  return query(text, values)
}

function attendee({ agency, subject, type, ...row }: Row): Record<string, unknown> {
  const roles = attendingRoles(typeof type === 'string' ? type : undefined)
  return {
    agency,
    subject,
    acceptedBy: row['accepted_by'],
    roles: roles.map((role) => ({ role, lacks: lacksOfPack(role) })),
    barredFrom: row['barred_from'],
  }
}
