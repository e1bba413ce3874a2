import type { Request } from 'express'

/** What a request says of the document that it asks; what is not said as GraphQL over HTTP has it is left out. */
export interface AskedDocument {
  readonly text?: string
  /** `documentId`, or `extensions.persistedQuery.sha256Hash`, which Apollo Client sends in its stead. */
  readonly documentId?: string
  readonly operationName?: string
  readonly variables?: Readonly<Record<string, unknown>>
}

export function askedBy(request: Request): AskedDocument {
  if (request.method === 'GET') return readAsked(parametersOf(request))
  return isObject(request.body) ? readAsked(request.body) : {}
}

/** Of a body, or of the parameters of an address. */
export function readAsked(members: Readonly<Record<string, unknown>>): AskedDocument {
  const { query, operationName, variables } = members
  const documentId =
    members['documentId'] ?? (isBlank(query) ? persistedIn(members['extensions']) : undefined)
  return {
    ...(typeof query === 'string' && query !== '' && { text: query }),
    ...(!isBlank(documentId) && { documentId: typeof documentId === 'string' ? documentId : '' }),
    ...(typeof operationName === 'string' && operationName !== '' && { operationName }),
    ...(isObject(variables) && { variables }),
  }
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function persistedIn(extensions: unknown): unknown {
  const persisted = isObject(extensions) ? extensions['persistedQuery'] : undefined
  return isObject(persisted) ? persisted['sha256Hash'] : undefined
}

/** Of those that are given once; Apollo refuses the others. */
function parametersOf(request: Request): Record<string, unknown> {
  const given = searchOf(request)
  const once = [...new Set(given.keys())].filter((name) => given.getAll(name).length === 1)
  return Object.fromEntries(once.map((name) => [name, parameter(name, given.get(name) ?? '')]))
}

function parameter(name: string, text: string): unknown {
  if (name !== 'variables' && name !== 'extensions') return text
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function searchOf({ url }: Request): URLSearchParams {
  return new URLSearchParams(/\?([^#]*)/.exec(url)?.[1] ?? '')
}

/** From here on the request asks the document itself. */
export function withText(request: Request, query: string): void {
  if (request.method === 'GET') {
    const parameters = searchOf(request)
    parameters.delete('documentId')
    parameters.delete('extensions')
    parameters.set('query', query)
    request.url = `/?${parameters.toString()}`
    return
  }
  const { documentId: _id, extensions: _extensions, ...others } = request.body as Record<string, unknown>
  request.body = { ...others, query }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
