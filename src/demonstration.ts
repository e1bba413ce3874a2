import type { Database } from './store/database'
import type { Gateway } from './gateway'
export async function loadDemonstration(_gateway: Gateway, _database: Database, _count: number, _log: (line: string) => void): Promise<void> {
  return Promise.resolve()
}
