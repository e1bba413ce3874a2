import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Client, type ClientConfig } from 'pg'
import { signDevelopmentToken, type DevelopmentClaims } from '../src/http/development-issuer'
import { joinEmbedded } from '../src/store/embedded'

export const ROOT = resolve(__dirname, '..', '..')

/** The built product in a process of its own, on an empty database, and sessions of the database's owner beside it. */
export interface GatewayProcess {
  readonly url: string
  /** Resident memory of the gateway now, in MiB. */
  memory(): number
  token(claims: DevelopmentClaims): Promise<string>
  /** Ends with the gateway. */
  session(): Promise<Client>
  /** How the owner reaches its database. */
  readonly connection: ClientConfig
  stop(): Promise<void>
  /** Stops it and leaves its data where this says. */
  leave(): Promise<string>
}

/** `profiles`: a folder that the gateway leaves its CPU profile in when it stops; `data`: what another left. */
export async function startGateway({
  offenders = 0,
  profiles,
  data,
}: {
  readonly offenders?: number
  readonly profiles?: string
  readonly data?: string
} = {}): Promise<GatewayProcess> {
  const dataDir = data ?? (await newFolder())
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    DATA_DIR: dataDir,
    PORT: '0',
    DEMO_OFFENDERS: String(offenders),
  }
  const profiling = profiles === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profiles]
  const child = spawn(process.execPath, [...profiling, join(ROOT, 'dist', 'cli.js'), 'serve'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = (await readyUrl(child.stdout)).replace(/\/graphql$/, '')
  const connection = await joinEmbedded(dataDir)
  if (!connection) throw new Error('no database runs')
  const sessions: Client[] = []
  const end = async () => {
    for (const session of sessions) await session.end()
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  return {
    url,
    connection,
    memory: () => residentMiB(child.pid ?? 0),
    token: (claims) => signDevelopmentToken(dataDir, claims, 12 * 3600),
    session: async () => {
      const session = new Client(connection)
      await session.connect()
      sessions.push(session)
      return session
    },
    stop: async () => {
      await end()
      await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    },
    leave: async () => {
      await end()
      return dataDir
    },
  }
}

/** Started as root, the database runs as another user, who has to get in. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'throughcare-bench-'))
  await chmod(folder, 0o711)
  return folder
}

/** The address that a server's ready line gives. */
export async function readyUrl(stdout: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const part of stdout.setEncoding('utf8')) {
    text += String(part)
    const url = /ready at (http:\/\/\S+)/.exec(text)?.[1]
    if (url === undefined) continue
    stdout.resume()
    return url
  }
  throw new Error(`it ended before it was ready: ${text}`)
}

function residentMiB(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(kibibytes ?? 0) / 1024)
}
