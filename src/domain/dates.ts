/**
 * Reads a moment as suppliers write it. A date (`YYYY-MM-DD`) stays a date; everything else becomes an
 * ISO instant in UTC with milliseconds. Accepted: `2024-12-19T16:57:25` without a zone (Europe/London),
 * with `Z` or an offset, with a region after it (`+01:00[Europe/London]`), up to nanoseconds (cut to
 * milliseconds), Java's `Mon Jun 19 00:00:00 BST 2023` (existing-systems section 5, ingest traps), and the
 * day first: `19/06/2023`, `19/06/2023 10:30` (licences) and `19 June 2023` (community programmes).
 * Anything else, 30 February included, is undefined.
 */
export function readMoment(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  return readIso(dayFirst(text)) ?? readJava(text)
}

/** Like `readMoment`, but always an instant: a date is its first moment in Europe/London. */
export function readInstant(value: unknown): string | undefined {
  const moment = readMoment(value)
  if (moment === undefined || !isDate(moment)) return moment
  return new Date(fromLondon(Date.parse(moment))).toISOString()
}

/** Like `readMoment`, but always a date: an instant is the day it fell on in Europe/London. */
export function readDate(value: unknown): string | undefined {
  const moment = readMoment(value)
  if (moment === undefined || isDate(moment)) return moment
  const instant = Date.parse(moment)
  return new Date(instant + londonOffsetMs(instant)).toISOString().slice(0, 10)
}

const HOUR_MS = 3_600_000
const DATE = /^(\d{4})-(\d{2})-(\d{2})(.*)$/
const TIME =
  /^[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?(?:\[([\w/+-]+)\])?$/i
const JAVA = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (BST|GMT|UTC) (\d{4})$/
const MONTHS_IN_FULL = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const LONDON_HOUR = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hour: '2-digit',
  hourCycle: 'h23',
})

function isDate(moment: string): boolean {
  return moment.length === 10
}

function readIso(text: string): string | undefined {
  const [, year, month, day, rest] = DATE.exec(text) ?? []
  if (rest === '') return wallClock([year, month, day, '0', '0', '0']) === undefined ? undefined : text
  const [matched, hour, minute, second = '0', fraction = '', zone, region] = TIME.exec(rest ?? '') ?? []
  if (matched === undefined) return undefined
  const wall = wallClock([year, month, day, hour, minute, second])
  if (wall === undefined) return undefined
  const ms = wall + Number(fraction.slice(0, 3).padEnd(3, '0'))
  if (zone !== undefined) return inUtc(ms, zone)
  // A region without an offset is only safe where it is the one that suppliers mean when they name none.
  if (region !== undefined && region !== 'Europe/London') return undefined
  return new Date(fromLondon(ms)).toISOString()
}

const DAY_FIRST = /^(\d{2})\/(\d{2})\/(\d{4})(.*)$/
const DAY_IN_WORDS = /^(\d{1,2}) ([A-Z][a-z]+) (\d{4})$/

/** A date with the day first, turned into the ISO form; anything else as it is. */
function dayFirst(text: string): string {
  const [, number = '', name = '', year = ''] = DAY_IN_WORDS.exec(text) ?? []
  const month = MONTHS_IN_FULL.indexOf(name) + 1
  if (month > 0) return `${year}-${String(month).padStart(2, '0')}-${number.padStart(2, '0')}`
  return text.replace(DAY_FIRST, '$3-$2-$1$4')
}

function readJava(text: string): string | undefined {
  const [, monthName, day, hour, minute, second, zone, year] = JAVA.exec(text) ?? []
  if (monthName === undefined) return undefined
  const wall = wallClock([
    year,
    String(MONTHS_IN_FULL.findIndex((name) => name.startsWith(monthName)) + 1),
    day,
    hour,
    minute,
    second,
  ])
  return wall === undefined ? undefined : inUtc(wall, zone === 'BST' ? '+01:00' : 'Z')
}

/** Milliseconds as if the wall clock stood in UTC; undefined where the calendar has no such moment. */
function wallClock(parts: readonly (string | undefined)[]): number | undefined {
  const [year = NaN, month = NaN, day = NaN, hour = NaN, minute = NaN, second = NaN] = parts.map(Number)
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  const kept =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second
  return kept ? date.getTime() : undefined
}

function inUtc(wall: number, zone: string): string | undefined {
  if (zone.toUpperCase() === 'Z') return new Date(wall).toISOString()
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', '') || '0')
  if (hours > 18 || minutes > 59) return undefined
  const offset = (hours * 60 + minutes) * 60_000 * (zone.startsWith('-') ? -1 : 1)
  return new Date(wall - offset).toISOString()
}

/** An hour that occurs twice is the first one; an hour that does not occur is the one after the gap. */
function fromLondon(wall: number): number {
  const inSummer = wall - HOUR_MS
  return londonOffsetMs(inSummer) === HOUR_MS ? inSummer : wall
}

function londonOffsetMs(instant: number): number {
  const there = Number(LONDON_HOUR.format(instant))
  return ((there - new Date(instant).getUTCHours() + 24) % 24) * HOUR_MS
}

/** An instant as the database gives it, in ISO 8601; null where there is none. */
export function isoOf(value: unknown): string | null {
  return value instanceof Date ? value.toISOString() : null
}
