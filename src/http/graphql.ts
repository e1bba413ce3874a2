import { ApolloServer, HeaderMap, type ApolloServerPlugin, type GraphQLRequestContext } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import {
  getVariableValues,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type OperationDefinitionNode,
} from 'graphql'
import type { Catalogue } from '../catalogue/catalogue'
import { answer, answerError, type Answer, type Deps } from '../disclosure/answer'
import { refusalEntry } from '../disclosure/entries'
import { CODES, Refusal, type Code } from '../domain/refusal'
import type { Door } from './door'
import { retryAfter } from './send-refusal'

/** Apollo copies the context of a request, so the door hangs on it as one thing. */
export interface GraphqlContext {
  readonly door: Door
}

/** The finished JSON of an answer, by the object that stands for it inside Apollo. */
const texts = new WeakMap<object, string>()

/** Apollo parses, validates and limits; the data itself passes through it untouched. */
export function createGraphql(
  catalogue: Catalogue,
  deps: Deps,
  { introspection, report }: { introspection: boolean; report: (error: unknown, requestId: string) => void },
): ApolloServer<GraphqlContext> {
  return new ApolloServer<GraphqlContext>({
    schema: catalogue.schema,
    introspection,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      oneDoor(catalogue, deps, report),
    ],
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    // Tokens travel in a header that no foreign page can set, so a plain GET carries nobody's rights.
    csrfPrevention: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    maxRecursiveSelections: 1_000,
    parseOptions: { maxLexicalTokens: 10_000 },
    stopOnTerminationSignals: false,
    formatError: safeError,
    stringifyResult,
  })
}

function oneDoor(
  catalogue: Catalogue,
  deps: Deps,
  report: (error: unknown, requestId: string) => void,
): ApolloServerPlugin<GraphqlContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        responseForOperation: async (request) => {
          const { door } = request.contextValue
          const operation = request.operation as OperationDefinitionNode | undefined
          // Apollo itself says that none of the document's operations is meant.
          if (!operation) return null
          if (operation.operation === 'subscription') {
            return refuse(
              new RequestFault('Subscriptions are at /graphql/stream.', 'operation'),
              door,
              report,
            )
          }
          const own = operation.selectionSet.selections.every(
            (selection) => selection.kind === 'Field' && selection.name.value.startsWith('__'),
          )
          if (own) {
            door.introspection = true
            return null
          }
          try {
            return respond(await ask(catalogue, deps, request, door), door)
          } catch (error) {
            return refuse(error, door, report)
          }
        },
      }),
  }
}

type Resolved = GraphQLRequestContext<GraphqlContext> &
  Required<Pick<GraphQLRequestContext<GraphqlContext>, 'document' | 'operation'>>

async function ask(catalogue: Catalogue, deps: Deps, request: Resolved, door: Door): Promise<Answer> {
  const { document, operation } = request
  if (!door.context) throw new Refusal('UNAUTHENTICATED', 'Send a bearer token.')
  const coerced = getVariableValues(
    catalogue.schema,
    operation.variableDefinitions ?? [],
    request.request.variables ?? {},
  )
  if (coerced.errors) throw new VariableFault(coerced.errors[0]?.message ?? '')
  const question = { catalogue, document, operation, variables: coerced.coerced, context: door.context }
  if (door.fault) {
    await deps.append(refusalEntry(question, door.fault, [], deps.now()))
    throw door.fault
  }
  return answer(question, deps)
}

/** The request itself is malformed: GraphQL over HTTP has a status for that. */
class RequestFault extends Refusal {
  constructor(message: string, field: string) {
    super('BAD_USER_INPUT', message, field)
  }
}

/**
 * The parser's own words repeat the value and suggest names, so only the place, and what our own scalars
 * expect, is taken from them.
 */
class VariableFault extends RequestFault {
  constructor(said: string) {
    const variable = /^Variable "\$(\w+)"/.exec(said)?.[1] ?? 'a variable'
    const place = / at "([\w.[\]]+)"; /.exec(said)?.[1] ?? variable
    const expected = /(?:Date|DateTime|Revision) must be [^"]*\.$/.exec(said)?.[0]
    super(expected ?? `${place} is missing, or not of the type that the schema says.`, place)
  }
}

function respond({ text, errors, extensions, receipt }: Answer, door: Door) {
  door.receipt = receipt
  const data = {}
  texts.set(data, text)
  const singleResult = { data, extensions, ...(errors.length > 0 && { errors: [...errors] }) }
  return { http: { headers: new HeaderMap() }, body: { kind: 'single' as const, singleResult } }
}

function refuse(error: unknown, door: Door, report: (error: unknown, requestId: string) => void) {
  const refusal =
    error instanceof Refusal
      ? error
      : new Refusal('INTERNAL', 'Something went wrong on our side.', undefined, { cause: error })
  if (refusal.cause !== undefined || refusal !== error) report(error, door.requestId)
  const status = error instanceof RequestFault ? 400 : CODES[refusal.code]
  const seconds = retryAfter(refusal.code)
  const headers = new HeaderMap(seconds === undefined ? [] : [['retry-after', seconds]])
  const { message, extensions } = answerError(refusal, [])
  const formatted = { message, extensions }
  return {
    http: { status, headers },
    body: {
      kind: 'single' as const,
      singleResult: { errors: [formatted], ...(status !== 400 && { data: null }) },
    },
  }
}

function stringifyResult(result: FormattedExecutionResult): string {
  const { data, ...rest } = result
  const text = data ? texts.get(data) : undefined
  if (text === undefined) return JSON.stringify(result)
  const others = Object.entries(rest as Record<string, unknown>)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`)
  return `{"data":${text}${others.join('')}}`
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
