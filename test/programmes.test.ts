import { aCase, aManager, aPrisoner } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'
import { operation } from './support/operations'
import { see, state } from './support/push'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const CRC: As = { role: 'CRC_SYSTEM', agency: 'C05' }
const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI' }
const OFFICER: As = { role: 'PRISON_OFFICER', agency: 'MDI' }
const COM: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway()
  await t.ingest(PRISON, 'prisoner-search', [aPrisoner('P1111AA'), aPrisoner('P2222AA')])
  await t.ingest(PROBATION, 'probation-search', [
    aCase('P111111', { otherIds: { crn: 'P111111', nomsNumber: 'P1111AA' } }),
    aCase('P444444', {
      offenderManagers: [aManager({ provider: 'C20', staff: 'C20AAA1', team: 'C20AAA' })],
    }),
    aCase('P333333', { offenderManagers: [aManager({ provider: 'C05', staff: 'C05AAA1', team: 'C05AAA' })] }),
  ])
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

const INMATE = { prisonNumber: 'P1111AA' }
const CASE = { crn: 'P111111' }

const need = (more: object = {}) => ({
  programme: 'HORIZON',
  intensity: 'MODERATE',
  identifiedOn: '2026-02-01',
  identifiedFrom: 'PNI',
  sexualOffence: true,
  ldcAdapted: false,
  status: 'OPEN',
  notDeliveredReason: 'NO_PLACE',
  rawNotDeliveredReason: 'waiting list closed',
  ...more,
})

describe('programme needs', () => {
  const fields = `programmes { needsState needs { programme intensity identifiedOn identifiedFrom sexualOffence
    ldcAdapted status notDeliveredReason rawNotDeliveredReason source { system } } }`

  test('are unknown, then recorded beside each other by whoever states them', async () => {
    const before = await see(t, POM, INMATE, fields)
    expect(before.offender).toEqual({ programmes: { needsState: 'UNKNOWN', needs: [] } })
    expect((await state(t, PRISON, INMATE, { programmeNeeds: [need()] })).outcome).toBe('APPLIED')
    const second = need({
      programme: 'KAIZEN',
      status: 'MET',
      notDeliveredReason: null,
      identifiedOn: '2026-03-01',
    })
    expect((await state(t, PROBATION, CASE, { programmeNeeds: [second] })).outcome).toBe('APPLIED')
    const { offender } = await see(t, POM, INMATE, fields)
    expect(offender).toMatchObject({
      programmes: {
        needsState: 'RECORDED',
        needs: [
          { programme: 'KAIZEN', status: 'MET', notDeliveredReason: null, source: { system: 'DELIUS' } },
          { ...need(), source: { system: 'NOMIS' } },
        ],
      },
    })
  })

  test('are the whole list of their record: the next one replaces it, and one that is older does not', async () => {
    const later = { observedAt: '2026-06-02T00:00:00Z', version: 2 }
    const earlier = { observedAt: '2026-06-01T00:00:00Z', version: 1 }
    const person = { prisonNumber: 'P2222AA' }
    const list = [need({ status: 'RELEASED_UNMET' })]
    expect((await state(t, PRISON, person, { programmeNeeds: list }, later)).outcome).toBe('APPLIED')
    expect((await state(t, PRISON, person, { programmeNeeds: [need()] }, earlier)).outcome).toBe('LATE')
    const { offender } = await see(t, POM, person, 'programmes { needs { status } }')
    expect(offender).toEqual({ programmes: { needs: [{ status: 'RELEASED_UNMET' }] } })
  })

  test('that are none at all are told from what nobody said; what somebody left without stays', async () => {
    const of = async (person: object) =>
      (await see(t, POM, person, 'programmes { needsState needs { programme } interventionsState }')).offender
    const person = { prisonNumber: 'P2222AA' }
    await state(t, PRISON, person, { interventions: [] })
    await state(t, PRISON, person, { programmeNeeds: [] }, { version: 3 })
    expect(await of(person)).toEqual({
      programmes: { needsState: 'RECORDED', needs: [{ programme: 'HORIZON' }], interventionsState: 'NONE' },
    })
  })

  test('show a wing officer what is needed and how it stands, and not what found it', async () => {
    const { offender, withheld } = await see(
      t,
      OFFICER,
      INMATE,
      'programmes { needsState needs { programme status identifiedFrom } }',
    )
    const { needs, needsState } = (offender as { programmes: { needsState: string; needs: object[] } })
      .programmes
    expect(needsState).toBe('RECORDED')
    expect(needs.length).toBeGreaterThan(0)
    for (const need of needs)
      expect(need).toEqual({
        programme: expect.any(String),
        status: expect.any(String),
        identifiedFrom: null,
      })
    expect(withheld).toEqual([['programmes.needs.identifiedFrom', 'PROGRAMMES', 'ROLE']])
  })
})

