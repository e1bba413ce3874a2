import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { median } from './figures'
import { readyUrl, ROOT } from './gateway-process'
import { loadedData } from './loaded'

export interface StartOptions {
  readonly offenders: number
  readonly rounds: number
}

/** Milliseconds from the command to readiness, over data that is there: the median, and the slowest. */
export interface StartTime {
  readonly median: number
  readonly most: number
}

/** How long `npm start` takes where it was started before. */
export async function benchStart(
  { offenders, rounds }: StartOptions,
  tell: (line: string) => void,
): Promise<StartTime> {
  const data = await loadedData(offenders, tell)
  try {
    const taken: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const ms = await startOnce(data)
      tell(`ready in ${Math.round(ms)} ms`)
      taken.push(ms)
    }
    return { median: median(taken), most: Math.max(...taken) }
  } finally {
    await rm(data, { recursive: true, force: true })
  }
}

async function startOnce(data: string): Promise<number> {
  const begun = performance.now()
  const { PATH, HOME } = process.env
  // A process group of its own, as a signal to npm alone need not reach what it started.
  const child = spawn('npm', ['start'], {
    cwd: ROOT,
    env: { PATH, HOME, DATA_DIR: data, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  await readyUrl(child.stdout)
  const ms = performance.now() - begun
  const ended = once(child, 'close')
  process.kill(-(child.pid ?? 0), 'SIGTERM')
  await ended
  return ms
}
