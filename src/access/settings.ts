/** Versioned policy settings; none of the figures is law, each is the project's own until an agency decides. */
export const SETTINGS = {
  /** Days for which a CRC still sees a case after it was transferred. */
  transferTailDays: 28,
  /** Days for which an invitation still opens a meeting's cases after the meeting. */
  meetingTailDays: 14,
  /** Minutes for which broken glass opens one offender. */
  breakGlassMinutes: 60,
  /** How often a person may break glass in 24 hours: more is no emergency, but somebody's habit. */
  breakGlassADay: 5,
  /** How often a person may ask for access in 24 hours. */
  accessRequestsADay: 20,
} as const