describe('referrals', () => {
  const fields = `programmes { referralsState referrals { programme status establishment { code } note
    historyState history { status at category reason note changedBy } } }`
  const referral = (localId: string, more: object = {}) => ({
    referral: { localId, programme: 'Horizon', status: 'ON_PROGRAMME', referredOn: '2026-01-01', ...more },
  })

  test('stand apart, each with its own history, and news of one leaves the other alone', async () => {
    const history = [
      { status: 'REFERRAL_SUBMITTED', at: '2026-01-01T09:00:00Z', changedBy: 'pom' },
      {
        status: 'WITHDRAWN',
        at: '2026-02-01T09:00:00Z',
        category: 'W_ADMIN',
        reason: 'W_TIME',
        note: 'No time.',
      },
    ]
    await state(t, PRISON, INMATE, referral('r1', { establishment: 'MDI', note: 'Keen.', history }))
    await state(t, PRISON, INMATE, referral('r2', { programme: 'Kaizen', referredOn: '2026-05-01' }))
    await state(
      t,
      PRISON,
      INMATE,
      referral('r2', { programme: 'Kaizen', status: 'WITHDRAWN', referredOn: '2026-05-01' }),
    )
    const { offender } = await see(t, POM, INMATE, fields)
    expect(offender).toEqual({
      programmes: {
        referralsState: 'RECORDED',
        referrals: [
          {
            programme: 'Kaizen',
            status: 'WITHDRAWN',
            establishment: null,
            note: null,
            historyState: 'UNKNOWN',
            history: [],
          },
          {
            programme: 'Horizon',
            status: 'ON_PROGRAMME',
            establishment: { code: 'MDI' },
            note: 'Keen.',
            historyState: 'RECORDED',
            history: [
              {
                status: 'REFERRAL_SUBMITTED',
                at: '2026-01-01T09:00:00+00:00',
                category: null,
                reason: null,
                note: null,
                changedBy: 'pom',
              },
              {
                status: 'WITHDRAWN',
                at: '2026-02-01T09:00:00+00:00',
                category: 'W_ADMIN',
                reason: 'W_TIME',
                note: 'No time.',
                changedBy: null,
              },
            ],
          },
        ],
      },
    })
  })

  test('give a system that reads for nobody everything but the free text', async () => {
    const { offender, withheld } = await see(t, PROBATION, CASE, 'programmes { referrals { status note } }')
    expect(offender).toMatchObject({
      programmes: { referrals: [{ note: null }, { status: 'ON_PROGRAMME', note: null }] },
    })
    expect(withheld).toEqual([['programmes.referrals.note', 'PROGRAMMES', 'ROLE']])
  })

  test('come from the suppliers too', async () => {
    const document = {
      id: 'r3',
      offeringId: 'o1',
      courseName: 'Becoming New Me Plus',
      prisonNumber: 'P2222AA',
      status: 'REFERRAL_SUBMITTED',
    }
    const { results } = await t.ingest(PRISON, 'auto', document)
    expect(results).toMatchObject([{ outcome: 'APPLIED' }])
    const { offender } = await see(
      t,
      POM,
      { prisonNumber: 'P2222AA' },
      'programmes { referrals { programme } }',
    )
    expect(offender).toEqual({ programmes: { referrals: [{ programme: 'Becoming New Me Plus' }] } })
  })
})

