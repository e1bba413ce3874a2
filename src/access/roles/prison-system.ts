import type { Role } from '../role'
import { MACHINE_GROUPS } from './machine-groups'

export const prisonSystem: Role = {
  name: 'PRISON_SYSTEM',
  rows: { relationship: 'prisonCase' },
  purposes: ['OFFENDER_MANAGEMENT', 'RISK_ASSESSMENT'],
  groups: MACHINE_GROUPS,
}
