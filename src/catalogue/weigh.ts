import {
  getNullableType,
  isListType,
  isObjectType,
  Kind,
  Lexer,
  Source,
  TokenKind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  getNamedType,
} from 'graphql'
import { COSTS, type DocumentLimits } from '../domain/document-limits'
import { TooCostly } from '../domain/refusal'
import type { Catalogue } from './catalogue'

/**
 * Refuses a text that is too long, or nested too deeply, to be parsed; counting ends at the first beyond.
 * Throws the lexer's own error for what is no GraphQL.
 */
export function limitText(text: string, limits: Pick<DocumentLimits, 'tokens' | 'depth'>): void {
  const lexer = new Lexer(new Source(text))
  let tokens = 0
  let depth = 0
  for (let { kind } = lexer.advance(); kind !== TokenKind.EOF; { kind } = lexer.advance()) {
    if (++tokens > limits.tokens) throw new TooCostly('tokens', tokens, limits.tokens)
    if (kind === TokenKind.BRACE_L || kind === TokenKind.BRACKET_L) depth += 1
    if (kind === TokenKind.BRACE_R || kind === TokenKind.BRACKET_R) depth -= 1
    if (depth > limits.depth) throw new TooCostly('depth', depth, limits.depth)
  }
}

/** What an operation weighs: `depth` in levels of selections, `cost` in fields of the answer. */
export interface Weight {
  readonly depth: number
  readonly cost: number
}

/** Variables as they were sent, unchecked; without them each page is as long as it may be. */
export type SentVariables = Readonly<Record<string, unknown>> | undefined

/** Takes any document that parses, in time that grows with its text: each fragment is weighed once. */
export function weigh(
  catalogue: Catalogue,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables?: SentVariables,
): Weight {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const walk: Walk = { catalogue, fragments, operation, variables, weighed: new Map() }
  const root = catalogue.schema.getRootType(operation.operation)
  return weighSet(walk, operation.selectionSet, root ?? undefined)
}

/** Fields of a document that are asked for under another name. */
export function countAliases({ definitions }: DocumentNode): number {
  const inSet = (set: SelectionSetNode | undefined): number =>
    (set?.selections ?? []).reduce((sum, selection) => sum + inSelection(selection), 0)
  const inSelection = (selection: SelectionNode): number => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return 0
    const own = selection.kind === Kind.FIELD && selection.alias ? 1 : 0
    return own + inSet(selection.selectionSet)
  }
  return definitions.reduce(
    (sum, definition) => sum + ('selectionSet' in definition ? inSet(definition.selectionSet) : 0),
    0,
  )
}

interface Walk {
  readonly catalogue: Catalogue
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly operation: OperationDefinitionNode
  readonly variables: SentVariables
  readonly weighed: Map<string, Weight>
}

const NOTHING: Weight = { depth: 0, cost: 0 }

/** The type is unknown where the document is not valid, which is for the validator to say. */
function weighSet(walk: Walk, set: SelectionSetNode, type: GraphQLObjectType | undefined): Weight {
  let { depth, cost } = NOTHING
  for (const selection of set.selections) {
    const weight = weighSelection(walk, selection, type)
    depth = Math.max(depth, weight.depth)
    cost = Math.min(cost + weight.cost, Number.MAX_SAFE_INTEGER)
  }
  return { depth: depth + 1, cost }
}

function weighSelection(walk: Walk, selection: SelectionNode, type: GraphQLObjectType | undefined): Weight {
  if (selection.kind === Kind.FIELD) return weighField(walk, selection, type)
  if (selection.kind === Kind.FRAGMENT_SPREAD) return weighFragment(walk, selection.name.value)
  const condition = selection.typeCondition?.name.value
  return weighSet(walk, selection.selectionSet, condition === undefined ? type : objectType(walk, condition))
}

function weighField(walk: Walk, node: FieldNode, parent: GraphQLObjectType | undefined): Weight {
  const field = fieldOf(walk, parent, node.name.value)
  if (!node.selectionSet) return { depth: 0, cost: COSTS.field }
  const below = weighSet(walk, node.selectionSet, field && objectType(walk, getNamedType(field.type).name))
  const cost = COSTS.field + lengthOf(walk, node, field, parent) * below.cost
  return { depth: below.depth, cost: Math.min(cost, Number.MAX_SAFE_INTEGER) }
}

/** One that contains itself is invalid, and weighs nothing inside itself. */
function weighFragment(walk: Walk, name: string): Weight {
  const known = walk.weighed.get(name)
  const fragment = walk.fragments.get(name)
  if (known || !fragment) return known ?? NOTHING
  walk.weighed.set(name, NOTHING)
  const type = objectType(walk, fragment.typeCondition.name.value)
  const weight = weighSet(walk, fragment.selectionSet, type)
  walk.weighed.set(name, weight)
  return weight
}

function objectType({ catalogue }: Walk, name: string): GraphQLObjectType | undefined {
  const type = catalogue.schema.getType(name)
  return isObjectType(type) ? type : undefined
}

function fieldOf(
  walk: Walk,
  parent: GraphQLObjectType | undefined,
  name: string,
): Pick<GraphQLField<unknown, unknown>, 'type' | 'args'> | undefined {
  const introspected = { __schema: '__Schema', __type: '__Type' }[name]
  const meta = introspected === undefined ? undefined : objectType(walk, introspected)
  return meta ? { type: meta, args: [] } : parent?.getFields()[name]
}

/** The rows that a field stands for. A connection's own lists are its page, which was counted with it. */
function lengthOf(
  walk: Walk,
  node: FieldNode,
  field: ReturnType<typeof fieldOf>,
  parent: GraphQLObjectType | undefined,
): number {
  const first = field?.args.find(({ name }) => name === 'first')
  if (first) {
    const given = node.arguments?.find(({ name }) => name.value === first.name)?.value
    return pageLength(given ? valueOf(walk, given) : first.defaultValue)
  }
  const isPage = walk.catalogue.types.get(parent?.name ?? '')?.kind === 'connection'
  return field && isListType(getNullableType(field.type)) && !isPage ? COSTS.list : 1
}

function valueOf({ operation, variables }: Walk, value: ValueNode): unknown {
  if (value.kind === Kind.INT) return Number(value.value)
  if (value.kind !== Kind.VARIABLE || !variables) return undefined
  const name = value.name.value
  if (Object.hasOwn(variables, name)) return variables[name]
  const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name)
  return definition?.defaultValue?.kind === Kind.INT ? Number(definition.defaultValue.value) : undefined
}

/** What is no length is refused when the operation is answered, and counts as the longest until then. */
function pageLength(first: unknown): number {
  return typeof first === 'number' && first >= 1 && first <= COSTS.page ? first : COSTS.page
}
