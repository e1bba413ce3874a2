import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CONFIDENTIALITY } from '../src/domain/confidentiality'
import { MEETING_MOVES } from '../src/meetings/machine'
import { aCase, aPrisoner, aRoshSummary } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { markdownTable } from './support/markdown'
import { acceptConfidentiality, command, done } from './support/meetings'
import { operation } from './support/operations'
import { state } from './support/push'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const COORDINATOR: As = { role: 'MAPPA_COORDINATOR', agency: 'N02', subject: 'coordinator' }
const PANEL: As = { role: 'MAPPA_PANEL_MEMBER', agency: 'POL-NORTH', subject: 'panel-one' }
const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI', subject: 'pom-one' }
const BY = { crn: 'P111111' }
const page = readFileSync(join(__dirname, '..', 'docs', 'meetings.md'), 'utf8')
const PACK = readFileSync(join(__dirname, '..', 'docs', 'meeting-pack.graphql'), 'utf8')

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway()
  await t.ingest(PRISON, 'prisoner-search', [aPrisoner('P1111AA'), aPrisoner('P2222AA')])
  await t.ingest(PROBATION, 'probation-search', [
    aCase('P111111', { otherIds: { crn: 'P111111', nomsNumber: 'P1111AA' } }),
    aCase('P222222', { otherIds: { crn: 'P222222', nomsNumber: 'P2222AA' } }),
  ])
  const mappa = { level: 2, category: 1, startDate: '2026-01-05', reviewDate: '2026-04-05' }
  await t.ingest(PROBATION, 'mappa-detail', mappa, '?crn=P111111')
  await t.ingest(PROBATION, 'rosh-summary', [
    aRoshSummary('P111111', 9001, {
      riskIncreaseFactors: 'Loss of his home.',
      riskMitigationFactors: 'Steady work.',
      riskKnownAdultCommunity: 'Medium',
    }),
  ])
  await tell({
    assessmentChallenge: { localId: '1', assessment: '9001', status: 'OPEN', raisedOn: '2026-05-20' },
  })
  await tell({
    victimContact: {
      localId: '1',
      requestedConditions: ['Not to enter the town.'],
      contactRequests: [],
      optedIn: true,
    },
  })
  await tell({ knownChildren: { number: 2, inContact: true } })
  await tell({
    registerEntry: {
      registrationId: '1',
      registerType: 'RHRH',
      description: 'High RoSH',
      startedOn: '2026-06-01',
    },
  })
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

const tell = async (fact: object) => expect((await state(t, PROBATION, BY, fact)).errors).toEqual([])
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString()

async function call(more: object = {}): Promise<string> {
  const invitations = [{ agency: 'POL-NORTH', subject: 'panel-one' }, { agency: 'MDI' }]
  const input = { level: 2, at: tomorrow(), offenders: [BY], invitations, ...more }
  return (await done(t, COORDINATOR, 'scheduleMappaMeeting', { input })).id
}

/** As if all that was accepted so far had been accepted before there was the edition in force. */
async function underEarlierEdition(meeting: string): Promise<void> {
  await t.database.transact(async (tx) => {
    await tx.query('select record.begin_revision()')
    await tx.query(`update record.meeting_acceptance a set edition = '2020-1' where a.meeting_id = $1`, [
      meeting,
    ])
    await tx.query('select record.end_revision()')
  })
}

const freeze = (meeting: string) => done(t, COORDINATOR, 'freezeMappaMeeting', { meeting })
const refusal = ({ errors }: Body) => [errors?.[0]?.extensions.code, errors?.[0]?.extensions.field]

interface Pack {
  readonly freeze: number | null
  readonly revision: number
  readonly meeting: { readonly offenders: readonly { readonly missingContributions: object[] }[] }
  readonly attendees: readonly {
    readonly agency: string
    readonly acceptedBy: string[]
    readonly barredFrom: string[] | null
    readonly roles: readonly {
      readonly role: string
      readonly lacks: readonly { group: string; depth: string }[]
    }[]
  }[]
  readonly cases: readonly {
    readonly changedSince: readonly { readonly field: string }[]
    readonly offender: Readonly<Record<string, unknown>>
  }[]
}

const ask = (as: As, meeting: string, number?: number) =>
  t.ask(as, PACK, { meeting, ...(number !== undefined && { freeze: number }) })

