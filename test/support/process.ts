import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { signDevelopmentToken, type DevelopmentClaims } from '../../src/http/development-issuer'

const ROOT = resolve(__dirname, '..', '..')
const CLI = join(ROOT, 'dist', 'cli.js')

export type Variables = Readonly<Record<string, string>>

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The built product in a process of its own, as a user runs it. */
export interface Served {
  readonly dataDir: string
  readonly url: string
  readonly pid: number
  /** From the start of the process to its ready line. */
  readonly readyMs: number
  readonly finished: Promise<Finished>
  stdout(): string
  stderr(): string
  signal(signal: NodeJS.Signals): void
  /** SIGTERM, and what it ended with. */
  stop(): Promise<Finished>
  /** SIGKILL: its database server is left behind. */
  kill(): Promise<void>
}

export type Answer = Readonly<{ status: number; text: string; headers: Headers }>

/** Everything that a test file starts, so that nothing is left of it whatever fails. */
export class Processes {
  private readonly children = new Set<ChildProcess>()
  private readonly directories: string[] = []

  /** An empty data directory: its first start makes everything. */
  async emptyDataDir(): Promise<string> {
    const directory = await makeDirectory()
    this.directories.push(directory)
    return directory
  }

  /** A data directory in which a gateway has been before; a copy of one costs far less than making it. */
  async dataDir(): Promise<string> {
    const directory = await this.emptyDataDir()
    template ??= this.makeTemplate()
    await promisify(execFile)('cp', ['-a', `${await template}/.`, directory])
    return directory
  }

  private async makeTemplate(): Promise<string> {
    const directory = await makeDirectory()
    const { code, stderr } = await this.run(['migrate'], { DATA_DIR: directory })
    if (code !== 0) throw new Error(`no database could be made: ${stderr}`)
    return directory
  }

  /** Runs a command of the product to its end. */
  async run(args: readonly string[], variables: Variables = {}): Promise<Finished> {
    return this.begin(args, variables).finished
  }

  /** Starts a command of the product and does not wait for it. */
  begin(args: readonly string[], variables: Variables = {}): Launched {
    return this.launch(process.execPath, [CLI, ...args], variables)
  }

  /** Runs lines as somebody pastes them into a shell, in the package's directory. */
  async shell(script: string, variables: Variables = {}): Promise<Finished> {
    return this.launch('bash', ['-c', script], variables).finished
  }

  /** Starts serving on a free port and does not wait for it. */
  launchServe(dataDir: string, variables: Variables = {}): Launched {
    const given = { DATA_DIR: dataDir, PORT: '0', DEMO_OFFENDERS: '0', ...variables }
    return this.begin(['serve'], given)
  }

  /** Starts serving and waits for the ready line. */
  async serve(dataDir: string, variables: Variables = {}): Promise<Served> {
    const begun = performance.now()
    const launched = this.launchServe(dataDir, variables)
    const url = await readyUrl(launched)
    const { child, finished, stdout, stderr } = launched
    const signal = (name: NodeJS.Signals) => void child.kill(name)
    return {
      dataDir,
      url,
      pid: child.pid ?? 0,
      readyMs: Math.round(performance.now() - begun),
      finished,
      stdout,
      stderr,
      signal,
      stop: () => (signal('SIGTERM'), finished),
      kill: async () => {
        signal('SIGKILL')
        await finished
      },
    }
  }

  async cleanUp(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL')
    await Promise.all([...this.children].map(endOf))
    this.children.clear()
    for (const directory of this.directories.splice(0)) {
      await killPostgres(directory)
      await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    }
  }

  private launch(command: string, args: readonly string[], variables: Variables): Launched {
    // Nothing of what the machine or Jest happens to set.
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...variables }
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.children.add(child)
    const [stdout, stderr] = [gather(child.stdout), gather(child.stderr)]
    const finished = once(child, 'close').then(() => {
      this.children.delete(child)
      return { code: child.exitCode, stdout: stdout(), stderr: stderr() }
    })
    return { child, stdout, stderr, finished }
  }
}

let template: Promise<string> | undefined

afterAll(async () => {
  if (template) await rm(await template, { recursive: true, force: true })
})

/** Open to the database's user, where the tests run as root. */
async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'throughcare-process-'))
  await chmod(directory, 0o711)
  return directory
}

export interface Launched {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>
  stdout(): string
  stderr(): string
}

function gather(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.setEncoding('utf8').on('data', (part: string) => (text += part))
  return () => text
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

const READY = /^Throughcare is ready at (http:\/\/\S+)\/graphql$/m

async function readyUrl({ stdout, stderr, finished }: Launched): Promise<string> {
  let ended: Finished | undefined
  void finished.then((end) => (ended = end))
  for (;;) {
    const url = READY.exec(stdout())?.[1]
    if (url !== undefined) return url
    if (ended)
      throw new Error(`serve ended with ${ended.code ?? 'a signal'} before it was ready: ${stderr()}`)
    await sleep(5)
  }
}

/** Waits until something is so; what it waits for is told when it is not so in time. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  ms = 20_000,
): Promise<void> {
  const deadline = Date.now() + ms
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${ms} ms`)
    await sleep(10)
  }
}

interface ProcessRow {
  readonly pid: number
  readonly parent: number
  readonly state: string
}

async function processTable(): Promise<ProcessRow[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat='])
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, state] = line.trim().split(/\s+/)
    return pid && parent && state ? [{ pid: Number(pid), parent: Number(parent), state }] : []
  })
}

/** The processes of the server in a data directory, the postmaster first; those that only wait to be reaped not. */
export async function postgresPids(dataDir: string): Promise<number[]> {
  const text = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '')
  const postmaster = Number(text.split('\n')[0] || NaN)
  const living = (await processTable()).filter(({ state }) => !state.startsWith('Z'))
  return living
    .filter(({ pid, parent }) => pid === postmaster || parent === postmaster)
    .map(({ pid }) => pid)
    .sort((one, two) => Number(two === postmaster) - Number(one === postmaster))
}

export async function signalPostgres(dataDir: string, signal: NodeJS.Signals): Promise<number> {
  const pids = await postgresPids(dataDir)
  for (const pid of pids) send(pid, signal)
  return pids.length
}

/** All at once, as when the machine's memory runs out; waits until they are gone. */
export async function killPostgres(dataDir: string): Promise<void> {
  const pids = await postgresPids(dataDir)
  for (const pid of pids) send(pid, 'SIGKILL')
  await until('the database processes end', () => areGone(pids))
}

export async function areGone(pids: readonly number[]): Promise<boolean> {
  const living = (await processTable()).filter(({ state }) => !state.startsWith('Z'))
  return !living.some(({ pid }) => pids.includes(pid))
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Who calls, by the development issuer of a data directory. */
export async function headersFor(
  dataDir: string,
  claims: DevelopmentClaims,
  purpose?: string,
): Promise<Record<string, string>> {
  const token = await signDevelopmentToken(dataDir, claims, 3600)
  return {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    ...(purpose !== undefined && { 'purpose-of-use': purpose }),
  }
}

export async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: unknown,
  ms = 30_000,
): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(url, { method: 'POST', headers, body: text, signal: AbortSignal.timeout(ms) })
  return { status: response.status, text: await response.text(), headers: response.headers }
}

export async function get(url: string): Promise<Answer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) })
  return { status: response.status, text: await response.text(), headers: response.headers }
}

export async function isReady(url: string): Promise<boolean> {
  return get(`${url}/health/ready`).then(
    ({ status }) => status === 200,
    () => false,
  )
}
