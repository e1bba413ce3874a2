import { z } from 'zod'
import { readDate, readInstant, readMoment } from '../domain/dates'
import { londonDate } from '../domain/london-date'
import { storable } from '../domain/storable'
import type { MachineRole } from '../domain/caller'
import { OWN_SYSTEM } from '../updates/facts/owners'
import {
  Unreadable,
  type SourceSystem,
  type StatedIdentifier,
  type Warning,
  type WarningCode,
} from '../updates/update'

/** What a reader knows beside the payload. */
export interface ReadingContext {
  /** Whom the message names: in its envelope or in the query. */
  readonly person: readonly StatedIdentifier[]
  /** Our own id of the offender, where the message names that. */
  readonly personId?: string
  /** Whose system sends. */
  readonly role?: MachineRole
  readonly receivedOn: Date
}

/** Whose record it is where each agency keeps its own: the sender's. */
export function sendersSystem({ role }: ReadingContext): SourceSystem {
  return role === undefined ? 'NOMIS' : OWN_SYSTEM[role]
}

export type Document = Readonly<Record<string, unknown>>

/** Text, blank and null being unsaid; what PostgreSQL cannot hold goes here. */
export const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => {
    const kept = value === null || value === undefined ? '' : storable(String(value)).trim()
    return kept === '' ? undefined : kept
  })

export const flag = z.boolean().nullish()

const INT_MAX = 2 ** 31 - 1

/** A whole number that PostgreSQL's integer holds, also written as text. */
export const whole = z
  .union([z.number(), z.stringFormat('whole', /^-?\d+$/).transform(Number)])
  .pipe(z.number().int().min(-INT_MAX).max(INT_MAX))
  .nullish()
  .transform((value) => value ?? undefined)

/** Checked with `Notes`, because an unreadable date costs a warning and not the document. */
export const moment = z.unknown().optional()

/** Parses at the edge. Throws Unreadable with the path at fault and never with the value found there. */
export function parse<T>(schema: z.ZodType<T>, value: unknown, at = ''): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const path = [at, ...(issue?.path ?? [])].filter((part) => part !== '').join('.')
  throw new Unreadable(`${path === '' ? 'The document' : path} has another shape than expected`, path)
}

/** The path of a field inside a place; of the document itself the place is ''. */
export function under(at: string, field: string): string {
  return at === '' ? field : `${at}.${field}`
}

export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A document in a `data` wrapper counts as the document itself; what stands beside it (a CRN) is kept. */
export function unwrapped(payload: Document): Document {
  const { data, ...beside } = payload
  return isDocument(data) ? { ...beside, ...data } : payload
}

type Loose<T> = { [K in keyof T]: Partial<Pick<T, K>> extends Pick<T, K> ? T[K] | undefined : T[K] }

/** Leaves out what was not said, so that a fact holds only what somebody stated. */
export function stated<T extends object>(fact: Loose<T>): T {
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fact)) if (value !== undefined) kept[name] = value
  return kept as T
}

/** What another gateway leaves in place of a text. */
export const MASK = '**REDACTED**'

/** The warnings of one document, each kind and place once. */
export class Notes {
  readonly #warnings = new Map<string, Warning>()

  add(code: WarningCode, message: string): void {
    this.#warnings.set(`${code} ${message}`, { code, message })
  }

  get warnings(): readonly Warning[] {
    return [...this.#warnings.values()]
  }

  /** Names the parts that the document carries and that we do not read: nothing is dropped in silence. */
  unread(document: Document, parts: readonly string[]): void {
    const left = parts.filter((name) => document[name] !== undefined && document[name] !== null)
    if (left.length > 0) this.add('PARTLY_READ', `${left.join(', ')} of this document is not read`)
  }

  date(value: unknown, path: string): string | undefined {
    return this.#readable(value, path, readDate)
  }

  /** The date of something that has happened: one that is still to come is kept as stated, and reported. */
  pastDate(value: unknown, path: string, receivedOn: Date): string | undefined {
    const found = this.date(value, path)
    if (found !== undefined && found > londonDate(receivedOn)) {
      this.add('FUTURE_DATE', `${path} is in the future: kept as stated, please check`)
    }
    return found
  }

  instant(value: unknown, path: string): string | undefined {
    return this.#readable(value, path, readInstant)
  }

  moment(value: unknown, path: string): string | undefined {
    return this.#readable(value, path, readMoment)
  }

  /** Free text; the mask that another gateway left in place of it is not a statement. */
  prose(value: string | undefined, path: string): string | undefined {
    if (value !== MASK) return value
    this.add('REDACTED_TEXT', `${path} was masked by the sender and is left out`)
    return undefined
  }

  #readable(value: unknown, path: string, read: (value: unknown) => string | undefined): string | undefined {
    if (value === undefined || value === null || value === '') return undefined
    const found = read(value)
    if (found === undefined) this.add('UNREADABLE_DATE', `${path} is not a date we can read and is left out`)
    return found
  }
}
