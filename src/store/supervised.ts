import { setTimeout as sleep } from 'node:timers/promises'
import { startEmbedded, type EmbeddedConnection, type EmbeddedDatabase } from './embedded'

export interface SupervisedDatabase {
  readonly connection: EmbeddedConnection
  stop(): Promise<void>
}

export interface SuperviseOptions {
  readonly dataDir: string
  readonly log: (line: string) => void
  /** Called with where it is reached now, after a server that died was started again. */
  readonly onRestart: (connection: EmbeddedConnection) => void
}

const RETRY_MS = 1_000

/** Runs the embedded server and starts it again when it dies under us, so that a crash costs seconds, not a restart of the gateway. */
export async function superviseEmbedded({
  dataDir,
  log,
  onRestart,
}: SuperviseOptions): Promise<SupervisedDatabase> {
  let server: EmbeddedDatabase = await startEmbedded({ dataDir, log })
  const { connection } = server
  let stopping = false
  const isStopping = () => stopping
  const startAgain = async (): Promise<void> => {
    while (!isStopping()) {
      try {
        server = await startEmbedded({ dataDir, log })
        onRestart(server.connection)
        return
      } catch (error) {
        log(
          `the database server cannot be started yet: ${error instanceof Error ? error.message : String(error)}`,
        )
        await sleep(RETRY_MS)
      }
    }
  }
  const supervision = (async () => {
    for (;;) {
      await server.ended
      if (isStopping()) return
      log('the database server ended unexpectedly; it is started again')
      await startAgain()
      // Told to stop while it started: nobody else knows of the new one.
      if (isStopping()) await server.stop()
    }
  })()
  return {
    connection,
    stop: async () => {
      stopping = true
      await server.stop()
      await supervision
    },
  }
}
