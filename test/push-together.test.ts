import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { bitsOf } from '../src/journal/entry'
import { SingleFile } from '../src/updates/single-file'
import { aPrisoner } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'
import { until } from './support/process'
import { rootOf } from './support/stewards'

describe('what waits', () => {
  interface Work {
    readonly who: string
    readonly n: number
  }

  /** In which groups work was done that was asked for at once, while the first was done. */
  async function groupsOf(works: readonly Work[], room = 3): Promise<string[]> {
    const groups: string[] = []
    const file = new SingleFile<Work, number>({
      isAlike: (first, next) => first.who === next.who,
      fits: (gathered) => gathered.length < room,
      run: async (group) => {
        groups.push(group.map(({ who, n }) => `${who}${n}`).join(' '))
        await Promise.resolve()
        if (group.some(({ n }) => n < 0)) throw new Error('no luck')
        return group.map(({ n }) => n)
      },
    })
    const done = await Promise.allSettled(works.map((work) => file.do(work)))
    done.forEach((each, i) => {
      if (each.status === 'fulfilled') expect(each.value).toBe(works[i]?.n)
    })
    return groups
  }

  const of = (...names: string[]) => names.map((name) => ({ who: name[0] ?? '', n: Number(name.slice(1)) }))

  test('is done with what is like it, in order, as much as fits', async () => {
    expect(await groupsOf(of('a1', 'a2', 'b1', 'a3', 'a4', 'b2', 'a5'))).toEqual([
      'a1',
      'a2 a3 a4',
      'b1 b2',
      'a5',
    ])
  })

  test('does not wait for ever when what went before fails', async () => {
    expect(await groupsOf(of('a-1', 'a2', 'b-1', 'a3', 'b2'))).toEqual(['a-1', 'a2 a3', 'b-1 b2'])
  })
})

