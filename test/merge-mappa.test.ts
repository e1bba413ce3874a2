import { aCase, aManager, aPrisoner } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { coverAreas, day, levelInput } from './support/mappa'
import { done } from './support/meetings'
import { see, state } from './support/push'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const CRC: As = { role: 'CRC_SYSTEM', agency: 'C05' }
const STEWARD: As = { role: 'DATA_STEWARD', agency: 'N02', purpose: 'DATA_QUALITY' }
const COORDINATOR: As = { role: 'MAPPA_COORDINATOR', agency: 'N02', subject: 'coordinator' }
const SPO: As = { role: 'SENIOR_PROBATION_OFFICER', agency: 'N02', purpose: 'MAPPA', subject: 'spo' }
const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI', purpose: 'MAPPA', subject: 'pom' }
const COM: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1', purpose: 'MAPPA' }

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway()
  await coverAreas(t, [
    { area: 'WEST_YORKSHIRE', agency: 'N02' },
    { area: 'WEST_YORKSHIRE', agency: 'POL-WEST' },
    { area: 'WEST_YORKSHIRE', agency: 'C05' },
  ])
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

let serial = 0

/** Two whom nothing joins: the one held in Moorland, of the other only probation knows. The one is older. */
async function twoPeople(provider = 'N02') {
  serial += 1
  const [one, other, prisonNumber] = [`J10000${serial}`, `J20000${serial}`, `J100${serial}AA`]
  const managers = [aManager({ provider, team: `${provider}ABC`, staff: `${provider}ABC1` })]
  await t.ingest(PRISON, 'prisoner-search', aPrisoner(prisonNumber, { lastName: `Held${serial}` }))
  const held = { crn: one, nomsNumber: prisonNumber }
  await t.ingest(PROBATION, 'probation-search', [
    aCase(one, { otherIds: held, surname: `Held${serial}`, offenderManagers: managers }),
    aCase(other, {
      surname: `Other${serial}`,
      dateOfBirth: '1971-05-06',
      offenderManagers: managers,
    }),
  ])
  return { one, other, prisonNumber }
}

const ok = (body: Body) => {
  if (body.errors) throw new Error(JSON.stringify(body.errors))
  return body.data ?? {}
}

async function merge(into: string, from: string, as = STEWARD): Promise<void> {
  const input = { into: { crn: into }, from: { crn: from }, reason: 'Seen both files' }
  const text = 'mutation($input: MergeOffendersInput!) { mergeOffenders(input: $input) { offender { id } } }'
  expect(ok(await t.ask(as, text, { input }))['mergeOffenders']).not.toBeNull()
}

async function unmerge(by: string, localId: string, as = STEWARD): Promise<void> {
  const [record] = await t.database.pools.reader.query(
    `select sr.id from record.source_record sr where sr.local_id = $1 and sr.system = 'DELIUS'`,
    [localId],
  )
  const input = { offender: { crn: by }, records: [record?.['id']], reason: 'Two brothers' }
  const text =
    'mutation($input: UnmergeOffendersInput!) { unmergeOffenders(input: $input) { separated { id } } }'
  expect(ok(await t.ask(as, text, { input }))['unmergeOffenders']).not.toBeNull()
}

async function decide(crn: string, more: object = {}): Promise<string> {
  const text = 'mutation($input: MappaLevelInput!) { recordMappaLevel(input: $input) { decision { id } } }'
  const data = ok(await t.ask(COORDINATOR, text, { input: levelInput(crn, more) }))
  return (data['recordMappaLevel'] as { decision: { id: string } }).decision.id
}

async function refer(crn: string): Promise<string> {
  const text = 'mutation($input: MappaReferralInput!) { referToMappa(input: $input) { referral { id } } }'
  const input = { offender: { crn }, level: 2, area: 'WEST_YORKSHIRE', reasons: 'Several agencies.' }
  return (ok(await t.ask(COM, text, { input }))['referToMappa'] as { referral: { id: string } }).referral.id
}

const advance = async (referral: string, ...states: string[]) => {
  for (const step of states)
    ok(
      await t.ask(
        COORDINATOR,
        'mutation($referral: ID!, $step: MappaReferralState!) { advanceMappaReferral(referral: $referral, state: $step, reasons: "Yes.") { revision } }',
        { referral, step },
      ),
    )
}

/** All that MAPPA has of somebody; ids tell that nothing is there twice. */
interface Seen {
  readonly id: string
  readonly mappa: {
    readonly decisions: {
      readonly nodes: readonly { readonly id: string; readonly communications: Told[] }[]
    }
    readonly notices: { readonly nodes: readonly Told[] }
    readonly referrals: readonly {
      readonly id: string
      readonly decision: { readonly id: string } | null
      readonly steps: readonly { readonly state: string }[]
    }[]
    readonly meetings: readonly { readonly meeting: { readonly id: string } }[]
    readonly contributions: readonly { readonly contribution: string }[]
    readonly meetingDecisions: readonly {
      readonly decision: string
      readonly levelDecision: { readonly id: string } | null
      readonly dissent: readonly object[]
    }[]
    readonly actions: readonly { readonly action: string }[]
  }
}

