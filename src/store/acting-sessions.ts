import { escapeIdentifier, type Pool, type PoolClient, type QueryConfig, type QueryResult } from 'pg'
import { Paces } from './paces'
import { Prepared } from './planned-once'

/** So many sessions work on quick statements of a role before more are sent behind them. */
const WORKING = 2
/** For so long a session takes statements; then it ends what it has, so that whoever waits for one gets it. */
const TAKES_MS = 250

type Result = QueryResult<Record<string, unknown>>

/** A session that is in use. */
interface Working {
  readonly role: string
  readonly client: Promise<PoolClient>
  /** Takes quick statements behind those that it has. */
  readonly isShared: boolean
  readonly since: number
  unanswered: number
  answeredAt: number
  /** It is not to be used again, with what failed where something did. */
  ending: Error | boolean
}

/**
 * The sessions of one pool, acting in one role after the other: each statement runs in a session that
 * PostgreSQL has just said, or said last, acts in its role. A session in which anything failed takes nothing more.
 *
 * Quick statements of a role are sent one behind the other in few sessions (decision 31), which PostgreSQL answers in
 * that order. What is slow, or not known to be quick, has a session to itself.
 */
export class ActingSessions {
  private readonly roles = new WeakMap<PoolClient, string>()
  private readonly prepared = new Prepared<PoolClient>()
  private readonly paces = new Paces()
  private readonly working = new Set<Working>()

  constructor(private readonly pool: Pool) {}

  query(role: string, config: QueryConfig): Promise<Result> {
    const isQuick = this.paces.isQuick(config.name)
    return this.run((isQuick ? this.shared(role) : undefined) ?? this.begin(role, isQuick), config)
  }

  /** The one with the least to answer, where enough of them work, or no more can. */
  private shared(role: string): Working | undefined {
    const now = performance.now()
    const taking = [...this.working].filter(
      (each) => each.isShared && each.role === role && each.ending === false && now - each.since < TAKES_MS,
    )
    const isRoom = this.working.size < this.pool.options.max
    if (taking.length < WORKING && isRoom) return undefined
    return taking.sort((one, other) => one.unanswered - other.unanswered)[0]
  }

  private begin(role: string, isShared: boolean): Working {
    const since = performance.now()
    const client = this.acting(role)
    const session = { role, client, isShared, since, unanswered: 0, answeredAt: since, ending: false }
    this.working.add(session)
    return session
  }

  private async run(session: Working, config: QueryConfig): Promise<Result> {
    session.unanswered += 1
    try {
      const client = await session.client
      if (this.prepared.isFullWith(client, config.name)) session.ending ||= true
      const sentAt = performance.now()
      const result = await client.query<Record<string, unknown>>(config)
      const now = performance.now()
      // What it waited for those before it was not its own, nor what it waited for other sessions.
      const took = now - Math.max(sentAt, session.answeredAt)
      this.paces.learn(config.name, took * Math.min(1, WORKING / this.working.size))
      session.answeredAt = now
      return result
    } catch (error) {
      session.ending = error instanceof Error ? error : new Error('the session failed')
      throw error
    } finally {
      session.unanswered -= 1
      if (session.unanswered === 0) this.end(session)
    }
  }

  private end(session: Working): void {
    this.working.delete(session)
    // Of one that was not to be had there is nothing to give back.
    session.client.then(
      (client) => client.release(session.ending),
      () => undefined,
    )
  }

  private async acting(role: string): Promise<PoolClient> {
    const client = await this.pool.connect()
    if (this.roles.get(client) === role) return client
    try {
      await client.query(`set role ${escapeIdentifier(role)}`)
    } catch (error) {
      client.release(true)
      // Gone with the start of another version, or not lent: no fault of what was asked.
      throw new Error(`the database lets nobody act as ${role} here`, { cause: error })
    }
    this.roles.set(client, role)
    return client
  }
}
