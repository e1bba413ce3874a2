import type { Calendar } from './calendar'
import { drawsFor, type Draws } from './draws'
import { PRISON_SYSTEM, type Draft } from './draft'
import { prisonDetails } from './details'
import { isOutside, keyDatesOf, type KeyDates } from './key-dates'
import { familyName } from './names'
import { PRISONS } from './places'
import { alertsOf } from './prison-alerts'
import type { Custody, Profile } from './profile'

/** What the prisons sent of somebody: for most an earlier whereabouts first, then where they are now. */
export function prisonDrafts(profile: Profile, calendar: Calendar): Draft[] {
  const { custody } = profile
  if (custody === undefined) return []
  const draws = drawsFor(profile.index, 'prison')
  const dates = keyDatesOf(profile, custody, calendar)
  const document = documentFor(profile, { ...dates, calendar, draws })
  const before = earlier(profile, custody, dates, draws)
  const first: Draft = {
    format: 'prisoner-search',
    sender: PRISON_SYSTEM,
    payload: document(before ?? custody),
    day: profile.firstSent,
    minutes: draws.int(300, 420),
  }
  if (before === undefined) return [first]
  // Nobody stays at court or on the road for long.
  const isBrief = custody.state !== 'IN' && !isOutside(custody)
  const day = isBrief ? -1 : isOutside(custody) ? dates.release : draws.int(profile.firstSent + 3, -1)
  return [first, { ...first, payload: document(custody), day, minutes: draws.int(420, 1200) }]
}

/** Undefined where the first document already says how it is now. */
function earlier(
  { firstSent }: Profile,
  custody: Custody,
  { release }: KeyDates,
  draws: Draws,
): Custody | undefined {
  if (isOutside(custody) && release <= firstSent) return undefined
  if (custody.state !== 'IN') return { ...custody, state: 'IN' }
  const others = PRISONS.filter(
    ({ code, holds }) => holds === custody.prison.holds && code !== custody.prison.code,
  )
  return draws.chance(0.45) ? { ...custody, prison: draws.pick(others) } : undefined
}

interface Material extends KeyDates {
  readonly calendar: Calendar
  readonly draws: Draws
}

function documentFor(profile: Profile, { calendar, draws, release, stated }: Material) {
  const { identifiers, name, index } = profile
  const aliases = aliasesOf(profile, draws)
  const alerts = alertsOf(profile, calendar)
  const cell = `${draws.pick(['A', 'B', 'C', 'D'])}-${draws.int(1, 4)}-0${draws.int(10, 48)}`
  const merged = draws.chance(0.01)
    ? [{ type: 'MERGED', value: `M${identifiers.prisonNumber.slice(1)}` }]
    : []
  return (now: Custody): Draft['payload'] => ({
    prisonerNumber: identifiers.prisonNumber,
    pncNumber: identifiers.pnc,
    croNumber: identifiers.cro,
    bookingId: String(1_200_001 + index),
    bookNumber: `B${String(100_001 + index).slice(-5)}`,
    title: name.title,
    firstName: name.given.toUpperCase(),
    ...(name.middle === undefined ? {} : { middleNames: name.middle.toUpperCase() }),
    lastName: name.family.toUpperCase(),
    dateOfBirth: profile.dateOfBirth,
    gender: profile.sex,
    youthOffender: false,
    ...whereabouts(now, cell),
    ...stated,
    ...prisonDetails(profile, now),
    ...(now.state === 'RESTRICTED_PATIENT' ? { dischargeDate: calendar.date(release) } : {}),
    aliases,
    alerts: now.state === 'RELEASED' ? alerts.map(ended) : alerts,
    identifiers: [
      { type: 'PNC', value: identifiers.pnc },
      { type: 'CRO', value: identifiers.cro },
      ...merged,
    ],
  })
}

function whereabouts({ state, prison, sentence }: Custody, cell: string): Draft['payload'] {
  const at = { prisonId: prison.code, prisonName: prison.name, restrictedPatient: false }
  const outside = { inOutStatus: 'OUT', prisonId: 'OUT', prisonName: 'Outside', lastPrisonId: prison.code }
  const places: Readonly<Record<Custody['state'], Draft['payload']>> = {
    IN: { ...at, ...movement('ACTIVE IN', 'ADM', 'INT'), inOutStatus: 'IN', cellLocation: cell },
    COURT: { ...at, ...movement('ACTIVE OUT', 'CRT', 'CRT'), inOutStatus: 'OUT', cellLocation: 'COURT' },
    TEMPORARY_ABSENCE: {
      ...at,
      ...movement('ACTIVE OUT', 'TAP', 'C3'),
      inOutStatus: 'OUT',
      cellLocation: 'TAP',
    },
    TRANSFER: {
      ...movement('INACTIVE TRN', 'TRN', 'COMP'),
      inOutStatus: 'TRN',
      prisonId: 'TRN',
      prisonName: 'Transfer',
      lastPrisonId: prison.code,
      restrictedPatient: false,
    },
    RELEASED: { ...movement('INACTIVE OUT', 'REL', 'CR'), ...outside, restrictedPatient: false },
    RESTRICTED_PATIENT: {
      ...movement('INACTIVE OUT', 'REL', 'HP'),
      ...outside,
      restrictedPatient: true,
      supportingPrisonId: prison.code,
    },
  }
  return { ...places[state], ...legal(sentence) }
}

function movement(status: string, type: string, reason: string): Draft['payload'] {
  return { status, lastMovementTypeCode: type, lastMovementReasonCode: reason }
}

function legal(sentence: Custody['sentence']): Draft['payload'] {
  const statuses = {
    DETERMINATE: 'SENTENCED',
    RECALL: 'RECALL',
    INDETERMINATE: 'INDETERMINATE_SENTENCE',
    REMAND: 'REMAND',
  }
  return {
    legalStatus: statuses[sentence],
    recall: sentence === 'RECALL',
    indeterminateSentence: sentence === 'INDETERMINATE',
  }
}

function aliasesOf({ name, dateOfBirth, sex }: Profile, draws: Draws): Draft['payload'][] {
  if (!draws.chance(0.12)) return []
  return [
    {
      firstName: name.given.toUpperCase(),
      lastName: familyName(draws).toUpperCase(),
      dateOfBirth: draws.chance(0.5) ? dateOfBirth : `${dateOfBirth.slice(0, 8)}${draws.int(10, 28)}`,
      gender: sex,
    },
  ]
}

function ended(alert: Draft['payload']): Draft['payload'] {
  return { ...alert, active: false, expired: true }
}
