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

/** Runs the embedded server and starts it again when it dies under us, so that a crash costs seconds, not a restart of the gateway. */
export async function superviseEmbedded({
  dataDir,
  log,
  onRestart,
}: SuperviseOptions): Promise<SupervisedDatabase> {
  let server: EmbeddedDatabase = await startEmbedded({ dataDir, log })
  const { connection } = server
  const stopping = new AbortController()
  const startAgain = async (): Promise<EmbeddedDatabase> => {
    for (;;) {
      try {
        return await startEmbedded({ dataDir, log })
      } catch (error) {
        log(
          `the database server cannot be started yet: ${error instanceof Error ? error.message : String(error)}`,
        )
        await sleep(1_000)
      }
    }
  }
  const supervision = (async () => {
    while (!stopping.signal.aborted) {
      await server.ended
      if (stopping.signal.aborted) return
      log('the database server ended unexpectedly; it is started again')
      server = await startAgain()
      onRestart(server.connection)
    }
  })()
  return {
    connection,
    stop: async () => {
      stopping.abort()
      await server.stop()
      await supervision
    },
  }
}
