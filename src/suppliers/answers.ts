import type { Notes } from './reading'

/**
 * An assessor's answer in any published spelling (`Yes`, `DON'T KNOW`, `N/A`, true) as `YES`, `NO`,
 * `DONT_KNOW` or `NOT_APPLICABLE`; another word is kept as it is, with a warning. Undefined: not answered.
 */
export function answer(value: unknown, path: string, notes: Notes): string | undefined {
  if (typeof value === 'boolean') return value ? 'YES' : 'NO'
  if (typeof value !== 'string') return undefined
  const said = value.trim()
  const known = ANSWERS[said.toUpperCase().replace(/[^A-Z]/g, '')]
  if (known !== undefined || UNANSWERED.includes(said.toUpperCase())) return known
  notes.add('UNKNOWN_ANSWER', `${path} is an answer that we do not know: kept as received`)
  return said
}

/** A null that a sender wrote out is none of an assessor's words. */
const UNANSWERED = ['', 'NULL']

const ANSWERS: Readonly<Record<string, string>> = {
  YES: 'YES',
  Y: 'YES',
  NO: 'NO',
  N: 'NO',
  DONTKNOW: 'DONT_KNOW',
  DK: 'DONT_KNOW',
  NA: 'NOT_APPLICABLE',
  NOTAPPLICABLE: 'NOT_APPLICABLE',
}

/** A score as a number, whether it was sent as one or as text; what is none costs a warning. */
export function score(value: unknown, path: string, notes: Notes): number | undefined {
  if (value === null || value === undefined || value === '') return undefined
  const number = typeof value === 'string' ? Number(value.trim() || NaN) : value
  if (typeof number === 'number' && Number.isFinite(number) && number !== GENERATED) return number
  notes.add('UNREADABLE_SCORE', `${path} is not a number we can read and is left out`)
  return undefined
}

/** What API generators put where a number should be. */
const GENERATED = -2_147_483_648
