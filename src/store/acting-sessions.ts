import { escapeIdentifier, type Pool, type PoolClient, type QueryConfig, type QueryResult } from 'pg'
import { Prepared } from './planned-once'

/**
 * The sessions of one pool, acting in one role after the other: each statement runs in a session that
 * PostgreSQL has just said, or said last, acts in its role. A session in which anything failed is not used again.
 */
export class ActingSessions {
  private readonly roles = new WeakMap<PoolClient, string>()
  private readonly prepared = new Prepared<PoolClient>()

  constructor(private readonly pool: Pool) {}

  async query(role: string, config: QueryConfig): Promise<QueryResult<Record<string, unknown>>> {
    const client = await this.pool.connect()
    let ending: Error | boolean = this.prepared.isFullWith(client, config.name)
    try {
      await this.actAs(client, role)
      return await client.query<Record<string, unknown>>(config)
    } catch (error) {
      ending = error instanceof Error ? error : new Error('the session failed')
      throw error
    } finally {
      client.release(ending)
    }
  }

  private async actAs(client: PoolClient, role: string): Promise<void> {
    if (this.roles.get(client) === role) return
    await client.query(`set role ${escapeIdentifier(role)}`).catch((error: unknown) => {
      // Gone with the start of another version, or not lent: no fault of what was asked.
      throw new Error(`the database lets nobody act as ${role} here`, { cause: error })
    })
    this.roles.set(client, role)
  }
}
