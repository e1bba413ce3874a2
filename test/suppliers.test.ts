import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import {
  documentsIn,
  FORMATS,
  openEnvelope,
  readPayload,
  recogniseFormat,
  type Format,
} from '../src/suppliers'
import { Unreadable, type RecordStatement, type StatedIdentifier, type Update } from '../src/updates/update'

const RECEIVED_ON = new Date('2026-09-01T00:00:00Z')
const CRN: StatedIdentifier = { type: 'CRN', raw: 'T123456' }

function sample(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(__dirname, 'samples', `${name}.json`), 'utf8')) as Record<
    string,
    unknown
  >
}

interface Reading {
  readonly format?: Format | 'auto'
  readonly person?: readonly StatedIdentifier[]
}

function read(payload: unknown, { format = 'auto', person = [] }: Reading = {}): Update {
  return readPayload(format, payload, { person, receivedOn: RECEIVED_ON })
}

function recordOf(update: Update): RecordStatement {
  expect(update.records).toHaveLength(1)
  return update.records[0] as RecordStatement
}

function factsOf(update: Update): RecordStatement['facts'] {
  return recordOf(update).facts
}

function codesOf({ warnings }: Update): string[] {
  return warnings.map(({ code }) => code)
}

function reasonAgainst(
  payload: unknown,
  options?: Parameters<typeof read>[1],
): { message: string; path: string } {
  try {
    read(payload, options)
  } catch (error) {
    expect(error).toBeInstanceOf(Unreadable)
    const { message, path } = error as Unreadable
    return { message, path }
  }
  throw new Error('it could be read')
}

