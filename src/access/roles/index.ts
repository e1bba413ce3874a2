import type { RoleName } from '../../domain/caller'
import type { Role } from '../role'
import { analyst } from './analyst'
import { crcOfficer } from './crc-officer'
import { crcSystem } from './crc-system'
import { dataProtectionOfficer } from './data-protection-officer'
import { dataSteward } from './data-steward'
import { headOfOffenderManagement } from './head-of-offender-management'
import { mappaCoordinator } from './mappa-coordinator'
import { mappaPanelMember } from './mappa-panel-member'
import { prisonOffenderManager } from './prison-offender-manager'
import { prisonOfficer } from './prison-officer'
import { prisonSystem } from './prison-system'
import { probationOfficer } from './probation-officer'
import { probationSystem } from './probation-system'
import { seniorProbationOfficer } from './senior-probation-officer'

/** One role a request, never a union. */
export const ROLES: Readonly<Record<RoleName, Role>> = {
  PRISON_OFFICER: prisonOfficer,
  PRISON_OFFENDER_MANAGER: prisonOffenderManager,
  HEAD_OF_OFFENDER_MANAGEMENT: headOfOffenderManagement,
  PROBATION_OFFICER: probationOfficer,
  SENIOR_PROBATION_OFFICER: seniorProbationOfficer,
  CRC_OFFICER: crcOfficer,
  MAPPA_COORDINATOR: mappaCoordinator,
  MAPPA_PANEL_MEMBER: mappaPanelMember,
  DATA_PROTECTION_OFFICER: dataProtectionOfficer,
  DATA_STEWARD: dataSteward,
  ANALYST: analyst,
  PRISON_SYSTEM: prisonSystem,
  PROBATION_SYSTEM: probationSystem,
  CRC_SYSTEM: crcSystem,
}
