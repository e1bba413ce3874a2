import { literal, type Binds } from '../domain/binds'
import { PAGE_MAX } from '../domain/document-limits'
import { Refusal } from '../domain/refusal'

export type Place = readonly (string | number)[]

/** The cursors of one list: a place in it, sealed so that nobody else reads or makes one. */
export interface ListCursors {
  seal(place: Place): string
  /** Undefined for what is no cursor of this list. */
  open(cursor: string): Place | undefined
}

/** By the name of the list. */
export interface Cursors {
  (list: string): ListCursors
  /** As secret as the keys: what `cursorSql` puts before a place, where `sealPlaces` finds it. */
  readonly mark: string
}

/** For what no answer is given from. */
export const noCursors: Cursors = Object.assign(() => ({ seal: () => '', open: () => undefined }), {
  mark: '',
})

/** A page of a list: how many, and after which row's sort values. */
export interface Page {
  readonly first: number
  readonly after?: Place
  readonly cursors: ListCursors
}

export function readPage(
  args: Readonly<Record<string, unknown>>,
  columns: number,
  cursors: ListCursors,
): Page {
  const first = args['first'] as number
  if (!(first >= 1 && first <= PAGE_MAX)) {
    throw new Refusal('BAD_USER_INPUT', `first is a whole number from 1 to ${PAGE_MAX}.`, 'first')
  }
  const after = args['after']
  return {
    first,
    cursors,
    ...(typeof after === 'string' && { after: readCursor(after, columns, cursors) }),
  }
}

/** A page of values of our own as a connection; `place` gives a node's sort values. */
export function connectionOf<T>(
  nodes: readonly T[],
  place: (node: T) => Place,
  page: Page,
  hasNextPage: boolean,
): Record<string, unknown> {
  const edges = nodes.map((node) => ({ node, cursor: page.cursors.seal(place(node)) }))
  const pageInfo = {
    hasNextPage,
    hasPreviousPage: page.after !== undefined,
    startCursor: edges[0]?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  }
  return { nodes, edges, pageInfo }
}

/** The SQL of a place in a list, from that of its sort values: what the statement gives where a cursor is to be. */
export function cursorSql(list: string, place: string, { binds, cursors }: CursorScope): string {
  return `${binds.bind(cursors.mark, 'text')} || ${literal(`${list}:`)} || encode(convert_to((${place})::text, 'UTF8'), 'hex')`
}

export interface CursorScope {
  readonly binds: Binds
  readonly cursors: Cursors
}

/** Seals the places in what the database gave, before anything else is done with it. */
export function sealPlaces(text: string, cursors: Cursors): string {
  const [before = '', ...marked] = text.split(cursors.mark)
  if (marked.length === 0) return text
  const sealed = marked.map((each) => {
    const [head = '', list = '', place = ''] = /^([\w.]+):([0-9a-f]*)/.exec(each) ?? []
    const cursor = cursors(list).seal(JSON.parse(Buffer.from(place, 'hex').toString('utf8')) as Place)
    return cursor + each.slice(head.length)
  })
  return before + sealed.join('')
}

export function placeSql(columns: readonly string[]): string {
  return `json_build_array(${columns.join(', ')})`
}

/** Refuses every kind of bad cursor alike. */
export function readCursor(cursor: string, columns: number, cursors: ListCursors): Place {
  const place = cursors.open(cursor)
  if (place?.length === columns) return place
  throw new Refusal('BAD_USER_INPUT', 'after is not a cursor of this list.', 'after')
}
