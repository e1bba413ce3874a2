import type { RoleName } from '../../domain/caller'
import type { Role } from '../role'
import { analyst } from './analyst'
import { crcOfficer } from './crc-officer'
import { crcSystem } from './crc-system'
import { dataProtectionOfficer } from './data-protection-officer'
import { dataSteward } from './data-steward'
import { headOfOffenderManagement } from './head-of-offender-management'
import { inspector } from './inspector'
import { mappaCoordinator } from './mappa-coordinator'
import { mappaPanelMember } from './mappa-panel-member'
import { paroleBoard } from './parole-board'
import { policeOffenderManager } from './police-offender-manager'
import { prisonOffenderManager } from './prison-offender-manager'
import { prisonOfficer } from './prison-officer'
import { prisonPublicProtection } from './prison-public-protection'
import { prisonSystem } from './prison-system'
import { probationOfficer } from './probation-officer'
import { probationSystem } from './probation-system'
import { programmeTeam } from './programme-team'
import { seniorProbationOfficer } from './senior-probation-officer'
import { victimLiaisonOfficer } from './victim-liaison-officer'

/** One role a request, never a union. */
export const ROLES: Readonly<Record<RoleName, Role>> = {
  PRISON_OFFICER: prisonOfficer,
  PRISON_OFFENDER_MANAGER: prisonOffenderManager,
  PRISON_PUBLIC_PROTECTION: prisonPublicProtection,
  PROGRAMME_TEAM: programmeTeam,
  HEAD_OF_OFFENDER_MANAGEMENT: headOfOffenderManagement,
  PROBATION_OFFICER: probationOfficer,
  SENIOR_PROBATION_OFFICER: seniorProbationOfficer,
  CRC_OFFICER: crcOfficer,
  VICTIM_LIAISON_OFFICER: victimLiaisonOfficer,
  MAPPA_COORDINATOR: mappaCoordinator,
  MAPPA_PANEL_MEMBER: mappaPanelMember,
  POLICE_OFFENDER_MANAGER: policeOffenderManager,
  PAROLE_BOARD: paroleBoard,
  INSPECTOR: inspector,
  DATA_PROTECTION_OFFICER: dataProtectionOfficer,
  DATA_STEWARD: dataSteward,
  ANALYST: analyst,
  PRISON_SYSTEM: prisonSystem,
  PROBATION_SYSTEM: probationSystem,
  CRC_SYSTEM: crcSystem,
}
