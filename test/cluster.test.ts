import fc from 'fast-check'
import { clusters, type IdentityDecision } from '../src/identity/cluster'
import { contradictionOf } from '../src/identity/contradictions'
import { afterStatement, identityRecord, type StatedNumber } from '../src/identity/identity-record'

const prisoner = (number: string, numbers: readonly StatedNumber[] = [], dateOfBirth?: string) =>
  identityRecord({
    system: 'NOMIS',
    localId: number,
    numbers: [[`PRISON_NUMBER:${number}`, null], ...numbers],
    ...(dateOfBirth !== undefined && { dateOfBirth }),
  })

const aCase = (crn: string, numbers: readonly StatedNumber[] = [], system = 'DELIUS') =>
  identityRecord({ system, localId: crn, numbers: [[`CRN:${crn}`, null], ...numbers] })

const notice = (kept: string, removed: string, qualifier = 'MERGED') =>
  identityRecord({
    system: 'NOMIS',
    localId: `merge:${removed}`,
    numbers: [
      [`PRISON_NUMBER:${qualifier === 'MERGED' ? kept : removed}`, null],
      [`PRISON_NUMBER:${qualifier === 'MERGED' ? removed : kept}`, qualifier],
    ],
  })

/** A notice about cases: that `goes` took the place of nobody any more, or that `stays` took its place. */
const caseNotice = (kind: 'MERGED' | 'SEPARATED', goes: string, stays: string, at = 0) =>
  identityRecord({
    system: 'DELIUS',
    localId: `merge:${goes}`,
    at: new Date(at * 1000).toISOString(),
    numbers:
      kind === 'MERGED'
        ? [
            [`CRN:${stays}`, null],
            [`CRN:${goes}`, 'MERGED'],
          ]
        : [
            [`CRN:${goes}`, null],
            [`CRN:${stays}`, 'SEPARATED'],
          ],
  })

const pnc = (serial: string): StatedNumber => [`PNC:${serial}`, null]
const noms = (number: string): StatedNumber => [`PRISON_NUMBER:${number}`, null]

type Records = Parameters<typeof clusters>[0]

function groups(records: Records, decisions: readonly IdentityDecision[] = []): string[] {
  return clusters(records, decisions)
    .map((group) =>
      group
        .map(({ key }) => key)
        .sort()
        .join(' '),
    )
    .sort()
}

test('a case is with the prisoner whose number it states', () => {
  expect(groups([prisoner('A1'), aCase('X1', [noms('A1')]), aCase('X2', [noms('A2')])])).toEqual([
    'DELIUS:X1 NOMIS:A1',
    'DELIUS:X2',
  ])
})

test('a case that names two prisoners is proof of neither; where they were merged it is of both', () => {
  const records = [prisoner('A1'), prisoner('A2'), aCase('X1', [noms('A1'), noms('A2')])]
  expect(groups(records)).toEqual(['DELIUS:X1', 'NOMIS:A1', 'NOMIS:A2'])
  expect(groups([...records, notice('A2', 'A1')])).toEqual(['DELIUS:X1 NOMIS:A1 NOMIS:A2 NOMIS:merge:A1'])
})

test('a chain of merges is one person, whichever notice comes last', () => {
  const records = [prisoner('A1'), prisoner('A2'), prisoner('A3'), notice('A2', 'A1'), notice('A3', 'A2')]
  expect(groups(records)).toHaveLength(1)
})

test('what the supplier takes apart again stays apart, until a person says otherwise', () => {
  const records = [prisoner('A1'), prisoner('A2'), notice('A2', 'A1', 'SEPARATED'), aCase('X1', [noms('A2')])]
  expect(groups(records)).toEqual(['DELIUS:X1 NOMIS:A2', 'NOMIS:A1 NOMIS:merge:A1'])
  const joined = groups(records, [{ kind: 'JOIN', one: 'NOMIS:A1', other: 'NOMIS:A2' }])
  expect(joined).toEqual(['DELIUS:X1 NOMIS:A1 NOMIS:A2 NOMIS:merge:A1'])
})

