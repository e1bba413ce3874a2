import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The contract's operations by name, each with the fragments it needs. */
export function operation(name: string): string {
  const text = operationsText()
  const parts = text.split(/\n(?=(?:query|mutation|fragment) )/)
  const named = (kind: string, wanted: string) =>
    parts.find((part) => new RegExp(`^(?:${kind}) ${wanted}\\b`).test(part))
  const found = named('query|mutation', name)
  if (found === undefined) throw new Error(`there is no operation ${name}`)
  const needed = new Map<string, string>()
  const gather = (body: string) => {
    for (const [, fragment = ''] of body.matchAll(/\.\.\.(\w+)/g)) {
      if (needed.has(fragment)) continue
      needed.set(fragment, named('fragment', fragment) ?? '')
      gather(needed.get(fragment) ?? '')
    }
  }
  gather(found)
  return [found, ...needed.values()].join('\n')
}

export function operationNames(): string[] {
  return [...operationsText().matchAll(/^(?:query|mutation) (\w+)/gm)].map(([, name = '']) => name)
}

function operationsText(): string {
  return readFileSync(join(__dirname, '..', 'queries', 'operations.graphql'), 'utf8')
}
