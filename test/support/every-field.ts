import {
  getNamedType,
  isListType,
  isObjectType,
  isRequiredArgument,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
} from 'graphql'

/**
 * A selection of every field below a type, down each way until it leads back to a type above; fields that
 * need an argument are left out.
 */
export function everyField(type: GraphQLObjectType, above: readonly GraphQLObjectType[] = []): string {
  const within = [...above, type]
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const below = getNamedType(field.type)
    if (field.args.some(isRequiredArgument)) return []
    if (!isObjectType(below)) return [field.name]
    return within.includes(below) ? [] : [`${field.name} ${everyField(below, within)}`]
  })
  return `{ __typename ${fields.join(' ')} }`
}

export interface Asking {
  readonly name: string
  readonly text: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** An operation for each field of a root type, which selects all that is below; `values` of arguments by name. */
export function everyRoot(
  root: GraphQLObjectType,
  kind: 'query' | 'mutation',
  values: Readonly<Record<string, unknown>>,
): Asking[] {
  return Object.values(root.getFields()).map((field) => {
    const given = field.args.filter((argument) => isRequiredArgument(argument) || argument.name in values)
    const declared = given.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(', ')
    const passed = given.map(({ name }) => `${name}: $${name}`).join(', ')
    const variables = given.map(
      (argument) => [argument.name, values[argument.name] ?? anything(argument)] as const,
    )
    return {
      name: field.name,
      text: `${kind}${inBrackets(declared)} { ${field.name}${inBrackets(passed)} ${below(field)} }`,
      variables: Object.fromEntries(variables),
    }
  })
}

function inBrackets(list: string): string {
  return list === '' ? '' : `(${list})`
}

function below({ type }: GraphQLField<unknown, unknown>): string {
  const named = getNamedType(type)
  return isObjectType(named) ? everyField(named) : ''
}

function anything({ type }: GraphQLArgument): unknown {
  if (isListType(type)) return []
  return /^(ID|String)!$/.test(String(type)) ? '01a201d7-d019-7ea4-9db1-34f0f9609333' : {}
}
