/** What the systems call one person; which of them they know depends on the case. */
export interface DemoIdentifiers {
  readonly prisonNumber: string
  readonly crn: string
  readonly pnc: string
  readonly cro: string
}

/** More cases than this would need longer CRNs. */
export const MOST_CASES = 800_000

/** Numbers in a row, so that nobody else has them and a reader finds the case that a number belongs to. */
export function identifiersOf(index: number, yearOfArrest: number): DemoIdentifiers {
  return {
    prisonNumber: `T${digits((index + 1001) % 10_000, 4)}${letterPair(Math.floor((index + 1001) / 10_000))}`,
    crn: `T${digits(index + 100_001, 6)}`,
    pnc: validPnc(yearOfArrest, 1_000_001 + index),
    cro:
      index % 7 === 3
        ? validSearchFileCro(yearOfArrest, 100_001 + index)
        : validCro(yearOfArrest, 100_001 + index),
  }
}

/** `2002/0073319Z`, with the right check letter. */
export function validPnc(year: number, serial: number): string {
  const padded = digits(serial, 7)
  return `${year}/${padded}${checkLetter(twoDigits(year) + padded)}`
}

/** `065656/91H`, with the right check letter. */
export function validCro(year: number, serial: number): string {
  const padded = digits(serial, 6)
  return `${padded}/${twoDigits(year)}${checkLetter(twoDigits(year) + padded)}`
}

/** `SF05/482703J`, with the right check letter; unlike the others its serial is summed without padding. */
export function validSearchFileCro(year: number, serial: number): string {
  return `SF${twoDigits(year)}/${serial}${checkLetter(twoDigits(year) + String(serial))}`
}

/** A second statement of the rule in domain/identifiers, so that the tests set one against the other. */
function checkLetter(summed: string): string {
  return 'ZABCDEFGHJKLMNPQRTUVWXY'.charAt(Number(summed) % 23)
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0')
}

function twoDigits(year: number): string {
  return digits(year % 100, 2)
}

function letterPair(value: number): string {
  return String.fromCharCode(65 + Math.floor(value / 26), 65 + (value % 26))
}
