import { expectGolden } from './support/golden'
import { Processes } from './support/process'

const TIMEOUT_MS = 120_000
const processes = new Processes()

let page = ''

beforeAll(async () => {
  const served = await processes.serve(await processes.dataDir(), { DEMO_OFFENDERS: '10' })
  const run = `npm run --silent example -- --url ${served.url}`
  const { code, stdout, stderr } = await processes.shell(run, { DATA_DIR: served.dataDir })
  if (code !== 0) throw new Error(`the example ended with ${code ?? 'a signal'}: ${stderr}`)
  page = stdout
  await served.stop()
}, TIMEOUT_MS)

afterAll(() => processes.cleanUp(), TIMEOUT_MS)

test('docs/worked-example.md is what the example does and gets, line by line', () => {
  expectGolden('../docs/worked-example.md', page)
})

/** What a reader is to take away; were it to vanish from the page, a rewritten page would not miss it. */
test.each([
  ['the pack needs the statement accepted', /"code": "FORBIDDEN",\s+"message": "Accept the confidentiality/],
  ['the prison contributed', '"contributions": [{ "agency": "LEI", "role": "PRISON_OFFENDER_MANAGER" }]'],
  ['the level decision follows the referral', '"area": "WEST_YORKSHIRE", "referral": "‹referral›"'],
  ['and the referral leads to it', '"decision": { "id": "‹decision›", "toLevel": 2 }'],
  ['somebody is not told', '"outcome": "DO_NOT_DISCLOSE"'],
  ['all three authorities acknowledge', /"LEI", "acknowledgedBy": "pom[^]*"N02", "acknowledgedBy": "com/],
  ['and the receiving prison', '"agency": "MDI", "acknowledgedBy": "pom.mdi"'],
  ['what changed after the freeze is named', /"changedSince": \[\s+\{ "field": "custody" \}/],
  ['the level is brought down', '"id": "‹second decision›", "fromLevel": 2, "toLevel": 1'],
  ['no prison is told where none holds him', '"notApplicable": "NOT_IN_CUSTODY"'],
  ['whoever was shown nothing is on record', '"operation": "CaseInPrison", "outcome": "NOTHING_SHOWN"'],
])('the example shows that %s', (_what, line) => {
  expect(page).toMatch(line)
})

test('nothing on the page differs from run to run, and no request was refused but one', () => {
  expect(page).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|20[2-9]\d-\d\d-\d\d/)
  expect(page.match(/"errors": \[\{/g)).toHaveLength(1)
  expect(page.match(/"outcome": "(?:REJECTED|QUARANTINED|LATE)"/g)).toBeNull()
})