async function pack(as: As, meeting: string, number?: number): Promise<Pack> {
  const body = await ask(as, meeting, number)
  expect(body.errors).toBeUndefined()
  return body.data?.['mappaMeetingSummary'] as Pack
}

test('the page has the machine as it is', () => {
  const rows = Object.entries(MEETING_MOVES).map(([name, { from, by, ...rest }]) => {
    const parties = by.map((party) => party.toLowerCase()).join(', ')
    return [`\`${name}\``, from.join(', '), 'to' in rest ? rest.to : 'as it is', parties]
  })
  const table = markdownTable(['command', 'while the meeting is', 'then it is', 'by'], rows)
  expect(/<!-- machine -->\n\n([^]*?)\n\n<!-- \/machine -->/.exec(page)?.[1]).toBe(table)
})

test('the pack holds who, why, risk, protective factors, victims’ conditions, children and challenges beside their assessment', async () => {
  const meeting = await call()
  await freeze(meeting)
  const [one] = (await pack(COORDINATOR, meeting)).cases
  expect(one?.offender).toMatchObject({
    name: { given: 'Robin', family: 'Sample' },
    custody: { establishment: { code: 'MDI' } },
    mappa: { registration: { category: 1, level: 2 } },
    risk: {
      registers: { riskConflict: [{ registerType: 'RHRH' }] },
      history: {
        nodes: [
          {
            tool: 'OASYS_LAYER3',
            rosh: { overall: 'MEDIUM', riskMitigationFactors: 'Steady work.' },
            challenges: [{ status: 'OPEN' }],
          },
        ],
      },
    },
    safeguarding: {
      victimContacts: [{ requestedConditions: ['Not to enter the town.'] }],
      knownChildren: [{ number: 2, inContact: true }],
    },
  })
})

test('levels on the registers that agree with the assessment are no conflict', async () => {
  const conflict = async () => {
    const query =
      'query($by: OffenderRef!) { offender(by: $by) { risk { registers { riskConflict { registerType } } } } }'
    const { data } = await t.ask(COORDINATOR, query, { by: BY })
    return (data?.['offender'] as { risk: { registers: { riskConflict: object[] } } }).risk.registers
      .riskConflict
  }
  expect(await conflict()).toEqual([{ registerType: 'RHRH' }])
  const later = { dateCompleted: '2026-07-04T10:00:00', riskKnownAdultCommunity: 'High' }
  await t.ingest(PROBATION, 'rosh-summary', [aRoshSummary('P111111', 9002, later)])
  expect(await conflict()).toEqual([])
})

