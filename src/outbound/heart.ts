import { setTimeout as pause } from 'node:timers/promises'

/** Does `beat` again and again, with a pause in between, until stopped; a failure is reported once until it is over. */
export function startHeart(
  beat: () => Promise<void>,
  pauseMs: number,
  report: (error: unknown) => void,
): () => Promise<void> {
  const stopped = new AbortController()
  const { signal } = stopped
  let failing = false
  const beatOnce = async () => {
    try {
      await beat()
      failing = false
    } catch (error) {
      if (!failing) report(error)
      failing = true
    }
  }
  const beating = (async () => {
    while (!signal.aborted) {
      await beatOnce()
      await pause(pauseMs, undefined, { signal }).catch(() => undefined)
    }
  })()
  return async () => {
    stopped.abort()
    await beating
  }
}
