import type { MachineRole } from '../domain/caller'
import type { FactKind, RecordStatement, SourceSystem } from './update'

/** Who may state which fact of which system's record (contract: who may push what). Silence never grants. */
const OWNERS: Readonly<Record<SourceSystem, Partial<Record<FactKind, readonly MachineRole[]>>>> = {
  NOMIS: {
    person: ['PRISON_SYSTEM'],
    identifiers: ['PRISON_SYSTEM'],
    aliases: ['PRISON_SYSTEM'],
    custody: ['PRISON_SYSTEM'],
    alerts: ['PRISON_SYSTEM'],
    keyDates: ['PRISON_SYSTEM'],
    allocations: ['PRISON_SYSTEM'],
    // What the prison's own alerts say of MAPPA: shown beside the register, never in its place.
    registration: ['PRISON_SYSTEM'],
  },
  DELIUS: {
    person: ['PROBATION_SYSTEM'],
    identifiers: ['PROBATION_SYSTEM'],
    aliases: ['PROBATION_SYSTEM'],
    allocations: ['PROBATION_SYSTEM'],
    registration: ['PROBATION_SYSTEM'],
    limitationFlags: ['PROBATION_SYSTEM'],
    limitations: ['PROBATION_SYSTEM'],
  },
  CRC: {
    person: ['CRC_SYSTEM'],
    identifiers: ['CRC_SYSTEM'],
    aliases: ['CRC_SYSTEM'],
  },
  OASYS: {
    assessment: ['PRISON_SYSTEM', 'PROBATION_SYSTEM', 'CRC_SYSTEM'],
    rosh: ['PRISON_SYSTEM', 'PROBATION_SYSTEM', 'CRC_SYSTEM'],
    predictors: ['PRISON_SYSTEM', 'PROBATION_SYSTEM', 'CRC_SYSTEM'],
    assessmentsNone: ['PRISON_SYSTEM', 'PROBATION_SYSTEM', 'CRC_SYSTEM'],
  },
}

/** The facts of a record that this sender may not state. */
export function factsNotOwned(role: MachineRole, record: RecordStatement): FactKind[] {
  const stated = Object.keys(record.facts) as FactKind[]
  return stated.filter((fact) => !(OWNERS[record.system][fact] ?? []).includes(role))
}

/** A CRC keeps records of its own: what it sends in a probation format is its record, not Delius's. */
export function ownRecord(role: MachineRole, record: RecordStatement): RecordStatement {
  return role === 'CRC_SYSTEM' && record.system === 'DELIUS' ? { ...record, system: 'CRC' } : record
}
