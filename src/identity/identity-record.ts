import type { IdentityRecord } from './cluster'

/** A number as `TYPE:value`, with what the record says of it (`MERGED`, `PREVIOUS`, `SEPARATED`). */
export type StatedNumber = readonly [number: string, qualifier: string | null]

/** What a statement says newly of who somebody is; what it leaves out stays as it was. */
export interface StatedIdentity {
  readonly system: string
  readonly localId: string
  readonly numbers?: readonly StatedNumber[]
  /** Numbers that it says were replaced, though newer statements do not. */
  readonly former?: readonly StatedNumber[]
  /** null: none is stated any more. */
  readonly dateOfBirth?: string | null
  /** When its numbers were stated: ISO instant. */
  readonly at?: string
}

/** A notice that one number took another's place, or gave it back, is nobody's own record. */
export function isNotice(localId: string): boolean {
  return localId.startsWith('merge:')
}

export function identityRecord(stated: StatedIdentity): IdentityRecord {
  const { system, localId, numbers = [], former = [], dateOfBirth, at = '' } = stated
  return {
    key: `${system}:${localId}`,
    system,
    ...(isNotice(localId) ? { at } : { own: `${system === 'NOMIS' ? 'PRISON_NUMBER' : 'CRN'}:${localId}` }),
    // What a CRC states of other numbers than its case’s own proves nothing, and takes nothing apart.
    ...saidBy(system === 'CRC' ? [] : [...numbers, ...former]),
    ...(dateOfBirth != null && { dateOfBirth }),
  }
}

/**
 * The record as it stands once the statement is taken in; a number that was replaced once stays replaced, but
 * for a notice, whose newest statement is all that it says.
 */
export function afterStatement(stated: StatedIdentity, held: IdentityRecord | undefined): IdentityRecord {
  const record = identityRecord(stated)
  if (record.at !== undefined) return stated.numbers || !held ? record : held
  const both = (one: readonly string[], other: readonly string[] = []) => [...new Set([...one, ...other])]
  const replaces = both(record.replaces, held?.replaces)
  const states = stated.numbers ? both(record.states, held?.replaces) : both(record.states, held?.states)
  const notThese = stated.numbers ? record.notThese : both(record.notThese, held?.notThese)
  const dateOfBirth = stated.dateOfBirth === undefined ? held?.dateOfBirth : record.dateOfBirth
  const { key, system, own } = record
  return {
    key,
    system,
    states,
    replaces,
    notThese,
    ...(own !== undefined && { own }),
    ...(dateOfBirth !== undefined && { dateOfBirth }),
  }
}

function saidBy(numbers: readonly StatedNumber[]): Pick<IdentityRecord, 'states' | 'replaces' | 'notThese'> {
  const qualified = (...qualifiers: string[]) =>
    numbers.flatMap(([number, qualifier]) => (qualifiers.includes(qualifier ?? '') ? [number] : []))
  return {
    states: numbers.filter(([, qualifier]) => qualifier !== 'SEPARATED').map(([number]) => number),
    replaces: qualified('MERGED', 'PREVIOUS'),
    notThese: qualified('SEPARATED'),
  }
}
