import type { Caller } from './caller'

/** What one question puts into the blanks of a form. */
export interface Particulars {
  readonly caller: Caller
  readonly now: Date
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>
}

/**
 * Stands for a value that differs from question to question, where something is worked out once for all of them.
 * It has no value to look at: whatever makes text of it fails, so nothing of one question gets into another.
 */
export class Blank {
  constructor(
    /** Says what belongs here: blanks of one name are filled alike. */
    readonly name: string,
    readonly fill: (particulars: Particulars) => unknown,
  ) {}

  [Symbol.toPrimitive](): never {
    throw new Error(`${this.name} is not known until it is asked`)
  }

  toJSON(): never {
    return this[Symbol.toPrimitive]()
  }
}

/** Works a value out, or says how that is done once it is known; `how` names the work. */
export function workedOut(
  value: unknown,
  how: string,
  work: (value: unknown, particulars: Particulars) => unknown,
): Blank {
  const name = value instanceof Blank ? value.name : JSON.stringify(value)
  return new Blank(`${how}(${name})`, (particulars) => work(filled(value, particulars), particulars))
}

/** The value with its blanks filled, however deep they lie. */
export function filled(value: unknown, particulars: Particulars): unknown {
  if (value instanceof Blank) return value.fill(particulars)
  if (Array.isArray(value)) return value.map((item) => filled(item, particulars))
  if (!isPlainObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, particulars)]))
}

/** Also of those that the parser of GraphQL makes, which have no prototype. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
