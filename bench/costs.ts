import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { QUESTIONS } from './asking'
import { load } from './load'
import { loadedData, open } from './loaded'
import { costsOf, type Cost } from './profile'

export interface CostsOptions {
  readonly offenders: number
  /** Of each question. */
  readonly ms: number
}

/** Where the gateway's processor time goes, with the questions asked in turn over 16 connections. */
export async function benchCosts(
  { offenders, ms }: CostsOptions,
  tell: (line: string) => void,
): Promise<Cost[]> {
  const profiles = await mkdtemp(join(tmpdir(), 'throughcare-profile-'))
  try {
    const data = await loadedData(offenders, tell)
    const started = performance.now()
    const asked = await ask(data)
    const ended = performance.now()
    return costsOf(profiles, (ended - asked) / (ended - started))
  } finally {
    await rm(profiles, { recursive: true, force: true })
  }

  /** Gives when it began to count. */
  async function ask(data: string): Promise<number> {
    const { gateway, asking } = await open(data, profiles)
    const inTurn = async (each: number) => {
      for (const question of QUESTIONS)
        await load((n) => asking.shot('gateway', gateway.url, question, n), 16, each)
    }
    try {
      await inTurn(ms / 4)
      const begun = performance.now()
      await inTurn(ms)
      return begun
    } finally {
      await gateway.stop()
    }
  }
}
