import type { ServerResponse } from 'node:http'
import { getVariableValues, type DocumentNode, type OperationDefinitionNode } from 'graphql'
import type { Catalogue } from '../catalogue/catalogue'
import { answer, answerError, type AnswerError, type Deps } from '../disclosure/answer'
import { refusalEntry } from '../disclosure/entries'
import { CODES, Refusal } from '../domain/refusal'
import type { Door } from './door'
import { sendJson } from './send-json'
import { retryAfter } from './send-refusal'

/** What replying needs of the world. */
export interface Replying {
  readonly catalogue: Catalogue
  readonly deps: Deps
  report(error: unknown, requestId: string): void
}

/** One operation of a valid document, with the variables as they were sent. */
export interface Request {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly variables: Readonly<Record<string, unknown>>
}

/** An answer or a refusal, as GraphQL over HTTP has it. */
export interface Reply {
  readonly status: number
  readonly retryAfter?: string
  /** The finished JSON of the data; null where it is refused, absent where the request is malformed. */
  readonly text?: string | null
  readonly errors?: readonly Omit<AnswerError, 'path'>[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** Answers one operation, whichever way it came in. */
export async function reply(request: Request, door: Door, replying: Replying): Promise<Reply> {
  try {
    const { text, errors, extensions, receipt } = await ask(request, door, replying)
    door.receipt = receipt
    return { status: 200, text, extensions, ...(errors.length > 0 && { errors }) }
  } catch (error) {
    return refuse(error, door, replying)
  }
}

async function ask({ document, operation, variables }: Request, door: Door, { catalogue, deps }: Replying) {
  if (operation.operation === 'subscription') {
    throw new RequestFault('Subscriptions are at /graphql/stream.', 'operation')
  }
  if (!door.context) throw new Refusal('UNAUTHENTICATED', 'Send a bearer token.')
  const coerced = getVariableValues(catalogue.schema, operation.variableDefinitions ?? [], variables)
  if (coerced.errors) throw new VariableFault(coerced.errors[0]?.message ?? '')
  const question = { catalogue, document, operation, variables: coerced.coerced, context: door.context }
  if (door.fault) {
    await deps.append(refusalEntry(question, door.fault, [], deps.now()))
    throw door.fault
  }
  return answer(question, deps)
}

/** The request itself is malformed: GraphQL over HTTP has a status for that. */
export class RequestFault extends Refusal {
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

export function refuse(error: unknown, door: Door, { report }: Pick<Replying, 'report'>): Reply {
  const refusal =
    error instanceof Refusal
      ? error
      : new Refusal('INTERNAL', 'Something went wrong on our side.', undefined, { cause: error })
  if (refusal.cause !== undefined || refusal !== error) report(error, door.requestId)
  const status = error instanceof RequestFault ? 400 : CODES[refusal.code]
  const seconds = retryAfter(refusal.code)
  const { message, extensions } = answerError(refusal, [])
  return {
    status,
    errors: [{ message, extensions }],
    ...(status !== 400 && { text: null }),
    ...(seconds !== undefined && { retryAfter: seconds }),
  }
}

/** The body: PostgreSQL's text passes untouched. */
export function bodyOf({ text, errors, extensions }: Reply): string {
  const members = [
    ...(typeof text === 'string' ? [`"data":${text}`] : []),
    ...(errors ? [`"errors":${JSON.stringify(errors)}`] : []),
    ...(text === null ? ['"data":null'] : []),
    ...(extensions ? [`"extensions":${JSON.stringify(extensions)}`] : []),
  ]
  return `{${members.join()}}`
}

export function sendReply(response: ServerResponse, reply: Reply, type?: string): void {
  if (reply.retryAfter !== undefined) response.setHeader('retry-after', reply.retryAfter)
  sendJson(response, reply.status, bodyOf(reply), type)
}