interface Told {
  readonly id: string
  readonly kind: string
  readonly agency: string | null
}

async function seen(crn: string, as = COORDINATOR): Promise<Seen> {
  const told = 'id kind agency'
  const { offender } = await see(
    t,
    as,
    { crn },
    `id mappa { decisions { nodes { id communications { ${told} } } } notices(first: 100) { nodes { ${told} } }
      referrals { id decision { id } steps { state } } meetings { meeting { id } } contributions { contribution }
      meetingDecisions { decision levelDecision { id } dissent { view } } actions { action } }`,
  )
  return offender as Seen
}

const agencies = (told: readonly Told[]) => told.flatMap(({ agency }) => agency ?? []).sort()

async function inbox(as: As): Promise<{ notice: Told; offender: { id: string }; decision: object | null }[]> {
  const query = `{ notices(first: 100) { nodes { notice { id kind agency } offender { id } decision { id } } } }`
  return (ok(await t.ask(as, query))['notices'] as { nodes: Awaited<ReturnType<typeof inbox>> }).nodes
}

const inboxOf = async (as: As, offender: string) =>
  (await inbox(as)).filter((each) => each.offender.id === offender)

const call = async (...crns: string[]) => {
  const input = {
    level: 2,
    at: new Date(Date.now() + 86_400_000).toISOString(),
    offenders: crns.map((crn) => ({ crn })),
    invitations: [{ agency: 'N02' }],
  }
  return (await done(t, COORDINATOR, 'scheduleMappaMeeting', { input })).id
}
const contribute = (meeting: string, crn: string, contribution: string) =>
  done(t, COORDINATOR, 'contributeToMappaMeeting', {
    input: { meeting, offender: { crn }, contribution },
  })
const hold = (meeting: string) =>
  done(t, COORDINATOR, 'holdMappaMeeting', {
    input: {
      meeting,
      heldAt: new Date(Date.now() - 60_000).toISOString(),
      chair: { name: 'Jo', agency: 'N02' },
      attendance: [{ agency: 'N02', state: 'ATTENDED' }],
    },
  })

test('what MAPPA has of who is merged follows the survivor once, and goes back with them', async () => {
  const { one, other } = await twoPeople()
  const referral = await refer(other)
  await advance(referral, 'RECEIVED', 'SCREENED', 'ACCEPTED')
  const decision = await decide(other, { referral })
  const [alone, both] = [await call(other), await call(one, other)]
  await contribute(both, one, 'Of the one.')
  await contribute(both, other, 'Of the other.')
  const [before, survivor] = [await seen(other), await seen(one)]
  expect(agencies(before.mappa.notices.nodes)).toEqual(['N02', 'N02', 'POL-WEST', 'POL-WEST'])
  const received = await inboxOf(SPO, before.id)

  await merge(one, other)
  const merged = await seen(one)
  expect(merged.id).toBe(survivor.id)
  expect((await seen(other)).id).toBe(survivor.id)
  expect(merged.mappa.referrals).toEqual(before.mappa.referrals)
  expect(merged.mappa.referrals).toMatchObject([{ id: referral, decision: { id: decision } }])
  expect(merged.mappa.decisions.nodes.map(({ id }) => id)).toEqual([decision])
  expect(merged.mappa.meetings.map(({ meeting }) => meeting.id).sort()).toEqual([alone, both].sort())
  expect(merged.mappa.contributions.map(({ contribution }) => contribution).sort()).toEqual([
    'Of the one.',
    'Of the other.',
  ])
  const notices = merged.mappa.notices.nodes
  expect(new Set(notices.map(({ id }) => id)).size).toBe(notices.length)
  expect(notices).toEqual(expect.arrayContaining([...before.mappa.notices.nodes]))
  expect((await inboxOf(SPO, survivor.id)).map(({ notice }) => notice)).toEqual(
    received.map(({ notice }) => notice),
  )
  expect(await inboxOf(SPO, before.id)).toEqual([])

  await unmerge(one, other)
  expect((await seen(one)).mappa).toEqual(survivor.mappa)
  const back = await seen(other)
  expect(back.id).toBe(before.id)
  expect(back.mappa.referrals).toEqual(before.mappa.referrals)
  expect(back.mappa.meetings).toEqual(before.mappa.meetings)
  expect(back.mappa.contributions).toEqual(before.mappa.contributions)
  expect(back.mappa.notices.nodes).toEqual(expect.arrayContaining([...before.mappa.notices.nodes]))
  expect(await inboxOf(SPO, before.id)).toEqual(received)
  expect(await inboxOf(SPO, survivor.id)).toEqual([])
})

