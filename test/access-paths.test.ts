import { aCase, aManager, aPrisoner } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { acceptConfidentiality } from './support/meetings'
import { operation } from './support/operations'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const COM: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }
const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI' }
const COORDINATOR: As = { role: 'MAPPA_COORDINATOR', agency: 'N02', mappaArea: 'NORTHUMBRIA' }

let t: TestGateway
const now = new Date()
const seconds = (n: number) => new Date(now.getTime() + n * 1_000).toISOString()
const DAY = 86_400

beforeAll(async () => {
  t = await startTestGateway()
  await t.database.transact(async (tx) => {
    await tx.query('select record.begin_revision()')
    await tx.query(
      `insert into record.mappa_area_agency (area, agency)
       values ('NORTHUMBRIA', 'N02'), ('NORTHUMBRIA', 'POL-NORTH'), ('LONDON', 'N07'), ('LONDON', 'POL-LONDON')`,
    )
    await tx.query('select record.end_revision()')
  })
})
afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

let serial = 500_000

async function aLimitedCase(limitations: object, more: object = {}) {
  const crn = `W${serial++}`
  const { results } = await t.ingest(PROBATION, 'probation-search', aCase(crn, { ...more }))
  const kept = await t.ingest(PROBATION, 'access-limitations', limitations, `?crn=${crn}`)
  expect(kept.results[0]?.outcome).toBe('APPLIED')
  return { crn, id: results[0]?.offenderId ?? '' }
}

const look = (as: As, by: object) => t.ask(as, operation('CaseSummary'), { by })
const isShown = (body: Body) => body.data?.['offender'] != null
const named = (username: string, as: As = COM): As => ({ ...as, subject: `s-${username}`, username })

describe('limited access', () => {
  test('(d) an unknown user does not see a restricted case', async () => {
    const { crn } = await aLimitedCase({ excludedFrom: [], restrictedTo: [{ username: 'named.reader' }] })
    expect(isShown(await look(named('nobody.knows'), { crn }))).toBe(false)
    expect(isShown(await look(PROBATION, { crn }))).toBe(false)
    expect(isShown(await look(named('named.reader'), { crn }))).toBe(true)
  })

  test('(d) a restriction that ended one second ago bars nobody', async () => {
    const { crn } = await aLimitedCase({
      excludedFrom: [],
      restrictedTo: [{ username: 'named.reader', since: seconds(-DAY), until: seconds(-1) }],
    })
    expect(isShown(await look(named('any.body'), { crn }))).toBe(true)
  })

  test('(d) a restriction that starts tomorrow bars nobody yet', async () => {
    const { crn } = await aLimitedCase({
      excludedFrom: [],
      restrictedTo: [{ username: 'named.reader', since: seconds(DAY) }],
    })
    expect(isShown(await look(named('any.body'), { crn }))).toBe(true)
  })

  test('(e) somebody known to the prisons alone is seen by all who may see them, limited access or not', async () => {
    await t.ingest(PRISON, 'prisoner-search', aPrisoner('W1111AA'))
    const by = { prisonNumber: 'W1111AA' }
    const readers: As[] = [
      named('no.list.names', POM),
      { role: 'PRISON_OFFICER', agency: 'MDI' },
      { role: 'PRISON_PUBLIC_PROTECTION', agency: 'MDI' },
      { role: 'PROGRAMME_TEAM', agency: 'MDI' },
      { role: 'HEAD_OF_OFFENDER_MANAGEMENT', agency: 'MDI' },
      { role: 'DATA_PROTECTION_OFFICER' },
      PRISON,
    ]
    const bodies = await Promise.all(readers.map((as) => look(as, by)))
    expect(bodies.map((body) => [body.errors, isShown(body)])).toEqual(readers.map(() => [undefined, true]))
  })

  test('(n) a message is not leaked while no limitation is active, nor to whom it is not meant for', async () => {
    const messages = { exclusionMessage: 'WORDS OF EXCLUSION', restrictionMessage: 'WORDS OF RESTRICTION' }
    const idle = await aLimitedCase({ excludedFrom: [], restrictedTo: [], ...messages })
    const other = await aLimitedCase({ excludedFrom: [{ username: 'ada' }], restrictedTo: [], ...messages })
    const answers = [
      await look(named('eve'), { crn: idle.crn }),
      await look(named('eve'), { crn: other.crn }),
      await t.ask(named('eve'), operation('Caseload'), { where: {} }),
    ]
    expect(isShown(answers[0] ?? {})).toBe(true)
    expect(JSON.stringify(answers)).not.toContain('WORDS OF')
    const excluded = JSON.stringify(await look(named('ada'), { crn: other.crn }))
    expect(excluded).toContain('WORDS OF EXCLUSION')
    expect(excluded).not.toContain('WORDS OF RESTRICTION')
  })
})

