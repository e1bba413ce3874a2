import {
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  typeFromAST,
  valueFromAST,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'

/** Values of the schema's scalars that stand for what a client may send. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  ID: '00000000-0000-7000-8000-000000000000',
  String: 'sample',
  Boolean: true,
  Int: 1,
  Float: 1,
  Date: '2026-01-01',
  DateTime: '2026-01-01T00:00:00Z',
  Revision: 1,
  ChangeCursor: 'sample',
}

/** Coerced variables with which an operation can be planned: those that it needs, and its defaults. */
export function sampleVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): Record<string, unknown> {
  return Object.fromEntries(
    variableDefinitions.flatMap(({ variable, type, defaultValue }) => {
      const input = typeFromAST(schema, type) as GraphQLInputType
      if (defaultValue) return [[variable.name.value, valueFromAST(defaultValue, input)]]
      return isNonNullType(input) ? [[variable.name.value, sampleOf(input)]] : []
    }),
  )
}

function sampleOf(given: GraphQLInputType): unknown {
  const type = getNullableType(given)
  if (isListType(type)) return [sampleOf(type.ofType)]
  if (isEnumType(type)) return type.getValues()[0]?.value
  if (!isInputObjectType(type)) {
    if (!(type.name in SAMPLES)) throw new Error(`there is no sample of ${type.name}`)
    return SAMPLES[type.name]
  }
  const fields = Object.values(type.getFields())
  const needed = type.isOneOf ? fields.slice(0, 1) : fields.filter((field) => isNonNullType(field.type))
  return Object.fromEntries(needed.map((field) => [field.name, sampleOf(field.type)]))
}
