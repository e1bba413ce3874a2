/** Who asks: what their token says, and for which purpose they look. */
export interface Asker {
  /** In the page's words. */
  readonly is: string
  /** Arguments of `throughcare token`. */
  readonly token: readonly string[]
  readonly purpose?: string
}

/** One request and what it is for. Names in ‹› stand for values: days, and what earlier answers gave. */
export interface Step {
  readonly says: string
  readonly by: Asker
  /** A GraphQL document, or a supplier's document in one of the formats of `/ingest`. */
  readonly asks?: string
  readonly pushes?: { readonly format: string; readonly document: object }
  /** What later steps call a part of the answer; `[key=value]` chooses of a list. */
  readonly keeps?: Readonly<Record<string, string>>
}

export interface Chapter {
  readonly title: string
  readonly steps: readonly Step[]
}
