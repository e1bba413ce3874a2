import { accessMatrix } from '../src/access/matrix'
import { policyDifference } from '../src/access/policy-difference'
import { policyPage } from '../src/access/policy-page'
import { policyTable, readCsv, writeCsv, type PolicyTable } from '../src/access/policy-table'
import { readSchema } from '../src/catalogue/read-schema'
import { readSchemaFiles } from '../src/store/package-files'
import { expectGolden } from './support/golden'

const catalogue = readSchema(readSchemaFiles())

test('the access matrix is the one that was reviewed', () => {
  expectGolden('golden/access-matrix.txt', accessMatrix(catalogue))
})

test('so are its table and its page', () => {
  expectGolden('golden/access-matrix.csv', writeCsv(policyTable(catalogue)))
  expectGolden('../docs/access-matrix.md', policyPage(catalogue))
})

test('the table comes back from its CSV as it went', () => {
  const table = policyTable(catalogue)
  expect(readCsv(writeCsv(table))).toEqual(table)
})

describe('what changed between two policies, in words', () => {
  const now = policyTable(catalogue)
  const change = (
    role: string,
    change: (name: string, group: string, cell: string) => string,
  ): PolicyTable => ({
    ...now,
    lines: now.lines.map((line) => ({
      ...line,
      cells: line.cells.map((cell, i) =>
        now.roles[i] === role ? change(line.name, line.group, cell) : cell,
      ),
    })),
  })
  const held = 'when the case is held by your organisation, or transferred from it within the tail'

  test('nothing', () => {
    expect(policyDifference(now, now)).toEqual([])
  })

  test('a role gains a group, on a condition, and loses it', () => {
    const more = change('CRC_OFFICER', (_, group, cell) => (group === 'ROSH_NARRATIVE' ? held : cell))
    expect(policyDifference(now, more)).toEqual([`CRC_OFFICER gains RoSH narrative ${held}`])
    expect(policyDifference(more, now)).toEqual(['CRC_OFFICER loses RoSH narrative'])
  })

  test('a role gains a single field, and its cases change', () => {
    const more = change('PRISON_OFFICER', (name, _, cell) =>
      name === 'RoshSummary.whoIsAtRisk' ? 'always' : name === 'cases' ? 'any person on record' : cell,
    )
    expect(policyDifference(now, more)).toEqual([
      expect.stringMatching(/^PRISON_OFFICER: cases: now any person on record; before held in/),
      'PRISON_OFFICER gains RoshSummary.whoIsAtRisk (RoSH narrative)',
    ])
  })

  test('roles and fields come, move and go', () => {
    const without: PolicyTable = {
      roles: now.roles.slice(1),
      lines: now.lines
        .filter(({ name }) => name !== 'RoshSummary.overall')
        .map((line) => ({
          ...line,
          cells: line.cells.slice(1),
          ...(line.name === 'Custody.cell' && { group: 'CONTACT' }),
        })),
    }
    const back = policyDifference(without, now)
    expect(back[0]).toMatch(/^PRISON_OFFICER is a new role: it sees \d+ fields of a case that is held/)
    expect(back).toContainEqual(
      expect.stringMatching(/^RoshSummary.overall is new, in RoSH level: seen by PRISON_OFFICER,/),
    )
    expect(back).toContain('Custody.cell moved from contact from FULL to custody from FULL')
    expect(policyDifference(now, without)).toEqual(
      expect.arrayContaining(['PRISON_OFFICER is no role any more', 'RoshSummary.overall is gone']),
    )
  })
})
