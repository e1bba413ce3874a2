import type { Catalogue } from './catalogue/catalogue'
import { readSchema } from './catalogue/read-schema'
import type { Config } from './config'
import type { Cursors } from './query/cursor'
import { readableSets } from './query/readable-sets'
import { checkTables } from './store/check-tables'
import { openDatabase, type Connection, type Database } from './store/database'
import { lockDataDir } from './store/embedded'
import { keepDictionary } from './store/journal-rows'
import { migrate } from './store/migrate'
import { grantReading } from './store/reader-roles'
import { readCursorKeys, sealedCursors } from './store/sealed-cursors'
import { readSchemaFiles } from './store/package-files'
import { superviseEmbedded } from './store/supervised'

/** The database, migrated and checked against the schema, with the schema's catalogue. */
export interface Store {
  readonly catalogue: Catalogue
  readonly database: Database
  readonly cursors: Cursors
  close(): Promise<void>
}

/** Opens the user's own server where DATABASE_URL names one, the embedded one otherwise. */
export async function openStore(config: Config, log: (line: string) => void): Promise<Store> {
  const catalogue = readSchema(readSchemaFiles())
  const reached =
    config.databaseUrl === undefined ? await openEmbedded(config, log) : ownServer(config.databaseUrl)
  let database: Database | undefined
  const close = async () => {
    await database?.close()
    await reached.close()
  }
  try {
    await migrate(ownerOf(config, reached.connection), runtimeUser(config), log).catch((error: unknown) => {
      throw unreachable(config, error)
    })
    database = openDatabase(reached.connection, (error) =>
      log(`a database connection was lost: ${error.message}`),
    )
    reached.use(database)
    await checkTables(catalogue, database.pools.reader)
    await grantReading(ownerOf(config, reached.connection), runtimeUser(config), readableSets(catalogue))
    await keepDictionary(database.pools.appender, catalogue.dictionary.version, catalogue.dictionary.fields)
    const cursors = sealedCursors(await readCursorKeys(ownerOf(config, reached.connection)))
    return { catalogue, database, cursors, close }
  } catch (error) {
    await close()
    throw error
  }
}

interface Reached {
  readonly connection: Connection
  use(database: Database): void
  close(): Promise<void>
}

function ownServer(connectionString: string): Reached {
  return { connection: { connectionString }, use: () => undefined, close: () => Promise.resolve() }
}

async function openEmbedded(config: Config, log: (line: string) => void): Promise<Reached> {
  const lock = await lockDataDir(config.dataDir)
  let database: Database | undefined
  try {
    const server = await superviseEmbedded({
      dataDir: config.dataDir,
      log,
      onRestart: (connection) => database?.moveTo(connection),
    })
    return {
      connection: server.connection,
      use: (opened) => {
        database = opened
      },
      close: async () => {
        await server.stop()
        await lock.release()
      },
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}

function ownerOf(config: Config, connection: Connection): Connection {
  return config.migrationDatabaseUrl === undefined
    ? connection
    : { connectionString: config.migrationDatabaseUrl }
}

/** Where the owner is another user than the gateway's, the gateway's must be allowed to act in its roles. */
function runtimeUser({ databaseUrl, migrationDatabaseUrl }: Config): string | undefined {
  if (databaseUrl === undefined || migrationDatabaseUrl === undefined) return undefined
  return decodeURIComponent(new URL(databaseUrl).username) || undefined
}

/** A server of the user's own that does not answer is named by the variable that names it. */
function unreachable(config: Config, error: unknown): unknown {
  const { code, message } = error as { code?: string; message?: string }
  const refused =
    code !== undefined && /^(ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|ENOENT|28P01|3D000)$/.test(code)
  if (config.databaseUrl === undefined || !refused) return error
  const variable = config.migrationDatabaseUrl === undefined ? 'DATABASE_URL' : 'MIGRATION_DATABASE_URL'
  return new Error(`the database that ${variable} names cannot be reached: ${message ?? code}`, {
    cause: error,
  })
}
