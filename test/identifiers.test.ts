import { readDate, readInstant, readMoment } from '../src/domain/dates'
import { normaliseIdentifier } from '../src/domain/identifiers'
import { mappaCategory, mappaLevel, registrationFromAlerts } from '../src/domain/mappa-codes'

const RECEIVED_ON = new Date('2026-09-01T00:00:00Z')

describe('a PNC', () => {
  const value = (raw: string, receivedOn = RECEIVED_ON) => {
    const found = normaliseIdentifier('PNC', raw, receivedOn)
    return found.valid ? found.value : `invalid ${found.value}`
  }

  test.each([
    ['81/34U', '1981/0000034U'],
    ['1981/34U', '1981/0000034U'],
    ['02/73319Z', '2002/0073319Z'],
    ['0273319Z', '2002/0073319Z'],
    ['20020073319Z', '2002/0073319Z'],
    ['2002/73319Z', '2002/0073319Z'],
    ['2002/0073319Z', '2002/0073319Z'],
    ['00/223R', '2000/0000223R'],
    ['79/163001B', '1979/0163001B'],
    ['79163001B', '1979/0163001B'],
    ['1979/163001B', '1979/0163001B'],
    ['19790163001B', '1979/0163001B'],
    ['033Y', '2003/0000003Y'],
    ['67/9893091D', '1967/9893091D'],
    ['12/394773H', '2012/0394773H'],
    [' 02/73319z ', '2002/0073319Z'],
    ['02 / 73319 Z', '2002/0073319Z'],
  ])('%s is %s', (raw, canonical) => {
    expect(value(raw)).toBe(canonical)
  })

  test.each([
    '20030011985Z',
    '20120052494O',
    '20230583843N',
    '2001/0171310S',
    '12/394773W',
    '1X23/1234567A',
    '1923[1234567A',
    '1923/1234567AA',
    '0123',
    'TOTALLYINVALID',
    '123/4567A',
    '2002/12345678Z',
    '',
  ])('%p is kept as it came, and marked', (raw) => {
    expect(value(raw)).toBe(`invalid ${raw}`)
  })

  test('keeps what was received beside what is matched on', () => {
    expect(normaliseIdentifier('PNC', ' rubbish one ', RECEIVED_ON)).toEqual({
      type: 'PNC',
      raw: ' rubbish one ',
      value: 'RUBBISH ONE',
      valid: false,
    })
  })

  test('of two digits a year is read against the year of receipt, for ever', () => {
    expect(value('27/1L', new Date('2026-12-31T23:59:59Z'))).toBe('1927/0000001L')
    expect(value('27/1L', new Date('2027-01-01T00:00:00Z'))).toBe('2027/0000001L')
  })
})

describe('other identifiers', () => {
  test.each([
    ['CRO', '65656/91H', '065656/91H', true],
    ['CRO', ' 065656/91h', '065656/91H', true],
    ['CRO', 'SF05/482703J', 'SF05/482703J', true],
    ['CRO', 'sf83/50058z', 'SF83/50058Z', true],
    ['CRO', '85227/65G', '85227/65G', false],
    ['CRO', '85227/65L', '085227/65L', true],
    ['CRO', 'SF05/482703K', 'SF05/482703K', false],
    ['CRO', '', '', false],
    ['PRISON_NUMBER', 'a1234bc', 'A1234BC', true],
    ['PRISON_NUMBER', 'AB1234E', 'AB1234E', false],
    ['PRISON_NUMBER', 'ZZZZZZ', 'ZZZZZZ', false],
    ['PRISON_NUMBER', 'dummy', 'DUMMY', false],
    ['CRN', ' x123456', 'X123456', true],
    ['CRN', 'X12345', 'X12345', false],
    ['CRN', 'D1974X', 'D1974X', false],
    ['CRN', 'AB123456', 'AB123456', false],
    ['OTHER', 'viso 1', 'VISO1', true],
  ] as const)('%s %p is %p, valid: %p', (type, raw, value, valid) => {
    expect(normaliseIdentifier(type, raw, RECEIVED_ON)).toEqual({ type, raw, value, valid })
  })
})