describe('a prisoner-search document', () => {
  const inPrison = read(sample('prisoner-search/in-prison'))

  test('makes a NOMIS record by prison number and may create the person', () => {
    expect(inPrison).toMatchObject({ createsPerson: true, person: [], warnings: [] })
    expect(recordOf(inPrison)).toMatchObject({ system: 'NOMIS', localId: 'T1234AB', agency: 'MDI' })
    expect(recordOf(inPrison)).not.toHaveProperty('eventAt')
  })

  test('states the person, the aliases and every identifier, raw and once', () => {
    const { person, aliases, identifiers } = factsOf(inPrison)
    expect(person).toEqual({
      title: 'Mr',
      given: 'TEST',
      middle: 'SAMPLE',
      family: 'PERSON',
      dateOfBirth: '1980-02-29',
      sex: 'Male',
    })
    expect(aliases).toEqual([{ given: 'TRIAL', family: 'PERSON', dateOfBirth: '1980-02-28' }])
    expect(identifiers?.map(({ type, qualifier }) => [type, qualifier])).toEqual([
      ['PRISON_NUMBER', undefined],
      ['PNC', undefined],
      ['CRO', undefined],
      ['PRISON_NUMBER', 'MERGED'],
      ['CRO', undefined],
      ['OTHER', 'PNC, CRO, DL'],
      ['OTHER', 'NINO'],
    ])
  })

  test('states where the prisoner is held and since when', () => {
    expect(factsOf(inPrison).custody).toEqual({
      status: 'IN_CUSTODY',
      establishment: 'MDI',
      establishmentName: 'Moorland (HMP)',
      rawStatus: 'ACTIVE IN',
      since: '2024-03-04',
      receivedOn: '2024-03-04',
      restrictedPatient: false,
      bookingNumber: 'T00001',
      movementType: 'ADM',
      movementReason: 'I',
      cell: '1-1-001',
      legalStatus: 'SENTENCED',
    })
  })

  test('counts an alert as active unless it says otherwise, and derives MAPPA from the active ones', () => {
    expect(factsOf(inPrison).alerts).toEqual([
      { code: 'P33', type: 'P', active: true },
      { code: 'P44', type: 'P', active: false },
      { code: 'XTEST', type: 'X', active: true },
    ])
    expect(factsOf(inPrison).registration).toEqual({
      category: 1,
      level: 2,
      levelStatus: 'CONFIRMED',
      rawLevel: 'P33',
      rawCategory: 'P33',
    })
  })

  test('states all eighteen key dates, and reception is not one of them', () => {
    const dates = new Map(factsOf(inPrison).keyDates?.map(({ type, date }) => [type, date]))
    expect(dates.size).toBe(18)
    expect(dates.get('TED')).toBe('2026-06-01')
    expect(dates.get('CONFIRMED_RELEASE')).toBe('2027-02-26')
    expect([...dates.values()]).not.toContain('2024-03-04')
  })

  test('leaves out a key date that is none, and says so', () => {
    const update = read({ ...sample('prisoner-search/in-prison'), releaseDate: 'string' })
    expect(factsOf(update).keyDates).toHaveLength(17)
    expect(update.warnings).toEqual([
      { code: 'UNREADABLE_DATE', message: 'releaseDate is not a date we can read and is left out' },
    ])
  })

  test('says nothing about MAPPA without an alerts list, and none with an empty one', () => {
    expect(factsOf(read(sample('prisoner-search/released')))).not.toHaveProperty('registration')
    expect(factsOf(read(sample('prisoner-search/at-court')))).toMatchObject({
      alerts: [],
      registration: null,
    })
  })

  test('at court leaves the prisoner with the prison, out for a while', () => {
    const { custody } = factsOf(read(sample('prisoner-search/at-court')))
    expect(custody).toMatchObject({ status: 'TEMPORARILY_OUT', establishment: 'MDI' })
  })

  test.each(['in-transfer', 'released', 'in-hospital'])('never takes a pseudo prison for one: %s', (name) => {
    const update = read(sample(`prisoner-search/${name}`))
    expect(factsOf(update).custody).not.toHaveProperty('establishment')
    expect(recordOf(update)).not.toHaveProperty('agency')
  })

  test('tells transfer, release and hospital apart', () => {
    expect(factsOf(read(sample('prisoner-search/in-transfer'))).custody?.status).toBe('IN_TRANSFER')
    expect(factsOf(read(sample('prisoner-search/released'))).custody?.status).toBe('RELEASED')
    expect(factsOf(read(sample('prisoner-search/in-hospital'))).custody).toMatchObject({
      status: 'IN_HOSPITAL',
      supportingEstablishment: 'LEI',
      since: '2025-01-17',
    })
  })

  test('with release reason MRG changes no custody status', () => {
    const update = read(sample('prisoner-search/merge-artefact'))
    expect(factsOf(update)).not.toHaveProperty('custody')
    expect(codesOf(update)).toEqual(['MERGE_ARTEFACT'])
  })

  test('of somebody never in custody says so', () => {
    expect(factsOf(read(sample('prisoner-search/never-in-custody')))).toMatchObject({
      custody: null,
      keyDates: [],
    })
  })

  test('believes the status where a restricted patient is back inside', () => {
    const update = read({ ...sample('prisoner-search/in-prison'), restrictedPatient: true })
    expect(factsOf(update).custody).toMatchObject({ status: 'IN_CUSTODY', establishment: 'MDI' })
    expect(codesOf(update)).toEqual(['RESTRICTED_PATIENT_IN_PRISON'])
  })

  test.each([
    [{ inOutStatus: 'IN', prisonId: 'LEI' }, 'IN_CUSTODY'],
    [{ inOutStatus: 'OUT', lastMovementTypeCode: 'TAP', prisonId: 'LEI' }, 'TEMPORARILY_OUT'],
    [{ lastMovementTypeCode: 'ADM', prisonId: 'LEI' }, 'IN_CUSTODY'],
    [{ lastMovementTypeCode: 'REL', lastMovementReasonCode: 'CR' }, 'RELEASED'],
    [{ lastMovementTypeCode: 'REL', lastMovementReasonCode: 'HP' }, 'IN_HOSPITAL'],
    [{ prisonId: 'TRN' }, 'IN_TRANSFER'],
    [{ prisonId: 'OUT' }, 'RELEASED'],
    [{ prisonId: 'LEI' }, 'UNKNOWN'],
    [{ status: 'NOT ACTIVE', prisonId: 'LEI' }, 'UNKNOWN'],
  ])('with %j is %s', (movement, status) => {
    const payload = { prisonerNumber: 'T1234AB', firstName: 'TEST', lastName: 'PERSON', ...movement }
    expect(factsOf(read(payload)).custody?.status).toBe(status)
  })

  test('without a prison number cannot be read', () => {
    expect(reasonAgainst({ ...sample('prisoner-search/in-prison'), prisonerNumber: ' ' })).toMatchObject({
      path: 'prisonerNumber',
    })
  })

  test('in a match result stands for what it lists', () => {
    const [document] = documentsIn(sample('prisoner-search/matches'))
    expect(factsOf(read(document)).registration).toMatchObject({
      level: 2,
      category: 1,
      rawLevel: 'PL2',
      rawCategory: 'PC1',
    })
  })
})