describe('an attendee accepts the confidentiality statement before they see the pack', () => {
  test('and is told so without a word of the meeting or of anybody', async () => {
    const meeting = await call()
    await freeze(meeting)
    const body = await ask(PANEL, meeting)
    expect(refusal(body)).toEqual(['FORBIDDEN', 'meeting'])
    expect(body.data).toBeNull()
    expect(JSON.stringify(body)).not.toMatch(/Robin|Sample|P111111|coordinator|N02/)
    await acceptConfidentiality(t, PANEL, meeting)
    expect((await pack(PANEL, meeting)).cases).toHaveLength(1)
    const { attendees } = await pack(COORDINATOR, meeting)
    expect(attendees.map(({ agency, acceptedBy }) => [agency, acceptedBy])).toEqual([
      ['MDI', []],
      ['POL-NORTH', ['panel-one']],
    ])
  })

  test('for each meeting and for one agency, under the edition in force', async () => {
    const [accepted, other] = [await call({ invitations: [{ agency: 'A' }, { agency: 'B' }] }), await call()]
    const a: As = { ...PANEL, agency: 'A' }
    await acceptConfidentiality(t, a, accepted)
    expect((await ask(a, accepted)).errors).toBeUndefined()
    expect(refusal(await ask({ ...a, agency: 'B' }, accepted))[0]).toBe('FORBIDDEN')
    expect(refusal(await ask(PANEL, other))[0]).toBe('FORBIDDEN')
    const old = { meeting: other, edition: '1999' }
    expect(refusal(await command(t, PANEL, 'acceptMappaConfidentiality', old))).toEqual([
      'BAD_USER_INPUT',
      'edition',
    ])
  })

  test('anew once there is another edition: the older acceptance opens nothing, and both are kept', async () => {
    const meeting = await call()
    await acceptConfidentiality(t, PANEL, meeting)
    await underEarlierEdition(meeting)
    expect(refusal(await ask(PANEL, meeting))).toEqual(['FORBIDDEN', 'meeting'])
    expect(refusal(await ask(COORDINATOR, meeting))).toEqual(['FORBIDDEN', 'meeting'])
    await acceptConfidentiality(t, COORDINATOR, meeting)
    const accepted = async () =>
      (await pack(COORDINATOR, meeting)).attendees.flatMap(({ acceptedBy }) => acceptedBy)
    expect(await accepted()).toEqual([])
    await acceptConfidentiality(t, PANEL, meeting)
    await acceptConfidentiality(t, PANEL, meeting)
    expect((await pack(PANEL, meeting)).cases).toHaveLength(1)
    expect(await accepted()).toEqual(['panel-one'])
    const kept = await t.database.pools.reader.query(
      'select a.edition from record.meeting_acceptance a where a.meeting_id = $1 and a.subject = $2 order by 1',
      [meeting, 'panel-one'],
    )
    expect(kept.map(({ edition }) => edition)).toEqual(['2020-1', CONFIDENTIALITY.edition])
  })

  test('so does a coordinator of the area who neither called nor froze the meeting', async () => {
    const meeting = await call()
    const colleague: As = { ...COORDINATOR, subject: 'colleague' }
    expect(refusal(await ask(colleague, meeting))[0]).toBe('FORBIDDEN')
    await done(t, colleague, 'freezeMappaMeeting', { meeting })
    expect((await ask(colleague, meeting)).errors).toBeUndefined()
  })

  test('who is not invited is told nothing of it', async () => {
    const meeting = await call()
    for (const id of [meeting, '01a201d7-d019-7ea4-9db1-34f0f9609333'])
      expect((await ask({ ...PANEL, subject: 'stranger' }, id)).data).toEqual({ mappaMeetingSummary: null })
  })

  test('the refusal is on record', async () => {
    const meeting = await call()
    const hasty: As = { ...PANEL, agency: 'MDI', subject: 'hasty' }
    await ask(hasty, meeting)
    const body = await t.ask({ role: 'DATA_PROTECTION_OFFICER' }, operation('WhoViewed'), {
      where: { viewer: 'hasty' },
    })
    expect((body.data?.['disclosures'] as { nodes: object[] }).nodes).toMatchObject([
      { kind: 'REFUSAL', outcome: 'FORBIDDEN', operation: 'MeetingPack' },
    ])
  })
})

describe('a re-freeze', () => {
  test('is numbered, and each freeze is read again as it was', async () => {
    const meeting = await call()
    expect((await pack(COORDINATOR, meeting)).freeze).toBeNull()
    await freeze(meeting)
    const first = await pack(COORDINATOR, meeting, 1)
    await tell({ knownChildren: { number: 3, inContact: true } })
    const { freezes } = await freeze(meeting)
    expect(freezes.map(({ number }) => number)).toEqual([1, 2])
    const [again, second] = [await pack(COORDINATOR, meeting, 1), await pack(COORDINATOR, meeting)]
    expect(again.cases[0]?.offender).toEqual(first.cases[0]?.offender)
    expect([again.freeze, second.freeze]).toEqual([1, 2])
    expect([again.revision, second.revision]).toEqual(freezes.map(({ frozenRevision }) => frozenRevision))
    expect(second.cases[0]?.offender['safeguarding']).toMatchObject({ knownChildren: [{ number: 3 }] })
    const changed = ({ cases: [one] }: Pack) => one?.changedSince.map(({ field }) => field)
    expect(changed(again)).toContain('safeguarding.knownChildren')
    expect(changed(second)).toEqual([])
    expect(refusal(await ask(COORDINATOR, meeting, 3))).toEqual(['BAD_USER_INPUT', 'freeze'])
  })

  test('ends with the meeting: what it had before it no longer changes', async () => {
    const meeting = await call()
    await freeze(meeting)
    const attendance = [{ agency: 'N02', state: 'ATTENDED' }]
    const input = {
      meeting,
      heldAt: '2026-11-20T10:00:00Z',
      chair: { name: 'Jo', agency: 'N02' },
      attendance,
    }
    await done(t, COORDINATOR, 'holdMappaMeeting', { input })
    expect(refusal(await command(t, COORDINATOR, 'freezeMappaMeeting', { meeting }))).toEqual([
      'CONFLICT',
      'meeting',
    ])
  })
})

