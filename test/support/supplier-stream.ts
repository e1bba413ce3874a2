import fc from 'fast-check'
import { aCase, aManager, anEvent, aPrisoner, aRoshSummary } from './documents'
import type { As } from './gateway'
import type { Fate } from './supplier-sender'

export const PRISON: As = { role: 'PRISON_SYSTEM' }
export const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }

/** Whom the stream is about; a document links its record to others from its `linkedFrom`th on. */
const PEOPLE = [
  // The prison number links them, and a police number is another prisoner’s too.
  {
    number: 'A1000AA',
    crn: 'X100000',
    given: 'Robin',
    birth: '1980-02-03',
    prisonPnc: '02/73319Z',
    casePnc: '2002/73319Z',
    noms: 'A1000AA',
  },
  { number: 'A1001AA', crn: 'X100001', given: 'Robin', birth: '1980-02-03', prisonPnc: '2002/0073319Z' },
  // A police number links them, written in two ways.
  {
    number: 'A1002AA',
    crn: 'X100002',
    given: 'Alex',
    birth: '1971-11-30',
    prisonPnc: '81/34U',
    casePnc: '1981/0000034u',
  },
  // Probation learns the prison number late.
  { number: 'A1003AA', crn: 'X100003', given: 'Jamie', birth: '1990-06-17', noms: 'A1003AA', linkedFrom: 2 },
  // The criminal record number is learnt late by the prison.
  {
    number: 'A1004AA',
    crn: 'X100004',
    given: 'Sam',
    birth: '1965-04-25',
    prisonCro: '65656/91H',
    caseCro: '065656/91H',
    linkedFrom: 1,
  },
] as const

const FEEDS = [
  'prisoner-search',
  'probation-search',
  'mappa-detail',
  'assessment-timeline',
  'rosh-summary',
  'access-limitations',
  'prison-events',
  'probation-events',
] as const
type Feed = (typeof FEEDS)[number]

export interface Draft {
  readonly person: number
  readonly feed: Feed
  /** What the document says. */
  readonly content: number
}

export interface Envelope {
  readonly messageId?: string
  readonly observedAt?: string
  readonly version?: number
  readonly person?: object
  readonly payload: object
}

export interface Message {
  readonly as: As
  readonly envelope: Envelope
}

const levels = ['Low', 'Medium', 'High', 'Very High']
const prisons = ['MDI', 'LEI', 'WTI', 'ZZI']

const DOCUMENTS: Readonly<
  Record<Feed, (who: (typeof PEOPLE)[number], n: number, linked: boolean) => object>
