import {
  getArgumentValues,
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Catalogue, Field, ObjectType } from './catalogue'

/** What an operation asks for, with fragments, aliases, `@skip` and `@include` worked out. */
export interface Selection {
  readonly kind: keyof typeof ROOTS
  readonly roots: readonly SelectedField[]
  /** Coordinates that filters, references and orders use: as good as read. */
  readonly used: readonly string[]
}

const ROOTS = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const

/** One response key and all that was selected under it. */
export interface SelectedField {
  readonly key: string
  readonly name: string
  readonly nodes: readonly FieldNode[]
  /** Absent on `__typename` and on introspection. */
  readonly field?: Field
  readonly parent: ObjectType
  readonly args: Readonly<Record<string, unknown>>
  readonly children: readonly SelectedField[]
}

export function select(
  catalogue: Catalogue,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): Selection {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const walk: Walk = { catalogue, fragments, variables }
  const kind = operation.operation
  const roots = selectFields(walk, catalogue.type(ROOTS[kind]), [operation.selectionSet])
  return { kind, roots, used: roots.flatMap((field) => usedBy(catalogue, field)) }
}

interface Walk {
  readonly catalogue: Catalogue
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly variables: Record<string, unknown>
}

function selectFields(walk: Walk, type: ObjectType, sets: readonly SelectionSetNode[]): SelectedField[] {
  const byKey = new Map<string, FieldNode[]>()
  for (const set of sets) collect(walk, set, byKey)
  return [...byKey].map(([key, nodes]) => selectField(walk, type, key, nodes))
}

function collect(walk: Walk, set: SelectionSetNode, byKey: Map<string, FieldNode[]>): void {
  for (const node of set.selections) {
    if (getDirectiveValues(GraphQLSkipDirective, node, walk.variables)?.['if'] === true) continue
    if (getDirectiveValues(GraphQLIncludeDirective, node, walk.variables)?.['if'] === false) continue
    if (node.kind === Kind.FIELD) {
      const key = node.alias?.value ?? node.name.value
      byKey.set(key, [...(byKey.get(key) ?? []), node])
    } else if (node.kind === Kind.INLINE_FRAGMENT) {
      collect(walk, node.selectionSet, byKey)
    } else {
      const fragment = walk.fragments.get(node.name.value)
      if (fragment) collect(walk, fragment.selectionSet, byKey)
    }
  }
}

function selectField(walk: Walk, parent: ObjectType, key: string, nodes: FieldNode[]): SelectedField {
  const [first] = nodes
  if (!first) throw new Error(`nothing is selected as ${key}`)
  const name = first.name.value
  const field = parent.fields.get(name)
  if (!field) return { key, name, nodes, parent, args: {}, children: [] }
  const definition = walk.catalogue.schema.getType(parent.name)
  const fieldType = definition && 'getFields' in definition ? definition.getFields()[name] : undefined
  const args = fieldType && 'args' in fieldType ? getArgumentValues(fieldType, first, walk.variables) : {}
  const sets = nodes.flatMap((node) => (node.selectionSet ? [node.selectionSet] : []))
  const children = field.type === undefined ? [] : selectFields(walk, walk.catalogue.type(field.type), sets)
  return { key, name, nodes, field, parent, args, children }
}

function usedBy(catalogue: Catalogue, root: SelectedField): string[] {
  const used: string[] = []
  const where = root.args['where']
  if (root.name === 'offenders') {
    used.push('PersonName.family')
    for (const input of Object.keys((where as object | null | undefined) ?? {})) {
      const use = catalogue.filters.get(input)
      if (use) used.push(use.uses)
    }
  }
  const by = root.args['by'] as { id?: unknown } | undefined
  if (by && by.id === undefined) used.push('Offender.identifiers')
  return used
}
