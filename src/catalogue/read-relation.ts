import { getDirectiveValues, type FieldDefinitionNode, type GraphQLSchema } from 'graphql'
import type { OrderTerm, Relation } from './catalogue'

const KINDS = ['one', 'many', 'connection'] as const

/** Reads @one, @many or @connection; what would not page or would not be stable is a fault. */
export function readRelation(
  schema: GraphQLSchema,
  coordinate: string,
  node: FieldDefinitionNode | null | undefined,
  faults: string[],
): Relation | undefined {
  for (const kind of KINDS) {
    const definition = schema.getDirective(kind)
    const values = definition && node ? getDirectiveValues(definition, node) : undefined
    if (!values) continue
    const order = readOrder((values['order'] as string | undefined) ?? '', coordinate, faults)
    checkOrder(kind, order, coordinate, faults)
    return {
      kind,
      key: values['key'] as string,
      of: values['of'] as string,
      order,
      where: (values['where'] as string[] | undefined) ?? [],
    }
  }
  return undefined
}

function readOrder(text: string, coordinate: string, faults: string[]): OrderTerm[] {
  if (text === '') return []
  return text.split(',').map((part) => {
    const match = /^\s*([a-z_]+)( desc)?\s*$/.exec(part)
    if (!match) faults.push(`${coordinate}: "${part.trim()}" is not a column to order by`)
    return { column: match?.[1] ?? '', descending: match?.[2] !== undefined }
  })
}

function checkOrder(kind: string, order: OrderTerm[], coordinate: string, faults: string[]): void {
  if (kind !== 'connection') return
  if (new Set(order.map((term) => term.descending)).size !== 1) {
    faults.push(`${coordinate}: a connection is ordered in one direction, so that a cursor is one comparison`)
  }
  if (order.at(-1)?.column !== 'id') faults.push(`${coordinate}: a connection's order ends in the id`)
}
