import { addWorkingDays, MAPPA_RULES } from '../src/domain/mappa-rules'
import { aCase, aManager, aPrisoner } from './support/documents'
import { startTestGateway, type As, type Body, type TestGateway } from './support/gateway'
import { coverAreas, day, Later, levelInput } from './support/mappa'
import { operation } from './support/operations'
import { see } from './support/push'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const NORTH: As = {
  role: 'MAPPA_COORDINATOR',
  agency: 'N02',
  subject: 'coordinator-north',
  mappaArea: 'NORTHUMBRIA',
}
const WEST: As = {
  ...NORTH,
  agency: 'N07',
  subject: 'coordinator-west',
  mappaArea: 'LONDON',
}
const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI', purpose: 'MAPPA', subject: 'pom' }
const COM: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1', purpose: 'MAPPA' }

let t: TestGateway
const later = new Later()

beforeAll(async () => {
  t = await startTestGateway(later)
  await coverAreas(t, [
    { area: 'NORTHUMBRIA', agency: 'N02' },
    { area: 'NORTHUMBRIA', agency: 'POL-NORTH' },
    { area: 'LONDON', agency: 'N07' },
    { area: 'LONDON', agency: 'POL-LONDON' },
    { area: 'DURHAM', agency: 'N09', until: day(0) },
  ])
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

let serial = 100_000

/** Somebody held in Moorland and managed by the North East, in whose area nothing was decided yet. */
async function aPerson(more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  serial += 1
  const [crn, prisonNumber] = [`D${serial}`, `D${String(serial).slice(-4)}AA`]
  await t.ingest(PRISON, 'prisoner-search', aPrisoner(prisonNumber, more))
  await t.ingest(PROBATION, 'probation-search', aCase(crn, { otherIds: { crn, nomsNumber: prisonNumber } }))
  return crn
}

const DECISION = `decision { id kind category fromLevel toLevel levelStatus area fromArea reviewBy rulesVersion
  forum criteria dissent decidedBy { name role agency } } warnings { code }`
interface Made {
  decision: Record<string, unknown> & { id: string }
  warnings: { code: string }[]
  revision: number
}

function madeIn(body: Body, root: string): Made {
  if (body.errors) throw new Error(JSON.stringify(body.errors))
  return body.data?.[root] as Made
}

const command = async (as: As, root: string, type: string, input: object) =>
  t.ask(as, `mutation($input: ${type}!) { ${root}(input: $input) { revision ${DECISION} } }`, { input })
const record = (as: As, input: object) => command(as, 'recordMappaLevel', 'MappaLevelInput', input)
const decide = async (as: As, input: object) => madeIn(await record(as, input), 'recordMappaLevel')
const exit = (as: As, input: object) => command(as, 'exitMappa', 'MappaExitInput', input)
const transfer = (as: As, input: object) => command(as, 'transferMappaArea', 'MappaTransferInput', input)
const codeOf = (body: Body) => [body.errors?.[0]?.extensions.code, body.errors?.[0]?.extensions.field]
const codes = ({ warnings }: Made) => warnings.map(({ code }) => code)

const registrationOf = async (as: As, crn: string, asOf?: object) => {
  const fields =
    'mappa { registration { system category level levelStatus area } levels { level system: source { system } } }'
  const { offender } = await see(t, as, { crn }, fields, asOf)
  return (offender as { mappa: { registration: object | null; levels: object[] } } | null)?.mappa
}

const ended = { effectiveOn: day(0), forum: 'LEAD_AGENCY_REVIEW', rationale: 'Notification has ended.' }
const moved = { effectiveOn: day(0), nextReviewOn: day(60), rationale: 'Moves to London.' }

describe('the record of a decision (domain 2.6)', () => {
  test('holds who decided where and why, criteria, dissent, area, and by which rules it is reviewed', async () => {
    const crn = await aPerson()
    const { decision } = await decide(
      NORTH,
      levelInput(crn, { dissent: 'The prison thought level 1 enough.' }),
    )
    expect(decision).toMatchObject({
      kind: 'LEVEL',
      fromLevel: null,
      toLevel: 2,
      area: 'NORTHUMBRIA',
      criteria: ['FORMAL_MEETINGS_ADD_VALUE', 'HIGH_OR_VERY_HIGH_ROSH'],
      dissent: 'The prison thought level 1 enough.',
      decidedBy: { role: 'MAPPA_COORDINATOR', agency: 'N02' },
      reviewBy: day(84),
      rulesVersion: MAPPA_RULES.version,
    })
  })

  test('is append-only: what is superseded stays, and its correction starts where it did', async () => {
    const crn = await aPerson()
    const first = await decide(NORTH, levelInput(crn))
    const second = await decide(NORTH, levelInput(crn, { level: 3 }))
    expect(codeOf(await record(NORTH, levelInput(crn, { supersedes: first.decision.id })))).toEqual([
      'BAD_USER_INPUT',
      'input.supersedes',
    ])
    const correction = await decide(NORTH, levelInput(crn, { supersedes: second.decision.id }))
    expect([second, correction].map(({ decision }) => [decision['fromLevel'], decision['toLevel']])).toEqual([
      [2, 3],
      [2, 2],
    ])
    const rows = await t.database.pools.reader.query(
      `select d.to_level from record.mappa_level_decision d join record.identifier i on i.offender_id = d.offender_id
       where i.type = 'CRN' and i.value = $1 order by d.revision`,
      [crn],
    )
    expect(rows.map((row) => row['to_level'])).toEqual([2, 3, 2])
  })

  test('names an area that there is and that is the decider’s; left out, the area before it stands', async () => {
    const crn = await aPerson()
    expect(codeOf(await record(NORTH, levelInput(crn, { area: 'ATLANTIS' })))[1]).toBe('input.area')
    expect(codeOf(await record(NORTH, levelInput(crn, { area: 'LONDON' })))[1]).toBe('input.area')
    await decide(NORTH, levelInput(crn, { level: 1, criteria: [], area: 'NORTHUMBRIA' }))
    const kept = await decide(COM, levelInput(crn, { level: 1, criteria: [], forum: 'LEAD_AGENCY_REVIEW' }))
    expect(kept.decision['area']).toBe('NORTHUMBRIA')
  })

  test('an agency decides in an area for as long as it covers it', async () => {
    const crn = await aPerson({ prisonId: 'LEI' })
    await t.ingest(
      PROBATION,
      'probation-search',
      aCase(crn, { offenderManagers: [aManager({ provider: 'N09', team: 'N09AAA', staff: 'N09AAA1' })] }),
    )
    const durham: As = { role: 'MAPPA_COORDINATOR', agency: 'N09', subject: 'coordinator-durham' }
    const { decision } = await decide(durham, levelInput(crn))
    expect(decision['area']).toBeNull()
  })
})

describe('warnings do not stop a decision', () => {
  test('what levels 2 and 3 are for is to be stated', async () => {
    const crn = await aPerson()
    expect(codes(await decide(NORTH, levelInput(crn, { criteria: [] })))).toContain('CRITERIA_NOT_STATED')
    expect(codes(await decide(NORTH, levelInput(crn)))).not.toContain('CRITERIA_NOT_STATED')
    expect(codes(await decide(NORTH, levelInput(crn, { level: 3 })))).toContain('CRITERIA_NOT_STATED')
    const criteria = [...levelInput(crn).criteria, 'SENIOR_REPRESENTATION_NEEDED']
    expect(codes(await decide(NORTH, levelInput(crn, { level: 3, criteria })))).not.toContain(
      'CRITERIA_NOT_STATED',
    )
  })

  test('frequent flips: the third change in 90 days is one too many, the third decision is not', async () => {
    const crn = await aPerson()
    const warned: boolean[] = []
    for (const level of [2, 2, 3, 3, 2])
      warned.push(codes(await decide(NORTH, levelInput(crn, { level }))).includes('FREQUENT_CHANGES'))
    expect(warned).toEqual([false, false, false, false, true])
  })

  test('a level to be confirmed six months before release', async () => {
    const far = await aPerson({ confirmedReleaseDate: day(190) })
    const near = await aPerson({ confirmedReleaseDate: day(175), conditionalReleaseDate: day(900) })
    const open = { level: null, levelStatus: 'TBC', criteria: [] }
    expect(codes(await decide(NORTH, levelInput(far, open)))).not.toContain('TO_BE_CONFIRMED')
    expect(codes(await decide(NORTH, levelInput(near, open)))).toContain('TO_BE_CONFIRMED')
    expect(codes(await decide(NORTH, levelInput(near)))).not.toContain('TO_BE_CONFIRMED')
  })

  test('a review later than the interval of its level', async () => {
    const crn = await aPerson()
    expect(codes(await decide(NORTH, levelInput(crn, { nextReviewOn: day(85) })))).toContain(
      'REVIEW_TOO_LATE',
    )
    expect(codes(await decide(NORTH, levelInput(crn, { nextReviewOn: day(84) })))).not.toContain(
      'REVIEW_TOO_LATE',
    )
  })

  test('decided by a meeting, by somebody who is on no panel of the area', async () => {
    const crn = await aPerson()
    const byMeeting = levelInput(crn, { forum: 'LEVEL_2_MEETING' })
    expect(codes(await decide(NORTH, byMeeting))).toContain('NOT_ON_PANEL')
    const called = await t.ask(NORTH, operation('ScheduleMappaMeeting'), {
      input: {
        level: 2,
        at: new Date().toISOString(),
        area: 'NORTHUMBRIA',
        offenders: [{ crn }],
        invitations: [{ agency: 'N02', subject: 'coordinator-two' }],
      },
    })
    expect(called.errors).toBeUndefined()
    for (const subject of ['coordinator-north', 'coordinator-two'])
      expect(codes(await decide({ ...NORTH, subject }, byMeeting))).not.toContain('NOT_ON_PANEL')
    expect(codes(await decide({ ...NORTH, subject: 'stranger' }, byMeeting))).toContain('NOT_ON_PANEL')
  })
})

describe('exit and transfer are decisions of their own', () => {
  test('an exit ends the level in force, keeps history, and is for coordinators', async () => {
    const crn = await aPerson()
    const { revision } = await decide(NORTH, levelInput(crn))
    expect(codeOf(await exit(COM, { offender: { crn }, ...ended }))[0]).toBe('FORBIDDEN')
    const left = madeIn(await exit(NORTH, { offender: { crn }, ...ended }), 'exitMappa')
    expect(left.decision).toMatchObject({ kind: 'EXIT', fromLevel: 2, toLevel: null, levelStatus: null })
    expect((await registrationOf(NORTH, crn))?.registration).toBeNull()
    expect((await registrationOf(NORTH, crn))?.levels).toHaveLength(1)
    expect((await registrationOf(NORTH, crn, { revision }))?.registration).toMatchObject({ level: 2 })
    expect(codeOf(await exit(NORTH, { offender: { crn }, ...ended }))).toEqual(['CONFLICT', 'input.offender'])
    const again = await decide(NORTH, levelInput(crn))
    expect(again.decision['fromLevel']).toBeNull()
  })

  test('an exit does not hide that another system still has the person registered', async () => {
    const crn = await aPerson()
    await t.ingest(
      PROBATION,
      'mappa-detail',
      { level: 2, category: 1, startDate: '2026-01-05' },
      `?crn=${crn}`,
    )
    await decide(NORTH, levelInput(crn))
    const left = madeIn(await exit(NORTH, { offender: { crn }, ...ended }), 'exitMappa')
    expect(codes(left)).toEqual(['STILL_REGISTERED_IN_DELIUS'])
    expect((await registrationOf(NORTH, crn))?.registration).toMatchObject({ system: 'DELIUS', level: 2 })
  })

  test('a transfer keeps category and level, opens the case to the other area, and is refused when stale', async () => {
    const crn = await aPerson()
    const { revision } = await decide(NORTH, levelInput(crn))
    expect(await registrationOf(WEST, crn)).toBeUndefined()
    const to = (toArea: string, more: object = {}) => ({ offender: { crn }, toArea, ...moved, ...more })
    expect(codeOf(await transfer(NORTH, to('NORTHUMBRIA')))[1]).toBe('input.toArea')
    expect(codeOf(await transfer(NORTH, to('ATLANTIS')))[1]).toBe('input.toArea')
    expect(codeOf(await transfer(NORTH, to('LONDON', { expectedRevision: revision - 1 })))[0]).toBe(
      'STALE_REVISION',
    )
    const { decision } = madeIn(await transfer(NORTH, to('LONDON')), 'transferMappaArea')
    expect(decision).toMatchObject({
      kind: 'TRANSFER',
      fromLevel: 2,
      toLevel: 2,
      fromArea: 'NORTHUMBRIA',
      area: 'LONDON',
    })
    expect((await registrationOf(WEST, crn))?.registration).toMatchObject({ level: 2, area: 'LONDON' })
    expect(codeOf(await transfer(NORTH, to('WILTSHIRE')))[0]).toBe('FORBIDDEN')
    // Who held the case by its area alone sees it no longer once it is another's.
    madeIn(await transfer(WEST, to('NORTHUMBRIA')), 'transferMappaArea')
    expect(await registrationOf(WEST, crn)).toBeUndefined()
  })
})

describe('a referral', () => {
  const REFERRAL = `referral { id area level state reasons dueOn overdue referredBy { role agency }
    steps { state reasons by { role } } rulesVersion }`
  const refer = (as: As, input: object) =>
    t.ask(as, `mutation($input: MappaReferralInput!) { referToMappa(input: $input) { ${REFERRAL} } }`, {
      input,
    })
  const advance = (as: As, referral: string, state: string, reasons?: string) =>
    t.ask(
      as,
      `mutation($referral: ID!, $state: MappaReferralState!, $reasons: String) {
        advanceMappaReferral(referral: $referral, state: $state, reasons: $reasons) { ${REFERRAL} } }`,
      { referral, state, reasons },
    )
  const referralIn = (body: Body, root = 'advanceMappaReferral') => {
    if (body.errors) throw new Error(JSON.stringify(body.errors))
    return (body.data?.[root] as { referral: Record<string, unknown> & { id: string } }).referral
  }

  const due = (workingDays: number) => addWorkingDays(day(0), workingDays)

  test('is received, screened and accepted with reasons, each with its deadline', async () => {
    const crn = await aPerson()
    const made = referralIn(
      await refer(POM, { offender: { crn }, level: 2, reasons: 'Release needs several agencies.' }),
      'referToMappa',
    )
    expect(made).toMatchObject({
      area: 'NORTHUMBRIA',
      state: 'REFERRED',
      dueOn: due(2),
      overdue: false,
    })
    expect(codeOf(await advance(NORTH, made.id, 'ACCEPTED', 'Yes.'))).toEqual(['CONFLICT', 'state'])
    expect(codeOf(await advance(POM, made.id, 'RECEIVED'))[0]).toBe('FORBIDDEN')
    expect(referralIn(await advance(NORTH, made.id, 'RECEIVED'))).toMatchObject({ dueOn: due(5) })
    expect(referralIn(await advance(NORTH, made.id, 'SCREENED', 'High risk.'))).toMatchObject({
      dueOn: due(10),
    })
    expect(codeOf(await advance(NORTH, made.id, 'ACCEPTED', ' '))).toEqual(['BAD_USER_INPUT', 'reasons'])
    expect(referralIn(await advance(NORTH, made.id, 'ACCEPTED', 'Meetings add value.'))).toMatchObject({
      state: 'ACCEPTED',
      dueOn: null,
      steps: [
        { state: 'RECEIVED' },
        { state: 'SCREENED' },
        { state: 'ACCEPTED', reasons: 'Meetings add value.' },
      ],
    })
    expect(codeOf(await advance(NORTH, made.id, 'DECLINED', 'No.'))[0]).toBe('CONFLICT')
  })

  describe('once accepted', () => {
    const DECIDE = `mutation($input: MappaLevelInput!) { recordMappaLevel(input: $input) {
      decision { id referral } warnings { code } } }`
    const decideOn = (crn: string, more: object, as = NORTH) =>
      t.ask(as, DECIDE, { input: levelInput(crn, more) })
    const decided = async (crn: string, more: object) => {
      const body = await decideOn(crn, more)
      if (body.errors) throw new Error(JSON.stringify(body.errors))
      const { decision, warnings } = body.data?.['recordMappaLevel'] as {
        decision: { id: string; referral: string | null }
        warnings: { code: string }[]
      }
      return { ...decision, warnings: warnings.map(({ code }) => code) }
    }
    const referred = async (crn: string) => {
      const input = { offender: { crn }, level: 2, area: 'NORTHUMBRIA', reasons: 'Several agencies.' }
      return referralIn(await refer(POM, input), 'referToMappa').id
    }
    const accepted = async (crn: string) => {
      const id = await referred(crn)
      for (const state of ['RECEIVED', 'SCREENED', 'ACCEPTED'])
        referralIn(await advance(NORTH, id, state, 'Meetings add value.'))
      return id
    }
    const followed = async (crn: string) => {
      const { offender } = await see(t, NORTH, { crn }, 'mappa { referrals { id decision { id toLevel } } }')
      return (offender as { mappa: { referrals: object[] } }).mappa.referrals
    }

    test('leads to the decision that names it, and from a correction to what it corrects', async () => {
      const crn = await aPerson()
      const referral = await accepted(crn)
      expect(await followed(crn)).toEqual([{ id: referral, decision: null }])
      const made = await decided(crn, { referral })
      expect(made).toMatchObject({ referral, warnings: expect.not.arrayContaining(['REFERRAL_NOT_NAMED']) })
      expect(await followed(crn)).toEqual([{ id: referral, decision: { id: made.id, toLevel: 2 } }])
      const corrected = await decided(crn, { level: 3, supersedes: made.id })
      expect(corrected.referral).toBe(referral)
      expect(await followed(crn)).toEqual([{ id: referral, decision: { id: corrected.id, toLevel: 3 } }])
      const later = await decided(crn, {})
      expect(later).toMatchObject({ referral: null })
      expect(later.warnings).not.toContain('REFERRAL_NOT_NAMED')
      expect(await followed(crn)).toEqual([{ id: referral, decision: { id: corrected.id, toLevel: 3 } }])
    })

    test('is not passed over without a warning', async () => {
      const crn = await aPerson()
      await accepted(crn)
      const made = await decided(crn, {})
      expect(made).toMatchObject({ referral: null, warnings: expect.arrayContaining(['REFERRAL_NOT_NAMED']) })
      expect(await followed(crn)).toMatchObject([{ decision: null }])
    })

    test('is followed once, by a decision about the same person for the area that was asked', async () => {
      const [crn, other] = [await aPerson(), await aPerson()]
      const open = await referred(other)
      const [referral, elses] = [await accepted(crn), await accepted(await aPerson())]
      const refusedFor = async (more: object, of = crn) => {
        const body = await decideOn(of, more)
        expect(body.data?.['recordMappaLevel'] ?? null).toBeNull()
        return codeOf(body)
      }
      const why = ['BAD_USER_INPUT', 'input.referral']
      expect(await refusedFor({ referral: elses })).toEqual(why)
      expect(await refusedFor({ referral: 'not one' })).toEqual(why)
      expect(await refusedFor({ referral: open }, other)).toEqual(why)
      await decided(crn, { referral })
      expect(await refusedFor({ referral })).toEqual(why)
      expect(await followed(crn)).toMatchObject([{ decision: { toLevel: 2 } }])
    })

    test('is followed by no decision for another area', async () => {
      const crn = await aPerson()
      const referral = await accepted(crn)
      await decided(crn, {})
      const moved = { toArea: 'LONDON', effectiveOn: day(0), nextReviewOn: day(80), rationale: 'He moved.' }
      expect((await transfer(NORTH, { offender: { crn }, ...moved })).errors).toBeUndefined()
      expect(codeOf(await decideOn(crn, { referral }, WEST))).toEqual(['BAD_USER_INPUT', 'input.referral'])
      expect((await decideOn(crn, {}, WEST)).errors).toBeUndefined()
    })
  })

  test('is made once at a time, by those who manage the case, and is shown when it is overdue', async () => {
    const crn = await aPerson()
    const input = { offender: { crn }, level: 3, area: 'NORTHUMBRIA', reasons: 'Critical few.' }
    expect(
      codeOf(await refer({ ...POM, role: 'PRISON_OFFICER', purpose: 'PUBLIC_PROTECTION' }, input))[0],
    ).toBe('FORBIDDEN')
    expect(codeOf(await refer(POM, { ...input, level: 1 }))[1]).toBe('input.level')
    expect((await refer({ ...POM, agency: 'LEI' }, input)).data).toEqual({ referToMappa: null })
    referralIn(await refer(POM, input), 'referToMappa')
    expect(codeOf(await refer(COM, input))[0]).toBe('CONFLICT')
    const overdue = async () => {
      const { offender } = await see(t, NORTH, { crn }, 'mappa { referrals { overdue } }')
      return (offender as { mappa: { referrals: { overdue: boolean }[] } }).mappa.referrals
    }
    expect(await overdue()).toEqual([{ overdue: false }])
    expect(await later.by(5, overdue)).toEqual([{ overdue: true }])
  })
})

test.each([
  ['2026-11-20', 2, '2026-11-24'],
  ['2026-11-21', 1, '2026-11-23'],
  ['2026-11-23', 5, '2026-11-30'],
])('from %s, %i working days later is %s', (from, count, then) => {
  expect(addWorkingDays(from, count)).toBe(then)
})

test('the rules in force are told with their version and the source of each', async () => {
  const query = `{ mappaRules { version reviewIntervals { level weeks source } deadlines { name count unit source }
    criteria { code level says source } addressing { kind capacities source } } }`
  const body = await t.ask({ role: 'PRISON_OFFICER', agency: 'MDI' }, query)
  const rules = body.data?.['mappaRules'] as Record<string, { source: string }[]>
  expect(rules['version']).toBe(MAPPA_RULES.version)
  for (const part of ['reviewIntervals', 'deadlines', 'criteria', 'addressing'])
    expect(rules[part]?.every(({ source }) => source.length > 20)).toBe(true)
})

test('there are 42 areas, each with the agencies that work there and for how long', async () => {
  const query = '{ mappaAreas { code name agencies { agency authority since until } } }'
  const body = await t.ask({ role: 'PRISON_OFFICER', agency: 'MDI' }, query)
  const areas = body.data?.['mappaAreas'] as { code: string; agencies: object[] }[]
  expect(areas).toHaveLength(42)
  expect(areas.find(({ code }) => code === 'NORTHUMBRIA')).toEqual({
    code: 'NORTHUMBRIA',
    name: 'Northumbria',
    agencies: [
      { agency: 'N02', authority: 'PROBATION', since: null, until: null },
      { agency: 'POL-NORTH', authority: 'POLICE', since: null, until: null },
    ],
  })
  expect(areas.find(({ code }) => code === 'DURHAM')?.agencies).toMatchObject([
    { agency: 'N09', until: day(0) },
  ])
})
