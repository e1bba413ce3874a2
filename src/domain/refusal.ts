import type { DocumentLimits } from './document-limits'

/** Every code a client may see, with the HTTP status it travels under (contract: answers). */
export const CODES = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 200,
  PURPOSE_REQUIRED: 200,
  PURPOSE_NOT_ALLOWED: 200,
  JUSTIFICATION_REQUIRED: 200,
  FIELD_NOT_USABLE: 200,
  AMBIGUOUS_IDENTIFIER: 200,
  BAD_USER_INPUT: 200,
  GRAPHQL_VALIDATION_FAILED: 400,
  CONFLICT: 200,
  STALE_REVISION: 200,
  TOO_COSTLY: 200,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  JOURNAL_UNAVAILABLE: 503,
  INTERNAL: 500,
} as const

export type Code = keyof typeof CODES

/** A refusal is an answer: its message is written for the person who asked and holds no case data. */
export class Refusal extends Error {
  constructor(
    readonly code: Code,
    message: string,
    /** The input field at fault, as the client wrote it, e.g. `input.rationale`. */
    readonly field?: string,
    options?: ErrorOptions,
    /** Whom the refused request was about, for the journal alone. */
    readonly offenders: readonly string[] = [],
    /** What was counted and what is allowed, for the client to read. */
    readonly figures: Readonly<Record<string, number>> = {},
  ) {
    super(message, options)
    this.name = 'Refusal'
  }
}

/** A document beyond the limits, with the figure that is, e.g. `{cost: 340301, limit: 200000}`. */
export class TooCostly extends Refusal {
  constructor(measure: keyof DocumentLimits, asked: number, limit: number) {
    const message = `${SAYS[measure]} at most ${limit}; this one has ${asked}.`
    super('TOO_COSTLY', message, undefined, undefined, [], { [measure]: asked, limit })
  }
}

const SAYS: Readonly<Record<keyof DocumentLimits, string>> = {
  tokens: 'The tokens of a document are',
  depth: 'The levels of an operation are',
  aliases: 'The aliases of a document are',
  cost: 'The cost of an operation is',
}
