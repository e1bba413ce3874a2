/** Versioned policy settings; none of the figures is law, each is the project's own until an agency decides. */
export const SETTINGS = {
  /** Days for which a CRC still sees a case after it was transferred. */
  transferTailDays: 28,
  /** Days for which an establishment still sees whom it sent on a transfer or released, and nobody else holds yet. */
  departureTailDays: 28,
  /** Days for which an invitation still opens a meeting's cases after the meeting. */
  meetingTailDays: 14,
  /** Minutes for which broken glass opens one offender. */
  breakGlassMinutes: 60,
  /** How often a person may break glass in 24 hours: more is no emergency, but somebody's habit. */
  breakGlassADay: 5,
  /** How often a person may ask for access in 24 hours. */
  accessRequestsADay: 20,
  /** Days for which a referral to the Parole Board opens the case, where it names no day itself; and at most. */
  paroleReferralDays: 365,
  /** Days for which an inspection's sample may be drawn, at most. */
  inspectionSampleDays: 90,
} as const