test('the prison that holds the survivor is told of the decision in force, once, and of nobody else’s after', async () => {
  const { one, other, prisonNumber } = await twoPeople()
  const decision = await decide(other)
  const { id } = await seen(one)
  expect(await inboxOf(POM, id)).toEqual([])
  await merge(one, other)
  expect(await inboxOf(POM, id)).toMatchObject([{ notice: { agency: 'MDI' }, decision: { id: decision } }])
  await t.ingest(
    PRISON,
    'prisoner-search',
    aPrisoner(prisonNumber, { lastName: `Held${serial}`, cellLocation: 'B-2' }),
  )
  expect(await inboxOf(POM, id)).toHaveLength(1)
  await unmerge(one, other)
  expect(await inboxOf(POM, id)).toEqual([])
  expect((await seen(one)).mappa.notices.nodes).toEqual([])
  const { communications } = (await seen(other)).mappa.decisions.nodes[0] ?? { communications: [] }
  expect(agencies(communications)).toEqual(['MDI', 'N02', 'POL-WEST'])
})

test('whom a number in a document joins is told of no less', async () => {
  const [crn, prisonNumber] = ['J300001', 'J3001AA']
  await t.ingest(PRISON, 'prisoner-search', aPrisoner(prisonNumber, { lastName: 'Numbered' }))
  await t.ingest(PROBATION, 'probation-search', aCase(crn, { surname: 'Numbered' }))
  await decide(crn)
  expect((await seen(crn)).mappa.notices.nodes.map(({ agency }) => agency)).not.toContain('MDI')
  const known = { otherIds: { crn, nomsNumber: prisonNumber }, surname: 'Numbered' }
  await t.ingest(PROBATION, 'probation-search', aCase(crn, known))
  const { id, mappa } = await seen(crn)
  expect(agencies(mappa.notices.nodes)).toEqual(['MDI', 'N02', 'POL-WEST'])
  expect(await inboxOf(POM, id)).toHaveLength(1)
})

test('what was done on somebody’s referral, meeting and decision while they were merged goes back with it', async () => {
  const { one, other } = await twoPeople()
  const referral = await refer(other)
  await advance(referral, 'RECEIVED')
  const meeting = await call(other)
  await hold(meeting)
  const input = { meeting, offender: { crn: other }, decision: 'Level 2.', rationale: 'Reasons.' }
  const { offenders } = await done(t, COORDINATOR, 'recordMappaMeetingDecision', { input })
  const made = offenders[0]?.decisions[0]?.id ?? ''
  await merge(one, other)
  await advance(referral, 'SCREENED', 'ACCEPTED')
  await done(t, COORDINATOR, 'recordMappaDissent', { meeting, decision: made, view: 'Level 3.' })
  await unmerge(one, other)
  expect((await seen(one)).mappa).toMatchObject({ referrals: [], meetings: [], meetingDecisions: [] })
  const { mappa } = await seen(other)
  expect(mappa.referrals[0]?.steps.map(({ state: step }) => step)).toEqual([
    'RECEIVED',
    'SCREENED',
    'ACCEPTED',
  ])
  expect(mappa.meetingDecisions).toMatchObject([{ decision: 'Level 2.', dissent: [{ view: 'Level 3.' }] }])
  const rows = await t.database.pools.reader.query(
    `select s.offender_id from record.mappa_referral_step s where s.referral_id = $1
     union select d.offender_id from record.meeting_dissent d where d.decision_id = $2`,
    [referral, made],
  )
  expect(rows.map((row) => row['offender_id'])).toEqual([(await seen(other)).id])
})

test('what was decided of the merged names nothing of who went away again', async () => {
  const { one, other } = await twoPeople()
  const referral = await refer(other)
  await advance(referral, 'RECEIVED', 'SCREENED', 'ACCEPTED')
  const earlier = await decide(other, { level: 3 })
  const meeting = await call(one)
  await hold(meeting)
  await merge(one, other)
  const later = await decide(one, { referral })
  const input = { meeting, offender: { crn: one }, decision: 'As before.', rationale: 'Reasons.' }
  await done(t, COORDINATOR, 'recordMappaMeetingDecision', { input: { ...input, levelDecision: earlier } })
  expect((await seen(one)).mappa).toMatchObject({
    referrals: [{ decision: { id: later } }],
    meetingDecisions: [{ levelDecision: { id: earlier } }],
  })
  await unmerge(one, other)
  expect((await seen(one)).mappa).toMatchObject({
    decisions: { nodes: [{ id: later }] },
    meetingDecisions: [{ levelDecision: null }],
  })
  expect((await seen(other)).mappa).toMatchObject({
    decisions: { nodes: [{ id: earlier }] },
    referrals: [{ id: referral, decision: null }],
  })
})

test('a notice of what a record states is where the record is', async () => {
  const { one, other } = await twoPeople('C05')
  const steward: As = { ...STEWARD, agency: 'C05' }
  const area: As = { ...COORDINATOR, mappaArea: 'WEST_YORKSHIRE' }
  const raise = (localId: string) =>
    state(
      t,
      CRC,
      { crn: other },
      { escalation: { localId, raisedOn: day(-1), toLevel: 'HIGH', reason: 'Threats were made.' } },
    )
  const escalations = async (crn: string) =>
    (await seen(crn, area)).mappa.notices.nodes.filter(({ kind }) => kind === 'RISK_ESCALATION').length
  await raise('E-1')
  await merge(one, other, steward)
  await raise('E-2')
  expect(await escalations(one)).toBe(2)
  await unmerge(one, other, steward)
  expect([await escalations(one), await escalations(other)]).toEqual([0, 2])
})
