import type { Command, CommandDeps } from '../commands/command'
import type { Given } from '../query/roots'
import { holdMappaMeeting, sendMappaApologies } from './attendance'
import { cancelMappaMeeting, closeMappaMeeting, recordMappaMinutes } from './close'
import { acceptMappaConfidentiality } from './confidentiality'
import { contributeToMappaMeeting } from './contributions'
import { recordMappaDissent, recordMappaMeetingDecision } from './decisions'
import { recordMappaDisclosure } from './disclosure-decisions'
import { freezeMappaMeeting } from './freeze'
import { inviteToMappaMeeting, withdrawMappaInvitation } from './invitations'
import type { MeetingCommand } from './machine'
import { agreeRiskManagementPlan, completeMappaAction } from './risk-management-plan'
import { scheduleMappaMeeting } from './schedule'

type Do = (command: Command, deps: CommandDeps) => Promise<Given | null>

/** By root field: the one that calls a meeting, and one for each move of the machine. */
export const MEETING_COMMANDS: Readonly<Record<MeetingCommand | 'scheduleMappaMeeting', Do>> = {
  scheduleMappaMeeting,
  inviteToMappaMeeting,
  withdrawMappaInvitation,
  acceptMappaConfidentiality,
  contributeToMappaMeeting,
  sendMappaApologies,
  freezeMappaMeeting,
  cancelMappaMeeting,
  holdMappaMeeting,
  recordMappaMeetingDecision,
  recordMappaDissent,
  agreeRiskManagementPlan,
  recordMappaDisclosure,
  recordMappaMinutes,
  closeMappaMeeting,
  completeMappaAction,
}
