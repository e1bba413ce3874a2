/** What a document may ask for at most; each figure is counted before anything is validated or read. */
export interface DocumentLimits {
  /** Of the text; comments and commas are none. */
  readonly tokens: number
  /** Selections inside one another: fields, inline fragments and fragments alike; values of arguments too. */
  readonly depth: number
  /** Fields under another name, in the whole document. */
  readonly aliases: number
  /** Fields of the answer, by `COSTS`. */
  readonly cost: number
}

/** Room for five times the cost of the largest operation here, the pack of a meeting, and for the depth of introspection. */
export const DEFAULT_LIMITS: DocumentLimits = { tokens: 5_000, depth: 20, aliases: 200, cost: 200_000 }

/** The most rows of a page that a client may ask for. */
export const PAGE_MAX = 100

/**
 * The cost of an operation: `field` for each field selected, times the length of every list that it stands in.
 * A paged list is as long as its `first`, or `page` where a variable may name any number.
 */
export const COSTS = {
  field: 1,
  /** Assumed length of a list that is not paged. */
  list: 5,
  page: PAGE_MAX,
} as const
