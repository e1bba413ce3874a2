import { GraphQLError, GraphQLScalarType, Kind, type GraphQLSchema } from 'graphql'

/** Gives the schema's scalars their checks: what is no date, no instant or no revision never reaches a command. */
export function attachScalars(schema: GraphQLSchema): void {
  attach(schema, 'Date', isDate, 'a date of the calendar, written 2026-11-22')
  attach(schema, 'DateTime', isInstant, 'an instant with its offset, written 2026-11-22T09:30:00Z')
  attach(schema, 'Revision', isRevision, 'a whole number from 0 to 2^53')
  attach(schema, 'ChangeCursor', isText, 'a cursor that came with a change')
}

function attach(
  schema: GraphQLSchema,
  name: string,
  fits: (value: unknown) => boolean,
  expected: string,
): void {
  const scalar = schema.getType(name)
  if (!(scalar instanceof GraphQLScalarType)) return
  const check = (value: unknown) => {
    if (fits(value)) return value
    throw new GraphQLError(`${name} must be ${expected}.`, { extensions: { code: 'BAD_USER_INPUT' } })
  }
  scalar.parseValue = check
  scalar.parseLiteral = (node) => {
    if (node.kind === Kind.STRING) return check(node.value)
    return check(node.kind === Kind.INT ? Number(node.value) : undefined)
  }
}

function isDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false
  const date = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)
}

function isInstant(value: unknown): boolean {
  const shape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/
  return (
    typeof value === 'string' &&
    shape.test(value) &&
    isDate(value.slice(0, 10)) &&
    !Number.isNaN(Date.parse(value))
  )
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isRevision(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