describe('a MAPPA code', () => {
  test.each([
    ['M0', null, 'TBC', true],
    [0, null, 'TBC', true],
    [null, null, 'TBC', true],
    [undefined, null, 'TBC', true],
    ['M2', 2, 'CONFIRMED', true],
    [3, 3, 'CONFIRMED', true],
    [7, null, 'TBC', false],
  ] as const)('of level %p is level %p, %s', (stated, level, levelStatus, known) => {
    expect(mappaLevel(stated)).toEqual({ level, levelStatus, known })
  })

  test.each([
    ['X9', null, true],
    [0, null, true],
    [undefined, null, true],
    ['M4', 4, true],
    [1, 1, true],
    ['Q1', null, false],
  ] as const)('of category %p is category %p', (stated, category, known) => {
    expect(mappaCategory(stated)).toEqual({ category, known })
  })

  test.each([
    ['P11', 1, null],
    ['P22', 1, 1],
    ['P33', 1, 2],
    ['P44', 1, 3],
    ['P55', 2, null],
    ['P66', 2, 1],
    ['P77', 2, 2],
    ['P88', 2, 3],
    ['P99', 3, 2],
    ['PA1', 3, 3],
    ['P100', 4, null],
    ['P101', 4, 1],
    ['P102', 4, 2],
    ['P103', 4, 3],
    ['PL1', null, 1],
    ['PL2', null, 2],
    ['PL3', null, 3],
    ['PC1', 1, null],
    ['PC2', 2, null],
    ['PC3', 3, null],
  ])('of alert %s is category %p at level %p', (code, category, level) => {
    expect(registrationFromAlerts([code])).toMatchObject({
      category,
      level,
      levelStatus: level === null ? 'TBC' : 'CONFIRMED',
    })
  })

  test('of several alerts: the highest level wins, with its own category', () => {
    expect(registrationFromAlerts(['P22', 'PVN', 'P77'])).toMatchObject({
      category: 2,
      level: 2,
      levelCode: 'P77',
    })
  })

  test('of a level without a category: the category comes from a PC alert, else from another one', () => {
    expect(registrationFromAlerts(['PL3', 'P11', 'PC2'])).toMatchObject({ category: 2, level: 3 })
    expect(registrationFromAlerts(['PL3', 'P11'])).toMatchObject({
      category: 1,
      level: 3,
      categoryCode: 'P11',
    })
  })

  test('says the same in whatever order the alerts come', () => {
    expect(registrationFromAlerts(['P88', 'P44'])).toEqual(registrationFromAlerts(['P44', 'P88']))
  })

  test('says nothing for a ViSOR nominal or for no alert', () => {
    expect(registrationFromAlerts(['PVN', 'XTEST'])).toBeNull()
    expect(registrationFromAlerts([])).toBeNull()
  })
})

describe('a moment', () => {
  test.each([
    ['2024-12-19T16:57:25', '2024-12-19T16:57:25.000Z'],
    ['2024-06-19T16:57:25', '2024-06-19T15:57:25.000Z'],
    ['2024-06-19T16:57', '2024-06-19T15:57:00.000Z'],
    ['2024-06-19 16:57:25', '2024-06-19T15:57:25.000Z'],
    ['2024-06-19T16:57:25Z', '2024-06-19T16:57:25.000Z'],
    ['2024-06-19T16:57:25-05:30', '2024-06-19T22:27:25.000Z'],
    ['2024-06-19T16:57:25+0100', '2024-06-19T15:57:25.000Z'],
    ['2024-06-19T16:57:25+01:00[Europe/London]', '2024-06-19T15:57:25.000Z'],
    ['2024-12-11T16:33:20.437982210Z', '2024-12-11T16:33:20.437Z'],
    ['2020-02-25T11:24:32.9', '2020-02-25T11:24:32.900Z'],
    ['Mon Jun 19 00:00:00 BST 2023', '2023-06-18T23:00:00.000Z'],
    ['Tue Dec 19 10:00:00 GMT 2023', '2023-12-19T10:00:00.000Z'],
    ['1970-01-15T12:00:00', '1970-01-15T11:00:00.000Z'],
    ['2024-02-29', '2024-02-29'],
    ['29/02/2024', '2024-02-29'],
    ['19/06/2024 16:57', '2024-06-19T15:57:00.000Z'],
    ['24/10/2022 14:09:35', '2022-10-24T13:09:35.000Z'],
    ['1 June 2023', '2023-06-01'],
  ])('%s is %s', (text, moment) => {
    expect(readMoment(text)).toBe(moment)
  })

  test('in the hour that occurs twice is the first; in the hour that does not occur, the one after', () => {
    expect(readMoment('2024-10-27T01:30:00')).toBe('2024-10-27T00:30:00.000Z')
    expect(readMoment('2024-03-31T01:30:00')).toBe('2024-03-31T01:30:00.000Z')
  })

  test.each([
    'string',
    '',
    '{createdDate}',
    '2023-02-29',
    '29/02/2023',
    '12/31/2024',
    '11 Jun 2023',
    '31 June 2023',
    '2024-13-01',
    '2024-12-19T25:00:00',
    '2024-12-19T16:57:25[America/New_York]',
    'Mon Foo 19 00:00:00 BST 2023',
    'Mon Jun 19 00:00:00 EDT 2023',
    20241219,
    null,
    undefined,
  ])('is not %p', (value) => {
    expect(readMoment(value)).toBeUndefined()
  })

  test('as a date is the day in London, as an instant the first moment of that day', () => {
    expect(readDate('2023-06-18T23:30:00Z')).toBe('2023-06-19')
    expect(readDate('Mon Jun 19 00:00:00 BST 2023')).toBe('2023-06-19')
    expect(readDate('2023-06-19')).toBe('2023-06-19')
    expect(readInstant('2023-06-19')).toBe('2023-06-18T23:00:00.000Z')
    expect(readInstant('2023-12-19')).toBe('2023-12-19T00:00:00.000Z')
  })
})
