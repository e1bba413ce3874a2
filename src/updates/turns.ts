/**
 * Long work in pieces: one piece a turn of the event loop, whosever it is, in order of asking. However many do
 * long work at once, an answer of the database waits for one piece at most.
 */
export class Turns {
  private readonly waiting: (() => void)[] = []

  take(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve)
      if (this.waiting.length === 1) setImmediate(this.next)
    })
  }

  private readonly next = () => {
    this.waiting.shift()?.()
    if (this.waiting.length > 0) setImmediate(this.next)
  }
}
