import type { Asked } from './asked'
import { compare, type Value } from './record'

/** One row of a list: its place in the order, and the object that it becomes. */
export interface Item {
  readonly place: readonly Value[]
  object(asked: readonly Asked[]): Record<string, unknown>
}

export interface Paging {
  readonly list: string
  readonly isDescending: boolean
  openCursor(cursor: string): readonly unknown[]
}

/** Cursors are opaque: what is known of one is which place in which list it stands for. */
export interface CursorOf {
  readonly cursorOf: string
  readonly place: readonly Value[]
}

/** The page that was asked for of a list in order. */
export function pageOf(items: readonly Item[], asked: Asked, paging: Paging): Record<string, unknown> {
  const { page, hasNext } = slice(items, asked.args, paging)
  const cursor = (item: Item | undefined): CursorOf | null =>
    item ? { cursorOf: paging.list, place: item.place } : null
  const info: Readonly<Record<string, unknown>> = {
    hasNextPage: hasNext,
    hasPreviousPage: asked.args['after'] != null,
    startCursor: cursor(page[0]),
    endCursor: cursor(page.at(-1)),
  }
  const shape = (one: Asked): unknown => {
    if (one.name === 'nodes') return page.map((item) => item.object(one.children))
    if (one.name === 'edges') return page.map((item) => edge(one.children, item))
    if (one.name === 'pageInfo') return byName(one.children, info)
    return one.parent
  }
  const edge = (children: readonly Asked[], item: Item) =>
    Object.fromEntries(
      children.map((one) => {
        if (one.name === 'node') return [one.key, item.object(one.children)]
        return [one.key, one.name === 'cursor' ? cursor(item) : one.parent]
      }),
    )
  return Object.fromEntries(asked.children.map((one) => [one.key, shape(one)]))
}

export function slice<T extends { readonly place: readonly Value[] }>(
  items: readonly T[],
  args: Asked['args'],
  { isDescending, openCursor }: Omit<Paging, 'list'>,
): { readonly page: readonly T[]; readonly hasNext: boolean } {
  const { first, after } = args
  const start = typeof after === 'string' ? openCursor(after) : undefined
  const isBeyond = ({ place }: T) => {
    const difference = start === undefined ? 1 : comparePlaces(place, start as readonly Value[])
    return start === undefined || (isDescending ? difference < 0 : difference > 0)
  }
  const rest = items.filter(isBeyond)
  return { page: rest.slice(0, Number(first)), hasNext: rest.length > Number(first) }
}

export function comparePlaces(one: readonly Value[], other: readonly Value[]): number {
  return one.map((value, i) => compare(value, other[i])).find((difference) => difference !== 0) ?? 0
}

/** Values of our own by the schema's names, in the shape that was asked for. */
export function byName(
  asked: readonly Asked[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    asked.map(({ key, name, parent, children }) => [
      key,
      name === '__typename' ? parent : shaped(values[name], children),
    ]),
  )
}

function shaped(value: unknown, children: readonly Asked[]): unknown {
  if (Array.isArray(value)) return value.map((one) => shaped(one, children))
  if (value === null || value === undefined) return null
  return children.length === 0 ? value : byName(children, value as Readonly<Record<string, unknown>>)
}
