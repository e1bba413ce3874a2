const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const

/** Ctrl-C and SIGTERM end what is done in good order; a second one ends the process at once. */
export class StopSignals {
  private readonly controller = new AbortController()
  private met: keyof typeof EXIT_CODES | undefined

  constructor() {
    process.on('SIGINT', this.meet)
    process.on('SIGTERM', this.meet)
  }

  get signal(): AbortSignal {
    return this.controller.signal
  }

  /** What a shell expects of somebody who was told to stop; undefined where nobody was. */
  get exitCode(): number | undefined {
    return this.met && EXIT_CODES[this.met]
  }

  /** Listens no longer, and ends what still waits for the signal. */
  release(): void {
    process.off('SIGINT', this.meet)
    process.off('SIGTERM', this.meet)
    this.controller.abort()
  }

  private readonly meet = (name: NodeJS.Signals): void => {
    this.met = name === 'SIGINT' ? 'SIGINT' : 'SIGTERM'
    this.release()
  }
}
