import type { ServerResponse } from 'node:http'
import type { DocumentNode } from 'graphql'
import type { Caller, RequestContext } from '../domain/caller'
import type { Refusal } from '../domain/refusal'
import type { Receipt } from '../journal/appender'

/** A document as text, and parsed where it is known to be valid. */
export interface Admitted {
  readonly text: string
  readonly document?: DocumentNode
}

/** What one request carries from gate to gate. */
export interface Door {
  caller?: Caller
  /** When the token that named the caller ends. */
  expiresAt?: Date
  requestId: string
  /** When the request is cut off; a stream puts it off while it goes on. */
  bodyDeadline: NodeJS.Timeout
  context?: RequestContext
  /** A header that cannot be read: refused where it can be journalled. */
  fault?: Refusal
  /** The document that may be asked; without one nothing is. */
  admitted?: Admitted
  /** Proof that this answer's entry is committed. */
  receipt?: Receipt
  /** The updates' own transaction committed their entry. */
  pushed?: boolean
  /** The answer is the schema's own and holds no data of anybody. */
  introspection?: boolean
}

const doors = new WeakMap<ServerResponse, Door>()

export function keepDoor(response: ServerResponse, door: Door): void {
  doors.set(response, door)
}

export function doorOf(response: ServerResponse): Door {
  const door = doors.get(response)
  if (!door) throw new Error('a request came past its door')
  return door
}
