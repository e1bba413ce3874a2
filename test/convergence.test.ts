import fc from 'fast-check'
import { Client } from 'pg'
import { aCase, aManager, anEvent, aPrisoner, aRoshSummary } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const RUNS = Number(process.env['CONVERGENCE_RUNS'] ?? 30)
const SEED = Number(process.env['CONVERGENCE_SEED'] ?? Date.now() % 2 ** 31)

let t: TestGateway
let record: Client

beforeAll(async () => {
  t = await startTestGateway()
  record = new Client({ ...t.testDatabase.connection })
  await record.connect()
})

afterAll(async () => {
  await record.end()
  await t.close()
})

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

interface Draft {
  readonly person: number
  readonly feed: Feed
  /** What the document says. */
  readonly content: number
}

interface Envelope {
  readonly messageId?: string
  readonly observedAt?: string
  readonly version?: number
  readonly person?: object
  readonly payload: object
}

interface Message {
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

interface Stream {
  readonly drafts: readonly Draft[]
  /** Which feeds number their documents; those say nothing reliable by their times. */
  readonly numbered: readonly boolean[]
  /** How the documents come the second time: places, some of them more than once, and sizes of batches. */
  readonly order: readonly number[]
  readonly sizes: readonly number[]
}

const streams: fc.Arbitrary<Stream> = drafts.chain((stated) => {
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
function messagesOf({ drafts: stated, numbered }: Pick<Stream, 'drafts' | 'numbered'>): Message[] {
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

/** Sends them in this order, neighbours of one sender together, at most so many at a time. */
async function send(messages: readonly Message[], sizes: readonly number[], client?: string): Promise<void> {
  let batch: Message[] = []
  let sent = 0
  const flush = async () => {
    const [first] = batch
    if (!first) return
    const as = client === undefined ? first.as : { ...first.as, client: `${first.as.role}-${client}` }
    const { results } = await t.ingest(
      as,
      'auto',
      batch.map(({ envelope }) => envelope),
    )
    for (const { outcome, errors } of results) {
      if (outcome === 'REJECTED' || outcome === 'CONFLICT') throw new Error(JSON.stringify(errors))
    }
    batch = []
    sent += 1
  }
  for (const message of messages) {
    if (batch.length >= sizes[sent % sizes.length]! || (batch[0] && batch[0].as !== message.as)) await flush()
    batch.push(message)
  }
  await flush()
}

/** Few rows in many tables are deleted faster than the tables are truncated; a replica runs no triggers. */
async function startAfresh(): Promise<void> {
  const { rows } = await record.query<{ text: string }>(
    `select string_agg(format('delete from record.%I;', tablename), ' ') as text
     from pg_tables where schemaname = 'record' and tablename not in ('revision_counter', 'fact_table', 'owned_table')`,
  )
  await record.query(`set session_replication_role = replica; ${rows[0]?.text ?? ''}
    update record.revision_counter set value = 0; set session_replication_role = origin`)
}

/** All that is held now, by natural keys: an offender is the set of its records. */
async function heldNow(): Promise<Record<string, string[]>> {
  const { rows: tables } = await record.query<{ name: string }>('select f.name from record.fact_table f')
  const owned = [...tables.map(({ name }) => name), 'mappa_level'].map(
    (
      table,
    ) => `select '${table}' as name, to_jsonb(x) - $1::text[] || jsonb_build_object('of', c.records, 'by',
        (select sr.system || ':' || sr.local_id from record.source_record sr where sr.id = x.source_record_id)) as row
      from record.${table} x left join cluster c on c.id = x.offender_id`,
  )
  const { rows } = await record.query<{ name: string; row: object }>(
    `with cluster as (
       select sr.offender_id as id, array_agg(sr.system || ':' || sr.local_id order by sr.system, sr.local_id) as records
       from record.source_record sr group by sr.offender_id)
     ${owned.join(' union all ')}
     union all select 'offender', to_jsonb(o) - $1::text[] || jsonb_build_object('of', c.records)
       from record.offender o left join cluster c on c.id = o.id where o.joined_into is null
     union all select 'source_record', to_jsonb(sr) - $1::text[] || jsonb_build_object('of', c.records)
       from record.source_record sr left join cluster c on c.id = sr.offender_id
     union all select name, to_jsonb(s) - $1::text[] || jsonb_build_object('by', sr.system || ':' || sr.local_id) from (
       select 'newest' as name, n.source_record_id, to_jsonb(n) as s from record.newest n
       union all select 'statement', s.source_record_id, to_jsonb(s) from record.statement s
       union all select 'content', c.source_record_id, to_jsonb(c) from record.content c) s
       join record.source_record sr on sr.id = s.source_record_id
     union all select 'organisation', to_jsonb(o) - $1::text[] from record.organisation o
     union all select 'waiting', to_jsonb(r.message_id) from (
       select distinct r.message_id from record.received r where r.outcome = 'QUARANTINED') r`,
    [['id', 'offender_id', 'source_record_id', 'revision', 'ordinal', 'recorded_at', 'origin_offender_id']],
  )
  const held: Record<string, string[]> = {}
  for (const { name, row } of rows) (held[name] ??= []).push(JSON.stringify(row))
  for (const list of Object.values(held)) list.sort()
  return held
}

async function afterwards(importing: () => Promise<void>): Promise<Record<string, string[]>> {
  await startAfresh()
  await importing()
  return heldNow()
}

const inOrder = (messages: readonly Message[]) => afterwards(() => send(messages, [50]))

const reordered = ({ order }: Stream, messages: readonly Message[]) => order.map((place) => messages[place]!)

test('any order, any batches and any repeats end in the same state', async () => {
  process.stdout.write(`convergence: seed ${SEED}, ${RUNS} runs\n`)
  let statements = 0
  const property = fc.asyncProperty(streams, async (stream) => {
    const messages = messagesOf(stream)
    statements += messages.length
    const straight = await inOrder(messages)
    const mixed = await afterwards(() => send(reordered(stream, messages), stream.sizes))
    expect(mixed).toEqual(straight)
  })
  await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true })
  expect(statements).toBeGreaterThan(RUNS * 6)
}, 120_000)

test('so does the same stream from three clients at once', async () => {
  const property = fc.asyncProperty(streams, async (stream) => {
    const messages = messagesOf(stream)
    const straight = await inOrder(messages)
    const all = reordered(stream, messages)
    const mixed = await afterwards(async () => {
      const shares = [0, 1, 2].map((client) => all.filter((_, i) => i % 3 === client))
      await Promise.all(shares.map((share, i) => send(share, stream.sizes, String(i))))
    })
    expect(mixed).toEqual(straight)
  })
  await fc.assert(property, { seed: SEED, numRuns: Math.ceil(RUNS / 3), endOnFailure: true })
}, 120_000)

test('the comparison would notice: without ids, times and versions the order of arrival shows', async () => {
  const bare = (content: number): Message => {
    const [{ as, envelope }] = messagesOf({
      drafts: [{ person: 0, feed: 'prisoner-search', content }],
      numbered: [],
    }) as [Message]
    return { as, envelope: { payload: envelope.payload } }
  }
  const straight = await inOrder([bare(0), bare(1)])
  const mixed = await inOrder([bare(1), bare(0)])
  expect(mixed).not.toEqual(straight)
  const differing = Object.keys(straight).filter(
    (name) => JSON.stringify(mixed[name]) !== JSON.stringify(straight[name]),
  )
  expect(differing).toEqual(expect.arrayContaining(['custody', 'person', 'statement', 'newest']))
}, 60_000)

test('the property would fail if times and versions were left out', async () => {
  const property = fc.asyncProperty(streams, async (stream) => {
    const messages = messagesOf(stream).map(({ as, envelope: { messageId, payload } }): Message => ({
      as,
      envelope: { ...(messageId !== undefined && { messageId }), payload },
    }))
    const withoutTimes = (held: Record<string, string[]>) =>
      Object.entries(held).filter(([name]) => !['newest', 'statement', 'mappa_level'].includes(name))
    const straight = withoutTimes(await inOrder(messages))
    const mixed = withoutTimes(await afterwards(() => send([...messages].reverse(), [50])))
    expect(mixed).toEqual(straight)
  })
  const { failed } = await fc.check(property, { seed: SEED, numRuns: 10, endOnFailure: true })
  expect(failed).toBe(true)
}, 60_000)
