import type { As, Body, TestGateway } from './gateway'

/** A change as the feed gives it. */
export interface Change {
  readonly cursor: string
  readonly revision: number
  readonly at: string
  readonly offender: { readonly id: string }
  readonly kind: 'RECORDED' | 'CHANGED' | 'ENDED' | 'LATE' | 'MERGED' | 'SEPARATED'
  readonly item: string | null
  readonly fields: readonly FieldChange[]
  readonly source: { readonly system: string; readonly agency: string | null } | null
  readonly by: {
    readonly agency: string | null
    readonly client: string | null
    readonly subject: string | null
  }
  readonly statedAt: string | null
}

export interface FieldChange {
  readonly name: string
  readonly before: string | null
  readonly after: string | null
}

export interface ChangePage {
  readonly nodes: readonly Change[]
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly cursor: string } }[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

export const CHANGE_PARTS = `
  nodes {
    cursor revision at offender { id } kind item fields { name before after }
    source { system agency } by { agency client subject } statedAt
  }
  edges { cursor node { cursor } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`

export const FEED = `query Feed($after: ChangeCursor, $first: Int = 100) {
  changes(after: $after, first: $first) { ${CHANGE_PARTS} }
}`

export function pageOf(body: Body): ChangePage {
  if (body.errors) throw new Error(JSON.stringify(body.errors))
  return body.data?.['changes'] as ChangePage
}

/** All that a reader gets from a cursor on, page by page, and where that ended. */
export async function readFeed(
  t: TestGateway,
  as: As,
  after: string | null = null,
  first: () => number = () => 100,
): Promise<{ changes: Change[]; end: string | null }> {
  const changes: Change[] = []
  for (let end = after; ;) {
    const { nodes, pageInfo } = pageOf(await t.ask(as, FEED, { after: end, first: first() }))
    changes.push(...nodes)
    end = pageInfo.endCursor
    if (!pageInfo.hasNextPage) return { changes, end }
  }
}

/** `name: before → after` of every field, for comparing at a glance. */
export function told({ kind, fields }: Change): string[] {
  return fields.map(({ name, before, after }) => `${kind} ${name}: ${before ?? '–'} → ${after ?? '–'}`)
}