describe('a probation-search document', () => {
  const update = read(sample('probation-search/case'))

  test("makes a DELIUS record by CRN, held by the active manager's provider", () => {
    expect(update).toMatchObject({ createsPerson: true, warnings: [{ code: 'UNDATED_MANAGER' }] })
    expect(recordOf(update)).toMatchObject({ system: 'DELIUS', localId: 'T123456', agency: 'N02' })
  })

  test('states the person and the identifiers, a former CRN as such', () => {
    const { person, aliases, identifiers } = factsOf(update)
    expect(person).toMatchObject({ given: 'Test', middle: 'Sample Trial', family: 'Person', sex: 'Female' })
    expect(aliases).toEqual([{ given: 'Trial', family: 'Person', dateOfBirth: '1985-05-06' }])
    expect(identifiers).toContainEqual({ type: 'CRN', raw: 'T000001', qualifier: 'PREVIOUS' })
    expect(identifiers).toContainEqual({ type: 'PRISON_NUMBER', raw: 'T1234AB' })
  })

  test('states managers past and present, but no deleted one, and none that is over for ever open', () => {
    expect(factsOf(update).allocations).toEqual([
      {
        role: 'COM',
        staffCode: 'N02T001',
        officerName: 'Test Officer',
        organisation: 'N02',
        organisationName: 'NPS North East',
        team: 'N02TST',
        teamName: 'Test Team',
        since: '2025-01-10',
        unallocated: false,
      },
      expect.objectContaining({ staffCode: 'C01T002', until: '2025-01-10', organisation: 'C01' }),
      expect.objectContaining({ staffCode: 'N01T003', since: '2022-01-10', until: '2022-01-10' }),
    ])
  })

  test('states the MAPPA registration with its officer and provider', () => {
    expect(factsOf(update).registration).toEqual({
      category: 1,
      level: 2,
      levelStatus: 'CONFIRMED',
      rawLevel: 'MAPPA Level 2',
      rawCategory: 'MAPPA Category 1',
      since: '2025-02-08',
      nextReviewOn: '2025-05-08',
      team: 'N02TST',
      officerName: 'Test Officer',
      organisation: 'N02',
      notes: 'Test notes',
    })
  })

  test('passes on the message of a limitation only while it is active', () => {
    expect(factsOf(update).limitationFlags).toEqual({
      excluded: false,
      restricted: true,
      restrictionMessage: 'This is a restricted test record',
    })
  })

  test('sees through a placeholder officer, and a CRN that is none', () => {
    const waiting = read(sample('probation-search/unallocated'))
    expect(recordOf(waiting).localId).toBe('offenderId:700002')
    expect(factsOf(waiting)).toMatchObject({ allocations: [{ unallocated: true }], registration: null })
    expect(factsOf(waiting)).not.toHaveProperty('limitationFlags')
  })

  test.each([
    [{ code: 'N02T001', forenames: 'Test', surname: 'Officer', unallocated: true }, true],
    [{ code: 'N02T001', forenames: 'Unallocated', surname: 'Staff' }, true],
    [{}, true],
    [undefined, true],
    [{ forenames: 'Test', surname: 'Officer' }, false],
  ])('with staff %j is unallocated: %p', (staff, unallocated) => {
    const managed = read({ otherIds: { crn: 'T123456' }, offenderManagers: [{ active: true, staff }] })
    expect(factsOf(managed).allocations?.[0]?.unallocated).toBe(unallocated)
  })

  test('of a deleted case is left to a data steward', () => {
    expect(reasonAgainst(sample('probation-search/deleted')).message).toMatch(
      /deleted at the supplier.*data steward/,
    )
  })

  test('that identifies nobody cannot be read', () => {
    expect(reasonAgainst({ otherIds: {}, surname: 'Person' }).path).toBe('otherIds.crn')
  })
})

