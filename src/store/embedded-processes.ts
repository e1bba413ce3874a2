import { execFile } from 'node:child_process'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { z } from 'zod'
import {
  codeOf,
  EmbeddedFault,
  faultFrom,
  type Log,
  openDataDir,
  run,
  type SystemUser,
} from './embedded-host'

/** One gateway per data directory: held until released or until the process has ended. */
export async function lockDataDir(dataDir: string): Promise<{ release(): Promise<void> }> {
  try {
    const file = join(await openDataDir(dataDir), 'gateway.lock')
    const startTime = (await startTimeOf(process.pid)) ?? UNKNOWN
    const mine = JSON.stringify({ pid: process.pid, startTime } satisfies Owner)
    await claim(file, mine, dataDir)
    let held = true
    const release = async () => {
      if (held && (await readIfPresent(file)) === mine) await rm(file, { force: true })
      held = false
    }
    return { release }
  } catch (error) {
    throw faultFrom(error, `the data directory ${dataDir} cannot be locked`)
  }
}

const Owner = z.object({ pid: z.int().positive(), startTime: z.string() })
type Owner = z.infer<typeof Owner>

async function claim(file: string, mine: string, dataDir: string): Promise<void> {
  while (!(await createExclusively(file, mine))) {
    const found = await readIfPresent(file)
    if (found === undefined) continue
    const owner = parseOwner(found)
    if (owner !== undefined && (await lives(owner))) {
      throw new EmbeddedFault(`the data directory ${dataDir} is in use by process ${owner.pid}`)
    }
    if (owner === undefined && (await isBeingWritten(file))) {
      await sleep(50)
      continue
    }
    await replaceStale(file, found, mine, dataDir)
  }
}

/** Only the holder of the second lock replaces the first, else two gateways could both think they took it. */
async function replaceStale(file: string, stale: string, mine: string, dataDir: string): Promise<void> {
  const successor = `${file}.next`
  await claim(successor, mine, dataDir)
  if ((await readIfPresent(file)) === stale) await rm(file, { force: true })
  await rm(successor, { force: true })
}

async function createExclusively(file: string, content: string): Promise<boolean> {
  try {
    await writeFile(file, content, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

export async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function parseOwner(text: string): Owner | undefined {
  try {
    return Owner.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

const WRITING_MS = 2_000

async function isBeingWritten(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined)
  return found === undefined || Date.now() - found.mtimeMs < WRITING_MS
}

async function lives(owner: Owner): Promise<boolean> {
  const startTime = await startTimeOf(owner.pid)
  if (startTime === undefined) return false
  return startTime === owner.startTime || startTime === UNKNOWN || owner.startTime === UNKNOWN
}

const UNKNOWN = 'unknown'

/** Tells a process from a later one with the same number; undefined once it has ended. */
async function startTimeOf(pid: number): Promise<string | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (line === undefined) return exists(pid) ? UNKNOWN : undefined
  // The name in brackets may itself hold spaces and brackets.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const isZombie = fields[0] === 'Z' || fields[0] === 'X'
  return isZombie ? undefined : fields[19]
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** What a postmaster says of itself in its data directory. */
export interface PidFile {
  readonly pid: number
  readonly port: number
  readonly socketDirectory: string
  readonly ready: boolean
}

export async function readPidFile(cluster: string): Promise<PidFile | undefined> {
  const text = await readIfPresent(join(cluster, 'postmaster.pid'))
  if (text === undefined) return undefined
  const [pid, , , port, socketDirectory = '', , , status] = text.split('\n')
  return { pid: Number(pid || NaN), port: Number(port), socketDirectory, ready: status?.trim() === 'ready' }
}

/** Ends whatever still serves the cluster after its gateway was killed; the caller holds the gateway's lock. */
export async function stopOrphan(cluster: string, user: SystemUser | undefined, log: Log): Promise<void> {
  const file = await readPidFile(cluster)
  if (file === undefined) return
  if (await isServing(file.pid, cluster, user)) {
    log(`stopping the PostgreSQL server (process ${file.pid}) that a killed gateway left running`)
    await endProcess(file.pid, ['SIGINT', 'SIGQUIT'])
  }
  // Backends outlive a killed postmaster until they notice, and their shared memory bars the next one.
  for (const pid of await serversOf(cluster, user)) await endProcess(pid, ['SIGQUIT', 'SIGKILL'])
  // PostgreSQL clears away what a dead process left, but takes any other holder of the number for a server.
  const isBarred = !Number.isInteger(file.pid) || exists(file.pid)
  if (isBarred) await rm(join(cluster, 'postmaster.pid'), { force: true })
  if (basename(file.socketDirectory).startsWith(SOCKET_PREFIX)) {
    await rm(file.socketDirectory, { recursive: true, force: true })
  }
}

/** Marks a socket directory made for one run, which nobody else removes after a kill. */
export const SOCKET_PREFIX = 'throughcare-socket-'

/** A process number alone proves nothing: it may have been given to another program since. */
export async function isServing(
  pid: number,
  cluster: string,
  user: SystemUser | undefined,
): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0 || (await startTimeOf(pid)) === undefined) return false
  if (process.platform === 'linux') return (await serversOf(cluster, user)).includes(pid)
  const command = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'command=']).catch(
    () => undefined,
  )
  return command?.stdout.includes(`postgres -D ${cluster} `) ?? false
}

/** Every PostgreSQL process works inside its data directory, which only its own account may look up. */
async function serversOf(cluster: string, user: SystemUser | undefined): Promise<number[]> {
  if (process.platform !== 'linux') return []
  const script = 'for each in /proc/[0-9]*; do [ "$each/cwd" -ef "$1" ] && echo "${each##*/}"; done; :'
  const found = await run('/bin/sh', ['-c', script, 'sh', cluster], user).catch(() => '')
  const servers: number[] = []
  for (const pid of found.split('\n').filter(Boolean).map(Number)) {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
    if (name.trim() === 'postgres') servers.push(pid)
  }
  return servers
}

const PATIENCE_MS = 10_000

export async function endProcess(pid: number, signals: readonly NodeJS.Signals[]): Promise<void> {
  for (const signal of signals) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if (codeOf(error) === 'ESRCH') return
      throw error
    }
    if (await endsInTime(pid)) return
  }
  throw new EmbeddedFault(`the PostgreSQL process ${pid} does not end`)
}

async function endsInTime(pid: number): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS
  while ((await startTimeOf(pid)) !== undefined) {
    if (Date.now() > deadline) return false
    await sleep(10)
  }
  return true
}
