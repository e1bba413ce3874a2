import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** V8's CPU profile, as `--cpu-prof` writes it. */
interface Profile {
  readonly nodes: readonly ProfileNode[]
  readonly samples: readonly number[]
  /** Microseconds from each sample to the next. */
  readonly timeDeltas: readonly number[]
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string }
}

/** Waiting, and writing to a socket: a sample cannot tell work from being set aside for the reader. */
const NO_WORK = ['(idle)', '(program)', 'writev']

export interface Cost {
  /** A package, or a folder of ours. */
  readonly what: string
  readonly share: number
}

/** Shares of the gateway's own processor time in the last part of a run, the largest first. */
export function costsOf(folder: string, lastPart: number): Cost[] {
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))
  if (file === undefined) throw new Error('the gateway wrote no profile')
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const from = Math.floor(samples.length * (1 - lastPart))
  const spent = new Map<string, number>()
  let total = 0
  samples.slice(from).forEach((id, i) => {
    const frame = frames.get(id)
    if (!frame || NO_WORK.includes(frame.functionName)) return
    const micros = timeDeltas[from + i] ?? 0
    const what = placeOf(frame)
    spent.set(what, (spent.get(what) ?? 0) + micros)
    total += micros
  })
  return [...spent]
    .map(([what, micros]) => ({ what, share: micros / total }))
    .sort((one, other) => other.share - one.share)
}

function placeOf({ functionName, url }: ProfileNode['callFrame']): string {
  const named = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]
  if (named !== undefined) return named
  const ours = /\/dist\/([\w-]+)/.exec(url)?.[1]
  if (ours !== undefined) return `src/${ours}`
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/')
  return functionName === '(garbage collector)' ? functionName : 'V8'
}
