import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApolloServer, HeaderMap, type ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import type { FormattedExecutionResult, GraphQLFormattedError, OperationDefinitionNode } from 'graphql'
import type { DocumentLimits } from '../domain/document-limits'
import { CODES, type Code } from '../domain/refusal'
import type { Sent } from './asked-document'
import { doorOf, type Door } from './door'
import type { KnownDocuments } from './known-documents'
import { bodyOf, reply, type Reply, type Replying } from './reply'
import { sendText } from './send-json'

/** Apollo copies the context of a request, so the door hangs on it as one thing. */
export interface GraphqlContext {
  readonly door: Door
}

/** The reply, by the object that stands for it inside Apollo. */
const replies = new WeakMap<object, Reply>()

export interface GraphqlOptions {
  readonly introspection: boolean
  readonly limits: DocumentLimits
  /** What Apollo let through is served ahead of it from then on. */
  readonly documents: KnownDocuments
}

/** Apollo parses and validates what was admitted; the data itself passes through it untouched. */
export function createGraphql(
  replying: Replying,
  { introspection, limits, documents }: GraphqlOptions,
): ApolloServer<GraphqlContext> {
  return new ApolloServer<GraphqlContext>({
    schema: replying.catalogue.schema,
    introspection,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      oneDoor(replying, documents),
    ],
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    // Tokens travel in a header that no foreign page can set, so a plain GET carries nobody's rights.
    csrfPrevention: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    parseOptions: { maxLexicalTokens: limits.tokens },
    stopOnTerminationSignals: false,
    formatError: safeError,
    stringifyResult,
  })
}

/** Apollo's own way into any server. */
export async function askApollo(
  apollo: ApolloServer<GraphqlContext>,
  request: IncomingMessage,
  response: ServerResponse,
  sent: Sent,
): Promise<void> {
  const headers = new HeaderMap()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  const {
    status,
    headers: told,
    body,
  } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { ...sent, headers },
    context: () => Promise.resolve({ door: doorOf(response) }),
  })
  if (body.kind !== 'complete') throw new Error('nothing here is answered in parts')
  response.statusCode = status ?? 200
  for (const [name, value] of told) response.setHeader(name, value)
  sendText(response, body.string)
}

function oneDoor(replying: Replying, documents: KnownDocuments): ApolloServerPlugin<GraphqlContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveSource: ({ contextValue: { door }, source }) => {
          if (door.admitted?.text !== source) throw new Error('a document came by that was not admitted')
          return Promise.resolve()
        },
        responseForOperation: async ({ contextValue: { door }, request, document, operation, source }) => {
          // Apollo itself says that none of the document's operations is meant.
          if (!(operation as OperationDefinitionNode | undefined)) return null
          if (isIntrospection(operation)) {
            door.introspection = true
            return null
          }
          documents.learn(source, document)
          const variables = request.variables ?? {}
          return asApollo(await reply({ document, operation, variables }, door, replying))
        },
      }),
  }
}

export function isIntrospection({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.every(
    (selection) => selection.kind === 'Field' && selection.name.value.startsWith('__'),
  )
}

function asApollo(given: Reply) {
  const { status, retryAfter, text, errors, extensions } = given
  const data = typeof text === 'string' ? {} : null
  if (data) replies.set(data, given)
  const singleResult = {
    ...(text !== undefined && { data }),
    ...(errors && { errors: [...errors] }),
    ...(extensions && { extensions }),
  }
  const headers = new HeaderMap(retryAfter === undefined ? [] : [['retry-after', retryAfter]])
  return { http: { status, headers }, body: { kind: 'single' as const, singleResult } }
}

function stringifyResult(result: FormattedExecutionResult): string {
  const given = result.data ? replies.get(result.data) : undefined
  return given ? bodyOf(given) : JSON.stringify(result)
}

const APOLLO_CODES: Readonly<Record<string, Code>> = {
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_VALIDATION_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_VALIDATION_FAILED',
  OPERATION_RESOLUTION_FAILURE: 'BAD_USER_INPUT',
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  BAD_REQUEST: 'BAD_USER_INPUT',
}

/** Only codes and messages that are meant for clients; anything else is our own fault and says so. */
function safeError(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const code = formatted.extensions?.['code']
  const known = typeof code === 'string' ? (code in CODES ? (code as Code) : APOLLO_CODES[code]) : undefined
  if (known === undefined) {
    return { message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL' } }
  }
  const { message, locations, path } = formatted
  return { message, extensions: { code: known }, ...(locations && { locations }), ...(path && { path }) }
}