test('of a merge and its undoing the newer counts, whichever record says it', () => {
  const held = [aCase('X1'), aCase('X2')]
  const merged = (at: number) => caseNotice('MERGED', 'X1', 'X2', at)
  const taken = (at: number) => caseNotice('SEPARATED', 'X2', 'X1', at)
  expect(groups([...held, merged(1), taken(2)])).toHaveLength(2)
  expect(groups([...held, merged(2), taken(1)])).toHaveLength(1)
  expect(groups([...held, merged(1), taken(1)])).toHaveLength(2)
  const document = aCase('X2', [['CRN:X1', 'PREVIOUS']])
  expect(groups([aCase('X1'), document, taken(1)])).toHaveLength(2)
})

test('a notice says what it said last, and nothing that it said before', () => {
  const numbers: StatedNumber[] = [
    ['CRN:X1', null],
    ['CRN:X2', 'SEPARATED'],
  ]
  const stated = { system: 'DELIUS', localId: 'merge:X1', numbers, at: new Date(9_000).toISOString() }
  expect(afterStatement(stated, caseNotice('MERGED', 'X1', 'X2'))).toEqual(
    caseNotice('SEPARATED', 'X1', 'X2', 9),
  )
})

test('what a CRC says of merges joins nobody', () => {
  const copy = aCase('X2', [['CRN:X1', 'PREVIOUS']], 'CRC')
  expect(groups([aCase('X1'), aCase('X2'), copy])).toEqual(['CRC:X2 DELIUS:X2', 'DELIUS:X1'])
})

test.each([
  ['a number by itself', [['X2', 'X1']], 'MERGE_LOOP'],
  [
    'a number by way of others',
    [
      ['X2', 'X3'],
      ['X3', 'X1'],
    ],
    'MERGE_LOOP',
  ],
  ['a number by another', [['X2', 'X3']], undefined],
] as const)('a merge that replaces %s: %s', (_, others, contradiction) => {
  const notices = others.map(([goes, stays]) => caseNotice('MERGED', goes, stays))
  expect(contradictionOf(caseNotice('MERGED', 'X1', 'X2'), notices)).toBe(contradiction)
})

test('a merge that makes one of two who were taken apart is contradicted, and one that was given back is not', () => {
  const merge = caseNotice('MERGED', 'X3', 'X1', 3)
  const others = [caseNotice('MERGED', 'X1', 'X2', 1), caseNotice('SEPARATED', 'X2', 'X3', 2)]
  expect(contradictionOf(merge, others)).toBe('MERGE_CONTRADICTED')
  expect(contradictionOf(merge, [...others, caseNotice('SEPARATED', 'X1', 'X2', 4)].slice(1))).toBeUndefined()
  const undone = caseNotice('SEPARATED', 'X2', 'X1', 2)
  expect(contradictionOf(caseNotice('MERGED', 'X1', 'X2', 3), [undone])).toBeUndefined()
})

test('a police number joins only where each is the other’s only fit', () => {
  const one = [prisoner('A1', [pnc('1')]), aCase('X1', [pnc('1')])]
  expect(groups(one)).toEqual(['DELIUS:X1 NOMIS:A1'])
  expect(groups([...one, prisoner('A2', [pnc('1')])])).toEqual(['DELIUS:X1', 'NOMIS:A1', 'NOMIS:A2'])
  expect(
    groups([prisoner('A1', [pnc('1')], '1980-01-01'), prisoner('A2', [pnc('1')], '1980-01-01')]),
  ).toHaveLength(2)
})

test('a police number that many state is nobody’s', () => {
  const many = Array.from({ length: 12 }, (_, i) => aCase(`X${i}`, [pnc('0')]))
  expect(groups([prisoner('A1', [pnc('0')]), ...many])).toHaveLength(13)
})

test('a CRC’s copy is with the case of its number, and what it states besides proves nothing', () => {
  const copy = aCase('X1', [noms('A9'), pnc('7'), ['CRN:X7', 'PREVIOUS']], 'CRC')
  expect(groups([aCase('X1'), copy, prisoner('A9'), aCase('X7', [pnc('7')])])).toEqual([
    'CRC:X1 DELIUS:X1',
    'DELIUS:X7',
    'NOMIS:A9',
  ])
})

test('whom a person separated is not joined by any number, and others still are', () => {
  const records = [prisoner('A1', [pnc('1')]), aCase('X1', [noms('A1'), pnc('1')]), aCase('X2', [noms('A1')])]
  const apart: IdentityDecision[] = [{ kind: 'SEPARATE', one: 'DELIUS:X1', other: 'NOMIS:A1' }]
  expect(groups(records, apart)).toEqual(['DELIUS:X1', 'DELIUS:X2 NOMIS:A1'])
})

