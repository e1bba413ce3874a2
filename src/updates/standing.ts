import type { ReadItem } from './item'
import { identifiersOf, recordKey } from './known'
import type { SourceSystem } from './update'

/** What is needed to tell two persons apart: numbers and dates of birth. */
export interface Standing {
  /** Numbers that records go by. */
  readonly prisonNumbers: readonly string[]
  readonly crns: readonly string[]
  /** Prison numbers that records state, their own included. */
  readonly statedNumbers: readonly string[]
  /** By record. */
  readonly births: ReadonlyMap<string, string>
}

export const NOBODY: Standing = { prisonNumbers: [], crns: [], statedNumbers: [], births: new Map() }

export function standingOfRecord(
  record: { readonly system: SourceSystem; readonly localId: string },
  dateOfBirth: string | null | undefined,
  statedNumbers: readonly string[],
): Standing {
  const prisonNumbers = record.system === 'NOMIS' ? [record.localId] : []
  return {
    prisonNumbers,
    crns: record.system === 'DELIUS' || record.system === 'CRC' ? [record.localId] : [],
    statedNumbers: [...prisonNumbers, ...statedNumbers],
    births: new Map(dateOfBirth == null ? [] : [[recordKey(record), dateOfBirth]]),
  }
}

export function standingOf(read: ReadItem, now: Date): Standing {
  const numbers = identifiersOf(read, now).flatMap((each) => /^PRISON_NUMBER:(.*)/.exec(each)?.[1] ?? [])
  const stated = (read.update?.records ?? [])
    .filter(({ facts }) => facts.person !== undefined)
    .map((record) => standingOfRecord(record, record.facts.person?.dateOfBirth, numbers))
    .reduce(combined, NOBODY)
  // Of the numbers that a prison’s document states, those beside its own are merged into it.
  return { ...stated, prisonNumbers: stated.prisonNumbers.length > 0 ? stated.statedNumbers : [] }
}

/** As one person; what the second says of a record replaces what the first said of it. */
export function combined(one: Standing, two: Standing): Standing {
  return {
    prisonNumbers: [...new Set([...one.prisonNumbers, ...two.prisonNumbers])],
    crns: [...new Set([...one.crns, ...two.crns])],
    statedNumbers: [...new Set([...one.statedNumbers, ...two.statedNumbers])],
    births: new Map([...one.births, ...two.births]),
  }
}

/** Would put two prison numbers on one person, of which the prison does not say that they were merged. */
export function twoPrisonNumbers(one: Standing, two: Standing): boolean {
  return !agree(one.prisonNumbers, two.prisonNumbers)
}

/** Nothing contradicts that these are one person. */
export function fits(one: Standing, two: Standing): boolean {
  return (
    agree(one.statedNumbers, two.statedNumbers) &&
    agree(one.crns, two.crns) &&
    agree([...one.births.values()], [...two.births.values()])
  )
}

function agree(one: readonly string[], two: readonly string[]): boolean {
  return one.length === 0 || two.length === 0 || one.some((each) => two.includes(each))
}
