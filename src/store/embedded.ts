import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, mkdtemp, open, readFile, realpath, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { createCluster, hasCluster, NAME, readPassword, type Site } from './embedded-cluster'
import {
  childOptions,
  codeOf,
  databaseUser,
  EmbeddedFault,
  faultFrom,
  findBinaries,
  firstUnreachable,
  reasonIn,
  openDataDir,
  refuseUnreachable,
} from './embedded-host'
import { endProcess, isServing, readPidFile, SOCKET_PREFIX, stopOrphan } from './embedded-processes'

export { EmbeddedFault } from './embedded-host'
export { lockDataDir } from './embedded-processes'

/** Usable as it is as configuration of a `pg` client. */
export interface EmbeddedConnection {
  /** The directory of the Unix socket. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Said outright, else `PGSSLMODE` in the environment asks the socket for TLS. */
  readonly ssl: false
}

export interface EmbeddedDatabase {
  readonly connection: EmbeddedConnection
  readonly pid: number
  /** Fast shutdown, an immediate one after ten seconds. */
  stop(): Promise<void>
  /** Resolves when the server ends for whatever reason. */
  readonly ended: Promise<ServerEnd>
}

export interface ServerEnd {
  readonly code: number | null
  readonly signal: string | null
}

export interface EmbeddedOptions {
  readonly dataDir: string
  readonly log?: (line: string) => void
  /** PostgreSQL settings that replace or extend our own. */
  readonly settings?: Record<string, string>
}

/** Starts the real server on `<dataDir>/postgres`; the caller holds the lock of the data directory. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { dataDir, log = () => undefined, settings = {} } = options
  try {
    const directory = await openDataDir(dataDir)
    const cluster = join(directory, 'postgres')
    const user = await databaseUser(cluster)
    await refuseUnreachable(directory, user)
    const binaries = await findBinaries(directory, user, log)
    try {
      return await startIn({ directory, cluster, user, binaries, log }, settings)
    } catch (error) {
      await binaries.discard()
      throw error
    }
  } catch (error) {
    throw faultFrom(error, `PostgreSQL cannot be started in ${dataDir}`)
  }
}

/** How a command joins the server of a running gateway; undefined when none is ready. */
export async function joinEmbedded(dataDir: string): Promise<EmbeddedConnection | undefined> {
  try {
    const directory = await realpath(resolve(dataDir)).catch(() => undefined)
    if (directory === undefined) return undefined
    const cluster = join(directory, 'postgres')
    const file = await readPidFile(cluster)
    if (!file?.ready || !(await isServing(file.pid, cluster, await databaseUser(cluster)))) return undefined
    return connectionTo(file.socketDirectory, file.port, await readPassword(directory))
  } catch (error) {
    throw faultFrom(error, `the database in ${dataDir} cannot be joined`)
  }
}

async function startIn(site: Site, settings: Record<string, string>): Promise<EmbeddedDatabase> {
  if (await hasCluster(site)) await stopOrphan(site.cluster, site.user, site.log)
  else await createCluster(site)
  const password = await readPassword(site.directory)
  const server = await launch(site, settings)
  const { pid, ended } = server
  const connection = connectionTo(server.socketDirectory, PORT, password)
  const stop = async () => {
    if (!server.hasEnded()) await endProcess(pid, ['SIGINT', 'SIGQUIT'])
    await ended
  }
  try {
    await untilReady(site, server)
    await openDatabase(connection)
  } catch (error) {
    await stop()
    throw error
  }
  let stopped: Promise<void> | undefined
  return { connection, pid, ended, stop: () => (stopped ??= stop()) }
}

function connectionTo(host: string, port: number, password: string): EmbeddedConnection {
  return { host, port, user: NAME, password, database: NAME, ssl: false }
}

const PORT = 5432

const SETTINGS = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  timezone: 'UTC',
  log_timezone: 'UTC',
  shared_buffers: '256MB',
  max_connections: '60',
  synchronous_commit: 'on',
  fsync: 'on',
  jit: 'off',
  // Statements, details and messages of failed statements hold personal data; the gateway gets them itself.
  log_parameter_max_length_on_error: '0',
  log_min_error_statement: 'panic',
  log_min_messages: 'log',
  log_error_verbosity: 'terse',
}

interface Server {
  readonly pid: number
  readonly socketDirectory: string
  readonly logFile: string
  /** Where in the log this run begins. */
  readonly logStart: number
  readonly ended: Promise<ServerEnd>
  hasEnded(): boolean
}

