import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { aCase, aManager, aPrisoner } from './support/documents'
import { startTestGateway, type As, type ItemAnswer, type TestGateway } from './support/gateway'

const PRISON: As = { role: 'PRISON_SYSTEM' }
const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
const CRC: As = { role: 'CRC_SYSTEM', agency: 'C05' }
const POM: As = { role: 'PRISON_OFFENDER_MANAGER', agency: 'NHI' }
const PRISON_OFFICER: As = { role: 'PRISON_OFFICER', agency: 'NHI' }
const COM: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02T001' }

let t: TestGateway
let record: Client

beforeAll(async () => {
  t = await startTestGateway()
  record = new Client({ ...t.testDatabase.connection })
  await record.connect()
  await applied(t.ingest(PRISON, 'prisoner-search', sample('prisoner-search/whole')))
  await applied(t.ingest(PROBATION, 'probation-search', sample('probation-search/whole')))
})

afterAll(async () => {
  expect(await t.unlogged()).toEqual([])
  await record.end()
  await t.close()
})

function sample(name: string): unknown {
  return JSON.parse(readFileSync(join(__dirname, 'samples', `${name}.json`), 'utf8'))
}

async function applied(sent: Promise<{ results: ItemAnswer[] }>): Promise<string | null | undefined> {
  const { results } = await sent
  expect(results.map(({ outcome }) => outcome)).toEqual(results.map(() => 'APPLIED'))
  return results[0]?.offenderId
}

const MUTATION = `mutation($input: PushCaseUpdatesInput!) { pushCaseUpdates(input: $input) {
  results { outcome offenderId errors { code path message } } } }`

async function push(as: As, person: object | null, fact: object, envelope: object = {}): Promise<ItemAnswer> {
  const body = await t.ask(as, MUTATION, { input: { updates: [{ ...envelope, person, fact }] } })
  expect(body.errors).toBeUndefined()
  const { results } = body.data?.['pushCaseUpdates'] as { results: [ItemAnswer] }
  return results[0]
}

interface Seen {
  readonly offender: Readonly<Record<string, unknown>> | null
  readonly withheld: readonly string[]
}

async function ask(as: As, by: object, fields: string, asOf?: object): Promise<Seen> {
  const query = `query($by: OffenderRef!, $asOf: AsOf) { offender(by: $by, asOf: $asOf) { ${fields} } }`
  const body = await t.ask(as, query, { by, asOf })
  expect(body.errors).toBeUndefined()
  return {
    offender: body.data?.['offender'] as Seen['offender'],
    withheld: (body.extensions?.withheld ?? []).map(
      ({ path, reason }) => `${path.slice(1).join('.')} ${reason}`,
    ),
  }
}

const WHOLE = { prisonNumber: 'T4321BA' }

describe('the person', () => {
  test('is described by each record with who said so', async () => {
    const { offender } = await ask(
      POM,
      WHOLE,
      'names { preferredName sex ethnicity nationality source { system } } identifiers { type value qualifier }',
    )
    expect(offender?.['names']).toEqual([
      {
        preferredName: null,
        sex: 'Female',
        ethnicity: 'White : Irish',
        nationality: 'Irish',
        source: { system: 'NOMIS' },
      },
      {
        preferredName: 'Holly',
        sex: 'Female',
        ethnicity: 'White: Irish',
        nationality: 'Irish',
        source: { system: 'DELIUS' },
      },
    ])
    expect(offender?.['identifiers']).toContainEqual({
      type: 'OTHER',
      value: 'I0001',
      qualifier: 'IMMIGRATION',
    })
  })

  test('can be reached, for those who may know how', async () => {
    const fields = `addresses { status rawStatus noFixedAbode lines town postcode since until source { system } }
      contactPoints { type value } addressesState contactPointsState`
    const { offender } = await ask(COM, WHOLE, fields)
    expect(offender).toMatchObject({ addressesState: 'RECORDED', contactPointsState: 'RECORDED' })
    expect(offender?.['addresses']).toHaveLength(5)
    expect(offender?.['addresses']).toContainEqual({
      status: 'MAIN',
      rawStatus: 'Main',
      noFixedAbode: false,
      lines: ['Sample House', 'Flat 2 Trial Road', 'Northside'],
      town: 'Testham',
      postcode: 'TT2 2TT',
      since: '2022-03-04',
      until: null,
      source: { system: 'DELIUS' },
    })
    expect(offender?.['contactPoints']).toContainEqual({ type: 'EMAIL', value: 'whole@example.com' })
    const wing = await ask(PRISON_OFFICER, WHOLE, fields)
    expect(wing.offender).toEqual({
      addresses: null,
      contactPoints: null,
      addressesState: null,
      contactPointsState: null,
    })
    expect(wing.withheld).toHaveLength(4)
  })

  test('is made of records, and keeps the ids that it had before they were joined', async () => {
    const prison = await applied(
      t.ingest(PRISON, 'prisoner-search', aPrisoner('A4000AA', { prisonId: 'NHI' })),
    )
    const probation = await applied(t.ingest(PROBATION, 'probation-search', aCase('X400000')))
    expect(probation).not.toBe(prison)
    const joining = aCase('X400000', { otherIds: { crn: 'X400000', nomsNumber: 'A4000AA' } })
    const survivor = await applied(t.ingest(PROBATION, 'probation-search', joining))
    const fields = 'id formerIds { id } sourceRecords { id system localId agency }'
    const { offender } = await ask(POM, { prisonNumber: 'A4000AA' }, fields)
    expect(offender).toEqual({
      id: survivor,
      formerIds: [{ id: survivor === prison ? probation : prison }],
      sourceRecords: [
        { id: expect.any(String) as string, system: 'DELIUS', localId: 'X400000', agency: 'N02' },
        { id: expect.any(String) as string, system: 'NOMIS', localId: 'A4000AA', agency: 'NHI' },
      ],
    })
    expect((await ask(POM, WHOLE, 'formerIds { id }')).offender).toEqual({ formerIds: [] })
  })
})

