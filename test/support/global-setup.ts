import { rmSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSchema } from '../../src/catalogue/read-schema'
import { readableSets } from '../../src/query/readable-sets'
import type { Connection } from '../../src/store/database'
import { startEmbedded } from '../../src/store/embedded'
import { migrate } from '../../src/store/migrate'
import { readSchemaFiles } from '../../src/store/package-files'
import { grantReading } from '../../src/store/reader-roles'
import { administer, connectionTo, createStatement, SERVER_VARIABLE, TEMPLATE } from './database'

/** One server for the whole run, with one migrated database from which every test file gets a copy. */
export default async function globalSetup(): Promise<void> {
  const url = process.env['THROUGHCARE_TEST_DATABASE_URL']
  const server = url === undefined || url === '' ? await startOwnServer() : useServer(url)
  try {
    await createTemplate(server.connection)
  } catch (error) {
    await server.stop()
    throw error
  }
  process.env[SERVER_VARIABLE] = JSON.stringify(server.connection)
  stop = () => server.stop()
}

/** What global-teardown.ts has to do. */
export async function stopServer(): Promise<void> {
  await stop()
}

let stop: () => Promise<void> = () => Promise.resolve()

interface TestServer {
  readonly connection: Connection
  stop(): Promise<void>
}

// The journal refuses to append where commits are not durable, so fsync stays on; these save time elsewhere.
const SETTINGS = {
  max_connections: '200',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '2GB',
  checkpoint_timeout: '30min',
}

/** A directory that nobody else knows of needs no lock. */
async function startOwnServer(): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'throughcare-test-'))
  // Started as root, the server runs as another user, who has to get in.
  await chmod(directory, 0o711)
  const remove = () => rm(directory, { recursive: true, force: true })
  try {
    const { connection, pid, stop } = await startEmbedded({ dataDir: directory, settings: SETTINGS })
    const forget = onAbruptExit(() => {
      process.kill(pid, 'SIGQUIT')
      rmSync(directory, { recursive: true, force: true })
    })
    return {
      connection,
      stop: async () => {
        forget()
        await stop()
        await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}

/** The server has its own process group: an interrupted run would leave it behind. */
function onAbruptExit(leave: () => void): () => void {
  const interrupted = () => process.exit(130)
  process.once('exit', leave)
  process.once('SIGINT', interrupted)
  process.once('SIGTERM', interrupted)
  return () => {
    process.off('exit', leave)
    process.off('SIGINT', interrupted)
    process.off('SIGTERM', interrupted)
  }
}

/** A PostgreSQL 18 that is there already, reached as a superuser; only one run at a time may use it. */
function useServer(url: string): TestServer {
  const connection = { connectionString: url }
  return {
    connection,
    stop: () => administer(connection, `drop database if exists ${TEMPLATE} with (force)`),
  }
}

async function createTemplate(server: Connection): Promise<void> {
  await administer(server, `drop database if exists ${TEMPLATE} with (force)`, createStatement(TEMPLATE))
  await migrate(connectionTo(server, TEMPLATE), undefined, () => undefined)
  // Copies are granted the same already.
  await grantReading(connectionTo(server, TEMPLATE), undefined, readableSets(readSchema(readSchemaFiles())))
  // A database that someone is connected to cannot be copied.
  await administer(server, `alter database ${TEMPLATE} with allow_connections false`)
}
