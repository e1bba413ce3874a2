import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { Connection } from '../../src/store/database'

export interface TestDatabase {
  readonly connection: Connection
  drop(): Promise<void>
}

/** An empty, migrated database of its own for one test file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = testServer()
  const name = `test_${randomBytes(8).toString('hex')}`
  await copyTemplate(server, name)
  return testDatabase(server, name)
}

/** One in which nothing is yet. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const server = testServer()
  const name = `test_${randomBytes(8).toString('hex')}`
  await administer(server, createStatement(name))
  return testDatabase(server, name)
}

function testDatabase(server: Connection, name: string): TestDatabase {
  return {
    connection: connectionTo(server, name),
    drop: () => administer(server, `drop database if exists ${name} with (force)`),
  }
}

export function createStatement(name: string): string {
  return `create database ${name} template template0 encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8'`
}

/** Every test file's database starts as a copy of this one, which costs far less than migrating again. */
export const TEMPLATE = 'throughcare_template'

/** Where global-setup.ts leaves the server for the workers, which share nothing but the environment. */
export const SERVER_VARIABLE = 'THROUGHCARE_TEST_DATABASE'

function testServer(): Connection {
  const text = process.env[SERVER_VARIABLE]
  if (text === undefined) throw new Error(`${SERVER_VARIABLE} is not set: run the tests through Jest`)
  return JSON.parse(text) as Connection
}

/** The same server, another database. */
export function connectionTo(server: Connection, database: string): Connection {
  if (server.connectionString === undefined) return { ...server, database }
  const url = new URL(server.connectionString)
  url.pathname = `/${database}`
  return { connectionString: url.href }
}

/** Statements that concern whole databases, each on its own, since none may run in a transaction. */
export async function administer(server: Connection, ...statements: string[]): Promise<void> {
  const client = new Client({ ...server, application_name: 'throughcare test support' })
  try {
    await client.connect()
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

const COPY_ATTEMPTS = 20

async function copyTemplate(server: Connection, name: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await administer(server, `create database ${name} template ${TEMPLATE}`)
      return
    } catch (error) {
      if (attempt === COPY_ATTEMPTS || !isInUse(error)) throw error
      await sleep(250)
    }
  }
}

/** "source database is being accessed by other users": a vacuum of the template, over in a moment. */
function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55006'
}
