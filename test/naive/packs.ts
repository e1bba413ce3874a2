import { CONFIDENTIALITY } from '../../src/domain/confidentiality'
import type { Asked } from './asked'
import { changedSince } from './changed-since'
import type { Reference, Sight } from './people'
import { compare, text, type Moment, type Row } from './record'
import { answering, refusalOfLookUp, type RootAnswer, type World } from './root-answer'
import { objectOf, type Answering } from './values'

const MARKING = 'OFFICIAL-SENSITIVE'

type Members = Readonly<Record<string, (asked: Asked) => unknown>>

function membersOf({ children }: Asked, members: Members): Record<string, unknown> {
  return Object.fromEntries(
    children.map((one) => [one.key, members[one.name]?.(one) ?? (one.field ? null : one.parent)]),
  )
}

/** What a meeting reads of its cases: as of a freeze, or as things are while it has none. */
export function meetingSummary(world: World, asked: Asked): RootAnswer {
  const { record, people, rights, now } = world
  const meeting = visibleMeeting(world, asked)
  if (!meeting) return { value: null, sights: [], items: [] }
  if (!hasAccepted(world, meeting)) return { value: null, sights: [], refusedUnread: 'FORBIDDEN' }
  const wanted = asked.args['freeze']
  const [freeze] = of(record.rows('meeting_freeze'), 'meeting_id', meeting['id'])
    .filter(({ number }) => wanted == null || number === wanted)
    .sort((a, b) => Number(b['number']) - Number(a['number']))
  if (wanted != null && !freeze) return { value: null, sights: [], refusedUnread: 'BAD_USER_INPUT' }
  const moment: Moment = freeze
    ? { revision: Number(freeze['frozen_revision']), instant: text(freeze['frozen_at']) }
    : { revision: record.newestRevision, instant: now }
  const cases = of(record.rows('meeting_case'), 'meeting_id', meeting['id'])
    .sort((a, b) => compare(a['position'], b['position']))
    .map((one) => people.personThen(text(one['made_about']), moment.revision))
  const sights = [...new Set(cases)].map((id) => people.weigh(people.person(id, moment)))
  const shown = sights.filter(({ isShown }) => isShown).map(({ person }) => person)
  const right = asked.field ? rights.of(asked.field) : undefined
  const listed = shown.filter((person) => right?.shown !== 'perCase' || right.isShownOf(person))
  const from = withChanges(world, answering(world, moment, shown), moment)
  const value = membersOf(asked, {
    meeting: ({ children }) => objectOf(from, children, { row: meeting }),
    marking: () => MARKING,
    freeze: () => freeze?.['number'] ?? null,
    revision: () => moment.revision,
    at: () => moment.instant,
    cases: ({ children }) =>
      listed.map((person) => objectOf(from, children, { row: { offender_id: person.id }, person })),
  })
  return { value: right?.shown === 'perCase' && listed.length === 0 ? null : value, sights, items: listed }
}

function of(rows: readonly Row[], column: string, value: unknown): Row[] {
  return rows.filter((row) => row[column] === value)
}

/** Those who stand invited, for the meeting's time, and its coordinators. */
function visibleMeeting({ record, relationships }: World, { args }: Asked): Row | undefined {
  const [meeting] = of(record.rows('mappa_meeting'), 'id', args['meeting'])
  const isVisible =
    meeting && (relationships.coordinates(meeting) || relationships.isInvited(text(meeting['id'])))
  return isVisible ? meeting : undefined
}

function hasAccepted({ record, asker }: World, { id }: Row): boolean {
  return of(record.rows('meeting_acceptance'), 'meeting_id', id).some(
    (one) =>
      one['issuer'] === asker.issuer &&
      one['subject'] === asker.person?.subject &&
      one['agency'] === asker.agency &&
      one['edition'] === CONFIDENTIALITY.edition,
  )
}

/** A referred case as it was at its referral, for the purposes of the Parole Board alone. */
export function paroleSummary(world: World, asked: Asked): RootAnswer {
  const { people, purpose, now } = world
  if (purpose !== 'PAROLE') return { value: null, sights: [], refusedUnread: 'PURPOSE_NOT_ALLOWED' }
  const named = people.named(asked.args['by'] as Reference, { instant: now })
  const referral = named.flatMap((id) => referralsOf(world, id, asked.args['referral'])).sort(byNumber)[0]
  const moment: Moment = referral
    ? { revision: Number(referral.row['frozen_revision']), instant: text(referral.row['referred_at']) }
    : { instant: now }
  const ids = named.map((id) =>
    referral?.row['offender_id'] === id
      ? people.personThen(text(referral.row['made_about']), moment.revision)
      : id,
  )
  const sights: Sight[] = ids.map((id) => people.weigh(people.person(id, moment), referral !== undefined))
  const refusal = refusalOfLookUp(world, sights)
  const shown = sights.filter(({ isShown }) => isShown).map(({ person }) => person)
  const [person] = shown
  if (refusal !== undefined || !person || !referral)
    return { value: null, sights, ...(refusal !== undefined && { refusal }) }
  const from = withChanges(world, answering(world, moment, shown), moment)
  const value = membersOf(asked, {
    referral: () => referral.number,
    referredAt: () => referral.row['referred_at'],
    until: () => referral.row['until'],
    marking: () => MARKING,
    revision: () => moment.revision,
    case: ({ children }) => objectOf(from, children, { row: { offender_id: person.id }, person }),
  })
  return { value, sights }
}

interface Referral {
  readonly row: Row
  readonly number: number
}

const byNumber = (one: Referral, other: Referral) => other.number - one.number

/** The referrals of a case that the reader may know of, numbered in their order. */
function referralsOf({ record, people }: World, offender: string, wanted: unknown): Referral[] {
  if (!people.isVisible({ id: offender, owners: [offender] })) return []
  return of(record.rows('parole_referral'), 'offender_id', offender)
    .sort((a, b) => compare(a['referred_at'], b['referred_at']) || compare(a['id'], b['id']))
    .map((row, i) => ({ row, number: i + 1 }))
    .filter(({ number }) => wanted == null || number === wanted)
}

function withChanges(world: World, from: Answering, moment: Moment): Answering {
  return {
    ...from,
    worked: { changedSince: (asked, { person }) => changedSince(world, moment, asked, person) },
  }
}