describe('custody', () => {
  const fields = `custody { status since receivedOn admittedOn category csra complexityOfNeed legalStatus convictedStatus recalled
    restrictedPatient bookingNumber lastMovement { type reason on } destination { kind place name }
    lastEstablishment { code } previousEstablishment { code } leftPreviousOn }`

  test('says where somebody is, was and went, and how the prison classes them', async () => {
    expect((await ask(POM, WHOLE, fields)).offender).toEqual({
      custody: {
        status: 'TEMPORARILY_OUT',
        since: null,
        receivedOn: '2024-03-04',
        admittedOn: '2026-02-03',
        category: 'R',
        csra: 'Standard',
        complexityOfNeed: 'medium',
        legalStatus: 'RECALL',
        convictedStatus: 'Convicted',
        recalled: true,
        restrictedPatient: false,
        bookingNumber: 'T00009',
        lastMovement: { type: 'TAP', reason: 'C3', on: '2026-08-30' },
        destination: { kind: 'TEMPORARY_ABSENCE', place: null, name: null },
        lastEstablishment: { code: 'NHI' },
        previousEstablishment: { code: 'ESI' },
        leftPreviousOn: '2026-02-03',
      },
    })
  })

  test('shows no needs to the wing', async () => {
    const { offender, withheld } = await ask(PRISON_OFFICER, WHOLE, 'custody { category complexityOfNeed }')
    expect(offender).toEqual({ custody: { category: 'R', complexityOfNeed: null } })
    expect(withheld).toEqual(['custody.complexityOfNeed ROLE'])
  })

  test('keeps movements, newest first; a pseudo-location is never an establishment', async () => {
    await push(PRISON, WHOLE, {
      movements: [
        {
          occurredOn: '2026-02-03',
          type: 'TRN',
          direction: 'OUT',
          fromPlace: 'ESI',
          fromKind: 'PRISON',
          toPlace: 'TRN',
          toKind: 'PRISON',
        },
        {
          occurredAt: '2026-02-03T15:00:00Z',
          type: 'ADM',
          direction: 'IN',
          fromPlace: 'trn',
          toPlace: 'NHI',
          toKind: 'PRISON',
        },
        {
          occurredAt: '2026-08-30T09:00:00+01:00',
          type: 'CRT',
          reason: 'CRT',
          reasonDescription: 'Court appearance',
          direction: 'OUT',
          fromPlace: 'NHI',
          fromKind: 'PRISON',
          toPlace: 'LEEDCC',
          toKind: 'COURT',
        },
      ],
    })
    const nodes = `nodes { occurredAt occurredOn type reasonDescription direction
      from { place kind establishment { code } } to { place kind establishment { code } } source { system } }`
    const { offender } = await ask(
      POM,
      WHOLE,
      `movementsState movements(first: 2) { ${nodes} pageInfo { hasNextPage endCursor } }`,
    )
    const place = (code: string, kind: string | null, isPrison = false) => ({
      place: code,
      kind,
      establishment: isPrison ? { code } : null,
    })
    expect(offender).toEqual({
      movementsState: 'RECORDED',
      movements: {
        nodes: [
          {
            occurredAt: '2026-08-30T08:00:00+00:00',
            occurredOn: null,
            type: 'CRT',
            reasonDescription: 'Court appearance',
            direction: 'OUT',
            from: place('NHI', 'PRISON', true),
            to: place('LEEDCC', 'COURT'),
            source: { system: 'NOMIS' },
          },
          {
            occurredAt: '2026-02-03T15:00:00+00:00',
            occurredOn: null,
            type: 'ADM',
            reasonDescription: null,
            direction: 'IN',
            from: place('trn', 'TRN'),
            to: place('NHI', 'PRISON', true),
            source: { system: 'NOMIS' },
          },
        ],
        pageInfo: { hasNextPage: true, endCursor: expect.any(String) as string },
      },
    })
    const { endCursor } = (offender?.['movements'] as { pageInfo: { endCursor: string } }).pageInfo
    const next = await ask(POM, WHOLE, `movements(after: "${endCursor}") { ${nodes} }`)
    expect(next.offender).toMatchObject({
      movements: { nodes: [{ occurredOn: '2026-02-03', to: place('TRN', 'TRN') }] },
    })
  })

  test('keeps the movements that are made up by a merge and leaves custody alone', async () => {
    const by = { prisonNumber: 'A4001AA' }
    await t.ingest(PRISON, 'prisoner-search', aPrisoner('A4001AA', { prisonId: 'NHI' }))
    await push(PRISON, by, {
      movements: [{ occurredOn: '2026-08-31', type: 'REL', reason: 'MRG', toPlace: 'OUT' }],
    })
    const { offender } = await ask(POM, by, 'custody { status } movements { nodes { reason to { kind } } }')
    expect(offender).toEqual({
      custody: { status: 'IN_CUSTODY' },
      movements: { nodes: [{ reason: 'MRG', to: { kind: 'OUT' } }] },
    })
  })
})

