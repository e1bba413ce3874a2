import fc from 'fast-check'
import {
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql'

/** A selection of an object, as text, with the fragments that it names. */
interface Selection {
  readonly text: string
  readonly fragments: readonly string[]
}

/** How a field is wrapped: what no reader may get by asking for it in another way. */
const WRAPPINGS = ['plain', 'alias', 'inline', 'named', 'include', 'skip'] as const

let fragmentCount = 0

/** Random selections of a type: aliases, fragments inline and named, conditions, lists by nodes and by edges. */
export function selectionsOf(type: GraphQLObjectType, depth: number): fc.Arbitrary<Selection> {
  const fields = Object.values(type.getFields()).filter(
    (field) => !field.args.some(isRequiredArgument) && (depth > 0 || !isObjectType(getNamedType(field.type))),
  )
  if (fields.length === 0) return fc.constant({ text: '__typename', fragments: [] })
  return fc
    .uniqueArray(fc.constantFrom(...fields), { minLength: 1, maxLength: 4, selector: ({ name }) => name })
    .chain((chosen) => fc.tuple(...chosen.map((field) => fieldOf(type, field, depth))))
    .map((parts) => ({
      text: parts.map(({ text }) => text).join(' '),
      fragments: parts.flatMap(({ fragments }) => fragments),
    }))
}

function fieldOf(
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  depth: number,
): fc.Arbitrary<Selection> {
  const below = getNamedType(field.type)
  const inner = isObjectType(below) ? selectionsOf(below, depth - 1) : fc.constant(undefined)
  return fc.tuple(inner, fc.constantFrom(...WRAPPINGS), fc.nat(99)).map(([selected, wrapping, n]) => {
    const paged = isPaged(field) ? '(first: 3)' : ''
    const body = `${field.name}${paged}${selected ? ` { ${selected.text} }` : ''}`
    return wrapped(type, body, wrapping, n, selected?.fragments ?? [])
  })
}

function wrapped(
  type: GraphQLObjectType,
  body: string,
  wrapping: (typeof WRAPPINGS)[number],
  n: number,
  fragments: readonly string[],
): Selection {
  if (wrapping === 'inline')
    return { text: `... on ${type.name} { f${n}x${(fragmentCount += 1)}: ${body} }`, fragments }
  if (wrapping === 'named') {
    const name = `F${(fragmentCount += 1)}`
    return {
      text: `...${name}`,
      fragments: [...fragments, `fragment ${name} on ${type.name} { n${fragmentCount}: ${body} }`],
    }
  }
  const alias = `a${n}x${(fragmentCount += 1)}: ${body}`
  if (wrapping === 'plain') return { text: alias, fragments }
  const directive = { alias: '', include: ' @include(if: $yes)', skip: ' @skip(if: $no)' }[wrapping]
  return { text: withDirective(alias, directive), fragments }
}

/** A directive stands behind the arguments and before the selection. */
function withDirective(field: string, directive: string): string {
  const brace = field.indexOf('{')
  return brace < 0 ? `${field}${directive}` : `${field.slice(0, brace)}${directive} ${field.slice(brace)}`
}

function isPaged(field: GraphQLField<unknown, unknown>): boolean {
  return field.args.some(({ name }) => name === 'first') && !isList(field.type)
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type)
}

/** A whole document with these roots, each `name(arguments)` with a selection of its type. */
export function documentOf(
  kind: 'query' | 'mutation',
  roots: readonly { readonly root: string; readonly selection: Selection }[],
): string {
  const body = roots.map(({ root, selection }, i) => `r${i}: ${root} { ${selection.text} }`).join('\n')
  const fragments = roots.flatMap(({ selection }) => selection.fragments)
  return `${kind}($yes: Boolean!, $no: Boolean!) { always: __typename @include(if: $yes) @skip(if: $no)\n${body} }\n${fragments.join('\n')}`
}
