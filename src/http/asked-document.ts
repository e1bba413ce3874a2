/** A question as it was sent: over GET in the address, from its question mark on; over POST in the body. */
export interface Sent {
  readonly method: string
  readonly search: string
  readonly body: unknown
}

/** What a request says of the document that it asks; what is not said as GraphQL over HTTP has it is left out. */
export interface AskedDocument {
  readonly text?: string
  /** `documentId`, or `extensions.persistedQuery.sha256Hash`, which Apollo Client sends in its stead. */
  readonly documentId?: string
  readonly operationName?: string
  readonly variables?: Readonly<Record<string, unknown>>
}

export function askedBy({ method, search, body }: Sent): AskedDocument {
  if (method === 'GET') return readAsked(parametersOf(search))
  return isObject(body) ? readAsked(body) : {}
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
function parametersOf(search: string): Record<string, unknown> {
  const given = new URLSearchParams(search)
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

/** The same question, asking the document itself. */
export function withText({ method, search, body }: Sent, query: string): Sent {
  if (method === 'GET') {
    const parameters = new URLSearchParams(search)
    parameters.delete('documentId')
    parameters.delete('extensions')
    parameters.set('query', query)
    return { method, search: `?${parameters.toString()}`, body }
  }
  const { documentId: _id, extensions: _extensions, ...others } = isObject(body) ? body : {}
  return { method, search, body: { ...others, query } }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