describe('the sentence', () => {
  const SENTENCES = [
    {
      bookingNumber: 'T00009',
      sequence: 1,
      category: 'DETERMINATE_RECALL',
      type: '14FTR_ORA',
      typeDescription: 'ORA 14 Day Fixed Term Recall',
      imposedOn: '2024-03-01',
      startsOn: '2024-03-01',
      length: '6 years',
      custodial: true,
      court: 'Leeds Crown Court',
    },
    { bookingNumber: 'T00009', sequence: 2, category: 'DETERMINATE', consecutiveTo: 1 },
  ]

  test('is read from the document, overridden dates with what they override', async () => {
    const { offender } = await ask(
      POM,
      WHOLE,
      `keyDates { type date calculatedDate overrideDate basis }
       sentencing { imprisonment { status indeterminate mostSeriousOffence mainOffence { code } additionalDaysAwarded source { system } }
         offences { code committedOn sentenceStartsOn latestBooking } offencesState sentences { type } sentencesState }`,
    )
    expect(offender?.['keyDates']).toContainEqual({
      type: 'CRD',
      date: '2027-03-01',
      calculatedDate: '2027-02-15',
      overrideDate: '2027-03-01',
      basis: null,
    })
    expect(offender?.['sentencing']).toEqual({
      imprisonment: {
        status: 'ADIMP_ORA',
        indeterminate: false,
        mostSeriousOffence: 'Robbery',
        mainOffence: { code: 'TH68023' },
        additionalDaysAwarded: 14,
        source: { system: 'NOMIS' },
      },
      offences: [
        { code: 'TH68023', committedOn: '2023-12-24', sentenceStartsOn: '2024-03-01', latestBooking: true },
        { code: 'CJ88116', committedOn: null, sentenceStartsOn: null, latestBooking: false },
      ],
      offencesState: 'RECORDED',
      sentences: [],
      sentencesState: 'UNKNOWN',
    })
  })

  test('is stated in our own terms, offences and adjustments by the number of their sentence', async () => {
    const offence = {
      bookingNumber: 'T00009',
      sentenceSequence: 1,
      code: 'TH68023',
      main: true,
      outcome: 'Imprisonment',
    }
    const adjustment = {
      bookingNumber: 'T00009',
      type: 'ADDITIONAL_DAYS_AWARDED',
      days: 14,
      since: '2025-01-01',
      active: true,
    }
    for (const fact of [{ sentences: SENTENCES }, { offences: [offence] }, { adjustments: [adjustment] }]) {
      expect(await push(PRISON, WHOLE, fact)).toMatchObject({ outcome: 'APPLIED', errors: [] })
    }
    const fields = `sentencing {
      sentences { bookingNumber sequence category type length custodial court consecutiveTo source { system } } sentencesState
      offences { sentenceSequence code main outcome } adjustments { type days since active } adjustmentsState }`
    expect((await ask(POM, WHOLE, fields)).offender?.['sentencing']).toEqual({
      sentences: [
        {
          bookingNumber: 'T00009',
          sequence: 1,
          category: 'DETERMINATE_RECALL',
          type: '14FTR_ORA',
          length: '6 years',
          custodial: true,
          court: 'Leeds Crown Court',
          consecutiveTo: null,
          source: { system: 'NOMIS' },
        },
        expect.objectContaining({ sequence: 2, consecutiveTo: 1, length: null }),
      ],
      sentencesState: 'RECORDED',
      offences: [{ sentenceSequence: 1, code: 'TH68023', main: true, outcome: 'Imprisonment' }],
      adjustments: [{ type: 'ADDITIONAL_DAYS_AWARDED', days: 14, since: '2025-01-01', active: true }],
      adjustmentsState: 'RECORDED',
    })
  })

  test('in summary is the kind and the dates, not the offence', async () => {
    await push(PRISON, WHOLE, { sentences: SENTENCES })
    const { offender, withheld } = await ask(
      PRISON_OFFICER,
      WHOLE,
      'keyDates { date overrideDate } sentencing { sentences { category court } offences { code } imprisonment { status mostSeriousOffence } }',
    )
    expect(offender?.['sentencing']).toEqual({
      sentences: [
        { category: 'DETERMINATE_RECALL', court: null },
        { category: 'DETERMINATE', court: null },
      ],
      offences: null,
      imprisonment: { status: 'ADIMP_ORA', mostSeriousOffence: null },
    })
    expect(withheld).toEqual([
      'keyDates.overrideDate ROLE',
      'sentencing.sentences.court ROLE',
      'sentencing.offences ROLE',
      'sentencing.imprisonment.mostSeriousOffence ROLE',
    ])
  })

  test('is older news where it was stated before: late, and without effect', async () => {
    const by = { prisonNumber: 'A4002AA' }
    await t.ingest(PRISON, 'prisoner-search', aPrisoner('A4002AA', { prisonId: 'NHI' }))
    await push(PRISON, by, { sentences: SENTENCES }, { observedAt: '2026-08-02T00:00:00Z' })
    const late = await push(PRISON, by, { sentences: [] }, { observedAt: '2026-08-01T00:00:00Z' })
    expect(late).toMatchObject({ outcome: 'LATE' })
    const { offender } = await ask(POM, by, 'sentencing { sentences { sequence } sentencesState }')
    expect(offender).toEqual({
      sentencing: { sentences: [{ sequence: 1 }, { sequence: 2 }], sentencesState: 'RECORDED' },
    })
  })

  test('in the community is what a court required, and how probation supervises', async () => {
    const requirement = {
      eventNumber: '1',
      orderType: 'ORA Community Order',
      orderedOn: '2026-01-05',
      type: 'W',
      typeDescription: 'Unpaid Work',
      subtypeDescription: 'Regular',
      length: '120 Hours',
      startsOn: '2026-01-10',
      status: 'ACTIVE',
    }
    await push(PROBATION, { crn: 'T400009' }, { requirements: [requirement] })
    const { offender } = await ask(
      COM,
      WHOLE,
      `sentencing { requirements { orderType typeDescription subtypeDescription length startsOn status source { system } } requirementsState }
       probationStatus { status activeSentence inBreach previouslyKnownUntil tier }`,
    )
    expect(offender).toEqual({
      sentencing: {
        requirements: [
          {
            orderType: 'ORA Community Order',
            typeDescription: 'Unpaid Work',
            subtypeDescription: 'Regular',
            length: '120 Hours',
            startsOn: '2026-01-10',
            status: 'ACTIVE',
            source: { system: 'DELIUS' },
          },
        ],
        requirementsState: 'RECORDED',
      },
      probationStatus: {
        status: 'CURRENT',
        activeSentence: true,
        inBreach: false,
        previouslyKnownUntil: '2021-02-08',
        tier: 'B2',
      },
    })
    const wing = await ask(PRISON_OFFICER, WHOLE, 'probationStatus { status inBreach tier }')
    expect(wing.offender).toEqual({ probationStatus: { status: 'CURRENT', inBreach: null, tier: null } })
  })
})

