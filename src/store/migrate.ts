import { Client } from 'pg'
import { sha256 } from '../domain/digest'
import type { Connection } from './database'
import { readMigrationFiles } from './package-files'

export class MigrationFault extends Error {
  override readonly name = 'MigrationFault'
}

/**
 * Brings the database to the newest migration, each in a transaction of its own, as the owner. Forward
 * only: a file that was applied and has changed since is a fault. `runtimeUser` may then act as the
 * gateway's roles.
 */
export async function migrate(
  owner: Connection,
  runtimeUser: string | undefined,
  log: (line: string) => void,
): Promise<number> {
  return asOwner(owner, async (client) => {
    await checkServer(client)
    await client.query(
      'create table if not exists public.throughcare_migration (name text primary key, digest text not null, at timestamptz not null default now())',
    )
    const count = await applyAll(client, log)
    if (runtimeUser !== undefined) await grantRoles(client, runtimeUser)
    return count
  })
}

/** One at a time in a database. */
export async function asOwner<T>(owner: Connection, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ ...owner, application_name: 'throughcare migrate' })
  // A server that dies in the middle is told by the statement that fails.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('select pg_advisory_lock(7346123)')
    return await work(client)
  } finally {
    await client.end()
  }
}

async function applyAll(client: Client, log: (line: string) => void): Promise<number> {
  const applied = await client.query<{ name: string; digest: string }>(
    'select name, digest from public.throughcare_migration',
  )
  const digests = new Map(applied.rows.map((row) => [row.name, row.digest]))
  let count = 0
  for (const { name, text } of readMigrationFiles()) {
    const known = digests.get(name)
    if (known !== undefined && known !== sha256(text)) {
      throw new MigrationFault(
        `migration ${name} was applied and has changed since: this database belongs to another version`,
      )
    }
    if (known !== undefined) continue
    await apply(client, name, text)
    log(`migrated ${name}`)
    count += 1
  }
  return count
}

async function checkServer(client: Client): Promise<void> {
  const { rows } = await client.query<{ version: string; encoding: string }>(
    `select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding`,
  )
  const [server] = rows
  if (Number(server?.version) < 180_000)
    throw new MigrationFault('the database server is older than PostgreSQL 18')
  if (server?.encoding !== 'UTF8')
    throw new MigrationFault(`the database's encoding is ${server?.encoding ?? 'unknown'}, not UTF8`)
}

async function apply(client: Client, name: string, text: string): Promise<void> {
  try {
    await client.query('begin')
    await client.query(text)
    await client.query('insert into public.throughcare_migration (name, digest) values ($1, $2)', [
      name,
      sha256(text),
    ])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw new MigrationFault(`migration ${name} failed: ${reasonOf(error)}`, { cause: error })
  }
}

async function grantRoles(client: Client, user: string): Promise<void> {
  const quoted = client.escapeIdentifier(user)
  await client.query(
    `grant throughcare_reader, throughcare_writer, throughcare_appender, throughcare_auditor to ${quoted}`,
  )
}

/** Roles belong to the whole server: where another database's owner made them, an administrator lends them. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  if (!/permission denied to (grant|create) role/.test(message)) return message
  return `${message}; let an administrator run: grant throughcare_reader, throughcare_writer, throughcare_appender, throughcare_auditor to the owner with admin option (and give it createrole)`
}
