import { createServer } from 'node:http'
import express from 'express'
import { Pool, type PoolConfig } from 'pg'
import { insertBare, type BatchRows } from './bare-insert'
import { serve } from './push-servers'

/** What most teams would build to take documents in: Express, and one awaited transaction a request. */
function main(): void {
  const pool = new Pool({ ...(JSON.parse(process.argv[2] ?? '') as PoolConfig), max: 12 })
  const app = express()
  app.post('/', express.json({ limit: '1mb' }), async (request, response) => {
    const client = await pool.connect()
    try {
      await insertBare(client, request.body as BatchRows)
      response.json({ applied: true })
    } finally {
      client.release()
    }
  })
  serve(createServer(app), () => pool.end())
}

main()