describe('a barred reader', () => {
  const SECRET = 'Hiddenname'
  const level = (offender: object) => ({
    offender,
    category: 1,
    level: 1,
    levelStatus: 'CONFIRMED',
    effectiveOn: '2026-11-20',
    nextReviewOn: '2035-01-01',
    forum: 'SCREENING',
    rationale: 'Reasons.',
    assessments: [],
  })
  const far = new Date(now.getTime() + 30 * DAY * 1_000).toISOString().slice(0, 10)
  const panel: As = { role: 'MAPPA_PANEL_MEMBER', agency: 'POL-NORTH' }
  let hidden: { crn: string; id: string }
  let meeting: string

  beforeAll(async () => {
    hidden = await aLimitedCase(
      { excludedFrom: [{ username: 'barred' }], restrictedTo: [] },
      { surname: SECRET },
    )
    const called = await t.ask(COORDINATOR, operation('ScheduleMappaMeeting'), {
      input: {
        level: 2,
        at: seconds(DAY),
        offenders: [{ crn: hidden.crn }],
        invitations: [{ agency: 'POL-NORTH' }],
      },
    })
    meeting = (called.data?.['scheduleMappaMeeting'] as { meeting: { id: string } }).meeting.id
    for (const name of ['eve', 'barred']) await acceptConfidentiality(t, named(name, panel), meeting)
  })

  const reads: [path: string, as: As, query: string, variables: () => object][] = [
    ['by number', COM, operation('CaseSummary'), () => ({ by: { crn: hidden.crn } })],
    ['by our id', COM, operation('CaseSummary'), () => ({ by: { id: hidden.id } })],
    [
      'in an earlier state',
      COM,
      operation('CaseSummary'),
      () => ({ by: { id: hidden.id }, asOf: { at: seconds(DAY) } }),
    ],
    ['by a search', COM, operation('Caseload'), () => ({ where: { name: SECRET } })],
    ['in a list', COM, operation('Caseload'), () => ({ where: { allocatedTo: 'N02ABC1' } })],
    ['in the feed of changes', COM, operation('Changes'), () => ({ first: 100 })],
    ['among a meeting’s cases', panel, operation('MappaMeetingSummary'), () => ({ meeting })],
    [
      'below a meeting',
      panel,
      'query($meeting: ID!) { mappaMeetingSummary(meeting: $meeting) { meeting { offenders { id } } } }',
      () => ({ meeting }),
    ],
  ]

  test.each(reads)('finds nothing %s', async (_path, as, query, variables) => {
    const tells = ({ data }: Body) => [SECRET, hidden.id].some((mark) => JSON.stringify(data).includes(mark))
    expect(tells(await t.ask(named('eve', as), query, { ...variables() }))).toBe(true)
    expect(tells(await t.ask(named('barred', as), query, { ...variables() }))).toBe(false)
  })

  test('is told of no further page by a case that is hidden', async () => {
    const first = async (as: As) => {
      const body = await t.ask(as, operation('Caseload'), { where: { name: 'Hidden' }, first: 1 })
      return body.data?.['offenders'] as { nodes: object[]; pageInfo: { hasNextPage: boolean } }
    }
    await t.ingest(PROBATION, 'probation-search', aCase(`W${serial++}`, { surname: 'Hiddenmore' }))
    expect((await first(named('eve'))).pageInfo.hasNextPage).toBe(true)
    const page = await first(named('barred'))
    expect([page.nodes.length, page.pageInfo.hasNextPage]).toEqual([1, false])
  })

  const commands: [name: string, as: As, query: string, input: (offender: object) => object][] = [
    [
      'recordMappaLevel',
      COORDINATOR,
      'mutation($input: MappaLevelInput!) { done: recordMappaLevel(input: $input) { revision decision { id } } }',
      level,
    ],
    [
      'recordOversight',
      { ...COM, role: 'SENIOR_PROBATION_OFFICER' },
      'mutation($input: OversightInput!) { done: recordOversight(input: $input) { revision entry { id } } }',
      (offender) => ({ offender, kind: 'RELEASE', decision: 'Wait.', rationale: 'Reasons.' }),
    ],
    [
      'referToParoleBoard',
      { ...COM, purpose: 'PAROLE' },
      'mutation($input: ParoleReferralInput!) { done: referToParoleBoard(input: $input) { revision until } }',
      (offender) => ({ offender, reason: 'Tariff ends.', until: far }),
    ],
  ]

  test.each(commands)('gets of %s what an absent person gets', async (_name, as, query, input) => {
    const run = async (by: As, offender: object) => {
      const { data, errors, extensions } = await t.ask(by, query, { input: input(offender) })
      return { data, errors, withheld: extensions?.withheld }
    }
    const barred = await run(named('barred', as), { crn: hidden.crn })
    expect(barred).toEqual({ data: { done: null }, errors: undefined, withheld: undefined })
    expect(await run(named('barred', as), { crn: 'W999999' })).toEqual(barred)
    expect((await run(named('eve', as), { crn: hidden.crn })).data?.['done']).not.toBeNull()
  })
})

