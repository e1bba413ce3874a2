import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Asking, QUESTIONS } from './asking'
import { startGateway } from './gateway-process'
import { load } from './load'
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
  tell(`loading ${offenders} offenders`)
  const profiles = await mkdtemp(join(tmpdir(), 'throughcare-profile-'))
  const started = performance.now()
  try {
    const asked = await ask()
    const ended = performance.now()
    return costsOf(profiles, (ended - asked) / (ended - started))
  } finally {
    await rm(profiles, { recursive: true, force: true })
  }

  /** Gives when it began to count. */
  async function ask(): Promise<number> {
    const gateway = await startGateway({ offenders, profiles })
    try {
      const owner = await gateway.session()
      const asking = await Asking.of(gateway, owner)
      await owner.end()
      for (const question of QUESTIONS)
        await load((n) => asking.shot('gateway', gateway.url, question, n), 16, ms / 4)
      const begun = performance.now()
      for (const question of QUESTIONS)
        await load((n) => asking.shot('gateway', gateway.url, question, n), 16, ms)
      return begun
    } finally {
      await gateway.stop()
    }
  }
}
