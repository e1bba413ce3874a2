/** What a MAPPA meeting goes through. */
export const MEETING_STATES = ['SCHEDULED', 'FROZEN', 'HELD', 'CLOSED', 'CANCELLED'] as const
export type MeetingState = (typeof MEETING_STATES)[number]

/**
 * `COORDINATOR`: of the meeting’s area, or of the agency that called it. `ATTENDEE`: who stands invited, in a
 * role that reads what meetings say. `OWNER`: of the agency that an action of the plan was given to.
 */
export type Party = 'COORDINATOR' | 'ATTENDEE' | 'OWNER'

export interface Move {
  readonly from: readonly MeetingState[]
  /** Absent: the meeting stays where it is. */
  readonly to?: MeetingState
  readonly by: readonly Party[]
}

/** Every command on a meeting that is there, by its name; there is no other way to change one. */
export const MEETING_MOVES = {
  inviteToMappaMeeting: { from: ['SCHEDULED', 'FROZEN', 'HELD'], by: ['COORDINATOR'] },
  withdrawMappaInvitation: { from: ['SCHEDULED', 'FROZEN', 'HELD', 'CLOSED'], by: ['COORDINATOR'] },
  acceptMappaConfidentiality: {
    from: ['SCHEDULED', 'FROZEN', 'HELD', 'CLOSED'],
    by: ['COORDINATOR', 'ATTENDEE'],
  },
  contributeToMappaMeeting: { from: ['SCHEDULED', 'FROZEN'], by: ['COORDINATOR', 'ATTENDEE'] },
  sendMappaApologies: { from: ['SCHEDULED', 'FROZEN'], by: ['ATTENDEE'] },
  freezeMappaMeeting: { from: ['SCHEDULED', 'FROZEN'], to: 'FROZEN', by: ['COORDINATOR'] },
  cancelMappaMeeting: { from: ['SCHEDULED', 'FROZEN'], to: 'CANCELLED', by: ['COORDINATOR'] },
  holdMappaMeeting: { from: ['SCHEDULED', 'FROZEN'], to: 'HELD', by: ['COORDINATOR'] },
  recordMappaMeetingDecision: { from: ['HELD'], by: ['COORDINATOR'] },
  recordMappaDissent: { from: ['HELD'], by: ['COORDINATOR', 'ATTENDEE'] },
  agreeRiskManagementPlan: { from: ['HELD'], by: ['COORDINATOR'] },
  recordMappaDisclosure: { from: ['HELD'], by: ['COORDINATOR'] },
  recordMappaMinutes: { from: ['HELD'], by: ['COORDINATOR'] },
  closeMappaMeeting: { from: ['HELD'], to: 'CLOSED', by: ['COORDINATOR'] },
  completeMappaAction: { from: ['HELD', 'CLOSED'], by: ['COORDINATOR', 'OWNER'] },
} as const satisfies Record<string, Move>

export type MeetingCommand = keyof typeof MEETING_MOVES

export function moveOf(command: string): Move {
  const move = (MEETING_MOVES as Readonly<Record<string, Move>>)[command]
  if (!move) throw new Error(`${command} moves no meeting`)
  return move
}
