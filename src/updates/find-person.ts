import type { ReadItem } from './item'
import { identifiersOf, recordKey, type Known } from './known'
import { combined, fits, NOBODY, standingOf, twoPrisonNumbers, type Standing } from './standing'
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

/** The people on record whom a document may be about. */
export interface Candidates {
  /** By its own record, by our id, or by a number that a supplier's records go by; its own record's person first. */
  readonly strong: ReadonlySet<string>
  /** By PNC or CRO alone. */
  readonly weak: ReadonlySet<string>
}

export function candidatesOf(read: ReadItem, known: Known, now: Date): Candidates {
  const strong = new Set<string>()
  for (const record of read.update?.records ?? []) {
    const held = known.records.get(recordKey(record))
    if (held) strong.add(held.offenderId)
  }
  if (read.item.personId !== undefined && !createsPerson(read)) {
    const named = known.offenders.get(read.item.personId.toLowerCase())
    if (named !== undefined) strong.add(named)
  }
  const identifiers = countingOf(read, now)
  for (const owner of identifiers
    .filter(isStrong)
    .flatMap((each) => [...ownersOf(known, each)])
    .sort()) {
    strong.add(owner)
  }
  const weak = new Set<string>()
  for (const identifier of identifiers.filter((each) => !isStrong(each))) {
    for (const owner of ownersOf(known, identifier)) if (!strong.has(owner)) weak.add(owner)
  }
  // A document that names somebody whom nobody knows is not the record's holder's, whatever its number.
  const isKnown = identifiers.some((each) => ownersOf(known, each).size > 0)
  const namesStranger = !createsPerson(read) && identifiers.length > 0 && !isKnown
  return namesStranger ? { strong: new Set(), weak: new Set() } : { strong, weak }
}

/**
 * Finds the person by record, then by valid identifiers. A number that a supplier's own records go by
 * (prison number, CRN) joins what has it, unless that would put two prison numbers on one person; PNC and
 * CRO are no proof by themselves and join only what nothing contradicts. Suspected matches are reported,
 * never joined.
 */
export function findPerson(
  read: ReadItem,
  { strong, weak }: Candidates,
  standings: ReadonlyMap<string, Standing>,
  now: Date,
): Found {
  return createsPerson(read)
    ? settle(read, [...strong], [...weak].sort(), (id) => standings.get(id) ?? NOBODY, now)
    : pickOne(read, strong.size > 0 ? strong : weak, identifiersOf(read, now))
}

function createsPerson(read: ReadItem): boolean {
  return read.update?.createsPerson === true
}

/** A CRC's copy of a case is about the case that its CRN names: what else it states brings nobody together. */
function countingOf(read: ReadItem, now: Date): string[] {
  const identifiers = [...new Set(identifiersOf(read, now))]
  if (read.sender.role !== 'CRC_SYSTEM' || !createsPerson(read)) return identifiers
  const own = (read.update?.records ?? []).map(({ localId }) => `CRN:${localId}`)
  return identifiers.filter((each) => own.includes(each))
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
  return { kind: 'unknown', reason: unknownReason(read, identifiers), waitingFor: identifiers }
}

function unknownReason(read: ReadItem, identifiers: readonly string[]): string {
  if (identifiers.length > 0) {
    return 'nobody on record has these identifiers yet; the document is kept and tried again when the person appears'
  }
  return read.item.personId === undefined
    ? 'the document names nobody by a valid identifier; name the person, or correct the identifier'
    : 'nobody on record has this id; name the person by an identifier, or correct the id'
}

function settle(
  read: ReadItem,
  strong: readonly string[],
  weak: readonly string[],
  standing: (id: string) => Standing,
  now: Date,
): Found {
  const own = standingOf(read, now)
  let whole = own
  const people: string[] = []
  for (const id of strong) {
    if (twoPrisonNumbers(whole, standing(id))) continue
    people.push(id)
    whole = combined(standing(id), whole)
  }
  const only = onlyFit(whole, weak, standing)
  if (only !== undefined) people.push(only)
  const warnings = suspected(strong.length + weak.length - people.length)
  const [offenderId, ...join] = people
  return offenderId === undefined ? { kind: 'new', warnings } : { kind: 'known', offenderId, join, warnings }
}

/** A police number that several people share is proof of none of them. */
function onlyFit(
  one: Standing,
  weak: readonly string[],
  standing: (id: string) => Standing,
): string | undefined {
  const [only, ...others] = weak.filter((id) => fits(one, standing(id)))
  return others.length === 0 ? only : undefined
}

function suspected(count: number): Warning[] {
  const message =
    'another person on record has one of these identifiers; they are not joined without more proof'
  return count === 0 ? [] : [{ code: 'SUSPECTED_MATCH', message }]
}