test('who contributed before the freeze is in the pack; who did so later is said to have changed it', async () => {
  const meeting = await call()
  const contribute = (as: As, contribution: string) =>
    done(t, as, 'contributeToMappaMeeting', { input: { meeting, offender: BY, contribution } })
  await contribute({ ...POM, purpose: 'MAPPA' }, 'From the prison.')
  await freeze(meeting)
  await contribute(PANEL, 'From the police.')
  const { cases, meeting: called } = await pack(COORDINATOR, meeting)
  const said = (cases[0]?.offender['mappa'] as { contributions: { contribution: string }[] }).contributions
  expect(said.map(({ contribution }) => contribution)).toContain('From the prison.')
  expect(said.map(({ contribution }) => contribution)).not.toContain('From the police.')
  expect(cases[0]?.changedSince).toContainEqual(expect.objectContaining({ field: 'mappa.contributions' }))
  expect(called.offenders[0]?.missingContributions).toEqual([])
})

test('actions outstanding from one meeting are in the pack of the next', async () => {
  const before = await call()
  const attendance = [{ agency: 'N02', state: 'ATTENDED' }]
  const heldInput = {
    meeting: before,
    heldAt: '2026-11-20T10:00:00Z',
    chair: { name: 'Jo', agency: 'N02' },
    attendance,
  }
  await done(t, COORDINATOR, 'holdMappaMeeting', { input: heldInput })
  const actions = [{ action: 'See him weekly.', ownerAgency: 'N02', due: '2035-01-01' }]
  const input = { meeting: before, offender: BY, plan: 'Plan.', rationale: 'Reasons.', actions }
  await done(t, COORDINATOR, 'agreeRiskManagementPlan', { input })
  const next = await call()
  await freeze(next)
  const [one] = (await pack(COORDINATOR, next)).cases
  expect(one?.offender['mappa']).toMatchObject({ actionsOutstanding: [{ action: 'See him weekly.' }] })
})

test('one meeting takes several cases', async () => {
  const meeting = await call({ offenders: [BY, { crn: 'P222222' }] })
  await freeze(meeting)
  expect((await pack(COORDINATOR, meeting)).cases).toHaveLength(2)
})

test('the chair sees which attendee lacks which part', async () => {
  const meeting = await call()
  const lacks = ({ attendees }: Pack, agency: string, role: string) =>
    attendees.find((each) => each.agency === agency)?.roles.find((each) => each.role === role)?.lacks
  const seen = await pack(COORDINATOR, meeting)
  const panel = lacks(seen, 'POL-NORTH', 'MAPPA_PANEL_MEMBER')
  expect(panel).toContainEqual({ group: 'CONTACT', depth: 'NONE' })
  expect(panel).toContainEqual({ group: 'CUSTODY', depth: 'SUMMARY' })
  const pom = lacks(seen, 'MDI', 'PRISON_OFFENDER_MANAGER')
  expect(pom).toContainEqual({ group: 'DISCLOSURE_DECISIONS', depth: 'SUMMARY' })
  expect(pom?.map(({ group }) => group)).not.toContain('MAPPA_MINUTES')
})

test('what the chair is told of an attendee is what that attendee is shown', async () => {
  const meeting = await call()
  await freeze(meeting)
  await acceptConfidentiality(t, PANEL, meeting)
  const { attendees } = await pack(COORDINATOR, meeting)
  const told = attendees.find(({ agency }) => agency === 'POL-NORTH')?.roles[0]?.lacks ?? []
  const body = await ask(PANEL, meeting)
  const marked = new Set((body.extensions?.withheld ?? []).map(({ group }) => group))
  expect(marked.size).toBeGreaterThan(0)
  expect([...marked].filter((group) => !told.some((lack) => lack.group === group))).toEqual([])
})

