import { addWorkingDays } from '../src/domain/mappa-rules'
import { aCase, aManager, aPrisoner } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { coverAreas, day, Later, levelInput } from './support/mappa'
import { operation } from './support/operations'
import { see, state } from './support/push'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const CRC: As = { role: 'CRC_SYSTEM', agency: 'C05' }
const COORDINATOR: As = { role: 'MAPPA_COORDINATOR', agency: 'N02', subject: 'coordinator' }
const POLICE: As = { role: 'POLICE_OFFENDER_MANAGER', agency: 'POL-WEST', subject: 'police-one' }
const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI', purpose: 'MAPPA', subject: 'pom-one' }
const LEEDS: As = { ...POM, agency: 'LEI', subject: 'pom-leeds' }
const SPO: As = { role: 'SENIOR_PROBATION_OFFICER', agency: 'N02', purpose: 'MAPPA', subject: 'spo' }

let t: TestGateway
const later = new Later()

beforeAll(async () => {
  t = await startTestGateway(later)
  await coverAreas(t, [
    { area: 'WEST_YORKSHIRE', agency: 'N02', contact: 'Probation Desk' },
    { area: 'WEST_YORKSHIRE', agency: 'POL-WEST', contact: 'Police Desk' },
    { area: 'WEST_YORKSHIRE', agency: 'C05' },
  ])
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

let serial = 200_000

interface Person {
  readonly crn: string
  readonly prisonNumber: string
}

async function aPerson(provider = 'N02'): Promise<Person> {
  serial += 1
  const [crn, prisonNumber] = [`N${serial}`, `N${String(serial).slice(-4)}AA`]
  await t.ingest(PRISON, 'prisoner-search', aPrisoner(prisonNumber, { confirmedReleaseDate: day(100) }))
  const manager = aManager({ provider, team: `${provider}AAA`, staff: `${provider}AAA1` })
  const known = { crn, nomsNumber: prisonNumber }
  await t.ingest(PROBATION, 'probation-search', aCase(crn, { otherIds: known, offenderManagers: [manager] }))
  return { crn, prisonNumber }
}

/** Whole days from today. */
const daysTo = (date: string) => Math.round((Date.parse(date) - Date.parse(day(0))) / 86_400_000)

const isIn = (prisonNumber: string, prisonId: string, more: object = {}) =>
  t.ingest(
    PRISON,
    'prisoner-search',
    aPrisoner(prisonNumber, { prisonId, confirmedReleaseDate: day(100), ...more }),
  )

async function decide(crn: string, more: object = {}): Promise<string> {
  const body = await t.ask(COORDINATOR, operation('RecordMappaLevel'), { input: levelInput(crn, more) })
  if (body.errors) throw new Error(JSON.stringify(body.errors))
  return (body.data?.['recordMappaLevel'] as { decision: { id: string } }).decision.id
}

interface Told {
  readonly kind: string
  readonly agency: string | null
  readonly capacities: string[]
  readonly notApplicable: string | null
  readonly contact: { name: string | null; staffCode: string | null }
  readonly overdue: boolean
  readonly escalated: boolean
  readonly escalatesTo: string
  readonly openedBy: string | null
  readonly acknowledgedBy: string | null
  readonly changedFrom: string | null
  readonly changedTo: string | null
}

/** Who was told of somebody, the oldest first. */
async function told(crn: string, kind = 'LEVEL_DECISION'): Promise<Told[]> {
  const fields = `mappa { notices(first: 100) { nodes { kind agency capacities notApplicable contact { name staffCode } overdue
    escalated escalatesTo openedBy acknowledgedBy changedFrom changedTo } } }`
  const { offender } = await see(t, COORDINATOR, { crn }, fields)
  const { nodes } = (offender as { mappa: { notices: { nodes: Told[] } } }).mappa.notices
  return nodes.filter((notice) => notice.kind === kind).reverse()
}

const agenciesTold = async (crn: string, kind?: string) =>
  (await told(crn, kind)).flatMap(({ agency }) => agency ?? []).sort()

interface Received {
  readonly notice: { id: string; kind: string; acknowledgedAt: string | null; openedBy: string | null }
  readonly offender: { id: string } | null
  readonly decision: { toLevel: number; communicated: boolean | null } | null
}

async function inbox(as: As, args = 'first: 100'): Promise<Received[]> {
  const query = `{ notices(${args}) { nodes { notice { id kind acknowledgedAt openedBy } offender { id }
    decision { toLevel communicated } } } }`
  const body = await t.ask(as, query)
  if (body.errors) throw new Error(JSON.stringify(body.errors))
  return (body.data?.['notices'] as { nodes: Received[] }).nodes
}

/** The newest in an agency's inbox. */
async function newest(as: As): Promise<Received> {
  const [last] = (await inbox(as)).slice(-1)
  if (!last) throw new Error('the inbox is empty')
  return last
}

const act = (as: As, root: string, notice: string, more = '') =>
  t.ask(
    as,
    `mutation { ${root}(notice: "${notice}"${more}) { notice { notice { openedBy acknowledgedBy answer } } } }`,
  )
const codeOf = (body: Body) => body.errors?.[0]?.extensions.code
const communicated = async (crn: string) => {
  const fields = 'mappa { decisions(first: 1) { nodes { communicated } } }'
  const { offender } = await see(t, COORDINATOR, { crn }, fields)
  return (offender as { mappa: { decisions: { nodes: { communicated: boolean }[] } } }).mappa.decisions
    .nodes[0]?.communicated
}

describe('each decision is addressed', () => {
  test('to the area’s responsible authorities, the holding prison and the lead agency, each once, with a contact', async () => {
    const { crn } = await aPerson()
    await decide(crn, { leadAgency: 'POL-WEST' })
    const notices = await told(crn)
    expect(notices.map(({ agency, capacities, contact }) => [agency, capacities, contact.name])).toEqual(
      expect.arrayContaining([
        ['N02', ['PROBATION', 'CASE_HOLDER'], 'Ada Officer'],
        ['POL-WEST', ['POLICE', 'LEAD_AGENCY'], 'Police Desk'],
        ['MDI', ['PRISON', 'HOLDING_PRISON'], null],
      ]),
    )
    expect(notices.filter(({ agency }) => agency === null)).toEqual([])
  })

  test('and what is not applicable is recorded, with why', async () => {
    const { crn, prisonNumber } = await aPerson()
    await isIn(prisonNumber, 'OUT', {
      status: 'INACTIVE OUT',
      inOutStatus: 'OUT',
      lastMovementTypeCode: 'REL',
      lastMovementReasonCode: 'CR',
    })
    await decide(crn)
    const none = (await told(crn)).filter(({ agency }) => agency === null)
    expect(none.map(({ capacities: [capacity], notApplicable }) => [capacity, notApplicable]).sort()).toEqual(
      [
        ['HOLDING_PRISON', 'NOT_IN_CUSTODY'],
        ['LEAD_AGENCY', 'NOT_NAMED'],
        ['PRISON', 'NO_AGENCY_OF_AREA'],
      ],
    )
  })

  test('a decision that no named person has opened is not communicated', async () => {
    const { crn } = await aPerson()
    await decide(crn)
    expect(await communicated(crn)).toBe(false)
    const { notice } = await newest(POM)
    expect(codeOf(await act(LEEDS, 'openNotice', notice.id))).toBeUndefined()
    expect(await communicated(crn)).toBe(false)
    await act(POM, 'openNotice', notice.id)
    await act({ ...POM, subject: 'pom-two' }, 'openNotice', notice.id)
    expect(await communicated(crn)).toBe(true)
    expect((await told(crn)).find(({ agency }) => agency === 'MDI')).toMatchObject({
      openedBy: 'pom-one',
      acknowledgedBy: null,
    })
  })
})

describe('an inbox', () => {
  test('holds what is addressed to the own agency about people whom one may see, and what one may read of them', async () => {
    const { crn } = await aPerson()
    await decide(crn)
    const seen = await newest(POM)
    expect(seen).toMatchObject({ notice: { kind: 'LEVEL_DECISION' }, decision: { toLevel: 2 } })
    expect(seen.offender?.id).toMatch(/^[0-9a-f-]{36}$/)
    const officer = await newest({ role: 'PRISON_OFFICER', agency: 'MDI' })
    expect(officer).toMatchObject({ notice: { id: seen.notice.id }, decision: null })
    expect(await inbox({ ...POM, agency: 'WTI' })).toEqual([])
    const { agency: _, ...nobodys } = POM
    expect(await inbox(nobodys)).toEqual([])
  })

  test('pages in order, and is emptied by acknowledging', async () => {
    const { crn } = await aPerson()
    await decide(crn)
    const all = (await inbox(POM)).map(({ notice }) => notice.id)
    const paged: string[] = []
    for (let after: string | null = null; ;) {
      const body: Body = await t.ask(
        POM,
        'query($after: String) { notices(first: 2, after: $after) { nodes { notice { id } } pageInfo { hasNextPage endCursor } } }',
        { after },
      )
      const page = body.data?.['notices'] as {
        nodes: { notice: { id: string } }[]
        pageInfo: { hasNextPage: boolean; endCursor: string }
      }
      paged.push(...page.nodes.map(({ notice }) => notice.id))
      if (!page.pageInfo.hasNextPage) break
      after = page.pageInfo.endCursor
    }
    expect(paged).toEqual(all)
    await act(POM, 'acknowledgeNotice', all.at(-1) ?? '')
    expect((await inbox(POM)).map(({ notice }) => notice.id)).toEqual(all.slice(0, -1))
    expect((await inbox(POM, 'state: ACKNOWLEDGED')).map(({ notice }) => notice.id)).toContain(all.at(-1))
  })

  test('tells of people whom limited access bars nothing', async () => {
    const { crn } = await aPerson()
    await decide(crn)
    const before = await inbox(POM)
    await t.ingest(
      PROBATION,
      'access-limitations',
      { excludedFrom: [], restrictedTo: [{ username: 'somebody.else' }] },
      `?crn=${crn}`,
    )
    expect(await inbox(POM)).toHaveLength(before.length - 1)
  })

  test('a notice is opened, acknowledged and answered by the agency that it is addressed to', async () => {
    const { crn } = await aPerson()
    await decide(crn)
    const { notice } = await newest(POM)
    for (const root of ['openNotice', 'acknowledgeNotice'])
      expect(
        codeOf(await act({ ...COORDINATOR, agency: 'N99', mappaArea: 'WEST_YORKSHIRE' }, root, notice.id)),
      ).toBe('FORBIDDEN')
    expect(codeOf(await act(POM, 'answerNotice', notice.id, ', answer: ACCEPTED, reasons: "Yes."'))).toBe(
      'CONFLICT',
    )
  })
})

describe('no acknowledgement in time', () => {
  test('is overdue after five working days, and escalates after ten, to whom the rules name', async () => {
    const { crn } = await aPerson()
    const decision = await decide(crn)
    const of = async (agency: string) => (await told(crn)).find((notice) => notice.agency === agency)
    expect(await of('MDI')).toMatchObject({ overdue: false, escalated: false })
    const [due = 0, escalates = 0] = [5, 10].map((count) => daysTo(addWorkingDays(day(0), count)))
    expect(await later.by(due, () => of('MDI'))).toMatchObject({ overdue: false })
    expect(await later.by(due + 1, () => of('MDI'))).toMatchObject({ overdue: true, escalated: false })
    expect(await inbox(POM, 'state: OVERDUE')).toEqual([])
    expect(await later.by(due + 1, () => inbox(POM, 'state: ESCALATED'))).toEqual([])
    expect(await later.by(due + 1, () => inbox(POM, 'state: OVERDUE'))).not.toEqual([])
    await later.by(escalates + 1, async () => {
      expect(await of('MDI')).toMatchObject({ escalated: true, escalatesTo: 'HEAD_OF_OFFENDER_MANAGEMENT' })
      expect(await inbox(POM, 'state: ESCALATED')).not.toEqual([])
      expect(await of('POL-WEST')).toMatchObject({ escalated: true, escalatesTo: 'MAPPA_COORDINATOR' })
    })
    await t.ask(POM, operation('AcknowledgeMappaLevel'), { decision })
    expect(await later.by(60, () => of('MDI'))).toMatchObject({
      overdue: false,
      escalated: false,
      acknowledgedBy: 'pom-one',
    })
  })

  test('is no matter any more once another decision took its place', async () => {
    const { crn } = await aPerson()
    await decide(crn)
    await decide(crn, { level: 3 })
    expect((await later.by(60, () => told(crn))).filter(({ overdue }) => overdue)).toHaveLength(3)
  })
})

describe('on a transfer between prisons', () => {
  test('the decision in force is addressed to the receiving prison, exactly once', async () => {
    const { crn, prisonNumber } = await aPerson()
    await decide(crn, { level: 3 })
    await decide(crn)
    expect(await agenciesTold(crn)).toEqual(['MDI', 'MDI', 'N02', 'N02', 'POL-WEST', 'POL-WEST'])
    await isIn(prisonNumber, 'LEI')
    await isIn(prisonNumber, 'LEI', { cellLocation: 'B-2' })
    await isIn(prisonNumber, 'MDI', { cellLocation: 'B-3' })
    expect((await agenciesTold(crn)).filter((agency) => agency === 'LEI')).toEqual(['LEI'])
    expect(await agenciesTold(crn)).toHaveLength(7)
    await isIn(prisonNumber, 'LEI')
    expect((await newest(LEEDS)).decision).toMatchObject({ toLevel: 2 })
  })

  test('whoever left MAPPA is no news to the receiving prison', async () => {
    const { crn, prisonNumber } = await aPerson()
    await decide(crn)
    const left = await t.ask(
      COORDINATOR,
      'mutation($input: MappaExitInput!) { exitMappa(input: $input) { decision { id } } }',
      {
        input: { offender: { crn }, effectiveOn: day(0), forum: 'SCREENING', rationale: 'Over.' },
      },
    )
    expect(left.errors).toBeUndefined()
    await isIn(prisonNumber, 'LEI')
    expect(await agenciesTold(crn)).not.toContain('LEI')
  })
})

describe('the same notices carry', () => {
  test('a changed release date, of somebody under MAPPA, with what it was and is', async () => {
    const [one, other] = [await aPerson(), await aPerson()]
    await decide(one.crn)
    for (const { prisonNumber } of [one, other])
      await isIn(prisonNumber, 'MDI', { confirmedReleaseDate: day(50) })
    expect(await agenciesTold(one.crn, 'RELEASE_DATE')).toEqual(['MDI', 'N02', 'POL-WEST'])
    expect((await told(one.crn, 'RELEASE_DATE'))[0]).toMatchObject({
      changedFrom: `CONFIRMED_RELEASE ${day(100)}`,
      changedTo: `CONFIRMED_RELEASE ${day(50)}`,
    })
    expect(await told(other.crn, 'RELEASE_DATE')).toEqual([])
  })

  test('a handover, when who answers for the case changes', async () => {
    const { crn } = await aPerson()
    await decide(crn)
    const responsible = (value: string, observedAt: string) =>
      state(t, PROBATION, { crn }, { responsibility: { value, handoverOn: '2026-12-01' } }, { observedAt })
    await responsible('CustodyOnly', '2026-11-20T09:00:00Z')
    expect(await told(crn, 'HANDOVER')).toEqual([])
    await responsible('CustodyWithCom', '2026-11-20T09:30:00Z')
    await responsible('CustodyWithCom', '2026-11-20T09:40:00Z')
    expect(await agenciesTold(crn, 'HANDOVER')).toEqual(['MDI', 'N02'])
  })

  test('a CRC’s risk escalation, answered once with acceptance or reasons, of which the CRC hears', async () => {
    const { crn } = await aPerson('C05')
    const raised = await state(
      t,
      CRC,
      { crn },
      {
        escalation: { localId: 'E-1', raisedOn: '2026-11-20', toLevel: 'HIGH', reason: 'Threats were made.' },
      },
    )
    expect(raised.outcome).toBe('APPLIED')
    const asked = (await inbox(SPO)).filter(({ notice }) => notice.kind === 'RISK_ESCALATION')
    expect(asked).toEqual([])
    const spo = { ...SPO, justification: 'Duty: answers escalations.' }
    const [{ notice } = { notice: { id: '' } }] = (await inbox(spo)).filter(
      ({ notice: each }) => each.kind === 'RISK_ESCALATION',
    )
    const late = await later.by(5, () => inbox(spo, 'state: OVERDUE'))
    expect(late.map((each) => each.notice.id)).toContain(notice.id)
    const answer = (reasons: string) =>
      act(spo, 'answerNotice', notice.id, `, answer: DECLINED, reasons: "${reasons}"`)
    expect(codeOf(await answer(' '))).toBe('BAD_USER_INPUT')
    expect((await answer('The threats were older.')).errors).toBeUndefined()
    expect(codeOf(await answer('Again.'))).toBe('CONFLICT')
    const crcOfficer: As = {
      role: 'CRC_OFFICER',
      agency: 'C05',
      subject: 'crc-one',
      purpose: 'RISK_ASSESSMENT',
    }
    expect(await inbox(crcOfficer)).toMatchObject([{ notice: { kind: 'ESCALATION_ANSWER' } }])
    const { offender } = await see(
      t,
      crcOfficer,
      { crn },
      'risk { escalations { answer { outcome reasons agency by } } }',
    )
    expect(offender).toEqual({
      risk: {
        escalations: [
          { answer: { outcome: 'DECLINED', reasons: 'The threats were older.', agency: 'N02', by: 'spo' } },
        ],
      },
    })
  })
})

test('nothing is told to the feed but what was sent', async () => {
  const { crn, prisonNumber } = await aPerson()
  await decide(crn)
  await isIn(prisonNumber, 'MDI', { cellLocation: 'D-4' })
  const [row] = await t.database.pools.reader.query(
    `select (select count(*) from record.notice) as sent,
       (select count(*) from record.change c where c.table_name = 'notice' and c.kind = 'RECORDED') as told`,
  )
  expect(row?.['told']).toBe(row?.['sent'])
})

test('what was told and acknowledged by then is shown as of then', async () => {
  const { crn } = await aPerson()
  const decision = await decide(crn)
  const fields = 'mappa { decisions { nodes { communicated communications { agency acknowledgedBy } } } }'
  const before = await see(t, COORDINATOR, { crn }, fields)
  const { revision } = (await t.ask(COORDINATOR, '{ mappaLevelChanges { nodes { id } } }')).extensions
    ?.disclosure ?? { revision: 0 }
  await t.ask(POM, operation('AcknowledgeMappaLevel'), { decision })
  const after = await see(t, COORDINATOR, { crn }, fields)
  expect(JSON.stringify(after)).toContain('"acknowledgedBy":"pom-one"')
  expect(await see(t, COORDINATOR, { crn }, fields, { revision })).toEqual(before)
})

test('level changes are pulled in the order in which they were recorded, each once, of cases that one may see', async () => {
  const { crn } = await aPerson()
  const hidden = await aPerson()
  const pull = async (as: As, after: string | null) => {
    const query = `query($after: String) { mappaLevelChanges(first: 2, after: $after) {
      nodes { decision { id toLevel } offender { id } } pageInfo { endCursor hasNextPage } } }`
    const body = await t.ask(as, query, { after })
    if (body.errors) throw new Error(JSON.stringify(body.errors))
    return body.data?.['mappaLevelChanges'] as {
      nodes: { decision: { id: string } }[]
      pageInfo: { endCursor: string | null; hasNextPage: boolean }
    }
  }
  const all = async (as: As, from: string | null) => {
    const ids: string[] = []
    let after = from
    for (let more = true; more;) {
      const { nodes, pageInfo } = await pull(as, after)
      ids.push(...nodes.map(({ decision }) => decision.id))
      after = pageInfo.endCursor ?? after
      more = pageInfo.hasNextPage
    }
    return { ids, after }
  }
  const { after } = await all(POM, null)
  await isIn(hidden.prisonNumber, 'WTI')
  const made = [
    await decide(crn),
    await decide(hidden.crn),
    await decide(crn, { level: 3 }),
    await decide(crn),
  ]
  const [first, others, third, fourth] = made
  expect((await all(POM, after)).ids).toEqual([first, third, fourth])
  expect((await all(COORDINATOR, after)).ids).toEqual([first, others, third, fourth])
  expect((await all(POLICE, after)).ids).toEqual(made)
})