describe('who answers for the case', () => {
  test('is shown with the phase, the reason and what the officer is trained for', async () => {
    await record.query(`begin; select record.begin_revision();
      insert into record.staff_training (staff_code, code, description, completed_on)
        values ('N02T001', 'SARA', 'Spousal assault risk assessment', '2025-05-06'), ('N02X999', 'ARMS', null, null);
      select record.end_revision(); commit`)
    await push(PRISON, null, {
      prisonRecord: {
        prisonNumber: 'T4321BA',
        person: { family: 'SAMPLE' },
        allocations: [
          {
            role: 'POM',
            phase: 'CUSTODY',
            staffCode: '485637',
            officerName: 'Pat Officer',
            organisation: 'NHI',
          },
        ],
      },
    })
    const { offender } = await ask(
      POM,
      WHOLE,
      'allocations { role phase staffCode teamName reason training { code description completedOn expiresOn } }',
    )
    expect(offender?.['allocations']).toEqual([
      {
        role: 'COM',
        phase: null,
        staffCode: 'N02T001',
        teamName: 'Test Team',
        reason: 'Caseload Allocation',
        training: [
          {
            code: 'SARA',
            description: 'Spousal assault risk assessment',
            completedOn: '2025-05-06',
            expiresOn: null,
          },
        ],
      },
      { role: 'POM', phase: null, staffCode: 'NHIUATU', teamName: null, reason: null, training: [] },
      { role: 'POM', phase: 'CUSTODY', staffCode: '485637', teamName: null, reason: null, training: [] },
      expect.objectContaining({ role: 'RESPONSIBLE_OFFICER', staffCode: 'N02T001' }),
    ])
  })

  test('is what prison and probation each say, the prison leading', async () => {
    await push(
      PROBATION,
      { crn: 'T400009' },
      { responsibility: { value: 'Community', handoverOn: '2026-07-01' } },
    )
    await push(PRISON, WHOLE, {
      responsibility: {
        value: 'CustodyWithCom',
        handoverStartsOn: '2026-07-01',
        handoverOn: '2026-10-01',
        reason: 'NPS - determinate',
      },
    })
    const { offender } = await ask(
      POM,
      WHOLE,
      'responsibility { value handoverStartsOn handoverOn reason } responsibilities { value source { system } }',
    )
    expect(offender).toEqual({
      responsibility: {
        value: 'CustodyWithCom',
        handoverStartsOn: '2026-07-01',
        handoverOn: '2026-10-01',
        reason: 'NPS - determinate',
      },
      responsibilities: [
        { value: 'CustodyWithCom', source: { system: 'NOMIS' } },
        { value: 'Community', source: { system: 'DELIUS' } },
      ],
    })
  })

  test('does not tell that there is a victim: the liaison officer is hidden, and gains no access by the code', async () => {
    const officer = {
      staffCode: 'N02VLO1',
      officerName: 'Val Officer',
      organisation: 'N02',
      since: '2026-01-01',
    }
    expect(await push(PROBATION, { crn: 'T400009' }, { victimLiaisonOfficers: [officer] })).toMatchObject({
      outcome: 'APPLIED',
    })
    const { rows } = await record.query(
      'select staff_code, officer_name, organisation_code, since::text from record.victim_liaison_officer',
    )
    expect(rows).toEqual([
      { staff_code: 'N02VLO1', officer_name: 'Val Officer', organisation_code: 'N02', since: '2026-01-01' },
    ])
    const seen = await ask(COM, WHOLE, 'victimLiaisonOfficers { officerName } allocations { officerName }')
    expect(seen.offender?.['victimLiaisonOfficers']).toBeNull()
    expect(JSON.stringify(seen)).not.toContain('Val Officer')
    expect(seen.withheld).toEqual([])
    const liaison: As = { role: 'PROBATION_OFFICER', agency: 'N02', staffCode: 'N02VLO1' }
    const refused = await t.ask(liaison, `{ offender(by: { prisonNumber: "T4321BA" }) { id } }`)
    expect(refused.errors?.[0]?.extensions.code).toBe('JUSTIFICATION_REQUIRED')
  })
})