describe('the chair sees whom limited access bars from which case', () => {
  const OWN = { crn: 'P333333' }
  const COM: As = { role: 'PROBATION_OFFICER', agency: 'N02', purpose: 'MAPPA', staffCode: 'N02ABC1' }
  const INVITED = [
    { agency: 'MDI' },
    { agency: 'N02', subject: 'ada.officer' },
    { agency: 'POL-NORTH', subject: 'panel-one' },
  ]
  const ada: As = { ...COM, subject: 'subject-of-ada', username: 'Ada.Officer' }
  const restrict = (...usernames: string[]) =>
    t.ingest(
      PROBATION,
      'access-limitations',
      {
        excludedFrom: [],
        restrictedTo: usernames.map((username) => ({ username })),
        restrictionMessage: 'Kin of an officer.',
      },
      '?crn=P333333',
    )
  const barred = async (as: As, meeting: string) => {
    const { attendees } = await pack(as, meeting)
    return attendees.map(({ agency, barredFrom }) => [agency, barredFrom])
  }
  let limited: string

  beforeAll(async () => {
    const { results } = await t.ingest(PROBATION, 'probation-search', aCase(OWN.crn))
    limited = results[0]?.offenderId ?? ''
  })
  afterEach(() => restrict('coordinator', 'ada.officer', 'panel-one'))

  test('as the rule has it for those who are known, and for all who are not', async () => {
    const meeting = await call({ offenders: [BY, OWN], invitations: INVITED })
    const free = [
      ['MDI', []],
      ['N02', []],
      ['POL-NORTH', []],
    ]
    expect(await barred(COORDINATOR, meeting)).toEqual(free)
    await acceptConfidentiality(t, ada, meeting)
    await acceptConfidentiality(t, PANEL, meeting)
    await restrict('coordinator', 'ada.officer')
    const told = await barred(COORDINATOR, meeting)
    expect(told).toEqual([
      ['MDI', [limited]],
      ['N02', []],
      ['POL-NORTH', [limited]],
    ])
    const sees = async (as: As) => (await pack(as, meeting)).cases.length
    expect([await sees(ada), await sees(PANEL)]).toEqual([2, 1])
    await acceptConfidentiality(t, { ...POM, purpose: 'MAPPA', username: 'ada.officer' }, meeting)
    expect((await barred(COORDINATOR, meeting))[0]).toEqual(['MDI', []])
    await acceptConfidentiality(t, { ...POM, purpose: 'MAPPA', subject: 'pom-two' }, meeting)
    expect((await barred(COORDINATOR, meeting))[0]).toEqual(['MDI', [limited]])
  })

  test('and who excludes somebody bars them alone of those who are known', async () => {
    const meeting = await call({ offenders: [OWN], invitations: INVITED })
    await acceptConfidentiality(t, ada, meeting)
    await acceptConfidentiality(t, PANEL, meeting)
    const lists = { excludedFrom: [{ username: 'panel-one' }], restrictedTo: [] }
    await t.ingest(PROBATION, 'access-limitations', lists, '?crn=P333333')
    expect(await barred(COORDINATOR, meeting)).toEqual([
      ['MDI', [limited]],
      ['N02', []],
      ['POL-NORTH', [limited]],
    ])
  })

  test('never why, never to an attendee, and of no case that the chair does not see', async () => {
    const meeting = await call({ offenders: [BY, OWN], invitations: INVITED })
    await acceptConfidentiality(t, PANEL, meeting)
    expect(await barred(PANEL, meeting)).toEqual(INVITED.map(({ agency }) => [agency, null]))
    await restrict('coordinator')
    expect(JSON.stringify((await ask(COORDINATOR, meeting)).data)).not.toMatch(/Kin of an officer/)
    await restrict('ada.officer')
    const hidden = await ask(COORDINATOR, meeting)
    expect((await barred(COORDINATOR, meeting)).flatMap(([, cases]) => cases)).toEqual([])
    expect(JSON.stringify(hidden.data)).not.toContain(limited)
  })

  test('and one who accepted an earlier edition is not known', async () => {
    const meeting = await call({ offenders: [OWN], invitations: INVITED })
    await acceptConfidentiality(t, ada, meeting)
    await restrict('coordinator', 'ada.officer')
    await underEarlierEdition(meeting)
    await acceptConfidentiality(t, COORDINATOR, meeting)
    expect((await barred(COORDINATOR, meeting))[1]).toEqual(['N02', [limited]])
    await acceptConfidentiality(t, ada, meeting)
    expect((await barred(COORDINATOR, meeting))[1]).toEqual(['N02', []])
  })
})

