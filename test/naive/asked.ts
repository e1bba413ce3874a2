import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, executeSync, isLeafType, parse, responsePathAsArray, type GraphQLSchema } from 'graphql'
import type { Catalogue, Field } from '../../src/catalogue/catalogue'

/** One response key, and all that was asked below it, in the order in which it is answered. */
export interface Asked {
  readonly key: string
  readonly name: string
  /** The type whose field it is. */
  readonly parent: string
  /** Absent on `__typename`. */
  readonly field?: Field
  readonly args: Readonly<Record<string, unknown>>
  readonly children: readonly Asked[]
}

/** The SDL with values of no type: it is asked for shapes alone. */
const SHAPES = readShapes()

function readShapes(): GraphQLSchema {
  const folder = join(__dirname, '..', '..', 'schema')
  const files = readdirSync(folder).filter((name) => name.endsWith('.graphql'))
  const schema = buildSchema(files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n'))
  for (const type of Object.values(schema.getTypeMap()))
    if (isLeafType(type)) type.serialize = (value) => (typeof value === 'string' ? value : 'leaf')
  return schema
}

type Visit = Pick<Asked, 'field' | 'args' | 'parent' | 'name'>

/**
 * What a document asks for: graphql-js itself answers it over a record in which everything is there exactly once,
 * and the shape of that answer is read back.
 */
export function whatIsAsked(
  catalogue: Catalogue,
  document: string,
  variables: Readonly<Record<string, unknown>>,
): Asked[] {
  const visits = new Map<string, Visit>()
  const { data, errors } = executeSync({
    schema: SHAPES,
    document: parse(document),
    variableValues: variables,
    rootValue: {},
    fieldResolver: (_source, args: Record<string, unknown>, _context, info) => {
      const { parentType, fieldName } = info
      const keys = responsePathAsArray(info.path).filter((key) => typeof key === 'string')
      const field = catalogue.type(parentType.name).fields.get(fieldName)
      visits.set(keys.join('.'), { parent: parentType.name, name: fieldName, args, ...(field && { field }) })
      return String(info.returnType).startsWith('[') ? [{}] : {}
    },
  })
  if (errors || !data) throw new Error(`the document has no shape: ${String(errors?.[0])}`)
  return childrenOf(data, [], visits)
}

function childrenOf(value: unknown, above: readonly string[], visits: ReadonlyMap<string, Visit>): Asked[] {
  const one: unknown = Array.isArray(value) ? value[0] : value
  if (typeof one !== 'object' || one === null) return []
  return Object.entries(one).map(([key, below]): Asked => {
    const keys = [...above, key]
    const visit = visits.get(keys.join('.'))
    if (!visit) return { key, name: '__typename', parent: String(below), args: {}, children: [] }
    return { key, ...visit, children: childrenOf(below, keys, visits) }
  })
}
