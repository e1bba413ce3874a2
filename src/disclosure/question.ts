import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import type { Catalogue } from '../catalogue/catalogue'
import type { RequestContext } from '../domain/caller'

/** One operation of one caller. */
export interface Question {
  readonly catalogue: Catalogue
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  /** Coerced. */
  readonly variables: Record<string, unknown>
  readonly context: RequestContext
}
