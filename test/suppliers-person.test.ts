import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPayload } from '../src/suppliers'
import { Unreadable, type Facts, type Update } from '../src/updates/update'

const RECEIVED_ON = new Date('2026-09-01T00:00:00Z')

function sample(name: string): Record<string, unknown> {
  const text = readFileSync(join(__dirname, 'samples', `${name}.json`), 'utf8')
  return JSON.parse(text) as Record<string, unknown>
}

function read(payload: Record<string, unknown>): Update {
  return readPayload('auto', payload, { person: [], receivedOn: RECEIVED_ON })
}

function factsOf(update: Update): Facts {
  expect(update.records).toHaveLength(1)
  return update.records[0]?.facts ?? {}
}

describe('a whole prisoner-search document', () => {
  const document = sample('prisoner-search/whole')
  const update = read(document)
  const facts = factsOf(update)

  test('leaves nothing out that is not deliberately passed over', () => {
    expect(update.warnings).toEqual([
      {
        code: 'REDACTED_TEXT',
        message: 'personalCareNeeds.2.commentText was masked by the sender and is left out',
      },
    ])
  })

  test('says who the person is, and by which other numbers', () => {
    expect(facts.person).toMatchObject({ sex: 'Female', ethnicity: 'White : Irish', nationality: 'Irish' })
    expect(facts.aliases).toEqual([{ given: 'HOLE', family: 'SAMPLE' }])
    expect(facts.identifiers).toContainEqual({ type: 'OTHER', raw: 'TT000000T', qualifier: 'NINO' })
  })

  test('says how to reach the person; no fixed address is no line of an address', () => {
    expect(facts.addresses).toEqual([
      {
        status: 'OTHER',
        noFixedAbode: false,
        lines: ['1 Sample Street, Testham, Samplesex, TT1 1TT, England'],
        postcode: 'TT1 1TT',
        since: '2020-07-17',
      },
      { status: 'MAIN', noFixedAbode: true, since: '2024-01-02' },
    ])
    expect(facts.contactPoints).toEqual([
      { type: 'MOBILE', rawType: 'MOB', value: '07700900001' },
      { type: 'TELEPHONE', rawType: 'BUS', value: '01632960001' },
      { type: 'EMAIL', value: 'whole.sample@example.com' },
    ])
  })

  test('says where the person is, was and went, and how the prison classes them', () => {
    expect(facts.custody).toEqual({
      status: 'TEMPORARILY_OUT',
      establishment: 'NHI',
      establishmentName: 'New Hall (HMP)',
      rawStatus: 'ACTIVE OUT',
      receivedOn: '2024-03-04',
      admittedOn: '2026-02-03',
      bookingNumber: 'T00009',
      movementType: 'TAP',
      movementReason: 'C3',
      movedOn: '2026-08-30',
      cell: 'TAP',
      legalStatus: 'RECALL',
      convictedStatus: 'Convicted',
      recalled: true,
      category: 'R',
      csra: 'Standard',
      complexityOfNeed: 'medium',
      lastEstablishment: 'NHI',
      previousEstablishment: 'ESI',
      leftPreviousOn: '2026-02-03',
      destinationKind: 'TEMPORARY_ABSENCE',
      restrictedPatient: false,
    })
    expect(facts.alerts).toEqual([
      {
        code: 'XEL',
        type: 'X',
        description: 'Escape list',
        since: '2025-01-02',
        until: '2027-01-02',
        active: true,
      },
    ])
  })

  test.each([
    ['court', { lastMovementTypeCode: 'CRT' }, { destinationKind: 'COURT' }],
    [
      'hospital',
      {
        status: 'INACTIVE OUT',
        restrictedPatient: true,
        prisonId: 'OUT',
        lastPrisonId: 'OUT',
        dischargedHospitalId: 'HAZLWD',
        dischargedHospitalDescription: 'Hazelwood House',
      },
      { destinationKind: 'HOSPITAL', destinationPlace: 'HAZLWD', destinationName: 'Hazelwood House' },
    ],
  ])('tells %s as the place where the person went', (_, more, destination) => {
    expect(factsOf(read({ ...document, ...more })).custody).toMatchObject(destination)
  })

  test('never takes a pseudo-location for the last or the previous prison', () => {
    const { custody } = factsOf(read({ ...document, lastPrisonId: 'out', previousPrisonId: 'TRN' }))
    expect(custody).not.toHaveProperty('lastEstablishment')
    expect(custody).not.toHaveProperty('previousEstablishment')
  })

  test('is since the admission to the establishment in it, since reception where that is not told', () => {
    const inside = { ...document, status: 'ACTIVE IN', inOutStatus: 'IN' }
    expect(factsOf(read(inside)).custody).toMatchObject({ since: '2026-02-03', receivedOn: '2024-03-04' })
    expect(factsOf(read({ ...inside, lastAdmissionDate: null })).custody?.since).toBe('2024-03-04')
  })

  test('keeps what was calculated and what overrides it beside the date in force', () => {
    expect(facts.keyDates).toEqual([
      { type: 'CRD', date: '2027-03-01', calculatedDate: '2027-02-15', overrideDate: '2027-03-01' },
      { type: 'PED', date: '2026-12-01', calculatedDate: '2026-12-01' },
      { type: 'TUS_START', date: '2030-03-02' },
      { type: 'TUSED', date: '2031-03-01' },
      { type: 'NON_DTO_RELEASE', date: '2027-03-01', basis: 'CRD' },
      { type: 'SENTENCE_START', date: '2024-03-01' },
    ])
  })

  test('keeps a date in force that is neither, and says so', () => {
    const odd = read({ ...document, conditionalReleaseDate: '2027-04-01' })
    expect(factsOf(odd).keyDates?.[0]).toMatchObject({ date: '2027-04-01', overrideDate: '2027-03-01' })
    expect(odd.warnings.map(({ code }) => code)).toContain('KEY_DATE_DISAGREES')
  })

  test('says what the person is serving, for which offences', () => {
    expect(facts.imprisonment).toEqual({
      status: 'ADIMP_ORA',
      statusDescription: 'ORA CJA03 Standard Determinate Sentence',
      indeterminate: false,
      mostSeriousOffence: 'Robbery',
      mainOffenceCode: 'TH68023',
      mainOffenceDescription: 'Robbery',
      additionalDaysAwarded: 14,
    })
    expect(facts.offences).toEqual([
      {
        code: 'TH68023',
        description: 'Robbery',
        statute: 'TH68',
        committedOn: '2023-12-24',
        sentenceStartsOn: '2024-03-01',
        latestBooking: true,
        primarySentence: true,
      },
      { code: 'CJ88116', description: 'Common assault', statute: 'CJ88', latestBooking: false },
    ])
  })

  test('says what stands in the way; that there is no disability is none', () => {
    expect(facts.barriers).toEqual([
      {
        kind: 'DISABILITY',
        code: 'RM',
        description: 'Reduced mobility',
        condition: 'DISAB',
        status: 'ON',
        notes: 'Uses a stick.',
        since: '2023-05-06',
      },
      {
        kind: 'CARE_NEED',
        code: 'ACCU9',
        description: 'Accepted under nine months',
        condition: 'MATSTAT',
        status: 'ON',
        since: '2025-06-01',
      },
      { kind: 'LANGUAGE', code: 'POL', adjustments: ['Interpreter'] },
    ])
    const [, none] = document['personalCareNeeds'] as unknown[]
    expect(factsOf(read({ ...document, personalCareNeeds: [none], languages: [] })).barriers).toEqual([])
  })

  test('that lacks a list says nothing of it', () => {
    const bare = factsOf(read({ prisonerNumber: 'T4321BA', firstName: 'WHOLE', status: 'ACTIVE IN' }))
    expect(Object.keys(bare).sort()).toEqual(['custody', 'identifiers', 'keyDates', 'person'])
  })

  test('names the fields that it carries and we do not hold, each once and never what is in them', () => {
    const { warnings } = read({
      ...document,
      personalCareNeeds: [],
      favouriteColour: 'SECRET',
      nothingSaid: [null, ''],
      G1234SE: { secret: 'SECRET' },
      aliases: [
        { firstName: 'A', nickname: 'SECRET' },
        { firstName: 'B', nickname: 'SECRET' },
      ],
    })
    expect(warnings).toEqual([
      {
        code: 'PARTLY_READ',
        message: 'Not held here, and left out: aliases.nickname, favouriteColour, 1 more',
      },
    ])
  })

  test.each(['dateOfBirth', 'lastMovementDate', 'receptionDate', 'previousPrisonLeavingDate'])(
    'keeps a %s that is still to come, and says so',
    (field) => {
      const { warnings } = read({ ...document, personalCareNeeds: [], [field]: '2026-09-02' })
      expect(warnings).toEqual([
        { code: 'FUTURE_DATE', message: `${field} is in the future: kept as stated, please check` },
      ])
    },
  )

  test.each([
    ['14', 14],
    [null, undefined],
  ])('takes %j additional days for %j', (days, kept) => {
    const { imprisonment } = factsOf(read({ ...document, additionalDaysAwarded: days }))
    expect(imprisonment?.additionalDaysAwarded).toBe(kept)
  })

  test('with a number that is none cannot be read', () => {
    expect(() => read({ ...document, additionalDaysAwarded: 2 ** 40 })).toThrow(Unreadable)
    expect(() => read({ ...document, additionalDaysAwarded: 1.5 })).toThrow(/additionalDaysAwarded/)
  })
})

