import { Blank, type Particulars } from './blank'
import { sha256 } from './digest'

/** A statement and its values; text and values never mix. */
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

/** A statement for all questions that differ in their particulars alone. */
export class Form {
  private digest: string | undefined

  constructor(
    readonly text: string,
    private readonly values: readonly unknown[],
  ) {}

  /** SHA-256 of the text. */
  get hash(): string {
    return (this.digest ??= sha256(this.text))
  }

  fill(particulars: Particulars): Statement {
    const values = this.values.map((value) => (value instanceof Blank ? value.fill(particulars) : value))
    return { text: this.text, values }
  }
}

/**
 * Collects the values of one statement. The same value under the same type is bound once; under no type
 * PostgreSQL infers it from where it stands.
 */
export class Binds {
  private readonly values: unknown[] = []
  private readonly slots = new Map<string, string>()

  bind(value: unknown, type: string): string {
    if (type === '') return `$${this.values.push(value)}`
    const key =
      value instanceof Blank ? `${type}:${value.name}` : `${type}:${typeof value}:${JSON.stringify(value)}`
    const known = this.slots.get(key)
    if (known !== undefined) return known
    this.values.push(value)
    const slot = `$${this.values.length}::${type}`
    this.slots.set(key, slot)
    return slot
  }

  /** The statement with the values that its text names; PostgreSQL cannot type one that stands nowhere. */
  finish(text: string): Statement {
    const { text: renumbered, values } = this.used(text)
    if (values.some((value) => value instanceof Blank)) throw new Error('a form is no statement yet')
    return { text: renumbered, values }
  }

  /** As `finish`, of a statement with blanks. */
  form(text: string): Form {
    const { text: renumbered, values } = this.used(text)
    return new Form(renumbered, values)
  }

  private used(text: string): Statement {
    const used: unknown[] = []
    const places = new Map<string, number>()
    const renumbered = text.replace(/\$(\d+)/g, (_slot, number: string) => {
      const place = places.get(number) ?? used.push(this.values[Number(number) - 1])
      places.set(number, place)
      return `$${place}`
    })
    return { text: renumbered, values: used }
  }
}

/** A string constant of our own making (response keys, names): quoted, never a client's value elsewhere. */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted
}
