import { getOperationAST, parse } from 'graphql'
import { planAccess } from '../src/access/plan-access'
import { readSchema } from '../src/catalogue/read-schema'
import { select } from '../src/catalogue/select'
import type { Caller, RoleName } from '../src/domain/caller'
import type { Purpose } from '../src/domain/purpose'
import { compile } from '../src/query/compile'
import { readSchemaFiles } from '../src/store/package-files'
import { cursors } from './support/cursors'
import { expectGolden } from './support/golden'
import { operation } from './support/operations'

const catalogue = readSchema(readSchemaFiles())
const NOW = new Date('2026-11-22T12:00:00Z')
const ID = '01a201d7-d019-7ea4-9db1-34f0f9609333'

function compiled(
  name: string,
  role: RoleName,
  purpose: Purpose,
  variables: Record<string, unknown>,
  given: Record<string, string> = {},
) {
  const document = parse(operation(name))
  const definition = getOperationAST(document)
  if (!definition) throw new Error(`${name} is no operation`)
  const caller: Caller = {
    issuer: 'urn:test',
    client: 'test',
    role,
    agency: 'N02',
    staffCode: 'N02ABC1',
    person: { subject: 'reader', username: 'reader', namespace: 'DELIUS' },
  }
  const selection = select(catalogue, document, definition, variables)
  const plan = planAccess(catalogue, { caller, purpose, strict: false, requestId: 'golden' }, selection)
  const entities = Object.fromEntries(
    Object.entries(given).map(([field, table]) => [field, { table, id: ID }]),
  )
  const payload = new Map(selection.roots.map((root) => [root.key, { values: {}, entities }]))
  const form = compile({ catalogue, selection, plan, caller, cursors, given: payload })
  return form.fill({ caller, now: NOW, variables })
}

const page = { first: 50, after: null }
const by = { crn: 'X123456' }

test.each([
  ['CaseSummary', 'PROBATION_OFFICER', 'OFFENDER_MANAGEMENT', { by }, {}],
  ['RiskHistory', 'CRC_OFFICER', 'RISK_ASSESSMENT', { by, first: 20 }, {}],
  [
    'Caseload',
    'PRISON_OFFICER',
    'OFFENDER_MANAGEMENT',
    { ...page, where: { establishment: 'MDI', mappaLevel: 2, name: 'sam' } },
    {},
  ],
  ['Changes', 'CRC_OFFICER', 'RISK_ASSESSMENT', { after: cursors('changes').seal([7, 1]), first: 100 }, {}],
  ['RecordMappaLevel', 'MAPPA_COORDINATOR', 'MAPPA', { input: {} }, { decision: 'mappa_level_decision' }],
  [
    'AcknowledgeMappaLevel',
    'MAPPA_COORDINATOR',
    'MAPPA',
    { decision: ID },
    { decision: 'mappa_level_decision' },
  ],
  ['ScheduleMappaMeeting', 'MAPPA_COORDINATOR', 'MAPPA', { input: {} }, { meeting: 'mappa_meeting' }],
  ['FreezeMappaMeeting', 'MAPPA_COORDINATOR', 'MAPPA', { meeting: ID }, { meeting: 'mappa_meeting' }],
  ['MappaMeetingSummary', 'MAPPA_PANEL_MEMBER', 'MAPPA', { meeting: ID }, {}],
  ['WhoViewed', 'DATA_PROTECTION_OFFICER', 'AUDIT', { ...page, where: {} }, {}],
  ['MyAccess', 'PRISON_OFFICER', 'OFFENDER_MANAGEMENT', {}, {}],
] as const)('%s compiles to the statement that was reviewed', (name, role, purpose, variables, given) => {
  const { text, values } = compiled(name, role, purpose, variables, given)
  expectGolden(
    `queries/${name}.sql`,
    `-- ${name} as ${role}, for ${purpose}\n-- ${JSON.stringify(values)}\n${text}\n`,
  )
})

test.each([
  ['CaseSummary', { by }, ['category']],
  // Sentences and licence conditions have categories too, and a CRC reads those.
  ['Changes', { after: null, first: 100 }, []],
])('what a role may not read is not in its statement: %s', (name, variables, more) => {
  const { text } = compiled(name, 'CRC_OFFICER', 'RISK_ASSESSMENT', variables)
  const columns = ['who_is_at_risk', 'nature_of_risk', 'custody_children', 'score', 'cell', ...more]
  expect(text).not.toMatch(new RegExp(`\\b(t\\d+|a|b)\\.(${columns.join('|')})\\b|record\\.alert(_ever)?\\b`))
  expect(text).toContain('community_children')
})
