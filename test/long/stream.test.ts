import { setTimeout as sleep } from 'node:timers/promises'
import { aLine } from '../support/lines'
import { headersFor, Processes } from '../support/process'

const processes = new Processes()

afterEach(() => processes.cleanUp())

/** Beyond the five minutes in which any other request must have arrived. */
const STREAM_MS = 330_000
const LINE_MS = 5_000

test('a stream that goes on for long is not cut off', async () => {
  const dataDir = await processes.dataDir()
  const { url } = await processes.serve(dataDir)
  const headers = await headersFor(dataDir, { roles: ['PRISON_SYSTEM'], client_id: 'prison-system' })
  const count = STREAM_MS / LINE_MS
  async function* lines(): AsyncGenerator<Uint8Array> {
    for (let n = 0; n < count; n++) {
      yield Buffer.from(`${aLine(n)}\n`)
      await sleep(LINE_MS)
    }
  }
  const response = await fetch(`${url}/ingest/prisoner-search`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-ndjson' },
    body: ReadableStream.from(lines()),
    duplex: 'half',
  })
  const { results } = JSON.parse(await response.text()) as { results: { outcome: string }[] }
  expect(results.map(({ outcome }) => outcome)).toEqual(Array.from({ length: count }, () => 'APPLIED'))
})