describe('a MAPPA detail', () => {
  test('is the record of the person that the message names', () => {
    const update = read(sample('mappa-detail/bare'), { person: [CRN] })
    expect(update).toMatchObject({ createsPerson: false, person: [CRN] })
    expect(recordOf(update)).toMatchObject({ system: 'DELIUS', localId: 'T123456' })
    expect(factsOf(update).registration).toMatchObject({ level: 2, category: 1, since: '2025-01-27' })
  })

  test('by prison number alone has a key of its own', () => {
    const person: StatedIdentifier[] = [{ type: 'PRISON_NUMBER', raw: 't1234ab' }]
    expect(recordOf(read(sample('mappa-detail/bare'), { person })).localId).toBe('mappa:T1234AB')
  })

  test('does not hold the mask of another gateway for a note', () => {
    const update = read(sample('mappa-detail/bare'), { person: [CRN] })
    expect(factsOf(update).registration).not.toHaveProperty('notes')
    expect(codesOf(update)).toEqual(['REDACTED_TEXT'])
  })

  test('that names nobody says what to give', () => {
    expect(reasonAgainst(sample('mappa-detail/bare')).message).toMatch(
      /names nobody: give crn or prisonNumber/,
    )
  })

  test('of category 3 at level 1 is kept and warned about', () => {
    const update = read(sample('mappa-detail/category-3-at-level-1'), { person: [CRN] })
    expect(factsOf(update).registration).toMatchObject({ level: 1, category: 3 })
    expect(codesOf(update)).toEqual(['CATEGORY_3_AT_LEVEL_1'])
  })

  test('with placeholders for numbers cannot be read', () => {
    expect(reasonAgainst(sample('mappa-detail/placeholder'), { person: [CRN] })).toMatchObject({
      path: 'level',
    })
  })

  test('inside a case names its person, and level 0 and category 0 mean not yet known', () => {
    const update = read(sample('mappa-detail/with-history'))
    expect(update.person).toEqual([
      { type: 'CRN', raw: 'T123456' },
      { type: 'PRISON_NUMBER', raw: 'T1234AB' },
    ])
    expect(update.records[0]?.facts.registration).toEqual({
      category: null,
      level: null,
      levelStatus: 'TBC',
      rawLevel: '0',
      rawCategory: '0',
      notes: 'Test note',
    })
    expect(codesOf(update)).toEqual(['UNREADABLE_DATE'])
  })

  test('of null in a case says that the register holds no entry', () => {
    expect(factsOf(read({ crn: 'T123456', mappa: null }))).toEqual({ registration: null })
  })

  test('that names another person than its message is not believed', () => {
    const person: StatedIdentifier[] = [{ type: 'CRN', raw: 'T999999' }]
    expect(reasonAgainst(sample('mappa-detail/with-history'), { person }).message).toMatch(
      /names another person/,
    )
  })
})