> = {
  'prisoner-search': (who, n, linked) =>
    aPrisoner(who.number, {
      firstName: who.given,
      dateOfBirth: who.birth,
      prisonId: prisons[n % 4],
      prisonName: undefined,
      cellLocation: `A-${n}`,
      title: n % 3 === 0 ? 'Mr' : undefined,
      lastName: n % 5 === 0 ? 'Sampel' : 'Sample',
      ...('prisonPnc' in who && { pncNumber: who.prisonPnc }),
      ...('prisonCro' in who && linked && { croNumber: who.prisonCro }),
      ...(n % 4 !== 1 && { alerts: [{ alertCode: n % 2 === 0 ? 'P33' : 'XA', active: n % 3 !== 0 }] }),
      ...(n % 4 === 3 && { aliases: [{ firstName: 'Rob', lastName: 'Sample' }] }),
      ...(n % 6 === 5 && { status: 'INACTIVE OUT', prisonId: 'OUT', lastMovementReasonCode: 'MRG' }),
      ...(n % 6 === 4 && { status: 'INACTIVE OUT', prisonId: 'OUT' }),
      ...(n % 2 === 0 && { conditionalReleaseDate: `2027-0${1 + (n % 9)}-01` }),
    }),
  'probation-search': (who, n, linked) =>
    aCase(who.crn, {
      firstName: who.given,
      dateOfBirth: who.birth,
      surname: n % 5 === 0 ? 'Sampler' : 'Sample',
      otherIds: {
        crn: who.crn,
        ...('casePnc' in who && { pncNumber: who.casePnc }),
        ...('caseCro' in who && { croNumber: who.caseCro }),
        ...('noms' in who && linked && { nomsNumber: who.noms }),
      },
      offenderManagers: n % 4 === 3 ? undefined : [aManager({ staff: `N02ABC${n % 4}` })],
      ...(n % 3 === 0 && { mappa: n % 2 === 0 ? null : { level: 1 + (n % 3), category: 2 } }),
      ...(n % 4 === 0 && { currentExclusion: n % 8 === 0, currentRestriction: false }),
    }),
  'mappa-detail': ({ crn }, n) =>
    n % 5 === 0
      ? { crn, mappa: null }
      : {
          crn,
          mappa: {
            level: n % 4,
            category: 1 + (n % 4),
            startDate: `2026-0${1 + (n % 4)}-10`,
            probationArea: { code: 'N02' },
          },
        },
  'assessment-timeline': ({ crn }, n) => ({
    crn,
    timeline: [1, 2].slice(0, n % 3).map((i) => ({
      assessmentPk: Number(crn.slice(1)) * 10 + i,
      assessmentType: 'LAYER3',
      status: ['COMPLETE', 'LOCKED_INCOMPLETE', 'OPEN'][(n + i) % 3],
      initiationDate: `2026-01-0${1 + (n % 9)}T10:00:00`,
      ...(n % 2 === 0 && { completedDate: `2026-02-0${1 + (n % 9)}T10:00:00` }),
    })),
  }),
  'rosh-summary': ({ crn }, n) =>
    aRoshSummary(crn, Number(crn.slice(1)) * 10 + (n % 3), {
      dateCompleted: `2026-02-0${1 + (n % 9)}T10:00:00`,
      assessmentStatus: n % 4 === 0 ? 'LOCKED_INCOMPLETE' : 'COMPLETE',
      riskPublicCommunity: levels[n % 4],
      natureOfRisk: `Described in ${n} words.`,
    }),
  'access-limitations': ({ crn }, n) => ({
    crn,
    excludedFrom: ['robin', 'kim'].slice(0, n % 3).map((username) => ({ username })),
    restrictedTo: n % 4 === 0 ? [{ organisation: 'N02' }] : [],
    ...(n % 2 === 0 && { exclusionMessage: 'You know the person.' }),
  }),
  'prison-events': ({ number }, n) => {
    const [type, reason] = MOVES[n % MOVES.length]!
    const information = {
      nomsNumber: number,
      reason,
      prisonId: prisons[n % 3],
      nomisMovementReasonCode: `R${n % 2}`,
    }
    return anEvent(type, information, { at: `2026-05-0${1 + (n % 9)}T10:00:00Z` })
  },
  'probation-events': (who, n) => {
    const { type, information } = PROBATION_EVENTS[n % PROBATION_EVENTS.length]!(who, n)
    return anEvent(type, information, { crn: who.crn, at: `2026-05-0${1 + (n % 9)}T11:00:00Z` })
  },
}

const MOVES = [
  ['prison-offender-events.prisoner.received', 'ADMISSION'],
  ['prison-offender-events.prisoner.released', 'RELEASED'],
  ['prisoner-offender-search.prisoner.released', 'SENT_TO_COURT'],
  ['prisoner-offender-search.prisoner.received', 'RETURN_FROM_COURT'],
  ['person.alert.created', 'none'],
] as const

