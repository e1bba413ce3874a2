import type { MachineRole } from '../../domain/caller'
import type { Owners, SourceSystem } from './declare'

/** The systems that may state a fact, line by line as the contract has them (roles: who may push what). */
export const BY_EACH: Owners = { NOMIS: ['PRISON_SYSTEM'], DELIUS: ['PROBATION_SYSTEM'], CRC: ['CRC_SYSTEM'] }
export const BY_PRISONS: Owners = { NOMIS: ['PRISON_SYSTEM'] }
export const BY_PROBATION: Owners = { DELIUS: ['PROBATION_SYSTEM'] }
export const BY_COMMUNITY: Owners = { DELIUS: ['PROBATION_SYSTEM'], CRC: ['CRC_SYSTEM'] }
export const BY_PRISONS_OR_PROBATION: Owners = { NOMIS: ['PRISON_SYSTEM'], DELIUS: ['PROBATION_SYSTEM'] }
export const BY_ASSESSORS: Owners = { OASYS: ['PRISON_SYSTEM', 'PROBATION_SYSTEM', 'CRC_SYSTEM'] }

/** The system whose records are an agency's own. */
export const OWN_SYSTEM: Readonly<Record<MachineRole, SourceSystem>> = {
  PRISON_SYSTEM: 'NOMIS',
  PROBATION_SYSTEM: 'DELIUS',
  CRC_SYSTEM: 'CRC',
}
