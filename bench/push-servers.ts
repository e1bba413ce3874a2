import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Serves on a free port, says where, and ends when it is told to. */
export function serve(server: Server, end: () => Promise<unknown>): void {
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`ready at http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
  })
  process.once('SIGTERM', () => {
    server.close()
    server.closeAllConnections()
    void end().then(() => process.exit(0))
  })
}
