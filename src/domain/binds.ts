/**
 * Collects the values of one statement; text and values never mix. The same value under the same type is
 * bound once; under no type PostgreSQL infers it from where it stands.
 */
export class Binds {
  private readonly values: unknown[] = []
  private readonly slots = new Map<string, string>()

  bind(value: unknown, type: string): string {
    if (type === '') return `$${this.values.push(value)}`
    const key = `${type}:${typeof value}:${JSON.stringify(value)}`
    const known = this.slots.get(key)
    if (known !== undefined) return known
    this.values.push(value)
    const slot = `$${this.values.length}::${type}`
    this.slots.set(key, slot)
    return slot
  }

  /** The statement with the values that its text names; PostgreSQL cannot type one that stands nowhere. */
  finish(text: string): { readonly text: string; readonly values: readonly unknown[] } {
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