describe('an assessment timeline', () => {
  test('is one record for each assessment, a complete one outranking a locked one', () => {
    const update = read(sample('assessment-timeline/oasys'))
    expect(update.person).toEqual([CRN])
    expect(update.records.map(({ localId, rank, eventAt }) => [localId, rank, eventAt])).toEqual([
      ['5001', 2, '2024-12-19T16:57:25.000Z'],
      ['5002', 1, '2024-06-09T14:13:18.000Z'],
      ['5003', 2, '2025-01-03T09:00:00.000Z'],
    ])
    expect(update.records[0]?.facts.assessment).toEqual({
      tool: 'OASYS_LAYER3',
      rawType: 'LAYER3',
      status: 'COMPLETE',
      initiatedAt: '2024-12-01T09:00:00.000Z',
      completedAt: '2024-12-19T16:57:25.000Z',
    })
  })

  test('keeps a type that it does not know as received', () => {
    const update = read(sample('assessment-timeline/arn'), { person: [CRN] })
    expect(recordOf(update)).toMatchObject({ system: 'OASYS', localId: '456' })
    expect(factsOf(update).assessment).toMatchObject({ tool: 'UNKNOWN', rawType: 'Made-up type' })
  })

  test('reads the spelling of accredited programmes, an odd status as unknown', () => {
    const update = read(sample('assessment-timeline/programmes'))
    expect(update.records.map(({ localId, facts }) => [localId, facts.assessment?.status])).toEqual([
      ['2001', 'COMPLETE'],
      ['2002', 'UNKNOWN'],
    ])
    expect(codesOf(update)).toEqual(['UNKNOWN_STATUS'])
  })

  test('that is empty states that nobody has assessed this person', () => {
    const update = read(sample('assessment-timeline/never-assessed'))
    expect(recordOf(update)).toEqual({
      system: 'OASYS',
      localId: 'timeline:T123456',
      facts: { assessments: [] },
    })
  })

  test('with an assessment without a number cannot be read', () => {
    const payload = { crn: 'T123456', timeline: [{ status: 'OPEN' }] }
    expect(reasonAgainst(payload, { format: 'assessment-timeline' }).path).toBe('timeline.0.assessmentPk')
  })
})

