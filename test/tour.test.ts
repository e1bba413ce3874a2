import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(__dirname, '..')
const README_URL = 'http://127.0.0.1:4000'
const TIMEOUT_MS = 120_000

/** A block of commands of the tour, and what the README says that it prints. */
interface Step {
  readonly name: string
  readonly commands: string
  readonly prints: string
}

const steps = stepsOf(readFileSync(join(ROOT, 'README.md'), 'utf8'))
let printed: readonly string[] = []

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'throughcare-tour-'))
  // Started as root, the database runs as another user, who has to get in.
  await chmod(directory, 0o711)
  const env = environment(join(directory, 'data'))
  const server = spawn(process.execPath, ['dist/cli.js', 'serve'], { cwd: ROOT, env: { ...env, PORT: '0' } })
  try {
    const url = await ready(server)
    const script = join(directory, 'tour.sh')
    await writeFile(script, scriptOf(url))
    printed = await run(script, { ...env, PORT: new URL(url).port })
  } finally {
    if (server.exitCode === null && server.kill('SIGTERM')) await once(server, 'exit')
    await rm(directory, { recursive: true, force: true })
  }
}, TIMEOUT_MS)

test.each(steps.map((step, i) => [step.name, i] as const))('%s prints what the README shows', (_name, i) => {
  const prints = steps[i]?.prints ?? ''
  expect(masked(printed[i] ?? 'nothing: the session ended before', prints)).toBe(prints)
})

/** What a reader is to take away; were it to vanish from the README, nothing above would miss it. */
test.each([
  ['two notations of a PNC are one person', 'value ["Z900001","2012/0000073L","2012/0000073L","Z9001ZZ"]'],
  ['the officer of the case reads the narrative', 'whoIsAtRisk "Test text: children known to Robin Sample."'],
  ['a prison officer does not', 'offender.risk.latest.rosh.whoIsAtRisk null'],
  ['and is told so', '{"field":"risk.latest.rosh.whoIsAtRisk","group":"ROSH_NARRATIVE","reason":"ROLE"}'],
  ['a CRC officer cannot tell a stranger’s case from none', 'offender null\noffender null'],
  ['probation says why', '["JUSTIFICATION_REQUIRED"]'],
  ['the decision leads and all registers are shown', 'system ["THROUGHCARE","DELIUS","NOMIS"]'],
  ['an agency acknowledges', 'acknowledgedBy [null,"casey.testofficer",null]'],
  [
    'the summary stays at its freeze',
    'mappaMeetingSummary.cases.changedSince.field [["custody","mappa.notices","sourceRecords"]]',
  ],
  [
    'a restriction is told to whom it bars',
    '"reason":"LIMITED_ACCESS","message":"This test case is restricted.',
  ],
  ['the viewers are on record in order', /^panel\.member .*\ncrc\.officer .*\nsam\..*\ncasey\..*\npanel\.m/m],
])('the tour shows that %s', (_what, line) => {
  expect(steps.map(({ prints }) => prints).join('\n')).toMatch(line)
})

function stepsOf(readme: string): Step[] {
  const [, tour = ''] = /\n## The tour\n([^]*?)(?=\n## )/.exec(readme) ?? []
  const found: Step[] = []
  let heading = 'the tour'
  for (const [, title, language, body = ''] of tour.matchAll(/^### (.*)$|^```(sh|text)\n([^]*?)^```$/gm)) {
    if (title !== undefined) heading = title
    else if (language === 'sh')
      found.push({ name: `${heading}, block ${found.length + 1}`, commands: body, prints: '' })
    else found.push({ ...(found.pop() as Step), prints: body.trim() })
  }
  return found
}

/** Nothing that this machine happens to set decides what the tour shows. */
function environment(dataDir: string): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, npm_config_userconfig } = process.env
  return { PATH, HOME, TMPDIR, npm_config_userconfig, DATA_DIR: dataDir, DEMO_OFFENDERS: '10' }
}

const MARK = '\u001e'

/** One session: what a block sets is there for the next. Each block's output begins with a mark. */
function scriptOf(url: string): string {
  return steps
    .map(({ commands }) => `printf '\\036'\n${commands}`)
    .join('\n')
    .replaceAll(README_URL, url)
}

async function ready(server: ChildProcess): Promise<string> {
  const said: string[] = []
  server.stderr?.on('data', (chunk) => said.push(String(chunk)))
  return new Promise((resolve, reject) => {
    server.stdout?.on('data', (chunk) => {
      said.push(String(chunk))
      const [, url] = /ready at (http:\S+)\/graphql/.exec(said.join('')) ?? []
      if (url !== undefined) resolve(url)
    })
    server.once('exit', () => reject(new Error(`the server did not start: ${said.join('')}`)))
  })
}

/** What each block printed. Complaints go where the test's own do. */
async function run(script: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit']
  const bash = spawn('bash', [script], { cwd: ROOT, env, stdio, timeout: TIMEOUT_MS })
  let output = ''
  for await (const chunk of bash.stdout.setEncoding('utf8')) output += String(chunk)
  return output.split(MARK).slice(1)
}

/** The output, with what the README leaves open put as the README has it: the first difference stays in sight. */
function masked(output: string, prints: string): string {
  const expected = prints.split('\n')
  const fits = (line: string, shown = '') =>
    new RegExp(`^${shown.split('…').map(escaped).join('.*')}$`).test(line)
  return output
    .trim()
    .split('\n')
    .map((line, i) => (fits(line.trimEnd(), expected[i]) ? (expected[i] ?? line) : line))
    .join('\n')
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