test('(b) whoever sees the MAPPA of their own area gets nothing of another’s', async () => {
  const mappa = { level: 2, category: 1, startDate: '2026-01-05' }
  const own = aCase('W600001', { surname: 'Ownarea', mappa })
  const others = aCase('W600002', {
    surname: 'Otherarea',
    mappa,
    offenderManagers: [aManager({ provider: 'N07', staff: 'N07AAA1', team: 'N07AAA' })],
  })
  await t.ingest(PROBATION, 'probation-search', [own, others])
  for (const as of [COORDINATOR, { role: 'POLICE_OFFENDER_MANAGER', agency: 'POL-NORTH' } satisfies As]) {
    const level = 'query($by: OffenderRef!) { offender(by: $by) { mappa { registration { level } } } }'
    const see = async (crn: string) => (await t.ask(as, level, { by: { crn } })).data?.['offender']
    expect(await see('W600001')).toEqual({ mappa: { registration: { level: 2 } } })
    expect(await see('W600002')).toBeNull()
    const everywhere = [
      await t.ask(as, operation('Caseload'), { where: { mappaLevel: 2 } }),
      await t.ask(as, operation('Changes'), { first: 100 }),
    ]
    expect(JSON.stringify(everywhere[0])).toContain('Ownarea')
    expect(JSON.stringify(everywhere)).not.toContain('Otherarea')
  }
})

test('(c) a token with two roles gets what one of them gives, and never both', async () => {
  await t.ingest(PRISON, 'prisoner-search', aPrisoner('W2222AA'))
  await t.ingest(PROBATION, 'probation-search', aCase('W222222', { surname: 'Alone' }))
  const two = { agency: 'MDI', staffCode: 'N02ABC1' }
  const officer: As = { ...two, role: 'PRISON_OFFICER' }
  const probation: As = { ...two, role: 'PROBATION_OFFICER' }
  const answers = async (as: As) => {
    const given = [await look(as, { prisonNumber: 'W2222AA' }), await look(as, { crn: 'W222222' })]
    return given.map(({ data, errors, extensions }) => ({ data, errors, withheld: extensions?.withheld }))
  }
  const [asOfficer, asProbation] = [await answers(officer), await answers(probation)]
  expect(asOfficer.map(({ data }) => data?.['offender'] != null)).toEqual([true, false])
  expect(asProbation.map(({ data }) => data?.['offender'] != null)).toEqual([false, true])
  expect(await answers({ ...officer, also: ['PROBATION_OFFICER'] })).toEqual(asOfficer)
  expect(await answers({ ...probation, also: ['PRISON_OFFICER'] })).toEqual(asProbation)
  const unnamed = { ...officer, also: ['PROBATION_OFFICER'], headers: { 'acting-role': '' } } satisfies As
  expect((await look(unnamed, { crn: 'W222222' })).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
})

test('(m) no MAPPA and no such person differ, for those who may know of the person', async () => {
  await t.ingest(PROBATION, 'probation-search', aCase('W700001'))
  const query = 'query($by: OffenderRef!) { offender(by: $by) { mappa { registration { level } } } }'
  const ask = async (as: As, crn: string) => (await t.ask(as, query, { by: { crn } })).data
  expect(await ask(COM, 'W700001')).toEqual({ offender: { mappa: { registration: null } } })
  const justified = { ...COM, justification: 'A colleague asks.' }
  expect(await ask(justified, 'W799999')).toEqual({ offender: null })
  expect(await ask(POM, 'W700001')).toEqual({ offender: null })
})

test('(o) a search names nobody twice, whatever the person goes by', async () => {
  const twice = { surname: 'Twicenamed', firstName: 'Twicenamed' }
  const alias = { firstName: 'Twicenamed', surname: 'Twicenamed', dateOfBirth: '1980-02-03' }
  await t.ingest(
    PRISON,
    'prisoner-search',
    aPrisoner('W3333AA', { firstName: 'Twicenamed', lastName: 'Twicenamed' }),
  )
  await t.ingest(
    PROBATION,
    'probation-search',
    aCase('W333333', {
      ...twice,
      otherIds: { crn: 'W333333', nomsNumber: 'W3333AA' },
      offenderAliases: [alias, alias],
      offenderManagers: [aManager(), aManager({ staff: 'N02ABC2' }), aManager({ team: 'N02XYZ' })],
    }),
  )
  for (const where of [
    { name: 'Twicenamed' },
    { name: 'Twicenamed', organisation: 'N02', establishment: 'MDI' },
  ]) {
    const body = await t.ask(COM, operation('Caseload'), { where })
    const { nodes } = body.data?.['offenders'] as { nodes: { id: string }[] }
    expect(nodes).toHaveLength(1)
  }
})
