import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const MIB = 1_048_576

/** Resident memory of processes over time, in bytes: sampled until it is stopped. */
export class MemorySamples {
  private readonly samples = new Map<string, number[]>()
  private readonly ended: Promise<void>
  private going = true

  /** `pids` by the names under which they are told; asked anew for each sample. */
  constructor(pids: () => Readonly<Record<string, number | undefined>>, everyMs: number) {
    this.ended = this.run(pids, everyMs)
  }

  async stop(): Promise<void> {
    this.going = false
    await this.ended
  }

  /** Medians of the first and the last third, and the most, in MiB. */
  tell(name: string): { readonly samples: number; first: number; last: number; most: number } {
    const all = this.samples.get(name) ?? []
    const third = Math.floor(all.length / 3)
    return {
      samples: all.length,
      first: median(all.slice(0, third)),
      last: median(all.slice(-third)),
      most: Math.round(Math.max(...all) / MIB),
    }
  }

  private async run(pids: () => Readonly<Record<string, number | undefined>>, everyMs: number) {
    while (this.going) {
      for (const [name, pid] of Object.entries(pids())) {
        const bytes = pid === undefined ? 0 : await residentBytes(pid)
        if (bytes > 0) this.samples.set(name, [...(this.samples.get(name) ?? []), bytes])
      }
      await sleep(everyMs)
    }
  }
}

function median(bytes: readonly number[]): number {
  return Math.round(([...bytes].sort((one, two) => one - two)[bytes.length >> 1] ?? 0) / MIB)
}

/** 0 where the process has ended. */
async function residentBytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]).catch(() => ({
    stdout: '0',
  }))
  return Number(stdout.trim()) * 1024
}
