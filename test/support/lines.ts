import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { aPrisoner } from './documents'

/** The nth of 17,576,000 prison numbers. */
export function nthPrisonNumber(n: number): string {
  const letter = (place: number) => String.fromCharCode(65 + (Math.floor(n / 1000 / 26 ** place) % 26))
  return `${letter(2)}${1000 + (n % 1000)}${letter(1)}${letter(0)}`
}

/** Writes a file of prisoners, one a line; `text` gives lines that are something else. */
export async function writeLines(
  path: string,
  count: number,
  text: (n: number) => string = aLine,
): Promise<void> {
  const lines = function* () {
    for (let n = 0; n < count; n++) yield `${text(n)}\n`
  }
  await pipeline(Readable.from(lines()), createWriteStream(path))
}

export function aLine(n: number): string {
  return JSON.stringify(aPrisoner(nthPrisonNumber(n), { cellLocation: `C-${n}`, ...nthIdentity(n) }))
}

/** A name and a birthday that few share, as among real people: who is alike is compared with everybody alike. */
export function nthIdentity(n: number) {
  const name = (m: number) => {
    const letters = [0, 1, 2, 3, 4].map((place) =>
      String.fromCharCode(97 + (Math.floor(m / 26 ** place) % 26)),
    )
    return letters.join('').replace(/^./, (first) => first.toUpperCase())
  }
  const birthday = new Date(Date.UTC(1950, 0, 1) + ((n * 7919) % 20_000) * 86_400_000)
  return {
    firstName: name(n * 31 + 7),
    lastName: name(n * 104_729),
    dateOfBirth: birthday.toISOString().slice(0, 10),
  }
}