describe('a summary of serious harm', () => {
  test('from OASys belongs to the assessment and to the same record as in the timeline', () => {
    const update = read(sample('rosh-summary/oasys'))
    expect(recordOf(update)).toMatchObject({ localId: '5001', rank: 2, eventAt: '2024-12-19T16:57:25.000Z' })
    expect(factsOf(update).assessment).toEqual(
      read(sample('assessment-timeline/oasys')).records[0]?.facts.assessment,
    )
    expect(factsOf(update).rosh).toEqual({
      overall: 'VERY_HIGH',
      communityPublic: 'MEDIUM',
      communityChildren: 'LOW',
      communityKnownAdult: 'LOW',
      communityStaff: 'HIGH',
      custodyPublic: 'LOW',
      custodyKnownAdult: 'LOW',
      custodyStaff: 'VERY_HIGH',
      custodyPrisoners: 'HIGH',
      whoIsAtRisk: 'Test: who',
      natureOfRisk: 'Test: nature',
      riskImminence: 'Test: when',
      riskIncreaseFactors: 'Test: increases',
      riskMitigationFactors: 'Test: reduces',
    })
  })

  test('reads the same from one assessment at the top', () => {
    const { rosh } = factsOf(read(sample('rosh-summary/programmes')))
    expect(rosh).toEqual(factsOf(read(sample('rosh-summary/oasys'))).rosh)
  })

  test('keeps an overall level that is lower than a group, and says so', () => {
    const update = read(sample('rosh-summary/arn'), { person: [CRN] })
    expect(recordOf(update).localId).toBe('assessed:T123456:2024-07-29T02:07:38.000Z')
    expect(factsOf(update).assessment).toEqual({
      tool: 'UNKNOWN',
      status: 'UNKNOWN',
      completedAt: '2024-07-29T02:07:38.000Z',
    })
    expect(factsOf(update).rosh).toMatchObject({
      overall: 'HIGH',
      communityChildren: 'HIGH',
      communityKnownAdult: 'HIGH',
      communityPublic: 'MEDIUM',
      communityStaff: 'LOW',
      custodyStaff: 'VERY_HIGH',
      custodyPrisoners: 'VERY_HIGH',
      custodyKnownAdult: 'LOW',
    })
    expect(codesOf(update)).toEqual(['GROUP_NOT_HELD', 'OVERALL_BELOW_WORST'])
  })

  test('reads the map of levels either way round, trailing blanks and all', () => {
    expect(factsOf(read(sample('rosh-summary/flat'), { person: [CRN] })).rosh).toMatchObject({
      communityPublic: 'HIGH',
      communityKnownAdult: 'LOW',
    })
    expect(factsOf(read(sample('rosh-summary/widget'), { person: [CRN] })).rosh).toEqual({
      overall: 'VERY_HIGH',
      communityPublic: 'HIGH',
      communityChildren: 'LOW',
      communityKnownAdult: 'MEDIUM',
      communityStaff: 'VERY_HIGH',
      custodyPrisoners: 'MEDIUM',
      assessedOn: '2024-11-29',
    })
  })

  test('drops masked text and keeps the levels', () => {
    const update = read(sample('rosh-summary/masked'), { person: [CRN] })
    expect(factsOf(update).rosh).toEqual({
      overall: 'VERY_HIGH',
      communityChildren: 'HIGH',
      communityKnownAdult: 'MEDIUM',
      custodyStaff: 'VERY_HIGH',
      assessedOn: '2026-01-16',
    })
    expect(codesOf(update)).toEqual(['REDACTED_TEXT', 'REDACTED_TEXT'])
  })

  test('takes a group under two levels for the worse, and the worst for the overall level', () => {
    const payload = {
      crn: 'T123456',
      assessedOn: '2025-01-01',
      riskInCommunity: { HIGH: ['Staff'], LOW: ['Staff'] },
    }
    expect(factsOf(read(payload)).rosh).toEqual({
      overall: 'HIGH',
      communityStaff: 'HIGH',
      assessedOn: '2025-01-01',
    })
  })

  test('with neither number nor date cannot be read', () => {
    const payload = { crn: 'T123456', overallRiskLevel: 'HIGH' }
    expect(reasonAgainst(payload).path).toBe('assessedOn')
  })
})

describe('access limitations', () => {
  test('name users, addresses and organisations with instants', () => {
    const update = read(sample('access-limitations/both'))
    expect(recordOf(update)).toMatchObject({ system: 'DELIUS', localId: 'T123456' })
    expect(factsOf(update).limitations).toEqual({
      exclusions: [
        { username: 'TestUser1', since: '2025-01-01T00:00:00.000Z', until: '2025-06-30T09:00:00.000Z' },
      ],
      restrictions: [{ email: 'test.user@example.com' }, { organisation: 'N02' }],
      exclusionMessage: 'Test: you are excluded',
      restrictionMessage: 'Test: this case is restricted',
    })
  })

  test.each([
    [{ since: '2025-01-01' }, 'restrictedTo.0'],
    [{ username: 'TestUser1', until: 'soon' }, 'restrictedTo.0.until'],
    [{ username: 'TestUser1', since: '2025-02-01', until: '2025-01-01' }, 'restrictedTo.0.until'],
    ['TestUser1', 'restrictedTo.0'],
  ])('guess nothing: %j is refused at %s', (entry, path) => {
    expect(reasonAgainst({ crn: 'T123456', restrictedTo: [entry] }).path).toBe(path)
  })

  test('admit somebody with two names under either, and exclude them by the username', () => {
    const update = read({
      crn: 'T123456',
      excludedFrom: [{ username: 'TestUser1', email: 'test@example.com' }],
      restrictedTo: [{ username: 'TestUser1', email: 'test@example.com' }],
    })
    expect(factsOf(update).limitations).toEqual({
      exclusions: [{ username: 'TestUser1' }],
      restrictions: [{ username: 'TestUser1' }, { email: 'test@example.com' }],
    })
  })
})

