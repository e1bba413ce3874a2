import { aCase, aManager, aPrisoner } from './support/documents'
import { startTestGateway, type As, type TestGateway } from './support/gateway'
import { see, state } from './support/push'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const CRC: As = { role: 'CRC_SYSTEM', agency: 'C05' }
const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'MDI' }
const HEAD: As = { role: 'HEAD_OF_OFFENDER_MANAGEMENT', agency: 'MDI' }
const COORDINATOR: As = { role: 'MAPPA_COORDINATOR', agency: 'N02' }
const COMPANY: As = { role: 'CRC_OFFICER', agency: 'C05' }

const INMATE = { prisonNumber: 'S1111AA' }
const CASE = { crn: 'S111111' }
const HELD = { crn: 'S333333' }

let t: TestGateway

beforeAll(async () => {
  t = await startTestGateway()
  await t.ingest(PRISON, 'prisoner-search', [aPrisoner('S1111AA'), aPrisoner('S3333AA', { prisonId: 'LEI' })])
  await t.ingest(PROBATION, 'probation-search', [
    aCase('S111111', { otherIds: { crn: 'S111111', nomsNumber: 'S1111AA' } }),
    aCase('S333333', {
      otherIds: { crn: 'S333333', nomsNumber: 'S3333AA' },
      offenderManagers: [aManager({ provider: 'C05', staff: 'C05AAA1', team: 'C05AAA' })],
    }),
  ])
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await t.close()
})

describe('children', () => {
  const contact = [
    { level: 'L1', decidedOn: '2026-01-01', reviewOn: '2026-07-01' },
    { level: 'L4', childName: 'Kit Sample', decidedOn: '2026-02-01' },
  ]
  const enquiry = {
    askedOf: 'Leeds children’s services',
    askedOn: '2026-01-05',
    result: 'Known',
    resultOn: '2026-01-20',
  }
  const fields = `safeguarding { childContact { level childName decidedOn reviewOn } childContactState
    childEnquiries { askedOf askedOn result resultOn } knownChildren { number livingWith inContact } }`

  test('are seen in full by who manages the case', async () => {
    await state(t, PRISON, INMATE, { childContact: contact })
    await state(t, PROBATION, CASE, { childEnquiries: [enquiry] })
    await state(t, PROBATION, CASE, { knownChildren: { number: 2, inContact: true } })
    expect((await see(t, POM, INMATE, fields)).offender).toEqual({
      safeguarding: {
        childContact: [
          { level: 'L4', childName: 'Kit Sample', decidedOn: '2026-02-01', reviewOn: null },
          { level: 'L1', childName: null, decidedOn: '2026-01-01', reviewOn: '2026-07-01' },
        ],
        childContactState: 'RECORDED',
        childEnquiries: [enquiry],
        knownChildren: [{ number: 2, livingWith: null, inContact: true }],
      },
    })
  })

  test('are named to nobody who sees flags alone', async () => {
    await state(t, PRISON, { prisonNumber: 'S3333AA' }, { childContact: contact })
    await state(t, CRC, HELD, { childEnquiries: [enquiry] })
    const { offender, withheld } = await see(t, COMPANY, HELD, fields)
    expect(offender).toEqual({
      safeguarding: {
        childContact: [
          { level: 'L4', childName: null, decidedOn: null, reviewOn: null },
          { level: 'L1', childName: null, decidedOn: null, reviewOn: null },
        ],
        childContactState: 'RECORDED',
        childEnquiries: [{ askedOf: null, askedOn: '2026-01-05', result: null, resultOn: '2026-01-20' }],
        knownChildren: [],
      },
    })
    expect(withheld.map(([path]) => path)).toContain('safeguarding.childContact.childName')
    expect(JSON.stringify(await see(t, PRISON, INMATE, fields))).not.toContain('Kit')
  })

  test('are the prison’s to decide contact with', async () => {
    expect(await state(t, PROBATION, CASE, { childContact: contact })).toMatchObject({
      outcome: 'REJECTED',
      errors: [{ code: 'NOT_OWNER', path: 'childContact' }],
    })
  })
})

describe('communications monitoring', () => {
  const fields = `safeguarding { communicationsMonitoringState
    communicationsMonitoring { kind reason startedOn reviewOn endedOn } }`
  const monitoring = {
    kind: 'PIN_PHONE',
    reason: 'Contact with a victim.',
    startedOn: '2026-03-01',
    reviewOn: '2026-06-01',
  }

  test('is hidden without a mark from who may not know of it', async () => {
    await state(t, PRISON, INMATE, { communicationsMonitoring: [monitoring] })
    const hidden = { communicationsMonitoringState: null, communicationsMonitoring: null }
    expect(await see(t, POM, INMATE, fields)).toEqual({ offender: { safeguarding: hidden }, withheld: [] })
  })

  test('is a flag to the head of offender management', async () => {
    expect(await see(t, HEAD, INMATE, fields)).toEqual({
      offender: {
        safeguarding: {
          communicationsMonitoringState: 'RECORDED',
          communicationsMonitoring: [
            { kind: null, reason: null, startedOn: null, reviewOn: null, endedOn: null },
          ],
        },
      },
      withheld: [],
    })
  })

  test('is the prison’s to state', async () => {
    expect(await state(t, PROBATION, CASE, { communicationsMonitoring: [monitoring] })).toMatchObject({
      outcome: 'REJECTED',
      errors: [{ code: 'NOT_OWNER', path: 'communicationsMonitoring' }],
    })
  })
})

describe('victim contact', () => {
  const contact = {
    localId: 'v1',
    reference: 'VC-1',
    officerName: 'Vera Officer',
    optedIn: true,
    requestedConditions: ['Keep out of the test area'],
    contactRequests: ['NO_CONTACT'],
  }
  const fields = `safeguarding { victimContactsState
    victimContacts { requestedConditions contactRequests reference officerName optedIn source { system } } }`

  test('shows its conditions and requests, and no person, where a summary may be seen', async () => {
    expect((await state(t, PROBATION, CASE, { victimContact: contact })).outcome).toBe('APPLIED')
    expect(await see(t, COORDINATOR, CASE, fields)).toEqual({
      offender: {
        safeguarding: {
          victimContactsState: 'RECORDED',
          victimContacts: [
            {
              requestedConditions: ['Keep out of the test area'],
              contactRequests: ['NO_CONTACT'],
              reference: null,
              officerName: null,
              optedIn: null,
              source: null,
            },
          ],
        },
      },
      withheld: [],
    })
  })

  test('is hidden without a mark from everybody else', async () => {
    const hidden = { victimContactsState: null, victimContacts: null }
    expect(await see(t, POM, INMATE, fields)).toEqual({ offender: { safeguarding: hidden }, withheld: [] })
    expect(await see(t, HEAD, INMATE, fields)).toEqual({ offender: { safeguarding: hidden }, withheld: [] })
  })

  test('is the probation service’s to state', async () => {
    expect(await state(t, CRC, HELD, { victimContact: contact })).toMatchObject({
      outcome: 'REJECTED',
      errors: [{ code: 'NOT_OWNER', path: 'victimContact' }],
    })
  })
})
