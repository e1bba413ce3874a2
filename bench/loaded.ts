import type { Client } from 'pg'
import { Asking } from './asking'
import { decideLevels, fillRecords } from './full-records'
import { startGateway, type GatewayProcess } from './gateway-process'
import { copyEverybody } from './grow'

/** Those beyond are copies of these. */
const PUSHED_MAX = 5_000

/** The folder of a gateway's data, with full records of so many people. */
export async function loadedData(offenders: number, tell: (line: string) => void): Promise<string> {
  const pushed = Math.min(offenders, PUSHED_MAX)
  tell(`loading ${pushed} offenders`)
  const gateway = await startGateway({ offenders: pushed })
  try {
    const owner = await gateway.session()
    await fillRecords(gateway, owner, tell)
    const asking = await Asking.of(gateway, owner)
    await decideLevels(gateway, owner, asking.offenders, asking.agency)
    await copied(gateway, Math.ceil(offenders / pushed), tell)
    await owner.query('vacuum analyze')
    await owner.query('checkpoint')
  } catch (error) {
    await gateway.stop()
    throw error
  }
  return gateway.leave()
}

/** Copies everybody until there are so many times as many. */
export async function copied(
  gateway: GatewayProcess,
  times: number,
  tell: (line: string) => void,
): Promise<void> {
  if (times < 2) return
  tell(`copying them until there are ${times} times as many`)
  const sessions = [await gateway.session(), await gateway.session()]
  await copyEverybody(sessions, times - 1, tell)
}

/** A gateway that was started over what others loaded, as after a restart: nothing of the loading is in its memory. */
export interface Opened {
  readonly gateway: GatewayProcess
  readonly owner: Client
  readonly asking: Asking
}

export async function open(data: string, profiles?: string): Promise<Opened> {
  const gateway = await startGateway({ data, ...(profiles !== undefined && { profiles }) })
  const owner = await gateway.session()
  return { gateway, owner, asking: await Asking.of(gateway, owner) }
}
