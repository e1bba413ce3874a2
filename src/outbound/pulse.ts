/** One look at the revision for everybody in this process who waits for it to move. */
export interface Pulse {
  /** As of the last beat; 0 before the first. */
  readonly revision: number
  /** Nobody will be told anything more. */
  readonly over: boolean
  beat(): Promise<void>
  /** Calls `watcher` after each beat, moved or not, and at the end; what it returns ends that. */
  watch(watcher: () => void): () => void
  end(): void
}

export function createPulse(read: () => Promise<number>): Pulse {
  const watchers = new Set<() => void>()
  const tell = () => {
    for (const watcher of [...watchers]) watcher()
  }
  let revision = 0
  let over = false
  return {
    get revision() {
      return revision
    },
    get over() {
      return over
    },
    beat: async () => {
      revision = await read()
      tell()
    },
    watch: (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    end: () => {
      over = true
      tell()
    },
  }
}

/**
 * Each time there is one, the newest revision beyond what was told last: what came while the reader was busy
 * is one hint. Ends when told to, or with the pulse.
 */
export async function* hintsAfter(
  after: number,
  pulse: Pulse,
  until: AbortSignal,
): AsyncGenerator<number, undefined> {
  let told = after
  while (!until.aborted && !pulse.over) {
    if (pulse.revision > told) {
      told = pulse.revision
      yield told
    } else await nextBeat(pulse, until)
  }
}

async function nextBeat(pulse: Pulse, until: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      unwatch()
      until.removeEventListener('abort', done)
      resolve()
    }
    const unwatch = pulse.watch(done)
    until.addEventListener('abort', done)
  })
}
