import {
  buildASTSchema,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  parse,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql'
import { sha256 } from '../domain/digest'
import { FIELD_GROUPS, type FieldGroup } from '../domain/field-group'
import { snakeCase } from '../domain/snake-case'
import type {
  Catalogue,
  Classification,
  Dictionary,
  Field,
  InputUse,
  ObjectType,
  TypeKind,
} from './catalogue'
import { readRelation } from './read-relation'
import { recordParts } from './record-parts'
import { attachScalars } from './scalars'

/**
 * Reads the SDL into the catalogue. A field without exactly one classification, or one that could be
 * withheld but may not be null, is a fault; all faults are reported at once.
 */
export function readSchema(sdl: string): Catalogue {
  const schema = buildASTSchema(parse(sdl))
  attachScalars(schema)
  const faults: string[] = []
  const types = new Map<string, ObjectType>()
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    if (isInterfaceType(type) || isUnionType(type)) {
      faults.push(`${type.name}: access is decided on object types alone; interfaces and unions are not used`)
    }
    if (isObjectType(type)) types.set(type.name, readType(schema, type, faults))
  }
  checkFollowers(types, faults)
  checkStates(types, faults)
  const filters = readFilters(schema, types, faults)
  checkGroups(schema, faults)
  if (faults.length > 0) throw new Error(`the schema cannot be served:\n  ${faults.join('\n  ')}`)
  return {
    schema,
    types,
    filters,
    dictionary: dictionaryOf(types),
    parts: recordParts(types),
    type: (name) => must(types.get(name), name),
  }
}

function readType(schema: GraphQLSchema, type: GraphQLObjectType, faults: string[]): ObjectType {
  const entity = directive(schema, 'entity', type.astNode)
  const given = directive(schema, 'given', type.astNode) !== undefined
  const kind = kindOf(type.name, entity !== undefined, given)
  const fields = new Map<string, Field>()
  for (const field of Object.values(type.getFields())) {
    fields.set(field.name, readField(schema, type.name, kind, field, faults))
  }
  return {
    name: type.name,
    kind,
    live: entity?.['live'] === true,
    fields,
    ...(entity && { table: entity['table'] as string, about: entity['about'] as 'OFFENDER' }),
  }
}

function kindOf(name: string, entity: boolean, given: boolean): TypeKind {
  if (name === 'Query' || name === 'Mutation' || name === 'Subscription') return 'root'
  if (entity) return 'entity'
  if (given) return 'given'
  if (name.endsWith('Connection')) return 'connection'
  if (name.endsWith('Edge')) return 'edge'
  return 'part'
}

function readField(
  schema: GraphQLSchema,
  typeName: string,
  kind: TypeKind,
  field: GraphQLField<unknown, unknown>,
  faults: string[],
): Field {
  const coordinate = `${typeName}.${field.name}`
  const data = directive(schema, 'data', field.astNode)
  const follows = directive(schema, 'follows', field.astNode)
  const named = getNamedType(field.type)
  const exempt = kind === 'given' || kind === 'root'
  if (!exempt && (data === undefined) === (follows === undefined)) {
    faults.push(`${coordinate}: declare exactly one of @data(group) and @follows`)
  }
  if (data && isNonNullType(field.type))
    faults.push(`${coordinate}: could be withheld, so it must be nullable`)
  const relation = readRelation(schema, coordinate, field.astNode, faults)
  const worked = directive(schema, 'worked', field.astNode)?.['by'] as string | undefined
  const holds = directive(schema, 'holds', field.astNode)?.['condition'] as string | undefined
  const stateOf = directive(schema, 'state', field.astNode)?.['of'] as string | undefined
  return {
    coordinate,
    name: field.name,
    list: isListType(getNullableType(field.type)),
    classification: classify(data),
    column: ((data ?? follows)?.['column'] as string | undefined) ?? snakeCase(field.name),
    holder: follows?.['holder'] === true,
    ...(isObjectType(named) && { type: named.name }),
    ...(relation && { relation }),
    ...(worked !== undefined && { worked }),
    ...(holds !== undefined && { holds }),
    ...(stateOf !== undefined && { stateOf }),
  }
}

