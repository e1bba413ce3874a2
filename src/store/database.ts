import { Pool, types, type PoolClient, type PoolConfig, type QueryConfig } from 'pg'
import { Refusal } from '../domain/refusal'
import { ActingSessions } from './acting-sessions'
import { PlannedOnce } from './planned-once'

/** How to reach one database; several pools act in it under roles of their own. */
export type Connection = Pick<
  PoolConfig,
  'host' | 'port' | 'user' | 'password' | 'database' | 'connectionString'
>

const ROLES = {
  reader: { role: 'throughcare_reader', max: 12, settings: '-c default_transaction_read_only=on -c jit=off' },
  // What is written is found by its key, mostly in memory: no table is read whole for it.
  writer: { role: 'throughcare_writer', max: 3, settings: '-c jit=off -c random_page_cost=1.1' },
  appender: { role: 'throughcare_appender', max: 1, settings: '-c jit=off' },
  auditor: {
    role: 'throughcare_auditor',
    max: 2,
    settings: '-c default_transaction_read_only=on -c jit=off',
  },
} as const

export type PoolName = keyof typeof ROLES

export interface Row {
  readonly [column: string]: unknown
}

/** Runs statements; what a pool, and a transaction on it, have in common. */
export interface Queryable {
  query(text: string, values?: readonly unknown[]): Promise<Row[]>
}

export interface Database {
  readonly pools: Readonly<Record<PoolName, Queryable>>
  /** Reads under the rights of a role that `grantReading` made, in the sessions of the pool `reader`. */
  readingAs(role: string): Queryable
  /** One write transaction, READ COMMITTED; rolled back when `work` throws. */
  transact<T>(work: (tx: Queryable) => Promise<T>): Promise<T>
  /** New connections go there: a server that was started again may have another socket. */
  moveTo(connection: Connection): void
  close(): Promise<void>
}

// Counters are bigint in the database and stay below 2^53.
types.setTypeParser(types.builtins.INT8, (text) => Number(text))

export function openDatabase(connection: Connection, onError: (error: Error) => void): Database {
  let closing = false
  // A session that the server ends while it is being closed was not lost.
  const noteLoss = (error: Error) => {
    if (!closing) onError(error)
  }
  const open = (name: PoolName) => openPool(connection, name, noteLoss)
  const pools = {
    reader: open('reader'),
    writer: open('writer'),
    appender: open('appender'),
    auditor: open('auditor'),
  }
  const readers = new ActingSessions(pools.reader)
  const readingAs = (role: string) => queryable({ query: (config) => readers.query(role, config) }, questions)
  return {
    pools: {
      reader: readingAs(ROLES.reader.role),
      writer: queryable(pools.writer),
      appender: queryable(pools.appender),
      auditor: queryable(pools.auditor),
    },
    readingAs,
    transact: (work) => transact(pools.writer, work),
    moveTo: (moved) => {
      for (const pool of Object.values(pools)) Object.assign(pool.options, moved)
    },
    close: async () => {
      closing = true
      await Promise.all(Object.values(pools).map((pool) => pool.end()))
    },
  }
}

const SILENCE_MS = 3_000

function openPool(connection: Connection, name: PoolName, onError: (error: Error) => void): Pool {
  const { role, max, settings } = ROLES[name]
  const timeout = name === 'writer' ? 30_000 : name === 'appender' ? 2_000 : 10_000
  const pool = new Pool({
    ...connection,
    max,
    // What a transaction writes, and what is read, is sent without waiting for each answer (src/updates/write-all.ts,
    // acting-sessions.ts).
    pipeline: name === 'writer' || name === 'reader',
    connectionTimeoutMillis: 5_000,
    // A server that has frozen, or a network that swallows everything, keeps to no timeout of its own.
    query_timeout: timeout + SILENCE_MS,
    idleTimeoutMillis: 60_000,
    application_name: `throughcare ${name}`,
    options: `-c role=${role} -c timezone=UTC -c statement_timeout=${timeout} -c lock_timeout=${timeout} -c idle_in_transaction_session_timeout=30000 -c synchronous_commit=on ${settings}`,
  })
  pool.on('error', onError)
  // The pool listens to idle connections only. One that is lost between two statements must not end the
  // process: the next statement says so.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

// Apart, so that questions that people try out never push a write's statements aside.
const questions = new PlannedOnce()
const ourOwn = new PlannedOnce()

function queryable(client: Runs, plannedOnce = ourOwn): Queryable {
  return {
    query: async (text, values = []) => {
      try {
        const name = values.length > 0 ? plannedOnce.nameOf(text) : undefined
        return (await client.query({ text, values: [...values], ...(name !== undefined && { name }) })).rows
      } catch (error) {
        throw asRefusal(error)
      }
    },
  }
}

interface Runs {
  query(config: QueryConfig): Promise<{ readonly rows: Row[] }>
}

async function transact<T>(pool: Pool, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw asRefusal(error)
  })
  let broken: Error | undefined
  try {
    const tx = queryable(client)
    await tx.query('begin')
    const result = await work(tx)
    await commit(client)
    return result
  } catch (error) {
    await client.query('rollback').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error('rollback failed')
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** PostgreSQL answers the commit of a failed transaction without an error, by rolling it back. */
async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query('commit').catch((error: unknown) => {
    throw asRefusal(error)
  })
  if (command !== 'COMMIT') throw new Error('a statement of the transaction failed, so nothing was committed')
}

/**
 * Whether the database surely rolled back, and for a reason that may lie in what it was given. One that did
 * not answer may have done either; one that is busy, full or leaving would refuse anything else as well.
 */
export function isDefiniteFailure(error: unknown): boolean {
  const state = sqlState(error instanceof Refusal ? error.cause : error)
  return state !== undefined && !/^(08|53|55|57|58|XX)/.test(state)
}

function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in (error as object)
    ? code
    : undefined
}

/** Values that PostgreSQL cannot read are the client's; what cannot be reached is nobody's fault but ours. */
function asRefusal(error: unknown): unknown {
  if (error instanceof Refusal) return error
  const state = sqlState(error)
  if (state === undefined || state.startsWith('57P') || state.startsWith('53') || state.startsWith('08')) {
    return new Refusal(
      'JOURNAL_UNAVAILABLE',
      'The record cannot be reached now, so nothing is shown.',
      undefined,
      {
        cause: error,
      },
    )
  }
  if (state === '57014' || state === '55P03') {
    return new Refusal('OVERLOADED', 'The record is busy; try again shortly.', undefined, { cause: error })
  }
  // Data exceptions, and values beyond a limit of the database.
  if (state.startsWith('22') || state === '54000') {
    return new Refusal('BAD_USER_INPUT', 'A value cannot be read as a date, a number or an id.', undefined, {
      cause: error,
    })
  }
  return error
}
