import type { ServerResponse } from 'node:http'
import { Refusal } from '../domain/refusal'
import { sendRefusal } from './send-refusal'

/** Some quarter of a second's answers: who comes later is told so at once, and does not make the others wait. */
export const QUESTIONS_MAX = 200

/**
 * Lets so many questions in at once, before anything is read or verified: turning somebody away costs next to
 * nothing, so those who were let in are answered as fast as ever.
 */
export class Crowd {
  private inside = 0

  /** Whether there was room; who found none was told. */
  letIn(response: ServerResponse): boolean {
    if (this.inside >= QUESTIONS_MAX) {
      sendRefusal(response, new Refusal('OVERLOADED', 'Too many questions at once; ask again shortly.'))
      return false
    }
    this.inside += 1
    response.once('close', () => {
      this.inside -= 1
    })
    return true
  }
}
