import type { Request } from 'express'
import { Refusal } from '../domain/refusal'
import type { Feed } from '../updates/push'

/**
 * What a request says of itself as a part of its sender's feed: `x-source-sequence`, the number of its
 * first item, below 10^15; `x-snapshot`, the id of the snapshot that it is a part of.
 */
export function feedOf(request: Request): Feed | undefined {
  const sequence = request.get('x-source-sequence')?.trim()
  const snapshot = request.get('x-snapshot')?.trim()
  if (sequence !== undefined && !/^\d{1,15}$/.test(sequence)) {
    throw new Refusal('BAD_USER_INPUT', 'x-source-sequence is a whole number of at most 15 digits.')
  }
  if (snapshot !== undefined && !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(snapshot)) {
    throw new Refusal('BAD_USER_INPUT', 'x-snapshot is the id that beginSnapshot answered with.')
  }
  if (sequence === undefined && snapshot === undefined) return undefined
  return {
    ...(sequence !== undefined && { first: Number(sequence) }),
    ...(snapshot !== undefined && { snapshot }),
  }
}