/** Merges go from one person to a later one, so that none of them closes a loop: which of a loop is refused is by arrival. */
const PROBATION_EVENTS: readonly ((
  who: (typeof PEOPLE)[number],
  n: number,
) => { type: string; information: Record<string, unknown> })[] = [
  ({ crn }, n) => ({
    type: 'probation-case.merge.completed',
    information: { sourceCRN: crn, targetCRN: laterThan(crn, n) },
  }),
  ({ crn }, n) => ({
    type: 'probation-case.unmerge.completed',
    information: { reactivatedCRN: crn, unmergedCRN: laterThan(crn, n) },
  }),
  (_, n) => ({
    type: `probation-case.registration.${n % 3 === 0 ? 'deregistered' : 'updated'}`,
    information: {
      registerTypeCode: 'MAPP',
      registrationId: String(n % 2),
      registrationLevelCode: `M${n % 4}`,
      registrationCategoryCode: 'M2',
      registrationDate: `2026-0${1 + (n % 4)}-10`,
    },
  }),
  ({ crn }, n) => ({
    type: `probation-case.registration.${n % 2 === 0 ? 'deregistered' : 'added'}`,
    information: {
      registerTypeCode: 'RVHR',
      registrationId: `${crn.slice(1)}${n % 4}`,
      registrationLevelCode: `L${n % 3}`,
    },
  }),
  () => ({ type: 'probation-case.exclusion.updated', information: {} }),
  (_, n) => ({
    type: 'risk-assessment.scores.ogrs.determined',
    information: { OGRS3Yr2: n, EventNumber: 1, AssessmentDate: `2026-04-0${1 + (n % 2)}` },
  }),
]

function laterThan(crn: string, n: number): string {
  const later = PEOPLE.map((each) => each.crn).filter((each) => each > crn)
  return later[n % later.length] ?? 'X100009'
}

const drafts = fc.array(
  fc.record<Draft>({
    person: fc.nat(PEOPLE.length - 1),
    feed: fc.constantFrom(
      ...FEEDS,
      'prisoner-search',
      'probation-search',
      'mappa-detail',
      'probation-events',
    ),
    content: fc.nat(23),
  }),
  { minLength: 6, maxLength: 24 },
)

export interface Stream {
  readonly drafts: readonly Draft[]
  /** Which feeds number their documents; those say nothing reliable by their times. */
  readonly numbered: readonly boolean[]
  /** How the documents come the second time: places, some of them more than once, and sizes of batches. */
  readonly order: readonly number[]
  readonly sizes: readonly number[]
}

/** Few attempts go wrong at once, lest nothing be learnt of what happens after. */
export const fates: fc.Arbitrary<Fate[]> = fc.array(
  fc.record({
    cutAfterMs: fc.option(fc.nat(40), { freq: 2 }),
    isAnswerLost: fc.boolean(),
  }),
  { minLength: 4, maxLength: 16 },
)

export const streams: fc.Arbitrary<Stream> = drafts.chain((stated) => {
  const places = stated.map((_, place) => place)
  return fc.record({
    drafts: fc.constant(stated),
    numbered: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
    order: fc
      .tuple(
        fc.shuffledSubarray(places, { minLength: places.length }),
        fc.array(fc.tuple(fc.nat(places.length - 1), fc.nat(places.length - 1)), { maxLength: 6 }),
      )
      .map(([order, again]) => again.reduce((so, [place, at]) => so.toSpliced(at, 0, place), order)),
    sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
  })
})

/** The stream as messages, in the order in which the suppliers stated them. */
export function messagesOf({ drafts: stated, numbered }: Pick<Stream, 'drafts' | 'numbered'>): Message[] {
  const counts = new Map<string, number>()
  return stated.map(({ person, feed, content }, i) => {
    const who = PEOPLE[person]!
    const key = `${person} ${feed}`
    const count = counts.get(key) ?? 0
    counts.set(key, count + 1)
    const isNumbered = numbered[person * FEEDS.length + FEEDS.indexOf(feed)] === true
    // Distinct, and in a numbered feed in no order.
    const minute = isNumbered ? (i * 37) % 101 : i + 200
    return {
      as: feed === 'prisoner-search' || feed === 'prison-events' ? PRISON : PROBATION,
      envelope: {
        messageId: `m-${i}`,
        observedAt: new Date(Date.UTC(2026, 5, 1, 9, minute)).toISOString(),
        ...(isNumbered && { version: count + 1 }),
        payload: DOCUMENTS[feed](who, content, count >= ('linkedFrom' in who ? who.linkedFrom : 0)),
      },
    }
  })
}
