import type { MachineRole } from '../domain/caller'
import { isNotice } from '../identity/identity-record'
import { declarationOf } from './facts'
import type { Sender } from './item'
import type { FactKind, RecordStatement } from './update'

/** The facts of a record that this sender may not state. */
export function factsNotOwned(role: MachineRole, record: RecordStatement): FactKind[] {
  const stated = Object.keys(record.facts) as FactKind[]
  return stated.filter((fact) => !(declarationOf(fact).owners[record.system] ?? []).includes(role))
}

/**
 * A CRC keeps records of its own: what it sends in a probation format is its record, not Delius's. CRCs number
 * referrals and the like each by themselves, so the key of such a record says whose it is. That one number took
 * another's place is for those alone who give the numbers.
 */
export function ownRecord({ role, agency }: Sender, record: RecordStatement): RecordStatement {
  const isCase = record.system === 'DELIUS' || record.system === 'CRC'
  if (role !== 'CRC_SYSTEM' || !isCase || isNotice(record.localId)) return record
  const isNumbered = record.localId.includes(':') && agency !== undefined
  return { ...record, system: 'CRC', ...(isNumbered && { localId: `${record.localId}@${agency}` }) }
}