describe('a summary for the Parole Board', () => {
  const BOARD: As = { role: 'PAROLE_BOARD', agency: 'PAROLE' }
  const SUMMARY = `query($by: OffenderRef!, $referral: Int) { paroleSummary(by: $by, referral: $referral) {
    referral until marking revision case { levels { level source { system } } changedSince { field }
      offender { id name { family } safeguarding { knownChildren { inContact number } victimContacts { reference } }
        mappa { disclosureDecisions { id outcome } contributions { agency } }
        risk { history { nodes { number challenges { status outcome } predictors { name } } } } withheld { field } } } } }`
  const by = { prisonNumber: 'P2222AA' }
  interface Parole {
    readonly referral: number
    readonly revision: number
    readonly case: { readonly changedSince: { field: string }[]; readonly offender: Record<string, unknown> }
  }
  const read = (as: As, variables: object = {}) => t.ask(as, SUMMARY, { by, ...variables })
  const summary = async (as: As, variables: object = {}) =>
    (await read(as, variables)).data?.['paroleSummary'] as Parole | null
  const refer = async () => {
    const input = { offender: by, reason: 'Tariff ends.' }
    const text = 'mutation($input: ParoleReferralInput!) { referToParoleBoard(input: $input) { revision } }'
    const body = await t.ask({ ...POM, purpose: 'PAROLE' }, text, { input })
    return (body.data?.['referToParoleBoard'] as { revision: number }).revision
  }
  const children = (inContact: boolean) =>
    state(t, PROBATION, { crn: 'P222222' }, { knownChildren: { number: 1, inContact } })

  test('is the case as it was when it was referred, with its open challenges; a later referral is a further one', async () => {
    expect((await read(BOARD)).data).toEqual({ paroleSummary: null })
    await t.ingest(PROBATION, 'rosh-summary', [aRoshSummary('P222222', 9200)])
    const challenge = { localId: '2', assessment: '9200', status: 'OPEN', raisedOn: '2026-05-20' }
    await state(t, PROBATION, { crn: 'P222222' }, { assessmentChallenge: challenge })
    await children(true)
    const revision = await refer()
    const first = await summary(BOARD)
    expect(first).toMatchObject({ referral: 1, revision, marking: 'OFFICIAL-SENSITIVE' })
    expect(first?.case.offender['risk']).toMatchObject({
      history: { nodes: [{ number: '9200', challenges: [{ status: 'OPEN' }] }] },
    })
    await children(false)
    const unchanged = await summary(BOARD)
    expect(unchanged?.case.offender).toEqual(first?.case.offender)
    expect(unchanged?.case.changedSince.map(({ field }) => field)).toContain('safeguarding.knownChildren')
    await refer()
    expect(await summary(BOARD)).toMatchObject({ referral: 2 })
    expect((await summary(BOARD, { referral: 1 }))?.case.offender).toEqual(first?.case.offender)
    expect((await read(BOARD, { referral: 3 })).data).toEqual({ paroleSummary: null })
  })

  test('shows the board that there are disclosure decisions, and of minutes and victims nothing', async () => {
    const offender: Readonly<Record<string, unknown>> = (await summary(BOARD))?.case.offender ?? {}
    expect(offender['mappa']).toEqual({ disclosureDecisions: [], contributions: null })
    expect(offender['safeguarding']).toMatchObject({
      victimContacts: null,
      knownChildren: [{ number: null }],
    })
  })

  test('of a case that nobody referred is null, and shows nobody', async () => {
    const reader: As = { ...POM, subject: 'early', purpose: 'PAROLE' }
    expect((await read(reader, { by: { prisonNumber: 'P1111AA' } })).data).toEqual({ paroleSummary: null })
    const body = await t.ask({ role: 'DATA_PROTECTION_OFFICER' }, operation('WhoViewed'), {
      where: { viewer: 'early', offender: { prisonNumber: 'P1111AA' } },
    })
    expect((body.data?.['disclosures'] as { nodes: object[] }).nodes).toMatchObject([
      { outcome: 'NOTHING_SHOWN', offenders: [{ fields: [] }] },
    ])
  })

  test('is read for parole alone, by whoever may see the case', async () => {
    expect(refusal(await read({ ...POM, purpose: 'OFFENDER_MANAGEMENT' }))).toEqual([
      'PURPOSE_NOT_ALLOWED',
      undefined,
    ])
    expect(await summary({ ...POM, purpose: 'PAROLE' })).toMatchObject({ referral: 2 })
    const elsewhere: As = { ...POM, agency: 'LEI', purpose: 'PAROLE' }
    const absent = await read(elsewhere, { by: { prisonNumber: 'Z9999ZZ' } })
    const hidden = await read(elsewhere)
    expect(hidden.data).toEqual({ paroleSummary: null })
    expect({ ...hidden, extensions: hidden.extensions?.disclosure?.revision }).toEqual({
      ...absent,
      extensions: absent.extensions?.disclosure?.revision,
    })
  })
})
