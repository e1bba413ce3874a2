import type { MachineRole } from '../domain/caller'
import { declarationOf } from './facts'
import type { FactKind, RecordStatement } from './update'

/** The facts of a record that this sender may not state. */
export function factsNotOwned(role: MachineRole, record: RecordStatement): FactKind[] {
  const stated = Object.keys(record.facts) as FactKind[]
  return stated.filter((fact) => !(declarationOf(fact).owners[record.system] ?? []).includes(role))
}

/** A CRC keeps records of its own: what it sends in a probation format is its record, not Delius's. */
export function ownRecord(role: MachineRole, record: RecordStatement): RecordStatement {
  return role === 'CRC_SYSTEM' && record.system === 'DELIUS' ? { ...record, system: 'CRC' } : record
}