test('programmes taken, denial and other work are seen with who said so', async () => {
  await state(t, PRISON, INMATE, {
    participation: {
      localId: 'p1',
      programme: 'Horizon',
      setting: 'CUSTODY',
      outcome: 'INCOMPLETE',
      yearStarted: 2023,
    },
  })
  await state(t, PROBATION, CASE, {
    denial: { inDenial: true, denies: 'the sexual element', statedOn: '2026-04-01' },
  })
  await state(t, PRISON, INMATE, { denial: { inDenial: false, statedOn: '2026-03-01' } })
  const work = {
    kind: 'ONE_TO_ONE',
    startedOn: '2026-05-01',
    sessions: 6,
    outcome: 'Completed',
    organisation: 'N02',
  }
  await state(t, PROBATION, CASE, { interventions: [work] })
  const fields = `programmes { participations { programme setting outcome yearStarted source { system } }
    denial { inDenial denies source { system } }
    interventions { kind startedOn sessions outcome organisation { code } } }`
  expect((await see(t, COM, CASE, fields)).offender).toEqual({
    programmes: {
      participations: [
        {
          programme: 'Horizon',
          setting: 'CUSTODY',
          outcome: 'INCOMPLETE',
          yearStarted: 2023,
          source: { system: 'NOMIS' },
        },
      ],
      denial: [
        { inDenial: true, denies: 'the sexual element', source: { system: 'DELIUS' } },
        { inDenial: false, denies: null, source: { system: 'NOMIS' } },
      ],
      interventions: [{ ...work, organisation: { code: 'N02' } }],
    },
  })
})

test('a company speaks of the cases that it holds, and of no others', async () => {
  const list = { programmeNeeds: [need({ programme: 'THINKING_SKILLS' })] }
  expect((await state(t, CRC, { crn: 'P333333' }, list)).outcome).toBe('APPLIED')
  expect(await state(t, CRC, CASE, list)).toMatchObject({
    outcome: 'REJECTED',
    errors: [{ code: 'NOT_OWNER' }],
  })
  const officer: As = { role: 'CRC_OFFICER', agency: 'C05' }
  const { offender } = await see(
    t,
    officer,
    { crn: 'P333333' },
    'programmes { needs { programme source { system } } }',
  )
  expect(offender).toEqual({
    programmes: { needs: [{ programme: 'THINKING_SKILLS', source: { system: 'CRC' } }] },
  })
})

test('two companies may number their referrals alike', async () => {
  const referral = (programme: string) => ({ referral: { localId: '1', programme } })
  const other: As = { ...CRC, agency: 'C20' }
  expect((await state(t, CRC, { crn: 'P333333' }, referral('Horizon'))).outcome).toBe('APPLIED')
  expect((await state(t, other, { crn: 'P444444' }, referral('Kaizen'))).outcome).toBe('APPLIED')
  const fields = 'programmes { referrals { programme } }'
  const seen = async (agency: string, crn: string) =>
    (await see(t, { role: 'CRC_OFFICER', agency }, { crn }, fields)).offender
  expect(await seen('C05', 'P333333')).toEqual({ programmes: { referrals: [{ programme: 'Horizon' }] } })
  expect(await seen('C20', 'P444444')).toEqual({ programmes: { referrals: [{ programme: 'Kaizen' }] } })
})

test('what comes one by one can be stated to be none at all', async () => {
  const person = { crn: 'P555555' }
  const offenderManagers = [aManager({ provider: 'C05', staff: 'C05AAA1', team: 'C05AAA' })]
  await t.ingest(PROBATION, 'probation-search', aCase('P555555', { offenderManagers }))
  expect((await state(t, PROBATION, person, { none: ['REFERRALS', 'PARTICIPATIONS'] })).outcome).toBe(
    'APPLIED',
  )
  const fields = 'programmes { referralsState participationsState } release { licencesState }'
  expect((await see(t, { role: 'CRC_OFFICER', agency: 'C05' }, person, fields)).offender).toEqual({
    programmes: { referralsState: 'NONE', participationsState: 'NONE' },
    release: { licencesState: 'UNKNOWN' },
  })
  expect(await state(t, PRISON, INMATE, { none: ['LICENCES'] })).toMatchObject({
    outcome: 'REJECTED',
    errors: [{ code: 'NOT_OWNER', path: 'licences' }],
  })
})

