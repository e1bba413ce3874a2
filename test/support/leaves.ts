import {
  getNamedType,
  isObjectType,
  Kind,
  parse,
  type GraphQLObjectType,
  type SelectionSetNode,
} from 'graphql'

/** A field without fields below it, as a document selects it. */
export interface Leaf {
  /** Names from the root's object down. */
  readonly path: readonly string[]
  /** Coordinates of the fields on the way, its own last. */
  readonly chain: readonly string[]
}

/** The leaves that a selection asks of a type; fields are selected plainly, without aliases and fragments. */
export function leavesOf(type: GraphQLObjectType, selection: string): Leaf[] {
  const [definition] = parse(`query ${selection}`).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no selection')
  return walk(type, definition.selectionSet, { path: [], chain: [] })
}

function walk(type: GraphQLObjectType, { selections }: SelectionSetNode, above: Leaf): Leaf[] {
  return selections.flatMap((selected): Leaf[] => {
    if (selected.kind !== Kind.FIELD) throw new Error('fields alone are selected')
    const name = selected.name.value
    if (name === '__typename') return []
    const field = type.getFields()[name]
    if (!field) throw new Error(`${type.name} has no ${name}`)
    const here = { path: [...above.path, name], chain: [...above.chain, `${type.name}.${name}`] }
    const below = getNamedType(field.type)
    return isObjectType(below) && selected.selectionSet ? walk(below, selected.selectionSet, here) : [here]
  })
}

/** What stands at a path, through all lists; nothing where an object on the way is null. */
export function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path))
  const [name, ...more] = path
  if (name === undefined) return [value]
  return valuesAt((value as Record<string, unknown>)[name], more)
}

/** A selection of these leaves alone. */
export function selectionOf(leaves: readonly Leaf[], depth = 0): string {
  const below = new Map<string, Leaf[]>()
  for (const leaf of leaves) {
    const name = leaf.path[depth]
    if (name !== undefined) below.set(name, [...(below.get(name) ?? []), leaf])
  }
  const fields = [...below].map(([name, own]) => {
    const inner = selectionOf(own, depth + 1)
    return inner === '' ? name : `${name} { ${inner} }`
  })
  return fields.join(' ')
}
