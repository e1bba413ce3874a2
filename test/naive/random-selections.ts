import fc from 'fast-check'
import {
  getNamedType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLObjectType,
} from 'graphql'
import { sha256 } from '../../src/domain/digest'

/** Worked out over the whole record, which the naive reader does not do. */
export const LEFT_OUT = ['Offender.changes', 'MappaMeetingSummary.attendees']

/** A selection as text, with the fragments that it names. */
export interface Selection {
  readonly text: string
  readonly fragments: readonly string[]
}

const WRAPPINGS = [
  'plain',
  'plain',
  'alias',
  'inline',
  'named',
  'include',
  'skip',
  'left out',
  'twice',
] as const

/** Random selections of a type. Names of fragments are put in by the document, so that they stay apart. */
export function selectionsOf(type: GraphQLObjectType, depth: number): fc.Arbitrary<Selection> {
  const fields = Object.values(type.getFields()).filter(
    (field) =>
      !LEFT_OUT.includes(`${type.name}.${field.name}`) &&
      !field.args.some(isRequiredArgument) &&
      (depth > 0 || !isObjectType(getNamedType(field.type))),
  )
  if (fields.length === 0) return fc.constant({ text: '__typename', fragments: [] })
  return fc
    .tuple(
      fc.uniqueArray(fc.constantFrom(...fields), {
        minLength: 1,
        maxLength: 4,
        selector: ({ name }) => name,
      }),
      fc.integer({ min: 0, max: 9 }),
    )
    .chain(([chosen, typename]) =>
      fc
        .tuple(...chosen.map((field) => fieldOf(type, field, depth)))
        .map((parts) => (typename === 0 ? [...parts, { text: '__typename', fragments: [] }] : parts)),
    )
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
  return fc.tuple(inner, inner, fc.constantFrom(...WRAPPINGS)).map(([selected, more, wrapping]) => {
    // One number for each field, so that what is asked for twice is the same page.
    const args = field.args.some(({ name }) => name === 'first')
      ? `(first: ${1 + (field.name.length % 3)})`
      : ''
    const head = `${field.name}${args}`
    const body = (one: Selection | undefined) => (one ? ` { ${one.text} }` : '')
    const fragments = [
      ...(selected?.fragments ?? []),
      ...(wrapping === 'twice' ? (more?.fragments ?? []) : []),
    ]
    const text = wrapped(wrapping, {
      type: type.name,
      name: field.name,
      head,
      body: body(selected),
      again: body(more),
    })
    if (wrapping !== 'named') return { text, fragments }
    const fragment = `F${sha256(text).slice(0, 8)}`
    return { text: `...${fragment}`, fragments: [...fragments, `fragment ${fragment} ${text}`] }
  })
}

interface Wrapped {
  readonly type: string
  readonly name: string
  readonly head: string
  readonly body: string
  readonly again: string
}

function wrapped(wrapping: (typeof WRAPPINGS)[number], { type, name, head, body, again }: Wrapped): string {
  switch (wrapping) {
    case 'plain':
      return `${head}${body}`
    case 'alias':
      return `as_${name}: ${head}${body}`
    case 'inline':
      return `... on ${type} { ${head}${body} }`
    case 'named':
      return `on ${type} { ${head}${body} }`
    case 'include':
      return `${head} @include(if: $yes)${body}`
    case 'skip':
      return `${head} @skip(if: $no)${body}`
    case 'left out':
      return `${head} @skip(if: $yes)${body} instead_of_${name}: __typename`
    case 'twice':
      return `${head}${body} ${head}${again}`
  }
}