describe('what an establishment offers', () => {
  const MUTATION = `mutation($input: OfferingListInput!) { pushOfferings(input: $input) { revision outcome } }`
  const push = (as: As, input: object) => t.ask(as, MUTATION, { input })
  const fields = `custody { establishment { programmesOffered {
    statedBy offerings { programme audience places offeredFrom withdrawnOn } } } }`
  const seen = async () => {
    const { offender } = await see(t, POM, INMATE, fields)
    return (offender as { custody: { establishment: { programmesOffered: unknown } } }).custody.establishment
      .programmesOffered
  }
  const horizon = { programme: 'HORIZON', audience: 'Sexual offence', places: 12, offeredFrom: '2026-01-01' }

  test('is unknown until a prison says it, and nothing where the prison says that', async () => {
    expect(await seen()).toBeNull()
    const empty = await push(PRISON, {
      establishment: 'mdi',
      offerings: [],
      observedAt: '2026-03-01T00:00:00Z',
    })
    expect(empty.data).toMatchObject({ pushOfferings: { outcome: 'APPLIED' } })
    expect(await seen()).toEqual({ statedBy: 'prison-system', offerings: [] })
  })

  test('is the whole list, which a newer one replaces and an older one does not', async () => {
    const input = { establishment: 'MDI', offerings: [horizon, { programme: 'KAIZEN' }] }
    await push(PRISON, { ...input, observedAt: '2026-04-01T00:00:00Z' })
    const withdrawn = { ...horizon, withdrawnOn: '2026-05-01' }
    await push(PRISON, { ...input, offerings: [withdrawn], observedAt: '2026-05-01T00:00:00Z' })
    const late = await push(PRISON, { ...input, observedAt: '2026-04-02T00:00:00Z' })
    expect(late.data).toMatchObject({ pushOfferings: { outcome: 'LATE' } })
    expect(await seen()).toEqual({ statedBy: 'prison-system', offerings: [withdrawn] })
  })

  test('is known as it was at an earlier revision', async () => {
    const input = { establishment: 'MDI', offerings: [horizon], observedAt: '2026-06-01T00:00:00Z' }
    const body = await push(PRISON, input)
    const { revision } = body.data?.['pushOfferings'] as { revision: number }
    await push(PRISON, { ...input, offerings: [], observedAt: '2026-06-02T00:00:00Z' })
    const then = await see(t, POM, INMATE, fields, { revision })
    expect(then.offender).toMatchObject({
      custody: { establishment: { programmesOffered: { offerings: [horizon] } } },
    })
    expect(await seen()).toMatchObject({ offerings: [] })
  })

  test.each([
    ['a probation system', PROBATION, {}, 'FORBIDDEN', undefined],
    ['a person', POM, {}, 'FORBIDDEN', undefined],
    ['a pseudo prison', PRISON, { establishment: 'OUT' }, 'BAD_USER_INPUT', 'input.establishment'],
    ['a provider', PRISON, { establishment: 'N02' }, 'BAD_USER_INPUT', 'input.establishment'],
    [
      'less than no place',
      PRISON,
      { offerings: [{ ...horizon, places: -1 }] },
      'BAD_USER_INPUT',
      'input.offerings.0.places',
    ],
    [
      'a blank programme',
      PRISON,
      { offerings: [{ programme: ' ' }] },
      'BAD_USER_INPUT',
      'input.offerings.0.programme',
    ],
    ['one offering twice', PRISON, { offerings: [horizon, horizon] }, 'BAD_USER_INPUT', 'input.offerings.1'],
  ] as const)('is refused from or of %s', async (_, as, more, code, field) => {
    const { errors } = await push(as, { establishment: 'LEI', offerings: [horizon], ...more })
    expect(errors).toMatchObject([{ extensions: field === undefined ? { code } : { code, field } }])
  })

  test('is pushed in an operation of its own, for nobody in particular, and journalled', async () => {
    const beside = `mutation { pushOfferings(input: {establishment: "LEI", offerings: []}) { outcome }
      countersignOversight(entry: "01a201d7-d019-7ea4-9db1-34f0f9609333") { revision } }`
    expect((await t.ask(PRISON, beside)).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
    const { data } = await t.ask({ role: 'DATA_PROTECTION_OFFICER' }, operation('WhoViewed'), {
      where: { viewer: 'prison-system', kind: 'ALTERATION' },
    })
    const { nodes } = data?.['disclosures'] as { nodes: object[] }
    expect(nodes.at(-1)).toMatchObject({
      operation: 'pushOfferings',
      purpose: 'SYSTEM_UPDATE',
      offenders: [],
    })
  })
})
