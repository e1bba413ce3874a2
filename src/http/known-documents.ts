import type { IncomingMessage, ServerResponse } from 'node:http'
import { getOperationAST, type DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import { isObject, type Sent } from './asked-document'
import { doorOf } from './door'
import { isIntrospection } from './graphql'
import { reply, sendReply, type Replying } from './reply'

/** Of all texts together: a document in memory is some twenty times its text. */
const CHARACTERS_MAX = 500_000

/** Documents that were parsed, validated and found within the limits, by their text; the longest unused is forgotten. */
export class KnownDocuments {
  private readonly documents = new LRUCache<string, Known>({
    maxSize: CHARACTERS_MAX,
    maxEntrySize: CHARACTERS_MAX / 10,
    sizeCalculation: (_known, text) => text.length,
  })

  /** Whether a document is within the limits whatever its variables are. */
  constructor(private readonly isLight: (document: DocumentNode) => boolean) {}

  learn(text: string, document: DocumentNode): void {
    if (!this.documents.has(text)) this.documents.set(text, { document, isLight: this.isLight(document) })
  }

  find(text: string): Known | undefined {
    return this.documents.get(text)
  }
}

/** One that is not light is weighed with the variables of each request. */
interface Known {
  readonly document: DocumentNode
  readonly isLight: boolean
}

/**
 * Serves operations of known and registered documents ahead of Apollo, in the same words; false for what is not
 * plainly one.
 */
export async function serveKnown(
  request: IncomingMessage,
  response: ServerResponse,
  sent: Sent,
  replying: Replying,
): Promise<boolean> {
  const door = doorOf(response)
  const asked = isPlainPost(request, sent) ? askedIn(sent.body) : undefined
  const document = asked && door.admitted?.document
  const operation = document && getOperationAST(document, asked.operationName)
  if (!operation || isIntrospection(operation)) return false
  sendReply(response, await reply({ document, operation, variables: asked.variables }, door, replying))
  return true
}

/** Of those who take JSON as it is; Apollo negotiates with the others. */
function isPlainPost({ headers: { accept } }: IncomingMessage, { method, search }: Sent): boolean {
  const takesJson = accept === undefined || accept === '*/*' || accept === 'application/json'
  return method === 'POST' && search === '' && takesJson
}

interface Asked {
  readonly operationName: string | null
  readonly variables: Readonly<Record<string, unknown>>
}

function askedIn(body: unknown): Asked | undefined {
  if (!isObject(body) || Object.keys(body).some((name) => !MEMBERS.includes(name))) return undefined
  const { operationName = null, variables } = body
  if (operationName !== null && (typeof operationName !== 'string' || operationName === '')) return undefined
  if (variables !== undefined && variables !== null && !isObject(variables)) return undefined
  return { operationName, variables: variables ?? {} }
}

const MEMBERS: readonly string[] = ['query', 'operationName', 'variables']