describe('a format', () => {
  test.each([
    ...['in-prison', 'released', 'never-in-custody'].map((name) => [
      `prisoner-search/${name}`,
      'prisoner-search',
    ]),
    ...['case', 'unallocated', 'deleted'].map((name) => [`probation-search/${name}`, 'probation-search']),
    ...['bare', 'placeholder', 'with-history'].map((name) => [`mappa-detail/${name}`, 'mappa-detail']),
    ...['oasys', 'arn', 'never-assessed'].map((name) => [
      `assessment-timeline/${name}`,
      'assessment-timeline',
    ]),
    ...['oasys', 'programmes', 'arn', 'flat', 'masked', 'widget'].map((name) => [
      `rosh-summary/${name}`,
      'rosh-summary',
    ]),
    ['access-limitations/both', 'access-limitations'],
  ])('of %s is recognised as %s', (name, format) => {
    expect(recogniseFormat(sample(name))).toBe(format)
  })

  test.each([[{}], [{ hearing: {} }], ['text'], [null], [[]], [7]])('of %j is none', (payload) => {
    expect(recogniseFormat(payload)).toBeUndefined()
    expect(reasonAgainst(payload).message).toMatch(/none of the formats|must be a JSON object/)
  })

  test('is what the document says it is, not what the sender calls it', () => {
    const { otherIds, surname } = sample('probation-search/case')
    expect(reasonAgainst({ otherIds, surname }, { format: 'prisoner-search' }).path).toBe('prisonerNumber')
  })

  test('reader throws Unreadable or nothing, and never repeats what it was given', () => {
    const value = fc.constantFrom('SECRET', '', null, 3, -1, true, [], ['SECRET'], [{ level: 'SECRET' }], {
      a: 'SECRET',
    })
    const fields = [...fieldsIn('samples')]
    const payload = fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 8 })
    fc.assert(
      fc.property(fc.constantFrom(...FORMATS, 'auto' as const), payload, (format, document) => {
        try {
          const { warnings } = read(document, { format, person: [CRN] })
          expect(JSON.stringify(warnings)).not.toContain('SECRET')
        } catch (error) {
          expect(error).toBeInstanceOf(Unreadable)
          expect((error as Unreadable).message).not.toContain('SECRET')
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a body', () => {
  test('of an array, a page or a match result is split, and a wrapped document is one', () => {
    expect(documentsIn([{ a: 1 }, { b: 2 }])).toHaveLength(2)
    expect(documentsIn(sample('prisoner-search/page'))).toHaveLength(2)
    expect(documentsIn(sample('prisoner-search/matches'))).toHaveLength(1)
    expect(documentsIn({ data: [{ a: 1 }], pagination: {} })).toEqual([{ a: 1 }])
    expect(documentsIn(sample('rosh-summary/masked'))).toHaveLength(1)
    expect(documentsIn('text')).toEqual(['text'])
  })
})

describe('an envelope', () => {
  test('of the contract is opened, a version in text and an offset included', () => {
    expect(openEnvelope(sample('envelope/contract'))).toEqual({
      messageId: 'test-1',
      observedAt: '2025-06-01T11:00:00.000Z',
      version: 2,
      person: [CRN],
      payload: { level: 2, category: 1 },
      problems: [],
    })
  })

  test('from a topic is opened, and its event keeps its own time', () => {
    const opened = openEnvelope(sample('envelope/notification'))
    expect(opened).toMatchObject({ messageId: 'test-sns-1', problems: [], payload: { version: 1 } })
    expect(opened).not.toHaveProperty('observedAt')
  })

  test('from a topic dates a document that has no time of its own', () => {
    const notification = {
      MessageId: 'm',
      Timestamp: '2025-01-01T00:00:00Z',
      Message: '{"prisonerNumber":"T1234AB"}',
    }
    expect(openEnvelope(notification)).toMatchObject({ observedAt: '2025-01-01T00:00:00.000Z' })
  })

  test('inside another is opened too, and the outer message id counts', () => {
    const inner = sample('envelope/notification')
    expect(openEnvelope({ messageId: 'outer', payload: inner })).toMatchObject({
      messageId: 'outer',
      payload: { eventType: 'prison-offender-events.prisoner.released' },
    })
    expect(openEnvelope({ payload: inner })).toMatchObject({ messageId: 'test-sns-1' })
    expect(openEnvelope({ MessageId: 'queue', Body: JSON.stringify(inner) })).toMatchObject({
      messageId: 'queue',
      payload: { version: 1 },
    })
  })

  test('may name the person by our own id', () => {
    expect(openEnvelope({ person: { id: 'o-1' }, payload: {} })).toMatchObject({
      person: [],
      personId: 'o-1',
    })
  })

  test('is optional', () => {
    expect(openEnvelope({ level: 2 })).toEqual({ person: [], payload: { level: 2 }, problems: [] })
    expect(openEnvelope('text')).toEqual({ person: [], payload: 'text', problems: [] })
  })

  test.each([
    [{ payload: {}, observedAt: 'yesterday' }, 'observedAt'],
    [{ payload: {}, version: '1.0' }, 'version'],
    [{ payload: {}, version: -1 }, 'version'],
    [{ payload: {}, messageId: {} }, 'messageId'],
    [{ payload: {}, person: { crn: 'T123456', pnc: '04/1A' } }, 'person'],
    [{ payload: {}, person: {} }, 'person'],
    [{ payload: {}, person: { name: 'Test' } }, 'person'],
    [{ payload: {}, person: { constructor: 'Test' } }, 'person'],
    [{ MessageId: 'm', Message: 'not json' }, 'Message'],
    [{ payload: { MessageId: 'm', Message: '{' } }, 'payload.Message'],
  ])('with a fault says where: %j', (item, path) => {
    expect(openEnvelope(item).problems).toEqual([
      { code: 'BAD_USER_INPUT', path, message: expect.any(String) as string },
    ])
  })
})

test('every published payload at hand is read, refused with a reason, or not recognised', () => {
  const folder = join(__dirname, '..', '..', 'shared', 'fixtures')
  if (!existsSync(folder)) {
    console.info('no published payloads at hand: skipped')
    return
  }
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  )
  const seen = { read: 0, refused: 0, unrecognised: 0 }
  for (const file of files) {
    for (const document of documentsIn(JSON.parse(readFileSync(join(folder, file), 'utf8')))) {
      seen[fateOf(openEnvelope(document).payload)] += 1
    }
  }
  console.info(`${files.length} published files: ${JSON.stringify(seen)}`)
  expect(seen.read).toBeGreaterThan(0)
})

function fateOf(payload: unknown): 'read' | 'refused' | 'unrecognised' {
  if (recogniseFormat(payload) === undefined) return 'unrecognised'
  try {
    read(payload)
    return 'read'
  } catch (error) {
    expect(error).toBeInstanceOf(Unreadable)
    expect((error as Unreadable).message).not.toBe('')
    return 'refused'
  }
}

function fieldsIn(folder: string): Set<string> {
  const files = readdirSync(join(__dirname, folder), { recursive: true, encoding: 'utf8' })
  const names = files.filter((name) => name.endsWith('.json')).map((name) => name.replace(/\.json$/, ''))
  return new Set(names.flatMap((name) => Object.keys(sample(name))))
}
