import type { Role } from '../role'
import { MACHINE_GROUPS } from './machine-groups'

export const crcSystem: Role = {
  name: 'CRC_SYSTEM',
  rows: { relationship: 'heldByOwnOrganisation' },
  purposes: ['OFFENDER_MANAGEMENT', 'RISK_ASSESSMENT'],
  groups: MACHINE_GROUPS,
}
