import { aCase, aManager, aPrisoner } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'
import { see, state } from './support/push'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const CRC: As = { role: 'CRC_SYSTEM', agency: 'C05' }
const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI', purpose: 'RELEASE_PLANNING' }
const OFFICER: As = { role: 'PRISON_OFFICER', agency: 'MDI' }
const COM: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02ABC1' }

const INMATE = { prisonNumber: 'R1111AA' }
const CASE = { crn: 'R111111' }
const HELD = { crn: 'R333333' }

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway()
  await t.ingest(PRISON, 'prisoner-search', [aPrisoner('R1111AA')])
  await t.ingest(PROBATION, 'probation-search', [
    aCase('R111111', { otherIds: { crn: 'R111111', nomsNumber: 'R1111AA' } }),
    aCase('R333333', { offenderManagers: [aManager({ provider: 'C05', staff: 'C05AAA1', team: 'C05AAA' })] }),
  ])
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

const PLAN = {
  status: 'IN_PROGRESS',
  plannedReleaseOn: '2027-02-26',
  preparedOn: '2026-10-01',
  preparedBy: 'Ada Officer',
  homeArea: 'Leeds',
  forHomeArea: false,
  exemptionReason: 'PROGRAMME_IN_PROGRESS',
}

describe('a release plan', () => {
  const fields = `release { plansState plans { status plannedReleaseOn preparedOn preparedBy homeArea
    resettlementPrison { code } forHomeArea exemptionReason source { system } } }`

  test('is what each record says, side by side', async () => {
    expect((await see(t, POM, INMATE, fields)).offender).toEqual({
      release: { plansState: 'UNKNOWN', plans: [] },
    })
    await state(t, PRISON, INMATE, { releasePlan: { ...PLAN, resettlementPrison: 'LEI' } })
    await state(t, PROBATION, CASE, {
      releasePlan: { plannedReleaseOn: '2027-03-01', preparedOn: '2026-09-01' },
    })
    const { offender } = await see(t, POM, INMATE, fields)
    expect(offender).toMatchObject({
      release: {
        plansState: 'RECORDED',
        plans: [
          { ...PLAN, resettlementPrison: { code: 'LEI' }, source: { system: 'NOMIS' } },
          { plannedReleaseOn: '2027-03-01', forHomeArea: null, source: { system: 'DELIUS' } },
        ],
      },
    })
  })

  test('shows a wing officer when, and not where to', async () => {
    const { offender, withheld } = await see(
      t,
      OFFICER,
      INMATE,
      'release { plans { plannedReleaseOn homeArea } accommodationState accommodation { type } }',
    )
    expect(offender).toMatchObject({
      release: {
        plans: [{ plannedReleaseOn: '2027-02-26', homeArea: null }, {}],
        accommodationState: 'UNKNOWN',
      },
    })
    expect(withheld).toEqual([
      ['release.plans.homeArea', 'RELEASE', 'ROLE'],
      ['release.accommodation.type', 'RELEASE', 'ROLE'],
    ])
  })
})

test('accommodation, outcomes and appointments: what nobody said stays unsaid', async () => {
  await state(t, PROBATION, CASE, {
    accommodation: [
      { type: 'APPROVED_PREMISES', status: 'REQUESTED', since: '2027-02-26' },
      {
        type: 'NO_FIXED_ABODE',
        approved: false,
        confirmedOn: '2020-01-01',
        since: '2020-01-01',
        until: '2020-03-01',
      },
    ],
  })
  await state(t, PRISON, INMATE, {
    releaseOutcome: { localId: 'T00001', releasedOn: '2020-01-01', homeless: true, programmeNeedUnmet: true },
  })
  await state(t, PROBATION, CASE, {
    appointments: [{ at: '2027-02-26T14:00:00Z', kind: 'INITIAL', firstAfterRelease: true, outcome: null }],
  })
  const fields = `release { accommodation { type status approved confirmedOn until }
    outcomes { releasedOn homeless accommodationType programmeNeedUnmet }
    appointments { at kind firstAfterRelease outcome } appointmentsState }`
  expect((await see(t, COM, CASE, fields)).offender).toEqual({
    release: {
      accommodation: [
        { type: 'APPROVED_PREMISES', status: 'REQUESTED', approved: null, confirmedOn: null, until: null },
        {
          type: 'NO_FIXED_ABODE',
          status: null,
          approved: false,
          confirmedOn: '2020-01-01',
          until: '2020-03-01',
        },
      ],
      outcomes: [
        { releasedOn: '2020-01-01', homeless: true, accommodationType: null, programmeNeedUnmet: true },
      ],
      appointments: [
        { at: '2027-02-26T14:00:00+00:00', kind: 'INITIAL', firstAfterRelease: true, outcome: null },
      ],
      appointmentsState: 'RECORDED',
    },
  })
})

