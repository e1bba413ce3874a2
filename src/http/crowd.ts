import type { RequestHandler } from 'express'
import { Refusal } from '../domain/refusal'
import { sendRefusal } from './send-refusal'

/** Some quarter of a second's answers: who comes later is told so at once, and does not make the others wait. */
export const QUESTIONS_MAX = 200

/**
 * Lets so many questions in at once, before anything is read or verified: turning somebody away costs next to
 * nothing, so those who were let in are answered as fast as ever.
 */
export function keepOutCrowds(): RequestHandler {
  let inside = 0
  return (_request, response, next) => {
    if (inside >= QUESTIONS_MAX) {
      sendRefusal(response, new Refusal('OVERLOADED', 'Too many questions at once; ask again shortly.'))
      return
    }
    inside += 1
    response.once('close', () => {
      inside -= 1
    })
    next()
  }
}
