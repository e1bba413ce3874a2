import { acceptedSql, meetingVisibleSql } from '../access/meetings'
import { attendingRoles, lacksOfPack } from '../access/pack-access'
import { callerSlots } from '../access/relationships'
import type { Asked, Query, Row } from '../commands/asked'
import { badInput } from '../commands/command'
import { Binds } from '../domain/binds'
import { Refusal } from '../domain/refusal'
import { asUuid, type Given } from '../query/roots'

/**
 * What a meeting's summary needs beside the record: who stands invited, and what they lack. Throws FORBIDDEN
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
  return { values: { attendees: (await invited(meeting, query)).map(attendee) } }
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

function invited(meeting: string, query: Query): Promise<readonly Row[]> {
  return query(
    `select i.agency, i.subject, o.type,
       array(select distinct a.name from record.meeting_acceptance a where a.meeting_id = i.meeting_id
         and a.agency = i.agency and (i.subject is null or lower(i.subject) = lower(a.subject)) order by 1) as accepted_by
     from record.meeting_invitation i left join record.organisation o on o.code = i.agency
     where i.meeting_id = $1 and i.withdrawn_at is null order by i.agency, i.subject nulls first`,
    [meeting],
  )
}

function attendee({ agency, subject, type, accepted_by: acceptedBy }: Row): Record<string, unknown> {
  const roles = attendingRoles(typeof type === 'string' ? type : undefined)
  return {
    agency,
    subject,
    acceptedBy,
    roles: roles.map((role) => ({ role, lacks: lacksOfPack(role) })),
  }
}
