/** Work that waits; what is alike is done together. */
interface Waiting<Work, Result> {
  readonly work: Work
  resolve(result: Result): void
  reject(error: unknown): void
}

export interface Together<Work, Result> {
  /** Whether it may be done with the first. */
  isAlike(first: Work, next: Work): boolean
  /** Whether there is room for it beside what is gathered. */
  fits(gathered: readonly Work[], next: Work): boolean
  /** Does all of it; one result each, in its order. */
  run(group: readonly Work[]): Promise<readonly Result[]>
}

/** One after the other, in order of asking; while one is done the next gathers, so load makes groups and a quiet hour none wait. */
export class SingleFile<Work, Result> {
  private waiting: Waiting<Work, Result>[] = []
  private isBusy = false

  constructor(private readonly together: Together<Work, Result>) {}

  do(work: Work): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ work, resolve, reject })
      void this.goOn()
    })
  }

  private async goOn(): Promise<void> {
    if (this.isBusy) return
    this.isBusy = true
    while (this.waiting.length > 0) await this.runNext()
    this.isBusy = false
  }

  private async runNext(): Promise<void> {
    const group = this.gather()
    try {
      const results = await this.together.run(group.map(({ work }) => work))
      group.forEach(({ resolve, reject }, i) => {
        const result = results[i]
        if (result === undefined) reject(new Error('there is no result'))
        else resolve(result)
      })
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }

  /** The first that waits and those that are like it, as many as fit; what is alike stays in order. */
  private gather(): Waiting<Work, Result>[] {
    const group: Waiting<Work, Result>[] = []
    const left: Waiting<Work, Result>[] = []
    let isFull = false
    for (const each of this.waiting) {
      const first = group[0] ?? each
      const isAlike = each === first || this.together.isAlike(first.work, each.work)
      isFull ||=
        isAlike &&
        each !== first &&
        !this.together.fits(
          group.map(({ work }) => work),
          each.work,
        )
      if (isAlike && !isFull) group.push(each)
      else left.push(each)
    }
    this.waiting = left
    return group
  }
}
