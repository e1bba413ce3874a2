import { Refusal } from '../domain/refusal'

const PAGE_MAX = 100

/** A page of a list: how many, and after which row's sort values. */
export interface Page {
  readonly first: number
  readonly after?: readonly (string | number)[]
}

export function readPage(args: Readonly<Record<string, unknown>>, columns: number): Page {
  const first = args['first'] as number
  if (!(first >= 1 && first <= PAGE_MAX)) {
    throw new Refusal('BAD_USER_INPUT', `first is a whole number from 1 to ${PAGE_MAX}.`, 'first')
  }
  const after = args['after']
  return typeof after === 'string' ? { first, after: readCursor(after, columns) } : { first }
}

/** A page of values of our own as a connection; `cursor` gives a node's sort values. */
export function connectionOf<T>(
  nodes: readonly T[],
  cursor: (node: T) => readonly (string | number)[],
  page: Page,
  hasNextPage: boolean,
): Record<string, unknown> {
  const edges = nodes.map((node) => ({ node, cursor: writeCursor(cursor(node)) }))
  const pageInfo = {
    hasNextPage,
    hasPreviousPage: page.after !== undefined,
    startCursor: edges[0]?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  }
  return { nodes, edges, pageInfo }
}

/** The SQL of a cursor: the row's sort values, opaque to clients. */
export function cursorSql(columns: readonly string[]): string {
  return `translate(encode(convert_to(json_build_array(${columns.join(', ')})::text, 'UTF8'), 'base64'), E'\\n', '')`
}

function writeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64')
}

export function readCursor(cursor: string, columns: number): (string | number)[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64').toString('utf8'))
    const plain = (value: unknown) => typeof value === 'string' || typeof value === 'number'
    if (Array.isArray(values) && values.length === columns && values.every(plain)) return values
  } catch {
    // Falls through to the one refusal for every kind of bad cursor.
  }
  throw new Refusal('BAD_USER_INPUT', 'after is not a cursor of this list.', 'after')
}
