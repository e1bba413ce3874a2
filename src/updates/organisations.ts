import type { ReadItem } from './item'
import type { Transaction } from './store'
import { declarationOf, type FactKind, type Facts } from './facts'
import type { NamedOrganisation } from './facts/declare'
import type { Warning } from './update'

/**
 * A code that is new to us is taken in as an organisation of unknown type and reported: never a reason
 * to lose an update. A name is learnt where we had none.
 */
export async function takeInOrganisations(
  tx: Transaction,
  wave: readonly ReadItem[],
): Promise<Map<ReadItem, Warning[]>> {
  const named = new Map<string, string | null>()
  const byItem = new Map<ReadItem, Set<string>>()
  for (const read of wave) {
    const codes = (read.update?.records ?? []).flatMap((record) => codesOf(record.facts))
    byItem.set(read, new Set(codes.map(({ code }) => code)))
    for (const { code, name } of codes) named.set(code, name ?? named.get(code) ?? null)
  }
  if (named.size === 0) return new Map()
  // A conflict would count as a change: triggers run before it is found.
  const rows = await tx.query(
    `insert into record.organisation (code, name) select s.code, s.name from unnest($1::text[], $2::text[]) s(code, name)
     where not exists (select from record.organisation o where o.code = s.code) returning code`,
    [[...named.keys()], [...named.values()]],
  )
  await tx.query(
    `update record.organisation o set name = s.name from unnest($1::text[], $2::text[]) s(code, name)
     where o.code = s.code and o.name is null and s.name is not null`,
    [[...named.keys()], [...named.values()]],
  )
  const fresh = new Set(rows.map((row) => String(row['code'])))
  return new Map(wave.map((read) => [read, warningsOf(byItem.get(read), fresh)]))
}

function warningsOf(codes: ReadonlySet<string> | undefined, fresh: ReadonlySet<string>): Warning[] {
  return [...(codes ?? [])]
    .filter((code) => fresh.has(code))
    .map((code) => ({
      code: 'NEW_ORGANISATION',
      message: `${code} is new to us: it was taken in as an organisation of unknown type`,
    }))
}

function codesOf(facts: Facts): NamedOrganisation[] {
  return (Object.keys(facts) as FactKind[]).flatMap((kind) => [
    ...declarationOf(kind).organisations(facts[kind]),
  ])
}
