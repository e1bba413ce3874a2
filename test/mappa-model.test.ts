import fc from 'fast-check'
import { aCase, aPrisoner } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'
import { coverAreas, levelInput } from './support/mappa'
import { operation } from './support/operations'

const RUNS = Number(process.env['MAPPA_RUNS'] ?? 3)
const SEED = Number(process.env['MAPPA_SEED'] ?? Date.now() % 2 ** 31)
const WRITERS = 20
const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway({ pushLimits: { working: 2, requests: 100, streams: 8 } })
  await coverAreas(t, [
    { area: 'NORTHUMBRIA', agency: 'N02' },
    { area: 'NORTHUMBRIA', agency: 'POL-NORTH' },
  ])
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

/** What one writer does next to one of few people; each rests on the newest state that the writer knows, or on none. */
type Step =
  | {
      readonly does: 'decide'
      readonly person: number
      readonly level: number | null
      readonly knowing: boolean
    }
  | { readonly does: 'correct'; readonly person: number; readonly level: number; readonly knowing: boolean }
  | { readonly does: 'exit'; readonly person: number; readonly knowing: boolean }
  | { readonly does: 'move'; readonly person: number; readonly prison: string }

const person = fc.nat({ max: 2 })
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('decide' as const),
      person,
      level: fc.constantFrom(null, 1, 2, 3),
      knowing: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('correct' as const),
      person,
      level: fc.constantFrom(1, 2, 3),
      knowing: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('exit' as const), person, knowing: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('move' as const),
      person,
      prison: fc.constantFrom('MDI', 'LEI', 'HLI'),
    }),
  },
)
/** For each writer its steps, one after the other; the writers do not wait for each other. */
const work = fc.array(fc.array(steps, { minLength: 1, maxLength: 3 }), {
  minLength: WRITERS,
  maxLength: WRITERS,
})

interface Acknowledged {
  readonly crn: string
  readonly id: string
  readonly revision: number
}

interface Known {
  readonly id?: string
  readonly revision?: number
}

let serial = 300_000

async function threePeople(): Promise<string[]> {
  const crns = [1, 2, 3].map(() => `P${(serial += 1)}`)
  const numberOf = (crn: string) => `P${crn.slice(-4)}AA`
  await t.ingest(
    PRISON,
    'prisoner-search',
    crns.map((crn) => aPrisoner(numberOf(crn))),
  )
  await t.ingest(
    PROBATION,
    'probation-search',
    crns.map((crn) => aCase(crn, { otherIds: { crn, nomsNumber: numberOf(crn) } })),
  )
  return crns
}

class Writer {
  private readonly known = new Map<string, Known>()
  readonly acknowledged: Acknowledged[] = []
  readonly refused = new Map<string, number>()
  private readonly as: As

  constructor(
    private readonly crns: readonly string[],
    nth: number,
  ) {
    this.as = { role: 'MAPPA_COORDINATOR', agency: 'N02', subject: `writer-${nth}` }
  }

  async do(step: Step): Promise<void> {
    const crn = this.crns[step.person] ?? ''
    if (step.does === 'move') {
      await t.ingest(PRISON, 'prisoner-search', aPrisoner(`P${crn.slice(-4)}AA`, { prisonId: step.prison }))
      return
    }
    const known = this.known.get(crn) ?? {}
    const expectedRevision = step.knowing ? (known.revision ?? null) : null
    const isExit = step.does === 'exit'
    const { effectiveOn, forum, rationale, offender, ...rest } = levelInput(crn)
    const common = { effectiveOn, forum, rationale, offender, expectedRevision }
    const level = isExit ? null : step.level
    const supersedes = step.does === 'correct' ? (known.id ?? null) : null
    const levelStatus = level === null ? 'TBC' : 'CONFIRMED'
    const input = isExit ? common : { ...rest, ...common, level, levelStatus, supersedes }
    const text = isExit
      ? 'mutation($input: MappaExitInput!) { done: exitMappa(input: $input) { revision decision { id } } }'
      : operation('RecordMappaLevel').replace('recordMappaLevel(', 'done: recordMappaLevel(')
    const body = await t.ask(this.as, text, { input })
    const code = body.errors?.[0]?.extensions.code
    if (code !== undefined) {
      this.refused.set(code, (this.refused.get(code) ?? 0) + 1)
      return
    }
    const done = body.data?.['done'] as { revision: number; decision: { id: string } }
    this.known.set(crn, { id: done.decision.id, revision: done.revision })
    this.acknowledged.push({ crn, id: done.decision.id, revision: done.revision })
  }
}

interface Decision {
  readonly id: string
  readonly revision: number
  readonly kind: string
  readonly from: number | null
  readonly to: number | null
  readonly supersedes: string | null
}

async function decisionsOf(crn: string): Promise<Decision[]> {
  const rows = await t.database.pools.reader.query(
    `select d.id, d.revision, d.kind, d.from_level, d.to_level, d.supersedes from record.mappa_level_decision d
     join record.source_record s on s.offender_id = d.offender_id and s.local_id = $1 order by d.revision`,
    [crn],
  )
  return rows.map((row) => ({
    id: String(row['id']),
    revision: Number(row['revision']),
    kind: String(row['kind']),
    from: row['from_level'] as number | null,
    to: row['to_level'] as number | null,
    supersedes: row['supersedes'] as string | null,
  }))
}

