export type IdentifierType = 'PRISON_NUMBER' | 'CRN' | 'PNC' | 'CRO' | 'OTHER'

/** The identifiers that a person is named by, by their names in references and envelopes. */
export const REFERENCE_TYPES = { crn: 'CRN', prisonNumber: 'PRISON_NUMBER', pnc: 'PNC', cro: 'CRO' } as const

/** The type of identifier that a reference's key names; undefined for our own `id` and for what is none. */
export function referenceType(key: string): IdentifierType | undefined {
  return Object.hasOwn(REFERENCE_TYPES, key)
    ? REFERENCE_TYPES[key as keyof typeof REFERENCE_TYPES]
    : undefined
}

export interface NormalisedIdentifier {
  readonly type: IdentifierType
  /** As received. */
  readonly raw: string
  /** The form to match on. */
  readonly value: string
  /** False: the raw value breaks the rule of its type; kept, but proof of nothing. */
  readonly valid: boolean
}

/**
 * Brings an identifier into the one form that records are matched on. Lower case and blanks are
 * tolerated. Never throws and never drops: what breaks its rule keeps its trimmed upper-case raw value.
 *
 * PNC `2002/0073319Z` and CRO `065656/91H` or `SF05/482703J`, both with check letter; prison number
 * `A1234BC`; CRN `X123456` (domain section 4, existing-systems section 3). `OTHER` has no rule.
 *
 * @param receivedOn when we got it: a two-digit PNC year is read against this year and never again, so
 * that a stored value keeps its meaning.
 */
export function normaliseIdentifier(
  type: IdentifierType,
  raw: string,
  receivedOn: Date,
): NormalisedIdentifier {
  const value = canonical(type, raw.replace(/\s/g, '').toUpperCase(), receivedOn)
  return { type, raw, value: value ?? raw.trim().toUpperCase(), valid: value !== undefined && value !== '' }
}

/** I, O and S are never check letters; remainder 0 is Z. */
const CHECK_LETTERS = 'ZABCDEFGHJKLMNPQRTUVWXY'

function canonical(type: IdentifierType, text: string, receivedOn: Date): string | undefined {
  if (type === 'PNC') return canonicalPnc(text, receivedOn.getUTCFullYear())
  if (type === 'CRO') return canonicalCro(text)
  if (type === 'PRISON_NUMBER') return /^[A-Z]\d{4}[A-Z]{2}$/.test(text) ? text : undefined
  if (type === 'CRN') return /^[A-Z]\d{6}$/.test(text) ? text : undefined
  return text
}

function canonicalPnc(text: string, receivedIn: number): string | undefined {
  const { year, digits, letter } = pncParts(text) ?? {}
  if (year === undefined || digits === undefined || letter === undefined) return undefined
  const serial = digits.padStart(7, '0')
  // The letter does not cover the century: only the last two digits of the year enter the sum.
  if (checkLetter(year.slice(-2) + serial) !== letter) return undefined
  return `${year.length === 4 ? year : fullYear(Number(year), receivedIn)}/${serial}${letter}`
}

/** The slash decides where the year ends; only without one does the length (`20020073319Z` has 12). */
function pncParts(text: string): { year?: string; digits?: string; letter?: string } | undefined {
  const slashed = /^(?<year>\d{2}|\d{4})\/(?<digits>\d{1,7})(?<letter>[A-Z])$/
  const long = /^(?<year>\d{4})(?<digits>\d{7})(?<letter>[A-Z])$/
  const short = /^(?<year>\d{2})(?<digits>\d{1,7})(?<letter>[A-Z])$/
  return (slashed.exec(text) ?? long.exec(text) ?? short.exec(text))?.groups
}

function fullYear(year: number, receivedIn: number): number {
  const century = receivedIn - (receivedIn % 100)
  return year <= receivedIn % 100 ? century + year : century - 100 + year
}

function canonicalCro(text: string): string | undefined {
  const [, serial, year, letter] = /^(\d{1,6})\/(\d{2})([A-Z])$/.exec(text) ?? []
  if (serial !== undefined && year !== undefined) {
    const padded = serial.padStart(6, '0')
    return checkLetter(year + padded) === letter ? `${padded}/${year}${letter}` : undefined
  }
  // A search-file number is summed and kept without padding, unlike the standard form.
  const [, fileYear, fileSerial, fileLetter] = /^SF(\d{2})\/(\d{1,6})([A-Z])$/.exec(text) ?? []
  if (fileYear === undefined || fileSerial === undefined) return undefined
  return checkLetter(fileYear + fileSerial) === fileLetter ? text : undefined
}

function checkLetter(digits: string): string | undefined {
  return CHECK_LETTERS[Number(digits) % 23]
}