async function launch(site: Site, settings: Record<string, string>): Promise<Server> {
  const { cluster, user, binaries } = site
  const { path: socketDirectory, discard } = await makeSocketDirectory(site)
  const fixed = { unix_socket_directories: `"${socketDirectory.replaceAll('"', '""')}"`, port: String(PORT) }
  const given = Object.entries({ ...SETTINGS, ...settings, ...fixed })
  const args = ['-D', cluster, ...given.flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const logFile = join(site.directory, 'postgres.log')
  const handle = await open(logFile, 'a', 0o600)
  try {
    const logStart = (await handle.stat()).size
    // Its own process group: an interrupt typed at the terminal must not end it before requests drain.
    const child = spawn(binaries.postgres, args, {
      ...childOptions(user),
      detached: true,
      stdio: ['ignore', handle.fd, handle.fd],
    })
    const ended = endOf(child).then(async (end) => {
      await Promise.allSettled([discard(), binaries.discard()])
      return end
    })
    await once(child, 'spawn')
    const hasEnded = () => child.exitCode !== null || child.signalCode !== null
    return { pid: child.pid ?? 0, socketDirectory, logFile, logStart, ended, hasEnded }
  } finally {
    await handle.close()
  }
}

const SOCKET_PATH_BYTES = 100

/** Beside the cluster unless the socket's path would be too long for the kernel; never where others can go. */
async function makeSocketDirectory({
  directory,
  user,
}: Site): Promise<{ path: string; discard(): Promise<void> }> {
  const usual = join(directory, 'run')
  const fits = (path: string) => Buffer.byteLength(join(path, `.s.PGSQL.${PORT}`)) <= SOCKET_PATH_BYTES
  await rm(usual, { recursive: true, force: true })
  if (fits(usual)) {
    await mkdir(usual, { mode: 0o700 })
    if (user !== undefined) await chown(usual, user.uid, user.gid)
    return { path: usual, discard: async () => undefined }
  }
  const isOpen = async (place: string) => (await firstUnreachable(place, user)) === undefined
  const place = fits(join(tmpdir(), `${SOCKET_PREFIX}XXXXXX`)) && (await isOpen(tmpdir())) ? tmpdir() : '/tmp'
  const path = await mkdtemp(join(place, SOCKET_PREFIX))
  if (user !== undefined) await chown(path, user.uid, user.gid)
  return { path, discard: () => rm(path, { recursive: true, force: true }) }
}

function endOf(child: ChildProcess): Promise<ServerEnd> {
  return new Promise((done) => child.once('exit', (code, signal) => done({ code, signal })))
}

const READY_TIMEOUT_MS = 60_000

/** A recovery that still reports progress in the log is not cut short: it would start over each time. */
async function untilReady({ cluster }: Site, server: Server): Promise<void> {
  let deadline = Date.now() + READY_TIMEOUT_MS
  let logSize = server.logStart
  while (Date.now() < deadline) {
    if (server.hasEnded()) throw new EmbeddedFault(await whyEnded(server))
    const file = await readPidFile(cluster)
    if (file?.pid === server.pid && file.ready) return
    const { size } = await stat(server.logFile)
    if (size > logSize) deadline = Date.now() + READY_TIMEOUT_MS
    logSize = size
    await sleep(10)
  }
  throw new EmbeddedFault(`PostgreSQL was not ready within 60 seconds (see ${server.logFile})`)
}

async function whyEnded({ logFile, logStart }: Server): Promise<string> {
  const said = (await readFile(logFile)).subarray(logStart).toString('utf8')
  return `PostgreSQL did not start: ${reasonIn(said)} (see ${logFile})`
}

/** The first start finds no database of ours, nor does the one after a first start that was killed. */
async function openDatabase(connection: EmbeddedConnection): Promise<void> {
  try {
    await withClient(connection, async () => undefined)
  } catch (error) {
    if (codeOf(error) !== MISSING_DATABASE) throw error
    await withClient({ ...connection, database: 'postgres' }, async (client) => {
      await client.query(`create database ${NAME}`)
    })
  }
}

const MISSING_DATABASE = '3D000'

async function withClient(config: EmbeddedConnection, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ ...config, connectionTimeoutMillis: 10_000 })
  // A server that dies meanwhile fails the query; said as an event as well it would end the process.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await use(client)
  } finally {
    await client.end()
  }
}