/** From each to the next, starting from nothing; a correction starts where what it corrects did. */
function brokenLinks(decisions: readonly Decision[]): string[] {
  const starts = new Map<string, number | null>()
  let level: number | null = null
  return decisions.flatMap(({ id, from, to, supersedes }) => {
    const start: number | null = supersedes === null ? level : (starts.get(supersedes) ?? null)
    starts.set(id, start)
    level = to
    return from === start ? [] : [`${id} starts from ${String(from)}, not from ${String(start)}`]
  })
}

/** Pairs of periods of one register that overlap, and periods that are not where the decisions have them. */
async function oddPeriods(crn: string, decisions: readonly Decision[]): Promise<string[]> {
  const rows = await t.database.pools.reader.query(
    `select l.decision_id, l.from_at, l.until_at from record.mappa_level l
     join record.source_record s on s.offender_id = l.offender_id and s.local_id = $1
     where l.register = 'THROUGHCARE' order by l.from_at`,
    [crn],
  )
  const corrected = new Set(decisions.map(({ supersedes }) => supersedes))
  const last = decisions.filter(({ id }) => !corrected.has(id)).at(-1)
  const open = rows.filter((row) => row['until_at'] === null).map((row) => row['decision_id'])
  const isOpenRight = last === undefined || last.kind === 'EXIT' ? open.length === 0 : open.join() === last.id
  const at = (value: unknown) => (value instanceof Date ? value.getTime() : Infinity)
  const overlaps = rows.filter(
    (row, i) => i + 1 < rows.length && at(row['until_at']) > at(rows[i + 1]?.['from_at']),
  )
  return [
    ...overlaps.map((row) => `${String(row['decision_id'])} overlaps the next`),
    ...(isOpenRight ? [] : [`open is ${open.join() || 'none'}, the last decision is ${String(last?.id)}`]),
  ]
}

/** Agencies that were told of one decision twice. */
async function toldTwice(): Promise<unknown[]> {
  const rows = await t.database.pools.reader.query(
    `select n.occasion, n.agency from record.notice n where n.agency is not null group by 1, 2 having count(*) > 1`,
  )
  return [...rows]
}

async function wrongAfter(crns: readonly string[], writers: readonly Writer[]): Promise<string[]> {
  const acknowledged = writers.flatMap((writer) => writer.acknowledged)
  const each = crns.map(async (crn) => {
    const decisions = await decisionsOf(crn)
    const ids = decisions.map(({ id }) => id).sort()
    const expected = acknowledged.filter((one) => one.crn === crn).map(({ id }) => id)
    return [
      ...(ids.join() === expected.sort().join() ? [] : [`${crn}: a decision was lost, or made by nobody`]),
      ...brokenLinks(decisions),
      ...(await oddPeriods(crn, decisions)),
    ]
  })
  return (await Promise.all(each)).flat()
}

test(`${WRITERS} writers on few people: no period overlaps, no decision is lost, from and to are one chain`, async () => {
  let made = 0
  const refused = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(work, async (plans) => {
      const crns = await threePeople()
      const writers = plans.map((_, nth) => new Writer(crns, nth))
      await Promise.all(
        plans.map(async (plan, nth) => {
          for (const step of plan) await writers[nth]?.do(step)
        }),
      )
      made += writers.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0)
      for (const writer of writers)
        for (const [code, count] of writer.refused) refused.set(code, (refused.get(code) ?? 0) + count)
      expect(await wrongAfter(crns, writers)).toEqual([])
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: true },
  )
  expect(await toldTwice()).toEqual([])
  process.stdout.write(
    `decisions under concurrency: ${made} made, refused ${JSON.stringify(Object.fromEntries(refused))}, seed ${SEED}\n`,
  )
  expect(made).toBeGreaterThan(WRITERS)
}, 120_000)

test('of two who decide on the same state one is refused, and nobody decides on a state that they did not see', async () => {
  const [crn = ''] = await threePeople()
  const first = new Writer([crn], 1)
  await first.do({ does: 'decide', person: 0, level: 1, knowing: false })
  const { revision } = first.acknowledged[0] ?? { revision: 0 }
  const on = (nth: number) =>
    t.ask(
      { role: 'MAPPA_COORDINATOR', agency: 'N02', subject: `writer-${nth}` },
      operation('RecordMappaLevel'),
      { input: levelInput(crn, { expectedRevision: revision }) },
    )
  const bodies = await Promise.all(Array.from({ length: WRITERS }, (_, nth) => on(nth)))
  const codes = bodies.map(({ errors }) => errors?.[0]?.extensions.code)
  expect(codes.filter((code) => code === undefined)).toHaveLength(1)
  expect(codes.filter((code) => code === 'STALE_REVISION')).toHaveLength(WRITERS - 1)
})
