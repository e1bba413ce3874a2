import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPayload, recogniseFormat } from '../src/suppliers'
import { Unreadable, type StatedIdentifier, type Update } from '../src/updates/update'

const CRN: StatedIdentifier = { type: 'CRN', raw: 'T123456' }
const NOMS: StatedIdentifier = { type: 'PRISON_NUMBER', raw: 'T1234AB' }

function sample(name: string): Record<string, unknown> {
  const file = join(__dirname, 'samples', 'licence', `${name}.json`)
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
}

function read(payload: unknown, person: readonly StatedIdentifier[] = []): Update {
  return readPayload('auto', payload, { person, receivedOn: new Date('2025-09-01T00:00:00Z') })
}

test.each(['public', 'full', 'match', 'person', 'caseload'])('%s is recognised', (name) => {
  expect(recogniseFormat(sample(name))).toBe('licence')
})

describe('a licence by its number', () => {
  const update = read(sample('public'))
  const [record] = update.records

  test('is a record of its own, about the person that it names, as of its last change', () => {
    expect(update).toMatchObject({ createsPerson: false, person: [CRN, NOMS] })
    expect(record).toMatchObject({
      system: 'DELIUS',
      localId: 'licence:4001',
      eventAt: '2025-05-03T11:00:00.000Z',
    })
    expect(record?.facts.licence).toEqual({
      type: 'AP_PSS',
      kind: 'CRD',
      status: 'APPROVED',
      version: '1.2',
      policyVersion: 'V3_0',
      startsOn: '2025-06-02',
      inPssPeriod: false,
      createdBy: 'test-creator',
      createdAt: '2025-05-01T14:00:00.000Z',
      approvedBy: 'test-approver',
      approvedAt: '2025-05-03T11:00:00.000Z',
      updatedAt: '2025-05-03T11:00:00.000Z',
    })
  })

  test('keeps each condition with what it is of, as issued; a mask is no text, and a map is not read', () => {
    const conditions = record?.facts.licenceConditions ?? []
    expect(conditions.map(({ type, kind, code, number }) => [type, kind, code, number])).toEqual([
      ['AP', 'STANDARD', 'test-behaviour', undefined],
      ['AP', 'ADDITIONAL', 'test-zone', '1'],
      ['AP', 'ADDITIONAL', 'test-zone', '2'],
      ['AP', 'ADDITIONAL', 'test-tag', '3'],
      ['AP', 'BESPOKE', undefined, undefined],
      ['PSS', 'STANDARD', 'test-supervision', undefined],
    ])
    expect(conditions[1]).toMatchObject({ form: 'MULTIPLE_EXCLUSION_ZONE', exclusionZone: true })
    expect(conditions[3]).toEqual({
      type: 'AP',
      kind: 'ADDITIONAL',
      number: '3',
      code: 'test-tag',
      form: 'ELECTRONIC_MONITORING',
      restrictions: ['CURFEW'],
      text: 'Wear the tag.',
    })
    expect(conditions[4]).not.toHaveProperty('text')
    expect(update.warnings.map(({ code }) => code)).toEqual(['PARTLY_READ', 'REDACTED_TEXT'])
  })

  test('in full reads dates with the day first, the text filled in, what it varies, and the first appointment', () => {
    const { records, warnings } = read(sample('full'))
    expect(records[0]?.facts.licence).toMatchObject({
      type: 'AP',
      status: 'ACTIVE',
      startsOn: '2025-06-02',
      expiresOn: '2026-06-01',
      pssStartsOn: '2026-06-02',
      pssExpiresOn: '2026-09-01',
      approvedBy: 'Test Approver',
      createdAt: '2025-04-24T13:09:35.000Z',
      variationOf: '4001',
      bookingNumber: 'T00001',
    })
    expect(records[0]?.facts.licenceConditions).toContainEqual(
      expect.objectContaining({ kind: 'ADDITIONAL', text: 'Do not enter the test place.', sequence: 1 }),
    )
    expect(records[0]?.facts.licenceConditions).toHaveLength(4)
    expect(records[0]?.facts.appointments).toEqual([
      { at: '2025-06-02T13:30:00.000Z', kind: 'INITIAL', officerName: 'Duty officer', place: 'Test office' },
    ])
    expect(warnings).toContainEqual({
      code: 'PARTLY_READ',
      message: 'conditionalReleaseDate, vloDiscussion of this document is not read',
    })
  })
})

test('a match says what it says, and nothing of conditions or appointments', () => {
  const { records } = read(sample('match'))
  expect(records).toMatchObject([{ localId: 'licence:4003' }])
  expect(records[0]?.facts).toEqual({
    licence: { type: 'AP', status: 'IN_PROGRESS', createdAt: '2025-04-19T16:13:29.274Z' },
  })
})

describe('the licences of a person', () => {
  test('that have no numbers go by the day they were created, their conditions in any letter case', () => {
    const { person, records, warnings } = read(sample('person'))
    expect(person).toEqual([{ type: 'PRISON_NUMBER', raw: 'T1234AB' }])
    expect(records.map(({ localId }) => localId)).toEqual(['licence:T1234AB:2025-04-20T00:00:00.000Z'])
    const conditions = records[0]?.facts.licenceConditions ?? []
    expect(conditions.map(({ kind }) => kind)).toEqual(['BESPOKE', 'STANDARD', 'STANDARD', 'HOUSE RULE'])
    expect(conditions[0]).toEqual({ kind: 'BESPOKE', text: 'Do not visit the test place.' })
    expect(warnings.map(({ code }) => code)).toEqual(['REDACTED_TEXT'])
  })

  test('that are none say that there is none', () => {
    expect(read({ crn: 'T123456', licences: [] }).records).toEqual([
      { system: 'DELIUS', localId: 'licences:T123456', facts: { licences: [] } },
    ])
  })
})

test.each([
  ['a row of a caseload', sample('caseload'), 'licenceId'],
  ['one that names nobody', { licenceType: 'AP', id: 1, statusCode: 'ACTIVE' }, 'person'],
  ['one without a number or a day', { licenceType: 'AP', crn: 'T123456' }, 'id'],
  ['one that states nothing', { licenceId: 7, crn: 'T123456' }, 'statusCode'],
  [
    'a condition of another shape',
    { id: 1, licenceType: 'AP', crn: 'T123456', bespokeConditions: ['SECRET'] },
    'bespokeConditions.0',
  ],
])('%s cannot be read, and its path is named', (_, payload, path) => {
  expect(() => read(payload)).toThrow(Unreadable)
  try {
    read(payload)
  } catch (error) {
    expect((error as Unreadable).path).toBe(path)
    expect((error as Unreadable).message).not.toContain('SECRET')
  }
})
