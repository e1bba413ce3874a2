interface Waiting {
  readonly left: number
  go(): void
}

/**
 * Long work in pieces: one piece a turn of the event loop, so that an answer of the database waits for one piece at
 * most, however many do long work at once. Whoever has the least left is first: small work does not wait for large,
 * and of what is alike the first is done before the next is begun.
 */
export class Turns {
  private waiting: Waiting[] = []

  take(left: number): Promise<void> {
    return new Promise((go) => {
      this.waiting.push({ left, go })
      if (this.waiting.length === 1) setImmediate(this.next)
    })
  }

  private readonly next = () => {
    const least = Math.min(...this.waiting.map(({ left }) => left))
    const first = this.waiting.find(({ left }) => left === least)
    this.waiting = this.waiting.filter((each) => each !== first)
    first?.go()
    if (this.waiting.length > 0) setImmediate(this.next)
  }
}
