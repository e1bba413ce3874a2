import type { Role } from '../role'
import { MACHINE_GROUPS } from './machine-groups'

export const probationSystem: Role = {
  name: 'PROBATION_SYSTEM',
  rows: { relationship: 'anyProbationCase' },
  purposes: ['OFFENDER_MANAGEMENT', 'RISK_ASSESSMENT'],
  groups: MACHINE_GROUPS,
}
