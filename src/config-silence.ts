import { z } from 'zod'

export const SILENCE_HOURS = 24
const A_YEAR_HOURS = 8_784

const hours = z
  .number('expected hours')
  .positive('expected more than no hours')
  .max(A_YEAR_HOURS, 'expected at most a year')

/** `SOURCE_SILENCE`: hours by client, `default` for the others. */
export const sourceSilence = z.record(
  z.string().regex(/\S/, 'expected a client').max(200, 'expected a client'),
  hours,
  'expected a JSON object of hours by client',
)
