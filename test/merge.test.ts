import { Client } from 'pg'
import { aCase, aPrisoner } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'

const PRISON: As = { role: 'PRISON_SYSTEM', agency: 'MDI' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const STEWARD: As = { role: 'DATA_STEWARD', agency: 'MDI', purpose: 'DATA_QUALITY' }
const PROBATION_STEWARD: As = {
  role: 'DATA_STEWARD',
  agency: 'N02',
  purpose: 'DATA_QUALITY',
  subject: 'steward-2',
}
const COORDINATOR: As = { role: 'MAPPA_COORDINATOR', agency: 'N02' }
const ANYONE: As = { role: 'DATA_PROTECTION_OFFICER' }

let t: TestGateway
let record: Client

beforeAll(async () => {
  t = await startTestGateway()
  record = new Client({ ...t.testDatabase.connection })
  await record.connect()
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await record.end()
  await t.close()
})

async function prisoner(number: string, more: Record<string, unknown> = {}): Promise<string> {
  const { results } = await t.ingest(PRISON, 'prisoner-search', aPrisoner(number, more))
  return results[0]!.offenderId!
}

async function aCaseOf(crn: string, more: Record<string, unknown> = {}): Promise<string> {
  const { results } = await t.ingest(PROBATION, 'probation-search', aCase(crn, more))
  return results[0]!.offenderId!
}

async function idOf(by: object): Promise<string | null> {
  const body = await t.ask(ANYONE, 'query($by: OffenderRef!) { offender(by: $by) { id } }', { by })
  return (body.data?.['offender'] as { id: string } | null)?.id ?? null
}

const MERGE = `mutation($input: MergeOffendersInput!) { mergeOffenders(input: $input) { revision offender { id } } }`
const merge = (into: object, from: object, as = STEWARD, reason = 'Seen both files') =>
  t.ask(as, MERGE, { input: { into, from, reason } })

const UNMERGE = `mutation($input: UnmergeOffendersInput!) {
  unmergeOffenders(input: $input) { offender { id } separated { id sourceRecords { localId } } } }`

async function unmerge(by: object, ...localIds: string[]): Promise<Body> {
  const { rows } = await record.query<{ id: string }>(
    'select id from record.source_record where local_id = any($1::text[])',
    [localIds],
  )
  const input = { offender: by, records: rows.map(({ id }) => id), reason: 'Different fingerprints' }
  return t.ask(STEWARD, UNMERGE, { input })
}

const codeOf = (body: Body) => body.errors?.[0]?.extensions.code

describe('(k) a chain of merges by data stewards', () => {
  let ids: string[]

  beforeAll(async () => {
    ids = []
    for (const number of ['A5001AA', 'A5002AA', 'A5003AA']) {
      ids.push(
        await prisoner(number, {
          lastName: number,
          dateOfBirth: `19${number.slice(2, 4)}-01-0${number[4]!}`,
        }),
      )
    }
  })

  test('A into B, B into C: all three ids and numbers resolve to one', async () => {
    expect((await merge({ id: ids[1]! }, { id: ids[0]! })).errors).toBeUndefined()
    expect((await merge({ prisonNumber: 'A5003AA' }, { prisonNumber: 'A5002AA' })).errors).toBeUndefined()
    const found = new Set<string | null>()
    for (const id of ids) found.add(await idOf({ id }))
    for (const number of ['A5001AA', 'A5002AA', 'A5003AA']) found.add(await idOf({ prisonNumber: number }))
    expect([...found]).toEqual([[...ids].sort()[0]])
  })

  test('C into A is refused: they are one person already', async () => {
    expect(codeOf(await merge({ prisonNumber: 'A5001AA' }, { prisonNumber: 'A5003AA' }))).toBe('CONFLICT')
  })

  test('an unmerge restores who was separate, and new documents do not undo it', async () => {
    const body = await unmerge({ prisonNumber: 'A5003AA' }, 'A5003AA')
    expect(body.errors).toBeUndefined()
    expect(await idOf({ id: ids[2]! })).toBe(ids[2])
    expect(await idOf({ prisonNumber: 'A5003AA' })).toBe(ids[2])
    expect(await idOf({ prisonNumber: 'A5001AA' })).toBe(await idOf({ prisonNumber: 'A5002AA' }))
    await prisoner('A5003AA', { lastName: 'A5003AA', identifiers: [{ type: 'MERGED', value: 'A5002AA' }] })
    expect(await idOf({ prisonNumber: 'A5003AA' })).not.toBe(await idOf({ prisonNumber: 'A5002AA' }))
  })

  test('they may be joined again by a person', async () => {
    expect((await merge({ prisonNumber: 'A5001AA' }, { prisonNumber: 'A5003AA' })).errors).toBeUndefined()
    expect(await idOf({ prisonNumber: 'A5003AA' })).toBe(await idOf({ prisonNumber: 'A5001AA' }))
  })
})

test('level decisions follow the survivor, and go back where they were made', async () => {
  const manager = {
    team: { code: 'N02ABC' },
    probationArea: { code: 'N02' },
    active: true,
    staff: { code: 'N02ABC1' },
  }
  const one = await aCaseOf('X500001', {
    surname: 'Alpha',
    dateOfBirth: '1971-02-03',
    offenderManagers: [manager],
  })
  const other = await aCaseOf('X500002', {
    surname: 'Omega',
    dateOfBirth: '1982-05-06',
    offenderManagers: [manager],
  })
  const input = {
    offender: { crn: 'X500002' },
    category: 2,
    level: 2,
    levelStatus: 'CONFIRMED',
    effectiveOn: '2026-11-01',
    nextReviewOn: '2027-01-01',
    forum: 'SCREENING',
    rationale: 'Needs more than one agency.',
    assessments: [],
    area: 'NORTHUMBRIA',
  }
  const decided = await t.ask(
    COORDINATOR,
    'mutation($input: MappaLevelInput!) { recordMappaLevel(input: $input) { decision { id } } }',
    { input },
  )
  expect(decided.data?.['recordMappaLevel']).toMatchObject({ decision: { id: expect.any(String) } })
  const levels = async (crn: string) => {
    const body = await t.ask(
      COORDINATOR,
      `query($by: OffenderRef!) { offender(by: $by) { id mappa { registration { level system } decisions { nodes { toLevel } } } } }`,
      { by: { crn } },
    )
    return body.data?.['offender'] as {
      id: string
      mappa: { registration: unknown; decisions: { nodes: unknown[] } }
    }
  }
  const merged = await merge({ crn: 'X500001' }, { crn: 'X500002' }, PROBATION_STEWARD)
  expect(merged.errors).toBeUndefined()
  const survivor = await levels('X500001')
  expect(survivor.id).toBe([one, other].sort()[0])
  expect(survivor.mappa).toEqual({
    registration: { level: 2, system: 'THROUGHCARE' },
    decisions: { nodes: [{ toLevel: 2 }] },
  })
  const { rows } = await record.query<{ id: string }>(
    `select id from record.source_record where local_id = 'X500002'`,
  )
  const back = await t.ask(PROBATION_STEWARD, UNMERGE, {
    input: { offender: { crn: 'X500001' }, records: [rows[0]!.id], reason: 'Two brothers' },
  })
  expect(back.errors).toBeUndefined()
  expect((await levels('X500001')).mappa.decisions.nodes).toEqual([])
  expect((await levels('X500002')).mappa.decisions.nodes).toEqual([{ toLevel: 2 }])
  expect((await levels('X500002')).id).toBe(other)
})

describe('suspected matches', () => {
  const QUEUE = `{ suspectedMatches(first: 100) { nodes { id score reasons confirmedBy
    people { offenderId given family dateOfBirth identifiers agencies } } } }`

  interface Match {
    readonly id: string
    readonly reasons: string[]
    readonly confirmedBy: string[]
    readonly people: { offenderId: string | null; family: string | null; agencies: string[] }[]
  }

  const queue = async (as: As) =>
    ((await t.ask(as, QUEUE)).data?.['suspectedMatches'] as { nodes: Match[] }).nodes

  const confirm = (as: As, match: string) =>
    t.ask(
      as,
      'mutation($match: ID!) { confirmSuspectedMatch(match: $match, reason: "Same photograph") { joined } }',
      { match },
    )

  let held: string
  let other: string

  beforeAll(async () => {
    held = await prisoner('A5100AA', {
      firstName: 'Catherine',
      lastName: 'Quillfeather',
      dateOfBirth: '1977-04-09',
    })
    other = await aCaseOf('X510000', {
      firstName: 'Katharine',
      surname: 'Quilfeather',
      dateOfBirth: '1977-04-09',
    })
  })

  const ours = (matches: Match[], ...ids: string[]) =>
    matches.find(({ people }) =>
      people.some(({ offenderId }) => offenderId !== null && ids.includes(offenderId)),
    )

  test('are queued by name, sound and date of birth, and join nobody', async () => {
    expect(held).not.toBe(other)
    const match = ours(await queue(STEWARD), held)
    expect(match?.reasons).toEqual(expect.arrayContaining(['DATE_OF_BIRTH']))
    expect(match?.people).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ offenderId: held, family: 'Quillfeather' }),
        expect.objectContaining({ offenderId: null, family: null, agencies: ['N02'] }),
      ]),
    )
  })

  test('are not shown to a steward of another agency, nor decided by one', async () => {
    const stranger: As = { ...STEWARD, agency: 'LEI', subject: 'stranger' }
    expect(ours(await queue(stranger), held, other)).toBeUndefined()
    const match = ours(await queue(STEWARD), held)!
    expect((await confirm(stranger, match.id)).data?.['confirmSuspectedMatch']).toBeNull()
  })

  test('are for data stewards alone', async () => {
    expect(codeOf(await t.ask(COORDINATOR, QUEUE))).toBe('FORBIDDEN')
    expect(codeOf(await merge({ crn: 'X510000' }, { prisonNumber: 'A5100AA' }, COORDINATOR))).toBe(
      'FORBIDDEN',
    )
  })

  test('a steward cannot merge whom another agency alone holds, as if there were nobody', async () => {
    const body = await merge({ prisonNumber: 'A5100AA' }, { crn: 'X510000' })
    expect(body.data?.['mergeOffenders']).toBeNull()
  })

  test('are joined once a steward of each agency says so', async () => {
    const match = ours(await queue(STEWARD), held)!
    expect((await confirm(STEWARD, match.id)).data?.['confirmSuspectedMatch']).toEqual({ joined: false })
    expect(await idOf({ crn: 'X510000' })).toBe(other)
    expect(ours(await queue(PROBATION_STEWARD), other)?.confirmedBy).toEqual(['MDI'])
    expect((await confirm(PROBATION_STEWARD, match.id)).data?.['confirmSuspectedMatch']).toEqual({
      joined: true,
    })
    expect(await idOf({ crn: 'X510000' })).toBe(await idOf({ prisonNumber: 'A5100AA' }))
    expect(ours(await queue(STEWARD), held, other)).toBeUndefined()
  })

  test('that were dismissed do not come back with the next document', async () => {
    const one = await prisoner('A5200AA', {
      firstName: 'Hal',
      lastName: 'Brandysnap',
      dateOfBirth: '1969-09-09',
    })
    const two = await prisoner('A5201AA', {
      firstName: 'Hal',
      lastName: 'Brandysnapp',
      dateOfBirth: '1969-09-09',
    })
    const match = ours(await queue(STEWARD), one, two)!
    const dismissed = await t.ask(
      STEWARD,
      'mutation($match: ID!) { dismissSuspectedMatch(match: $match, reason: "Twins") { dismissed } }',
      { match: match.id },
    )
    expect(dismissed.data?.['dismissSuspectedMatch']).toEqual({ dismissed: true })
    await prisoner('A5200AA', {
      firstName: 'Hal',
      lastName: 'Brandysnap',
      dateOfBirth: '1969-09-09',
      title: 'Mr',
    })
    expect(ours(await queue(STEWARD), one, two)).toBeUndefined()
  })
})

test('(o) a search never returns one person twice', async () => {
  await prisoner('A5300AA', { lastName: 'Onceonly', identifiers: [{ type: 'MERGED', value: 'A5301AA' }] })
  await prisoner('A5301AA', { lastName: 'Onceonly' })
  await aCaseOf('X530000', { surname: 'Onceonly', otherIds: { crn: 'X530000', nomsNumber: 'A5300AA' } })
  const manager: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI' }
  const body = await t.ask(
    manager,
    '{ offenders(where: { name: "Onceonly" }) { nodes { id identifiers { value } } } }',
  )
  const { nodes } = body.data?.['offenders'] as { nodes: { identifiers: { value: string }[] }[] }
  expect(nodes).toHaveLength(1)
  expect(nodes[0]!.identifiers.map(({ value }) => value)).toEqual(
    expect.arrayContaining(['A5300AA', 'A5301AA', 'X530000']),
  )
})