const someNumber = fc.constantFrom<StatedNumber>(
  noms('A1'),
  noms('A2'),
  noms('A3'),
  pnc('1'),
  pnc('2'),
  ['CRN:X1', 'PREVIOUS'],
  ['CRN:X2', 'PREVIOUS'],
  ['PRISON_NUMBER:A1', 'MERGED'],
)
const numbers = fc.uniqueArray(someNumber, { maxLength: 3, selector: (each) => each.join() })
const someNotice = fc
  .record({
    kind: fc.constantFrom('MERGED' as const, 'SEPARATED' as const),
    goes: fc.constantFrom('X1', 'X2', 'X3'),
    stays: fc.constantFrom('X1', 'X2', 'X3'),
    at: fc.nat(3),
  })
  .filter(({ goes, stays }) => goes !== stays)
/** At most one for each number: a notice is a record. */
const someNotices = fc.uniqueArray(someNotice, { maxLength: 3, selector: ({ goes }) => goes })
const someRecords = fc
  .tuple(
    ...['A1', 'A2', 'A3'].map((number) => numbers.map((stated) => prisoner(number, stated))),
    ...['X1', 'X2', 'X3'].map((crn) => numbers.map((stated) => aCase(crn, stated))),
    numbers.map((stated) => aCase('X1', stated, 'CRC')),
  )
  .map((records) => [...records])
const key = fc.constantFrom('NOMIS:A1', 'NOMIS:A2', 'NOMIS:A3', 'DELIUS:X1', 'DELIUS:X2', 'DELIUS:X3')
const someDecisions = fc.uniqueArray(
  fc.record({ kind: fc.constantFrom('JOIN' as const, 'SEPARATE' as const), one: key, other: key }),
  { maxLength: 3, selector: ({ one, other }) => [one, other].sort().join() },
)

test('the order of records, notices and decisions plays no part', () => {
  fc.assert(
    fc.property(
      someRecords,
      someNotices,
      someDecisions,
      fc.infiniteStream(fc.nat()),
      (held, told, all, dice) => {
        const records = [
          ...held,
          ...told.map(({ kind, goes, stays, at }) => caseNotice(kind, goes, stays, at)),
        ]
        const decisions = all.filter(({ one, other }) => one !== other)
        const shuffled = [...records].sort(() => (dice.next().value % 3) - 1)
        expect(groups(shuffled, [...decisions].reverse())).toEqual(groups(records, decisions))
      },
    ),
    { numRuns: 2_000 },
  )
})

test('nobody who was separated is together, and never two prisoners whom nobody merged or joined', () => {
  fc.assert(
    fc.property(someRecords, someDecisions, (records, all) => {
      const decisions = all.filter(({ one, other }) => one !== other)
      for (const group of groups(records, decisions)) {
        const members = group.split(' ')
        for (const { kind, one, other } of decisions) {
          if (kind === 'SEPARATE') expect(members.includes(one) && members.includes(other)).toBe(false)
        }
        const merged = records.some(({ replaces }) => replaces.some((each) => each.startsWith('PRISON')))
        const joined = decisions.some(({ kind }) => kind === 'JOIN')
        if (!merged && !joined)
          expect(members.filter((each) => each.startsWith('NOMIS')).length).toBeLessThan(2)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('whom the newest notice took apart is apart, unless a person joined them', () => {
  fc.assert(
    fc.property(someRecords, someNotices, (held, told) => {
      const notices = told.map(({ kind, goes, stays, at }) => caseNotice(kind, goes, stays, at))
      const together = groups([...held, ...notices]).map((group) => group.split(' '))
      for (const { kind, goes, stays, at } of told) {
        const newer = told.some((other) => {
          const isSame = other.goes === stays && other.stays === goes
          return isSame && other.kind === 'MERGED' && other.at > at
        })
        if (kind !== 'SEPARATED' || newer) continue
        const both = together.filter((group) => {
          return group.includes(`DELIUS:${goes}`) && group.includes(`DELIUS:${stays}`)
        })
        expect(both).toEqual([])
      }
    }),
    { numRuns: 2_000 },
  )
})
