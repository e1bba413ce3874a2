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
  const known = await tx.query(
    'select o.code, o.name from record.organisation o where o.code = any($1::text[])',
    [[...named.keys()]],
  )
  const names = new Map(known.map((row) => [String(row['code']), row['name'] as string | null]))
  const fresh = [...named].filter(([code]) => !names.has(code))
  const learnt = [...named].filter(
    ([code, name]) => name !== null && names.has(code) && names.get(code) === null,
  )
  await write(tx, 'insert into record.organisation (code, name) select s.code, s.name from named s', fresh)
  await write(tx, 'update record.organisation o set name = s.name from named s where o.code = s.code', learnt)
  const newcomers = new Set(fresh.map(([code]) => code))
  return new Map(wave.map((read) => [read, warningsOf(byItem.get(read), newcomers)]))
}

async function write(
  tx: Transaction,
  statement: string,
  named: readonly (readonly [string, string | null])[],
): Promise<void> {
  if (named.length === 0) return
  await tx.query(`with named as (select * from unnest($1::text[], $2::text[]) s(code, name)) ${statement}`, [
    named.map(([code]) => code),
    named.map(([, name]) => name),
  ])
}

function warningsOf(codes: ReadonlySet<string> | undefined, fresh: ReadonlySet<string>): Warning[] {
  return [...(codes ?? [])]
    .filter((code) => fresh.has(code))
    .map((code) => ({
      code: 'NEW_ORGANISATION' as const,
      message: `${code} is new to us: it was taken in as an organisation of unknown type`,
    }))
}

function codesOf(facts: Facts): NamedOrganisation[] {
  return (Object.keys(facts) as FactKind[]).flatMap((kind) => [
    ...declarationOf(kind).organisations(facts[kind]),
  ])
}
