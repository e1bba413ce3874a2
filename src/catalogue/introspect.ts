import {
  executeSync,
  Kind,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import type { SelectedField } from './select'

/** Introspection asked for beside other fields: the schema's own answer to that one field. */
export function introspect(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  root: SelectedField,
  variableValues: Record<string, unknown>,
): unknown {
  const only: OperationDefinitionNode = {
    ...operation,
    selectionSet: { kind: Kind.SELECTION_SET, selections: root.nodes },
  }
  const definitions = document.definitions.map((definition) => (definition === operation ? only : definition))
  const result = executeSync({
    schema,
    document: { ...document, definitions },
    operationName: operation.name?.value ?? null,
    variableValues,
  })
  return result.data?.[root.key]
}
