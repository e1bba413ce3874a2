import { getNamedType, isObjectType, isRequiredArgument, type GraphQLObjectType } from 'graphql'

/** Ways that hold what another holds: an edge’s node is a node, and what an establishment offers is about nobody. */
const SAID_ELSEWHERE = ['edges', 'programmesOffered']

/** One text for each field, with all below it, down each way as far as it leads to types that are not above already. */
function fieldsOf(type: GraphQLObjectType, within: readonly GraphQLObjectType[]): string[] {
  return Object.values(type.getFields()).flatMap((field) => {
    const below = getNamedType(field.type)
    if (field.args.some(isRequiredArgument) || SAID_ELSEWHERE.includes(field.name)) return []
    if (!isObjectType(below)) return [field.name]
    return within.includes(below)
      ? []
      : [`${field.name} { __typename ${fieldsOf(below, [...within, below]).join(' ')} }`]
  })
}

/** What a document may ask for, and some room for what stands around it (src/http/graphql.ts). */
const FIELDS_MAX = 900

/** Selections of every field below a type, each small enough for one question; all of them ask for those named `always`. */
export function everyFieldInParts(type: GraphQLObjectType, always: readonly string[]): string[] {
  const parts: string[][] = [[]]
  for (const text of partsOf(type, [type], '', always)) {
    const part = parts.at(-1) ?? []
    if (countFields([...part, text].join(' ')) > FIELDS_MAX && part.length > 0) parts.push([text])
    else part.push(text)
  }
  const common = fieldsOf(type, [type]).filter((text) => always.includes(nameOf(text)))
  return parts.map((part) => `{ ${[...common, ...part].join(' ')} }`)
}

/** Fields whose texts fit; a larger one in parts, each with the way down to it. */
function partsOf(
  type: GraphQLObjectType,
  within: readonly GraphQLObjectType[],
  way: string,
  always: readonly string[],
): string[] {
  const close = ' }'.repeat(way.split('{').length - 1)
  return fieldsOf(type, within)
    .filter((text) => !(way === '' && always.includes(nameOf(text))))
    .flatMap((text) => {
      if (countFields(text) <= FIELDS_MAX) return [`${way}${text}${close}`]
      const below = getNamedType(type.getFields()[nameOf(text)]?.type)
      if (!isObjectType(below)) return []
      return partsOf(below, [...within, below], `${way}${nameOf(text)} { `, [])
    })
}

function nameOf(text: string): string {
  return /^\w+/.exec(text)?.[0] ?? ''
}

function countFields(selection: string): number {
  return selection.match(/\w+/g)?.length ?? 0
}
