import { ROLES } from '../access/roles'
import type { Catalogue } from '../catalogue/catalogue'
import type { RoleName } from '../domain/caller'
import { onceFor } from '../domain/once-for'
import { readableColumns } from './readable-columns'

/** The columns of schema `record` that questions of some roles may ever read. */
export interface ReadableSet {
  /** By table or view, both in order. */
  readonly columns: readonly (readonly [relation: string, columns: readonly string[]])[]
  readonly roles: readonly RoleName[]
}

/** One set for all roles that may read the same. */
export const readableSets = onceFor(setsOf)

function setsOf(catalogue: Catalogue): readonly ReadableSet[] {
  const sets = new Map<string, ReadableSet>()
  for (const role of Object.values(ROLES)) {
    const columns = readableColumns(catalogue, role).entries()
    const key = JSON.stringify(columns)
    sets.set(key, { columns, roles: [...(sets.get(key)?.roles ?? []), role.name] })
  }
  return [...sets.values()]
}
