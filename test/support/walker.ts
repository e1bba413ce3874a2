import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  buildSchema,
  getNamedType,
  getOperationAST,
  isObjectType,
  Kind,
  parse,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql'
import { Client } from 'pg'
import type { Connection } from '../../src/store/database'

/** One response body as it left, with the document that asked for it. */
export interface GivenAnswer {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly text: string
}

/**
 * Walks every answer with the schema and the document alone, none of the gateway's own code, and compares
 * each value that was not null with the bitmaps in the journal, decoded here.
 */
export async function unloggedFields(
  connection: Connection,
  given: readonly GivenAnswer[],
): Promise<string[]> {
  const schema = readSdl()
  const journal = new Client({ ...connection })
  await journal.connect()
  try {
    const missing: string[] = []
    for (const answer of given) {
      const body = JSON.parse(answer.text) as {
        data?: unknown
        extensions?: { disclosure?: { entry?: string } }
      }
      if (body.data === undefined || body.data === null) continue
      const seen = walkAnswer(schema, answer, body.data)
      if (seen.length === 0) continue
      const entry = body.extensions?.disclosure?.entry
      if (entry === undefined) {
        missing.push(...seen.map(({ coordinate }) => `${coordinate}: the answer names no entry`))
        continue
      }
      missing.push(...(await compare(journal, entry, seen)))
    }
    return missing
  } finally {
    await journal.end()
  }
}

interface Seen {
  readonly coordinate: string
  /** The offender whose object this value lies in, where it lies in one that gave its id. */
  readonly offender: string | undefined
}

function readSdl(): GraphQLSchema {
  const folder = join(__dirname, '..', '..', 'schema')
  const files = readdirSync(folder).filter((name) => name.endsWith('.graphql'))
  return buildSchema(files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n'))
}

type Keys = Map<string, { readonly name: string; readonly sets: SelectionSetNode[] }>

function textAt(object: Record<string, unknown>, keys: Keys, wanted: string): string | undefined {
  const found = [...keys].filter(([, { name }]) => name === wanted).map(([key]) => object[key])
  return found.find((value) => typeof value === 'string')
}

/** The fields that a change says the value of, by its name: the path below `Offender`, lists passed through. */
function changedFields(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  keys: Keys,
  object: Record<string, unknown>,
): string[] {
  const name = type.name === 'FieldChange' ? textAt(object, keys, 'name') : undefined
  if (name === undefined) return []
  let holder = schema.getType('Offender')
  return name.split('.').map((step) => {
    const nodes = isObjectType(holder) ? holder.getFields()['nodes'] : undefined
    if (nodes) holder = getNamedType(nodes.type)
    const field = isObjectType(holder) ? holder.getFields()[step] : undefined
    if (!isObjectType(holder) || !field)
      throw new Error(`a change speaks of ${name}, which is not in the schema`)
    const coordinate = `${holder.name}.${step}`
    holder = getNamedType(field.type)
    return coordinate
  })
}

function walkAnswer(schema: GraphQLSchema, answer: GivenAnswer, data: unknown): Seen[] {
  const document = parse(answer.query)
  const operation = getOperationAST(document)
  if (!operation) return []
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const root = operation.operation === 'mutation' ? schema.getMutationType() : schema.getQueryType()
  const seen: Seen[] = []
  if (root) walk(root, [operation.selectionSet], data, undefined)
  return seen

  function walk(
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    value: unknown,
    offender: string | undefined,
  ): void {
    if (Array.isArray(value)) {
      for (const item of value) walk(type, sets, item, offender)
      return
    }
    if (typeof value !== 'object' || value === null) return
    const keys: Keys = new Map()
    for (const set of sets) gather(set, keys)
    const object = value as Record<string, unknown>
    const owner = ownerOf(type, keys, object) ?? offender
    seen.push(
      ...changedFields(schema, type, keys, object).map((coordinate) => ({ coordinate, offender: owner })),
    )
    for (const [key, { name, sets: below }] of keys) {
      const inner = object[key]
      const field = type.getFields()[name]
      if (
        !field ||
        inner === null ||
        inner === undefined ||
        type.name === 'Query' ||
        type.name === 'Mutation'
      ) {
        if (field && inner !== null && inner !== undefined) descend(field.type, below, inner, owner)
        continue
      }
      seen.push({ coordinate: `${type.name}.${name}`, offender: owner })
      descend(field.type, below, inner, owner)
    }
  }

  /** The offender whose object this is: its own id, or that of the offender whom a change is of. */
  function ownerOf(type: GraphQLObjectType, keys: Keys, object: Record<string, unknown>): string | undefined {
    if (type.name === 'Offender' || type.name === 'ChangedOffender') return textAt(object, keys, 'id')
    if (type.name !== 'Change') return undefined
    const own = type.getFields()['offender']?.type
    return [...keys]
      .filter(([, { name }]) => name === 'offender')
      .map(([key, { sets }]) => {
        const below: Keys = new Map()
        for (const set of sets) gather(set, below)
        const named = getNamedType(own)
        return isObjectType(named) ? ownerOf(named, below, object[key] as Record<string, unknown>) : undefined
      })
      .find((id) => id !== undefined)
  }

  function descend(
    type: Parameters<typeof getNamedType>[0],
    sets: SelectionSetNode[],
    value: unknown,
    offender: string | undefined,
  ): void {
    const named = getNamedType(type)
    if (isObjectType(named)) walk(named, sets, value, offender)
  }

  function gather(set: SelectionSetNode, keys: Keys): void {
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value
        const known = keys.get(key) ?? { name: node.name.value, sets: [] }
        if (node.selectionSet) known.sets.push(node.selectionSet)
        keys.set(key, known)
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        gather(node.selectionSet, keys)
      } else {
        const fragment = fragments.get(node.name.value)
        if (fragment) gather(fragment.selectionSet, keys)
      }
    }
  }
}

async function compare(journal: Client, entry: string, seen: readonly Seen[]): Promise<string[]> {
  const [log, index] = entry.split('/')
  const { rows } = await journal.query<{ part: number; body: string; entry: string }>(
    `select d.part, convert_from(d.body, 'UTF8') as body, convert_from(e.entry, 'UTF8') as entry
     from journal.entry e join journal.detail d on d.log = e.log and d.index = e.index
     where e.log = $1 and e.index = $2 order by d.part`,
    [log, index],
  )
  const first = rows[0]
  if (!first) return seen.map(({ coordinate }) => `${coordinate}: entry ${entry} is not in the journal`)
  const { dictionary } = JSON.parse(first.entry) as { dictionary: string }
  const words = await journal.query<{ fields: string[] }>(
    'select fields from journal.dictionary where version = $1',
    [dictionary],
  )
  const names = words.rows[0]?.fields ?? []
  const decode = (bitmap: string) => {
    const bytes = Buffer.from(bitmap, 'base64')
    return new Set(names.filter((_, bit) => ((bytes[Math.floor(bit / 8)] ?? 0) >> (bit % 8)) % 2 === 1))
  }
  const header = decode((JSON.parse(first.body) as { fields: string }).fields)
  const bySubject = new Map<string, Set<string>>()
  for (const row of rows.slice(1)) {
    const { offender, fields } = JSON.parse(row.body) as { offender: string; fields: string }
    bySubject.set(offender, decode(fields))
  }
  return seen
    .filter(
      ({ coordinate, offender }) =>
        !(offender === undefined ? header : bySubject.get(offender))?.has(coordinate),
    )
    .map(({ coordinate, offender }) => `${coordinate} of ${offender ?? 'nobody'} is not in ${entry}`)
}
