import { Refusal } from '../domain/refusal'

/** The write transaction that updates run in, revision locked; given by the caller, never opened here. */
export interface Transaction {
  query(text: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>
}

/**
 * The item's fault, not the service's: PostgreSQL's data exceptions, violated constraints, a row stated
 * twice, and what is too large for an index.
 */
export function isDataFault(error: unknown): boolean {
  if (error instanceof Refusal) return error.code === 'BAD_USER_INPUT'
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^(2[123]|54)/.test(code)
}

export const CANNOT_BE_STORED = 'the document holds a value that cannot be stored; it is kept as it was sent'
