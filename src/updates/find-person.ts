import type { ReadItem } from './item'
import { identifiersOf, recordKey, type Known } from './known'
import type { Warning } from './update'

/** Whose document this is. */
export type Found =
  | {
      readonly kind: 'known'
      readonly offenderId: string
      readonly join: readonly string[]
      readonly warnings: readonly Warning[]
    }
  | { readonly kind: 'new'; readonly warnings: readonly Warning[] }
  | { readonly kind: 'unknown'; readonly reason: string; readonly waitingFor: readonly string[] }
  | { readonly kind: 'ambiguous'; readonly reason: string; readonly waitingFor: readonly string[] }

/** What is needed to tell two persons apart: the systems they have records in, by number, and the date of birth. */
export interface Standing {
  readonly prisonNumbers: readonly string[]
  readonly crns: readonly string[]
  readonly dateOfBirth: string | null
}

/**
 * Finds the person by record, then by valid identifiers. A number that a supplier's own records go by
 * (prison number, CRN) joins what has it, unless that would put two prison numbers on one person; PNC and
 * CRO are no proof by themselves and join only what nothing contradicts. Suspected matches are reported,
 * never joined.
 */
export function findPerson(
  read: ReadItem,
  known: Known,
  standings: ReadonlyMap<string, Standing>,
  now: Date,
): Found {
  const identifiers = [...new Set(identifiersOf(read, now))]
  // The record's own person comes first: what contradicts them is reported, not followed.
  const strong = new Set<string>()
  for (const record of read.update?.records ?? []) {
    const held = known.records.get(recordKey(record))
    if (held) strong.add(held.offenderId)
  }
  const named = read.item.personId === undefined ? undefined : known.offenders.get(read.item.personId)
  if (named !== undefined) strong.add(named)
  for (const owner of identifiers
    .filter(isStrong)
    .flatMap((each) => [...ownersOf(known, each)])
    .sort())
    strong.add(owner)
  const weak = new Set<string>()
  for (const identifier of identifiers.filter((each) => !isStrong(each))) {
    for (const owner of ownersOf(known, identifier)) if (!strong.has(owner)) weak.add(owner)
  }
  return read.update?.createsPerson === true
    ? settle(read, [...strong], [...weak].sort(), standings)
    : pickOne(read, strong.size > 0 ? strong : weak, identifiers)
}

function isStrong(identifier: string): boolean {
  return identifier.startsWith('PRISON_NUMBER:') || identifier.startsWith('CRN:')
}

function ownersOf(known: Known, identifier: string): ReadonlySet<string> {
  return known.owners.get(identifier) ?? new Set()
}

/** A document that makes nobody known is about exactly one person whom we know, or it waits. */
function pickOne(read: ReadItem, candidates: ReadonlySet<string>, identifiers: readonly string[]): Found {
  const [only, ...others] = candidates
  if (only !== undefined && others.length === 0)
    return { kind: 'known', offenderId: only, join: [], warnings: [] }
  if (only !== undefined) {
    const reason =
      'these identifiers fit more than one person on record; a data steward must say whose this is'
    return { kind: 'ambiguous', reason, waitingFor: [] }
  }
  const named = identifiers.length > 0 || read.item.personId !== undefined
  const reason = named
    ? 'nobody on record has these identifiers yet; the document is kept and tried again when the person appears'
    : 'the document names nobody by a valid identifier; name the person, or correct the identifier'
  return { kind: 'unknown', reason, waitingFor: identifiers }
}

function settle(
  read: ReadItem,
  strong: readonly string[],
  weak: readonly string[],
  standings: ReadonlyMap<string, Standing>,
): Found {
  const own = standingOf(read)
  const [survivor, ...others] = strong.length > 0 ? strong : weak.filter((id) => fits(own, standings.get(id)))
  if (survivor === undefined) return { kind: 'new', warnings: suspected(weak.length) }
  if (strong.length === 0 && others.length > 0) return { kind: 'new', warnings: suspected(weak.length) }
  const merged = mergedNumbers(read)
  const join: string[] = []
  let refused = 0
  const candidates = strong.length > 0 ? [...others, ...weak] : []
  for (const other of candidates) {
    const one = standings.get(survivor)
    const two = standings.get(other)
    const mayJoin = strong.includes(other)
      ? !twoPrisonNumbers(one, two, merged)
      : fits(one, two) && fits(own, two)
    if (mayJoin) join.push(other)
    else refused += 1
  }
  return { kind: 'known', offenderId: survivor, join, warnings: suspected(refused) }
}

function suspected(count: number): Warning[] {
  const message =
    'another person on record has one of these identifiers; they are not joined without more proof'
  return count === 0 ? [] : [{ code: 'SUSPECTED_MATCH', message }]
}

function twoPrisonNumbers(
  one: Standing | undefined,
  two: Standing | undefined,
  merged: readonly string[],
): boolean {
  const numbers = new Set(
    [...(one?.prisonNumbers ?? []), ...(two?.prisonNumbers ?? [])].filter((n) => !merged.includes(n)),
  )
  return (one?.prisonNumbers.length ?? 0) > 0 && (two?.prisonNumbers.length ?? 0) > 0 && numbers.size > 1
}

/** Nothing contradicts that these are one person. */
function fits(one: Standing | undefined, two: Standing | undefined): boolean {
  if (!one || !two) return true
  const both = (a: readonly string[], b: readonly string[]) =>
    a.length > 0 && b.length > 0 && !a.some((n) => b.includes(n))
  if (both(one.prisonNumbers, two.prisonNumbers) || both(one.crns, two.crns)) return false
  return one.dateOfBirth === null || two.dateOfBirth === null || one.dateOfBirth === two.dateOfBirth
}

function standingOf(read: ReadItem): Standing {
  const records = read.update?.records ?? []
  const of = (systems: readonly string[]) =>
    records.filter((r) => systems.includes(r.system)).map((r) => r.localId)
  return {
    prisonNumbers: of(['NOMIS']),
    crns: of(['DELIUS', 'CRC']),
    dateOfBirth: records.flatMap((record) => record.facts.person?.dateOfBirth ?? [])[0] ?? null,
  }
}

/** Former prison numbers that the prison itself says were merged. */
function mergedNumbers(read: ReadItem): string[] {
  return (read.update?.records ?? [])
    .flatMap((record) => record.facts.identifiers ?? [])
    .filter((identifier) => identifier.qualifier === 'MERGED')
    .map((identifier) => identifier.raw.trim().toUpperCase())
}