describe('licences', () => {
  const conditions = [
    { type: 'AP', kind: 'BESPOKE', sequence: 2, text: 'Do not contact the person named in the schedule.' },
    {
      type: 'AP',
      kind: 'ADDITIONAL',
      code: 'zone',
      sequence: 1,
      form: 'MULTIPLE_EXCLUSION_ZONE',
      exclusionZone: true,
    },
  ]
  const licence = (more: object = {}) => ({
    licence: { localId: '1', type: 'AP', kind: 'CRD', status: 'APPROVED', startsOn: '2027-02-26', ...more },
  })
  const fields = `release { licencesState licences { type status startsOn
    conditionsState conditions { kind code exclusionZone text } } }`

  test('are records of their own: a new status leaves conditions and other licences alone', async () => {
    await state(t, PROBATION, CASE, licence({ conditions }))
    await state(t, PROBATION, CASE, licence({ localId: '2', kind: 'VARIATION', startsOn: '2027-05-01' }))
    await state(t, PROBATION, CASE, licence({ status: 'ACTIVE' }))
    expect((await see(t, COM, CASE, fields)).offender).toEqual({
      release: {
        licencesState: 'RECORDED',
        licences: [
          {
            type: 'AP',
            status: 'APPROVED',
            startsOn: '2027-05-01',
            conditionsState: 'UNKNOWN',
            conditions: [],
          },
          {
            type: 'AP',
            status: 'ACTIVE',
            startsOn: '2027-02-26',
            conditionsState: 'RECORDED',
            conditions: [
              { kind: 'ADDITIONAL', code: 'zone', exclusionZone: true, text: null },
              { kind: 'BESPOKE', code: null, exclusionZone: null, text: conditions[0]?.text },
            ],
          },
        ],
      },
    })
  })

  test('are withheld from a wing officer, their state with them', async () => {
    expect(await see(t, OFFICER, INMATE, 'release { licencesState licences { status } }')).toEqual({
      offender: { release: { licencesState: null, licences: null } },
      withheld: [
        ['release.licencesState', 'LICENCE', 'ROLE'],
        ['release.licences', 'LICENCE', 'ROLE'],
      ],
    })
  })

  test('keep the words of their conditions from systems that read for nobody', async () => {
    const { withheld } = await see(t, PRISON, INMATE, fields)
    expect(withheld).toEqual([['release.licences.conditions.text', 'LICENCE', 'ROLE']])
  })

  test('come from the suppliers too, the first appointment with them', async () => {
    const document = {
      id: 9,
      typeCode: 'AP',
      statusCode: 'ACTIVE',
      crn: 'R333333',
      licenceStartDate: '02/06/2026',
      appointmentTime: '02/06/2026 14:30',
      standardLicenceConditions: [{ id: 1, code: 'good', sequence: 1, text: 'Be of good behaviour.' }],
    }
    expect((await t.ingest(PROBATION, 'auto', document)).results).toMatchObject([{ outcome: 'APPLIED' }])
    expect((await t.ingest(PROBATION, 'auto', document)).results).toMatchObject([{ outcome: 'DUPLICATE' }])
    const officer: As = { role: 'CRC_OFFICER', agency: 'C05' }
    const { offender } = await see(
      t,
      officer,
      HELD,
      'release { licences { startsOn conditions { text } } appointments { at kind } }',
    )
    expect(offender).toEqual({
      release: {
        licences: [{ startsOn: '2026-06-02', conditions: [{ text: 'Be of good behaviour.' }] }],
        appointments: [{ at: '2026-06-02T13:30:00+00:00', kind: 'INITIAL' }],
      },
    })
  })

  test.each([
    ['a prison', PRISON, INMATE],
    ['a company', CRC, HELD],
  ])('are not stated by %s', async (_, as, person) => {
    expect(await state(t, as, person, licence({ conditions }))).toMatchObject({
      outcome: 'REJECTED',
      errors: [
        { code: 'NOT_OWNER', path: 'licence' },
        { code: 'NOT_OWNER', path: 'licenceConditions' },
      ],
    })
  })
})

describe('risk escalation', () => {
  const escalation = {
    localId: 'e1',
    raisedOn: '2026-07-01',
    raisedBy: 'Bea Officer',
    fromLevel: 'MEDIUM',
    toLevel: 'HIGH',
    reason: 'New threats.',
  }
  const fields =
    'risk { escalationsState escalations { raisedOn raisedBy fromLevel toLevel reason source { system } } }'

  test('is put by a company about a case that it holds; its reason is narrative', async () => {
    expect((await state(t, CRC, HELD, { escalation })).outcome).toBe('APPLIED')
    const { offender, withheld } = await see(t, { role: 'CRC_OFFICER', agency: 'C05' }, HELD, fields)
    expect(offender).toMatchObject({
      risk: {
        escalationsState: 'RECORDED',
        escalations: [{ toLevel: 'HIGH', reason: null, source: { system: 'CRC' } }],
      },
    })
    expect(withheld).toEqual([['risk.escalations.reason', 'ROSH_NARRATIVE', 'ROLE']])
    const probation = { ...COM, justification: 'Escalated to us.' }
    expect((await see(t, probation, HELD, fields)).offender).toMatchObject({
      risk: { escalations: [{ raisedBy: 'Bea Officer', reason: 'New threats.' }] },
    })
  })

  test('is not a prison’s to raise', async () => {
    expect(await state(t, PRISON, INMATE, { escalation })).toMatchObject({
      outcome: 'REJECTED',
      errors: [{ code: 'NOT_OWNER', path: 'escalation' }],
    })
  })
})