describe('barriers', () => {
  test('in summary are the adjustments that are needed, not why', async () => {
    await push(
      PROBATION,
      { crn: 'T400009' },
      {
        barriers: [
          {
            kind: 'LEARNING',
            code: 'LDC',
            description: 'Learning disability',
            notes: 'Scored 4.',
            adaptedProgramme: true,
            adjustments: ['Easy read'],
          },
        ],
      },
    )
    const { offender, withheld } = await ask(
      COM,
      WHOLE,
      'barriersState barriers { adaptedProgramme adjustments since kind description notes }',
    )
    const unsaid = { kind: null, description: null, notes: null }
    expect(offender).toEqual({
      barriersState: 'RECORDED',
      barriers: expect.arrayContaining([
        { adaptedProgramme: true, adjustments: ['Easy read'], since: null, ...unsaid },
        { adaptedProgramme: null, adjustments: ['Interpreter'], since: null, ...unsaid },
      ]) as unknown,
    })
    expect(withheld).toEqual(['barriers.kind ROLE', 'barriers.description ROLE', 'barriers.notes ROLE'])
    const wing = await ask(PRISON_OFFICER, WHOLE, 'barriersState barriers { adjustments }')
    expect(wing.offender).toEqual({ barriersState: null, barriers: null })
  })
})

