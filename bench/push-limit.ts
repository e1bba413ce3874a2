import { createServer } from 'node:http'
import { Client, type ClientConfig } from 'pg'
import { insertBare, type BatchRows } from './bare-insert'
import { serve } from './push-servers'

/**
 * The limit of a push: node:http, and a durable group commit of the rows that the gateway writes of a document, one set
 * for each table: while one is on its way the next gathers. No rights, no tokens, nothing read or weighed.
 */
async function main(): Promise<void> {
  const session = new Client(JSON.parse(process.argv[2] ?? '') as ClientConfig)
  await session.connect()
  let waiting: { readonly rows: BatchRows; done(error?: unknown): void }[] = []
  let isWriting = false
  const goOn = async () => {
    if (isWriting) return
    isWriting = true
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      const error = await insertBare(session, together(group.map(({ rows }) => rows))).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      for (const { done } of group) done(error)
    }
    isWriting = false
  }
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => (body += part))
    request.on('end', () => {
      const done = (error?: unknown) => {
        response.statusCode = error === undefined ? 200 : 500
        response.end(error === undefined ? '{"applied":true}' : 'not written')
      }
      waiting.push({ rows: JSON.parse(body) as BatchRows, done })
      void goOn()
    })
  })
  serve(server, () => session.end())
}

/** Rows of several documents as one set for each table. */
function together(documents: readonly BatchRows[]): BatchRows {
  const sets: Record<string, string[]> = {}
  for (const rows of documents)
    for (const [table, text] of Object.entries(rows)) (sets[table] ??= []).push(text.slice(1, -1))
  return Object.fromEntries(Object.entries(sets).map(([table, texts]) => [table, `[${texts.join()}]`]))
}

void main()
