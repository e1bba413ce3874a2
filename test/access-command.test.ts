import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { accessMatrix } from '../src/access/matrix'
import { ALWAYS, NEVER, policyTable, writeCsv } from '../src/access/policy-table'
import { readSchema } from '../src/catalogue/read-schema'
import { readSchemaFiles } from '../src/store/package-files'

const CLI = resolve(__dirname, '..', 'dist', 'cli.js')
const catalogue = readSchema(readSchemaFiles())
const csv = writeCsv(policyTable(catalogue))

jest.setTimeout(60_000)

let clone: string

beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), 'throughcare-clone-'))
  await mkdir(join(clone, 'test', 'golden'), { recursive: true })
  await git('init', '--quiet')
  await commit(csv.replace(/^(Custody\.cell,.*)$/m, asSeenBefore), 'before')
  await commit(csv, 'now')
  await git('rm', '--quiet', '-r', 'test')
  await git('commit', '--quiet', '-m', 'none')
  await git('tag', 'none')
})

afterAll(() => rm(clone, { recursive: true, force: true }))

async function git(...args: string[]): Promise<void> {
  const who = [
    '-c',
    'user.name=Reviewer',
    '-c',
    'user.email=reviewer@example.org',
    '-c',
    'commit.gpgsign=false',
  ]
  await promisify(execFile)('git', [...who, ...args], { cwd: clone })
}

async function commit(table: string, tag: string): Promise<void> {
  await writeFile(join(clone, 'test', 'golden', 'access-matrix.csv'), table)
  await git('add', '.')
  await git('commit', '--quiet', '-m', tag)
  await git('tag', tag)
}

/** A policy under which no role saw the cell. */
function asSeenBefore(line: string): string {
  return line.replaceAll(`,${ALWAYS}`, `,${NEVER}`)
}

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function access(...args: string[]): Promise<Ended> {
  return promisify(execFile)(process.execPath, [CLI, 'access', ...args], { cwd: clone }).then(
    (said) => ({ code: 0, ...said }),
    (error: unknown) => error as Ended,
  )
}

test('matrix tells who may see what, as text and as a table', async () => {
  expect(await access('matrix')).toEqual({ code: 0, stdout: accessMatrix(catalogue), stderr: '' })
  expect(await access('matrix', '--csv')).toEqual({ code: 0, stdout: csv, stderr: '' })
})

test('diff tells in words what changed since a commit', async () => {
  const { code, stdout } = await access('diff', 'before')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^PRISON_OFFICER gains .*Custody\.cell/m)
  expect(stdout).not.toMatch(/loses|ANALYST/)
  expect((await access('diff', 'before', '--to', 'now')).stdout).toBe(stdout)
  expect((await access('diff', 'now', '--to', 'before')).stdout).toMatch(
    /^PRISON_OFFICER loses .*Custody\.cell/m,
  )
  expect((await access('diff', 'now')).stdout).toBe(
    'Nobody sees more or less between now and the code that runs.\n',
  )
})

test.each([['no-such-commit'], ['none'], ['--output=elsewhere']])(
  'diff says of %p that it is no commit with a policy',
  async (revision) => {
    const { code, stdout, stderr } = await access('diff', '--', revision)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toBe(`${revision} is no commit of this clone that holds test/golden/access-matrix.csv.\n`)
  },
)

test('help is given when asked for, and where nothing was', async () => {
  const help = await access('--help')
  expect([help.code, help.stderr]).toEqual([0, ''])
  expect(help.stdout).toMatch(/throughcare access matrix[\s\S]*throughcare access diff REV/)
  for (const args of [[], ['diff'], ['matrix', 'now'], ['diff', 'now', 'before'], ['everything']]) {
    const { code, stdout, stderr } = await access(...args)
    expect([args, code, stdout]).toEqual([args, 1, ''])
    expect(stderr).toBe(`Say what is asked for.\n\n${help.stdout}`)
  }
  expect(await access('matrix', '--colour')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--colour') as unknown,
  })
})