describe('a fact is stated by those who own it', () => {
  const place = { crn: 'T400009' }

  test.each([
    ['movements', PROBATION, { movements: [{ type: 'ADM' }] }],
    ['sentences', PROBATION, { sentences: [{ sequence: 1 }] }],
    ['offences', PROBATION, { offences: [{ code: 'TH68' }] }],
    ['imprisonment', PROBATION, { imprisonment: { status: 'LIFE' } }],
    ['adjustments', PROBATION, { adjustments: [{ type: 'REMAND', days: 1 }] }],
    ['requirements', PRISON, { requirements: [{ type: 'W' }] }],
    ['probationStatus', PRISON, { probationStatus: { status: 'CURRENT' } }],
    ['victimLiaisonOfficers', PRISON, { victimLiaisonOfficers: [{ staffCode: 'X' }] }],
    ['requirements', CRC, { requirements: [{ type: 'W' }] }],
    ['responsibility', CRC, { responsibility: { value: 'Community' } }],
  ])('%s are refused of others', async (_, as, fact) => {
    expect(await push(as, place, fact)).toMatchObject({
      outcome: 'REJECTED',
      errors: [{ code: 'NOT_OWNER' }],
    })
  })

  test('a CRC says how to reach those whom it holds, and what stands in their way', async () => {
    const managed = aCase('X400003', { offenderManagers: [aManager({ provider: 'C05' })] })
    await applied(t.ingest(PROBATION, 'probation-search', managed))
    const by = { crn: 'X400003' }
    const phone = { contactPoints: [{ type: 'MOBILE', value: '07700900003' }] }
    expect(await push(CRC, by, phone)).toMatchObject({ outcome: 'APPLIED' })
    expect(
      await push(CRC, by, { barriers: [{ kind: 'PRACTICAL', description: 'Works nights' }] }),
    ).toMatchObject({
      outcome: 'APPLIED',
    })
    const { offender } = await ask(
      { role: 'CRC_OFFICER', agency: 'C05' },
      by,
      'contactPoints { value source { system } } custody { category }',
    )
    expect(offender).toEqual({
      contactPoints: [{ value: '07700900003', source: { system: 'CRC' } }],
      custody: null,
    })
  })
})

test('an earlier revision tells what was known then', async () => {
  const by = { prisonNumber: 'A4004AA' }
  const { revision } = await t.ingest(
    PRISON,
    'prisoner-search',
    aPrisoner('A4004AA', { prisonId: 'NHI', category: 'C' }),
  )
  await t.ingest(PRISON, 'prisoner-search', aPrisoner('A4004AA', { prisonId: 'NHI', category: 'B' }))
  await push(PRISON, by, { aliases: [{ given: 'Rob', family: 'Sample' }] })
  const fields = 'custody { category } aliases { given } aliasesState'
  expect((await ask(POM, by, fields)).offender).toEqual({
    custody: { category: 'B' },
    aliases: [{ given: 'Rob' }],
    aliasesState: 'RECORDED',
  })
  expect((await ask(POM, by, fields, { revision })).offender).toEqual({
    custody: { category: 'C' },
    aliases: [],
    aliasesState: 'UNKNOWN',
  })
})
