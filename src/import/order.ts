import type { RoleName } from '../domain/caller'

/** What somebody asked to be sent, and how. */
export interface Order {
  /** Without a path and a slash at the end. */
  readonly url: string
  /** A supplier format, or `auto`. */
  readonly format: string
  /** What the envelope of every document says. */
  readonly said: Readonly<Record<string, unknown>>
  /** Whom all is sent as; undefined: by what each document is. */
  readonly role: RoleName | undefined
  headers(sender: RoleName): Promise<Record<string, string>>
}