describe('batches that a system sends at once', () => {
  const PRISON: As = { role: 'PRISON_SYSTEM' }
  const OTHER: As = { role: 'PRISON_SYSTEM', client: 'another-prison-system' }
  let t: TestGateway
  let record: Client

  beforeAll(async () => {
    t = await startTestGateway()
    record = new Client(t.testDatabase.connection)
    await record.connect()
    await t.ingest(PRISON, 'prisoner-search', aPrisoner('T1000TT'))
  })

  afterAll(async () => {
    await record.end()
    await t.close()
  })

  /** Sends the first, and the others while it waits for the record. */
  async function together(sent: readonly (readonly [As, unknown])[]) {
    await record.query('begin; select record.begin_revision()')
    const answers: ReturnType<TestGateway['ingest']>[] = []
    for (const [as, body] of sent) {
      answers.push(t.ingest(as, 'prisoner-search', body))
      await until('it is in work', () => t.gateway.pushGate.working === answers.length)
    }
    await record.query('rollback')
    return Promise.all(answers)
  }

  const family = (lastName: string) => aPrisoner('T1000TT', { lastName })

  test('are applied together after the first, each with its own answer', async () => {
    const sent = ['A', 'B', 'C', 'D'].map(
      (letter) =>
        [PRISON, aPrisoner(`T200${letter}TT`.replace(/[A-D]/, (l) => String('ABCD'.indexOf(l))))] as const,
    )
    const [first, ...others] = await together([...sent, [OTHER, aPrisoner('T3000TT')]])
    const revision = first?.revision ?? 0
    expect(others.map((answer) => answer.revision - revision)).toEqual([1, 1, 1, 2])
    const people = [first, ...others].map((answer) => answer?.results[0]?.offenderId)
    expect(new Set(people).size).toBe(5)
    expect(
      [first, ...others].map((answer) => answer?.results.map(({ index, outcome }) => [index, outcome])),
    ).toEqual(Array.from({ length: 5 }, () => [[0, 'APPLIED']]))
    expect(await offendersOfEntries(5)).toEqual(people.map((id) => [id]))
  })

  test('tell each its own results where one holds what cannot be stored', async () => {
    const [, good, bad, several] = await together([
      [PRISON, aPrisoner('T4000TT')],
      [PRISON, aPrisoner('T4001TT')],
      [PRISON, aPrisoner('T4002TT', { pncNumber: randomBytes(9_000).toString('hex') })],
      [PRISON, [aPrisoner('T4003TT'), aPrisoner('T4001TT'), { not: 'a prisoner' }]],
    ])
    expect(good?.results.map(({ outcome }) => outcome)).toEqual(['APPLIED'])
    expect(bad?.results[0]?.outcome).toBe('QUARANTINED')
    expect(bad?.results[0]?.errors[0]?.message).toMatch(/cannot be stored/)
    expect(several?.results.map(({ index, outcome }) => [index, outcome])).toEqual([
      [0, 'APPLIED'],
      [1, 'DUPLICATE'],
      [2, 'QUARANTINED'],
    ])
  })

  test('keep their order', async () => {
    await together(['One', 'Two', 'Three', 'Four'].map((name) => [PRISON, family(name)]))
    const { rows } = await record.query<{ family_name: string }>(
      `select o.family_name from record.offender o join record.identifier i on i.offender_id = o.id and i.value = 'T1000TT'`,
    )
    expect(rows.map((row) => row.family_name)).toEqual(['Four'])
  })

  test('leave each their own gap in the numbers of their feed', async () => {
    const numbered = (first: number): As => ({ ...OTHER, headers: { 'x-source-sequence': String(first) } })
    await together([
      [numbered(1), aPrisoner('T5001TT')],
      [numbered(2), aPrisoner('T5002TT')],
      [numbered(5), [aPrisoner('T5005TT'), aPrisoner('T5006TT')]],
      [numbered(7), aPrisoner('T5007TT')],
      [numbered(9), aPrisoner('T5009TT')],
    ])
    const { rows } = await record.query<{ next: number; gaps: string[] }>(
      `select s.next_number::integer as next, array(select g.missing::text from record.source_gap g where g.source_id = s.id order by g.id) as gaps
       from record.source s where s.client = $1`,
      [OTHER.client],
    )
    expect(rows).toEqual([{ next: 10, gaps: ['{[3,5)}', '{[8,9)}'] }])
    expect(await gapsOfEntries(5)).toEqual([null, null, { from: 3, to: 4 }, null, { from: 8, to: 8 }])
  })

  test('leave each a note of what was turned away', async () => {
    const known = ['T7001TT', 'T7002TT', 'T7003TT'].map((number) => aPrisoner(number))
    const held = await t.ingest(OTHER, 'prisoner-search', known)
    await together([
      [OTHER, aPrisoner('T7000TT')],
      ...known.map((document) => [OTHER, document] as const),
      [OTHER, aPrisoner('T7004TT')],
    ])
    const { rows } = await record.query<{ offender_id: string }>(
      `select a.offender_id from record.turned_away a where a.client = $1 and a.outcome = 'DUPLICATE' order by a.id`,
      [OTHER.client],
    )
    expect(rows.map((row) => row.offender_id)).toEqual(held.results.map(({ offenderId }) => offenderId))
  })

  test('count each for the snapshot that it is a part of', async () => {
    const sender: As = { role: 'PRISON_SYSTEM', client: 'whole-prison-system' }
    const begun = rootOf(
      await t.ask(sender, 'mutation { beginSnapshot { snapshot { id } } }'),
      'beginSnapshot',
    ) as { snapshot: { id: string } }
    const part: As = { ...sender, headers: { 'x-snapshot': begun.snapshot.id } }
    const answers = await together([
      [PRISON, aPrisoner('T8000TT')],
      [part, aPrisoner('T8001TT')],
      [part, aPrisoner('T8002TT')],
      [sender, aPrisoner('T8003TT')],
    ])
    expect(answers.flatMap(({ results }) => results.map(({ outcome }) => outcome))).toEqual(
      Array.from({ length: 4 }, () => 'APPLIED'),
    )
    const { rows } = await record.query<{ local_id: string; part: boolean }>(
      `select s.local_id, s.part from record.snapshot_seen s where s.snapshot_id = $1 order by s.local_id`,
      [begun.snapshot.id],
    )
    expect(rows.map((row) => [row.local_id, row.part])).toEqual([
      ['T8000TT', false],
      ['T8001TT', true],
      ['T8002TT', true],
      ['T8003TT', false],
    ])
  })

  test('are not applied with those that the same client sends in another role', async () => {
    const client = 'one-client'
    const prison: As = { role: 'PRISON_SYSTEM', client }
    const probation: As = { role: 'PROBATION_SYSTEM', client }
    const answers = await together([
      [PRISON, aPrisoner('T6000TT')],
      [prison, aPrisoner('T6001TT')],
      [probation, aPrisoner('T6002TT')],
      [prison, aPrisoner('T6003TT')],
    ])
    expect(answers.map(({ results }) => results[0]?.outcome)).toEqual([
      'APPLIED',
      'APPLIED',
      'REJECTED',
      'APPLIED',
    ])
    const { rows } = await record.query<{ role: string }>(
      'select s.role from record.source s where s.client = $1 order by s.role',
      [client],
    )
    expect(rows.map(({ role }) => role)).toEqual(['PRISON_SYSTEM', 'PROBATION_SYSTEM'])
  })

  /** Of the newest entries, in order: what each says is missing before it. */
  async function gapsOfEntries(count: number): Promise<unknown[]> {
    const { rows } = await record.query<{ gap: unknown }>(
      `select convert_from(d.body, 'UTF8')::json -> 'parameters' -> 'gap' as gap
       from (select e.* from journal.entry e order by e.index desc limit $1) e
       join journal.detail d on (d.log, d.index, d.part) = (e.log, e.index, 0) order by e.index`,
      [count],
    )
    return rows.map(({ gap }) => gap)
  }

  /** Of the newest entries, in order: about whom each is. */
  async function offendersOfEntries(count: number): Promise<string[][]> {
    const { rows } = await record.query<{ offenders: string[]; fields: string[] }>(
      `select array_agg(d.offender_id::text order by d.part) as offenders, array_agg(convert_from(d.body, 'UTF8')::json ->> 'fields') as fields
       from (select e.* from journal.entry e order by e.index desc limit $1) e
       join journal.detail d on (d.log, d.index) = (e.log, e.index) and d.part > 0
       group by e.log, e.index order by e.index`,
      [count],
    )
    for (const { fields } of rows) for (const bits of fields) expect(bitsOf(bits).length).toBeGreaterThan(5)
    return rows.map(({ offenders }) => offenders)
  }
})
