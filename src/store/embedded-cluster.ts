import { randomBytes } from 'node:crypto'
import { chmod, chown, lchown, mkdtemp, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Binaries, EmbeddedFault, type Log, run, syncDirectory, type SystemUser } from './embedded-host'
import { readIfPresent } from './embedded-processes'

export interface Site {
  readonly directory: string
  readonly cluster: string
  readonly user: SystemUser | undefined
  readonly binaries: Binaries
  readonly log: Log
}

export const NAME = 'throughcare'
const MAJOR = '18'

export async function hasCluster({ cluster, user }: Site): Promise<boolean> {
  const found = await stat(cluster).catch(() => undefined)
  if (found === undefined) return false
  if (user === undefined && found.uid !== process.geteuid?.()) {
    throw new EmbeddedFault(
      `${cluster} belongs to another system user (uid ${found.uid}): start the gateway as that user or as root`,
    )
  }
  const version = (await readIfPresent(join(cluster, 'PG_VERSION')))?.trim()
  if (version === undefined) {
    if ((await readdir(cluster)).length === 0) return false
    throw new EmbeddedFault(`${cluster} is not empty and holds no PostgreSQL cluster: move it away`)
  }
  if (version !== MAJOR) {
    throw new EmbeddedFault(
      `${cluster} was made by PostgreSQL ${version} and this gateway runs ${MAJOR}: move it over with pg_dump and pg_restore`,
    )
  }
  // A cluster put back by root, from a backup say, belongs to root.
  if (user !== undefined && found.uid === 0) await chownTree(cluster, user)
  await chmod(cluster, 0o700)
  return true
}

async function chownTree(path: string, user: SystemUser): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name)
    if (entry.isDirectory()) await chownTree(child, user)
    else await lchown(child, user.uid, user.gid)
  }
  await lchown(path, user.uid, user.gid)
}

/** Made beside its place and moved there when it is whole, so that a kill leaves no half of one. */
export async function createCluster({ directory, cluster, user, binaries, log }: Site): Promise<void> {
  log(`creating the PostgreSQL cluster in ${cluster}`)
  for (const name of await readdir(directory)) {
    if (name.startsWith(WORKSHOP_PREFIX)) await rm(join(directory, name), REMOVAL)
  }
  const workshop = await mkdtemp(join(directory, WORKSHOP_PREFIX))
  const passwordFile = join(workshop, 'password')
  await writeFile(passwordFile, await makePassword(directory), { mode: 0o600 })
  if (user !== undefined) {
    await chown(passwordFile, user.uid, user.gid)
    await chown(workshop, user.uid, user.gid)
  }
  const made = join(workshop, 'data')
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const access = [`--username=${NAME}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  try {
    await run(binaries.initdb, ['-D', made, ...locale, ...access, '--no-instructions'], user)
    await rename(made, cluster)
    await syncDirectory(directory)
  } finally {
    await rm(workshop, REMOVAL)
  }
}

const WORKSHOP_PREFIX = 'postgres-init-'

/** The initdb of a killed start may still be writing for a moment. */
const REMOVAL = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }

/** Kept when a killed start has already made it. */
async function makePassword(directory: string): Promise<string> {
  const file = join(directory, PASSWORD_FILE)
  const kept = await readIfPresent(file)
  if (kept !== undefined) return kept
  const password = randomBytes(24).toString('base64url')
  const handle = await open(`${file}.new`, 'w', 0o600)
  await handle.writeFile(password)
  await handle.sync()
  await handle.close()
  await rename(`${file}.new`, file)
  return password
}

const PASSWORD_FILE = 'postgres-password'

export async function readPassword(directory: string): Promise<string> {
  const password = await readIfPresent(join(directory, PASSWORD_FILE))
  if (password !== undefined) return password
  throw new EmbeddedFault(
    `${join(directory, PASSWORD_FILE)} is missing: restore it, the cluster beside it cannot be opened without`,
  )
}
