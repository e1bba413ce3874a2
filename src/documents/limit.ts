import { Kind, parse, type DocumentNode } from 'graphql'
import type { Catalogue } from '../catalogue/catalogue'
import { countAliases, limitText, weigh, type Weight } from '../catalogue/weigh'
import type { DocumentLimits } from '../domain/document-limits'
import { TooCostly } from '../domain/refusal'

/** Parses what is not too long, too deep or full of aliases; throws the parser's own error for what is no GraphQL. */
export function parseWithin(limits: DocumentLimits, text: string): DocumentNode {
  limitText(text, limits)
  const document = parse(text)
  const aliases = countAliases(document)
  if (aliases > limits.aliases) throw new TooCostly('aliases', aliases, limits.aliases)
  return document
}

export function limitWeight({ depth, cost }: Weight, limits: DocumentLimits): void {
  if (depth > limits.depth) throw new TooCostly('depth', depth, limits.depth)
  if (cost > limits.cost) throw new TooCostly('cost', cost, limits.cost)
}

/** Whether each operation of a document is within the limits, whatever its variables. */
export function isWithin(catalogue: Catalogue, document: DocumentNode, limits: DocumentLimits): boolean {
  return document.definitions.every((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return true
    const { depth, cost } = weigh(catalogue, document, definition)
    return depth <= limits.depth && cost <= limits.cost
  })
}