describe('a whole probation-search document', () => {
  const document = sample('probation-search/whole')
  const update = read(document)
  const facts = factsOf(update)

  test('says which of what it carries is not held', () => {
    expect(update.warnings).toEqual([
      {
        code: 'PARTLY_READ',
        message:
          'Not held here, and left out: contactDetails.addresses.notes, offenderProfile.secondaryNationality',
      },
    ])
  })

  test('says who the person is; a former surname is a name they went by', () => {
    expect(facts.person).toMatchObject({
      preferredName: 'Holly',
      ethnicity: 'White: Irish',
      nationality: 'Irish',
    })
    expect(facts.aliases).toEqual([{ given: 'Hole', family: 'Sample' }, { family: 'Former' }])
    expect(facts.identifiers?.filter(({ type }) => type === 'OTHER')).toEqual([
      { type: 'OTHER', raw: 'TT000000T', qualifier: 'NINO' },
      { type: 'OTHER', raw: 'I0001', qualifier: 'IMMIGRATION' },
      { type: 'OTHER', raw: 'T00009', qualifier: 'BOOKING' },
    ])
  })

  test('says how to reach the person, main, previous and proposed', () => {
    expect(facts.addresses).toEqual([
      {
        status: 'MAIN',
        rawStatus: 'Main',
        type: 'Householder',
        noFixedAbode: false,
        lines: ['Sample House', 'Flat 2 Trial Road', 'Northside'],
        town: 'Testham',
        county: 'Samplesex',
        postcode: 'TT2 2TT',
        since: '2022-03-04',
      },
      {
        status: 'PREVIOUS',
        rawStatus: 'Previous',
        noFixedAbode: true,
        since: '2021-01-01',
        until: '2022-03-04',
      },
      { status: 'OTHER', rawStatus: 'Proposed', postcode: 'TT3 3TT', since: '2026-12-01' },
    ])
    expect(facts.contactPoints).toEqual([
      { type: 'MOBILE', rawType: 'MOBILE', value: '07700900002' },
      { type: 'TELEPHONE', value: '01632960002' },
      { type: 'EMAIL', value: 'whole@example.com' },
    ])
  })

  test('names the managers in community and prison, and who of them is responsible', () => {
    const community = {
      staffCode: 'N02T001',
      officerName: 'Test Officer',
      organisation: 'N02',
      organisationName: 'NPS North East',
      team: 'N02TST',
      teamName: 'Test Team',
      since: '2026-01-10',
      reason: 'Caseload Allocation',
      unallocated: false,
    }
    expect(facts.allocations).toEqual([
      { role: 'COM', ...community },
      { role: 'RESPONSIBLE_OFFICER', ...community },
      {
        role: 'POM',
        staffCode: 'NHIUATU',
        organisation: 'NHI',
        organisationName: 'New Hall (HMP)',
        since: '2026-02-10',
        unallocated: true,
      },
    ])
    expect(update.records[0]?.agency).toBe('N02')
  })

  test('is held by no provider where only a prison officer is named', () => {
    const [, prison] = document['offenderManagers'] as unknown[]
    expect(read({ ...document, offenderManagers: [prison] }).records[0]).not.toHaveProperty('agency')
  })

  test('says whether and how probation supervises', () => {
    expect(facts.probationStatus).toEqual({
      status: 'CURRENT',
      activeSentence: true,
      inBreach: false,
      awaitingReport: false,
      preSentenceActivity: false,
      previouslyKnownUntil: '2021-02-08',
      tier: 'B2',
    })
  })

  test('says what stands in the way and what is provided', () => {
    expect(facts.barriers).toEqual([
      {
        kind: 'DISABILITY',
        code: 'LD',
        description: 'Learning Disability',
        condition: 'Dyslexia',
        notes: 'Reads slowly.',
        adjustments: ['Large print'],
        since: '2019-08-24',
      },
      {
        kind: 'PROVISION',
        code: 'HO',
        description: 'Premises',
        adjustments: ['Handrails'],
        since: '2020-01-01',
        until: '2021-01-01',
      },
      { kind: 'LANGUAGE', description: 'Polish', adjustments: ['Interpreter'] },
    ])
  })

  test('that lacks a part says nothing of it', () => {
    expect(Object.keys(factsOf(read({ otherIds: { crn: 'T400009' }, surname: 'Sample' }))).sort()).toEqual([
      'identifiers',
      'person',
    ])
  })
})
