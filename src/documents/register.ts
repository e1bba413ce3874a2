import {
  GraphQLError,
  getLocation,
  Kind,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  validate,
  type DefinitionNode,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql'
import type { Catalogue } from '../catalogue/catalogue'
import { weigh, type Weight } from '../catalogue/weigh'
import type { DocumentLimits } from '../domain/document-limits'
import { TooCostly } from '../domain/refusal'
import { limitWeight, parseWithin } from './limit'
import { faultOf, reachOf, type Reach, type Reader } from './reach'
import { DocumentFaults, readDocuments, type DocumentSource } from './read-documents'

export interface RegisteredDocument extends DocumentSource {
  readonly document: DocumentNode
  readonly operations: readonly RegisteredOperation[]
}

export interface RegisteredOperation {
  /** Absent where it is the only one and has none. */
  readonly name?: string
  /** At its heaviest, whatever its variables. */
  readonly weight: Weight
  readonly reaches: readonly Reach[]
}

export interface Registering {
  readonly catalogue: Catalogue
  readonly limits: DocumentLimits
  readonly introspection: boolean
}

/** Reads, validates, weighs, plans and compiles all documents of a path; throws all that is wrong with them at once. */
export function register(path: string, reader: Reader, registering: Registering): RegisteredDocument[] {
  const faults: string[] = []
  const registered: RegisteredDocument[] = []
  for (const source of readDocuments(path)) {
    const fault = (says: string) => void faults.push(`${source.place}: ${says}`)
    const document = readDocument(source, registering, fault)
    const operations = document && operationsOf(document, reader, registering, fault)
    if (document && operations) registered.push({ ...source, document, operations })
  }
  const twice = idsOfTwo(registered)
  if (faults.length + twice.length > 0) throw new DocumentFaults([...faults, ...twice])
  return registered
}

type Fault = (says: string) => void

function readDocument(
  { text }: DocumentSource,
  registering: Registering,
  fault: Fault,
): DocumentNode | undefined {
  const { catalogue, limits, introspection } = registering
  try {
    const document = parseWithin(limits, text)
    const rules = [...specifiedRules, ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])]
    const errors = validate(catalogue.schema, document, rules)
    for (const error of errors) fault(`${placeOf(error, document)}${error.message}`)
    return errors.length === 0 ? document : undefined
  } catch (error) {
    if (!(error instanceof GraphQLError || error instanceof TooCostly)) throw error
    fault(error instanceof GraphQLError ? `${placeOf(error)}${error.message}` : error.message)
    return undefined
  }
}

/** `CaseSummary, line 3, column 5: `, as far as it is known. */
function placeOf(error: GraphQLError, document?: DocumentNode): string {
  const [start] = error.positions ?? []
  if (start === undefined || !error.source) return ''
  const around = document?.definitions.find(({ loc }) => loc && loc.start <= start && start < loc.end)
  const name = around && nameOf(around)
  const { line, column } = getLocation(error.source, start)
  return `${name === undefined ? '' : `${name}, `}line ${line}, column ${column}: `
}

function nameOf(definition: DefinitionNode): string | undefined {
  const isNamed =
    definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION
  return isNamed ? definition.name?.value : undefined
}

function operationsOf(
  document: DocumentNode,
  reader: Reader,
  registering: Registering,
  fault: Fault,
): RegisteredOperation[] {
  const operations = document.definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  )
  return operations.flatMap((operation) => {
    const name = operation.name?.value
    try {
      return [{ ...(name !== undefined && { name }), ...tried(document, operation, reader, registering) }]
    } catch (error) {
      fault(`${name ?? 'its operation'}: ${error instanceof Error ? error.message : String(error)}`)
      return []
    }
  })
}

/** Weighed at its heaviest, so that no client is ever told that its registered document is too costly. */
function tried(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  reader: Reader,
  { catalogue, limits }: Registering,
): Omit<RegisteredOperation, 'name'> {
  const weight = weigh(catalogue, document, operation)
  limitWeight(weight, limits)
  const reaches = reachOf(catalogue, document, operation, reader)
  const fault = faultOf(reaches)
  if (fault !== undefined) throw new Error(fault)
  return { weight, reaches }
}

function idsOfTwo(registered: readonly RegisteredDocument[]): string[] {
  const texts = new Map<string, RegisteredDocument>()
  return registered.flatMap((document) =>
    document.ids.flatMap((id) => {
      const known = texts.get(id) ?? document
      texts.set(id, known)
      return known.text === document.text ? [] : [`${document.place}: ${id} is also ${known.place}`]
    }),
  )
}
