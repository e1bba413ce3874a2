import { createServer } from 'node:http'
import { ApolloServer } from '@apollo/server'
import { expressMiddleware } from '@as-integrations/express5'
import express from 'express'
import { Pool, type PoolConfig } from 'pg'
import { insertBare, type BatchRows } from './bare-insert'
import { loaders, type LoaderOf } from './loaders'
import { serve } from './push-servers'

/** What the process is told, as JSON in its first argument. */
export interface PushStackOptions {
  readonly connection: PoolConfig
  /** Tables of the record that hold rows of the documents' people. */
  readonly tables: readonly string[]
}

const SDL = /* GraphQL */ `
  scalar Rows
  type Query {
    ready: Boolean!
  }
  type Mutation {
    take(number: String!, rows: Rows!): Boolean!
  }
`

interface Context {
  readonly loader: LoaderOf
}

/**
 * What most teams would build to take documents in: Express and Apollo Server; DataLoader for whose it is and what is
 * held of them, which a document is compared with; and an awaited transaction a request. What it makes of the
 * document is given to it, and it weighs no rights.
 */
async function main(): Promise<void> {
  const { connection, tables } = JSON.parse(process.argv[2] ?? '') as PushStackOptions
  const pool = new Pool({ ...connection, max: 12, options: '-c timezone=UTC -c jit=off' })
  const take = async (
    _: unknown,
    { number, rows }: { number: string; rows: BatchRows },
    { loader }: Context,
  ) => {
    const [identifier] = await loader('identifier', 'value', 'id').load(number)
    if (!identifier) throw new Error('nobody')
    const held = tables.map((table) => loader(table, 'offender_id', 'offender_id'))
    await Promise.all(held.map((each) => each.load(identifier['offender_id'])))
    const client = await pool.connect()
    try {
      await insertBare(client, rows)
    } finally {
      client.release()
    }
    return true
  }
  const apollo = new ApolloServer<Context>({ typeDefs: SDL, resolvers: { Mutation: { take } } })
  await apollo.start()
  const app = express()
  const context = () => Promise.resolve({ loader: loaders(pool) })
  app.use('/', express.json({ limit: '1mb' }), expressMiddleware(apollo, { context }))
  serve(createServer(app), () => pool.end())
}

void main()
