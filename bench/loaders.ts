import { createHash } from 'node:crypto'
import DataLoader from 'dataloader'
import type { Pool } from 'pg'

export type Loaded = Readonly<Record<string, unknown>>

/** The loader of a table of the record by a key; its rows are in the order given. */
export type LoaderOf = (table: string, key: string, order: string) => DataLoader<unknown, Loaded[]>

/** Loads the rows of a table by a key, all of one tick in one query; made anew for each request, as is usual. */
export function loaders(pool: Pool): LoaderOf {
  const made = new Map<string, ReturnType<LoaderOf>>()
  return (table, key, order) => {
    const name = [table, key, order].join()
    const loader =
      made.get(name) ??
      new DataLoader(async (keys: readonly unknown[]) => {
        const { rows } = await pool.query<Loaded>({
          name: createHash('md5').update(name).digest('hex'),
          text: `select * from record.${table} where ${key} = any($1) order by ${order}`,
          values: [keys],
        })
        const byKey = new Map<unknown, Loaded[]>()
        for (const row of rows) byKey.set(row[key], [...(byKey.get(row[key]) ?? []), row])
        return keys.map((each) => byKey.get(each) ?? [])
      })
    made.set(name, loader)
    return loader
  }
}
