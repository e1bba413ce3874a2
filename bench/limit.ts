import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool, type PoolConfig } from 'pg'
import { CASE_SUMMARY, CASELOAD, RISK_HISTORY } from './hand-written'
import { GroupCommit, type EntrySize } from './entry-writer'

/** What the process is told, as JSON in its first argument. */
export interface LimitOptions {
  readonly connection: PoolConfig
  /** What the gateway puts on record of an answer to each question. */
  readonly entries: Readonly<Record<string, EntrySize>>
  /** Who is in no list. */
  readonly barred: readonly string[]
}

/**
 * The limit: node:http, one hand-written prepared statement that returns finished JSON, and a durable group commit of
 * as many journal rows, of the same size, as the gateway writes. No rights, no tokens, no GraphQL.
 */
function main(): void {
  const { connection, entries, barred } = JSON.parse(process.argv[2] ?? '') as LimitOptions
  // Few, as they share the processors.
  const reads = new Pool({ ...connection, max: 4, options: '-c timezone=UTC -c jit=off' })
  const journal = new GroupCommit(connection)
  const statements: Readonly<Record<string, string>> = {
    CaseSummary: CASE_SUMMARY,
    RiskHistory: RISK_HISTORY,
    Caseload: CASELOAD,
  }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      void answer(body).then(
        (text) => response.setHeader('content-type', 'application/json').end(text),
        (error: unknown) => response.writeHead(500).end(String(error)),
      )
    })
  })
  const answer = async (body: string): Promise<string> => {
    const { question, key } = JSON.parse(body) as { question: string; key: string }
    const { rows } = await reads.query<{ data: string; seen: string[] }>({
      name: question,
      text: statements[question] ?? '',
      values: question === 'Caseload' ? [key, barred] : [key],
    })
    const row = rows[0]
    if (!row) throw new Error('nobody')
    const size = entries[question]
    if (!size) throw new Error('what is to be put on record of it is not known')
    await journal.append({ offenders: row.seen, size })
    return `{"data":{"${question === 'Caseload' ? 'offenders' : 'offender'}":${row.data}}}`
  }
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`ready at http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
  })
  process.once('SIGTERM', () => {
    server.close()
    server.closeAllConnections()
    void Promise.all([reads.end(), journal.close()]).then(() => process.exit(0))
  })
}

main()