function classify(data: Record<string, unknown> | undefined): Classification {
  if (!data) return { kind: 'follows' }
  return {
    kind: 'group',
    group: data['group'] as FieldGroup,
    from: data['from'] as 'SUMMARY' | 'FULL',
    prose: data['prose'] === true,
  }
}

/** A relation to rows about an offender needs a way to them: an entity field without one cannot be read. */
function checkFollowers(types: Map<string, ObjectType>, faults: string[]): void {
  for (const type of types.values()) {
    if (type.kind === 'given' || type.kind === 'root') continue
    for (const field of type.fields.values()) {
      const target = field.type === undefined ? undefined : types.get(field.type)
      const needsWay = target?.kind === 'entity' && type.kind !== 'connection' && type.kind !== 'edge'
      if (needsWay && !field.relation) faults.push(`${field.coordinate}: declare @one, @many or @connection`)
      if (field.relation && target && target.kind !== 'entity' && target.kind !== 'connection') {
        faults.push(`${field.coordinate}: only an entity or a connection is reached by a relation`)
      }
    }
  }
}

/** A state that more people could read than the list would tell them what they may not know. */
function checkStates(types: Map<string, ObjectType>, faults: string[]): void {
  for (const type of types.values()) {
    for (const { coordinate, stateOf, classification } of type.fields.values()) {
      if (stateOf === undefined) continue
      const list = type.fields.get(stateOf)
      if (!list?.relation || list.relation.kind === 'one') {
        faults.push(
          `${coordinate}: @state must name a list beside it that is reached by @many or @connection`,
        )
      } else if (!isSame(list.classification, classification)) {
        faults.push(`${coordinate}: a state and its list are classified alike`)
      }
    }
  }
}

function isSame(one: Classification, other: Classification): boolean {
  if (one.kind === 'follows' || other.kind === 'follows') return one.kind === other.kind
  return one.group === other.group && one.from === other.from
}

function readFilters(
  schema: GraphQLSchema,
  types: Map<string, ObjectType>,
  faults: string[],
): Map<string, InputUse> {
  const filters = new Map<string, InputUse>()
  const input = schema.getType('OffenderFilter')
  if (!isInputObjectType(input)) return filters
  for (const field of Object.values(input.getFields())) {
    const uses = directive(schema, 'uses', field.astNode)?.['field'] as string | undefined
    const [typeName = '', fieldName = ''] = (uses ?? '').split('.')
    if (uses === undefined || !types.get(typeName)?.fields.has(fieldName)) {
      faults.push(`OffenderFilter.${field.name}: @uses must name the field of the record that it uses`)
      continue
    }
    filters.set(field.name, { input: field.name, uses })
  }
  return filters
}

function checkGroups(schema: GraphQLSchema, faults: string[]): void {
  const declared = schema.getType('FieldGroup')
  const inSchema = declared && 'getValues' in declared ? declared.getValues().map((v) => v.name) : []
  if (inSchema.join() !== FIELD_GROUPS.join())
    faults.push('FieldGroup: the groups of the schema and of the policy differ')
}

function dictionaryOf(types: Map<string, ObjectType>): Dictionary {
  const fields = [...types.values()]
    .filter((type) => type.kind !== 'root')
    .flatMap((type) => [...type.fields.values()].map((field) => field.coordinate))
    .sort()
  const bits = new Map(fields.map((coordinate, bit) => [coordinate, bit]))
  const version = sha256(fields.join('\n')).slice(0, 16)
  return { version, fields, bit: (coordinate) => must(bits.get(coordinate), coordinate) }
}

function directive(
  schema: GraphQLSchema,
  name: string,
  node: Parameters<typeof getDirectiveValues>[1] | null | undefined,
): Record<string, unknown> | undefined {
  const definition = schema.getDirective(name)
  return definition && node ? getDirectiveValues(definition, node) : undefined
}

function must<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`${name} is not in the catalogue`)
  return value
}
