import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Client } from 'pg'
import { Asking, QUESTIONS, type Question } from './asking'
import { decideLevels, fillRecords } from './full-records'
import { newFolder, startGateway, type GatewayProcess } from './gateway-process'
import { copyEntries, copyEverybody } from './grow'
import { load } from './load'
import { inTurn, type Medians } from './rounds'

export interface GrowthOptions {
  readonly offenders: number
  /** How many times as many the other has. */
  readonly times: number
  /** In the other's journal. */
  readonly entries: number
  readonly rounds: number
  /** Of one question to one gateway in one round. */
  readonly ms: number
}

const SIZES = ['small', 'large'] as const
type Size = (typeof SIZES)[number]

export interface GrowthLine extends Medians<Size> {
  readonly question: Question
}

export interface Growth {
  readonly lines: readonly GrowthLine[]
  /** GiB of the databases. */
  readonly size: Readonly<Record<Size, number>>
}

const CONNECTIONS = 16

/** Two gateways, one over many times as many people and journal entries as the other, asked in turn. */
export async function benchGrowth(options: GrowthOptions, tell: (line: string) => void): Promise<Growth> {
  const data = await loaded(options.offenders, tell)
  const copy = await newFolder()
  await promisify(execFile)('cp', ['-a', `${data}/.`, copy])
  const open: Opened[] = []
  try {
    const large = await opened(copy, open)
    await grow(large, options, tell)
    const small = await opened(data, open)
    const askings = {
      small: await Asking.of(small.gateway, small.owner),
      large: await Asking.of(large.gateway, large.owner),
    }
    const lines: GrowthLine[] = []
    for (const question of QUESTIONS) {
      const line = await measure({ small, large }, askings, question, options)
      tell(JSON.stringify(line))
      lines.push(line)
    }
    return { lines, size: { small: await gibibytes(small.owner), large: await gibibytes(large.owner) } }
  } finally {
    for (const each of open) {
      await each.owner.end()
      await each.gateway.stop()
    }
    for (const folder of [data, copy]) await rm(folder, { recursive: true, force: true })
  }
}

interface Opened {
  readonly gateway: GatewayProcess
  readonly owner: Client
}

async function opened(data: string, open: Opened[]): Promise<Opened> {
  const gateway = await startGateway({ data })
  const each = { gateway, owner: await gateway.session() }
  open.push(each)
  return each
}

/** The folder of a gateway's data, with so many people. */
async function loaded(offenders: number, tell: (line: string) => void): Promise<string> {
  tell(`loading ${offenders} offenders`)
  const gateway = await startGateway({ offenders })
  const owner = await gateway.session()
  await fillRecords(gateway, owner, tell)
  const asking = await Asking.of(gateway, owner)
  await decideLevels(gateway, owner, asking.offenders, asking.agency)
  await owner.query('vacuum analyze')
  await owner.end()
  return gateway.leave()
}

const ENTRIES_COPIED = 5_000

async function grow(
  { gateway, owner }: Opened,
  { offenders, times, entries }: GrowthOptions,
  tell: (line: string) => void,
): Promise<void> {
  const asking = await Asking.of(gateway, owner)
  await load((n) => asking.shot('gateway', gateway.url, 'CaseSummary', n), CONNECTIONS, ENTRIES_COPIED)
  tell(`copying them until there are ${offenders * times}`)
  const sessions = [await gateway.session(), await gateway.session()]
  try {
    await copyEverybody(sessions, times - 1, tell)
    const [first] = sessions
    if (first) await copyEntries(first, entries, tell)
  } finally {
    for (const session of sessions) await session.end()
  }
  await owner.query('vacuum analyze')
  await owner.query('checkpoint')
}

async function measure(
  gateways: Readonly<Record<Size, Opened>>,
  askings: Readonly<Record<Size, Asking>>,
  question: Question,
  { rounds, ms }: GrowthOptions,
): Promise<GrowthLine> {
  const medians = await inTurn(SIZES, rounds, (size) => {
    const { url } = gateways[size].gateway
    return load((n) => askings[size].shot('gateway', url, question, n), CONNECTIONS, ms)
  })
  return { question, ...medians }
}

async function gibibytes(owner: Client): Promise<number> {
  const { rows } = await owner.query<{ bytes: number }>(
    'select pg_database_size(current_database())::float8 as bytes',
  )
  return (rows[0]?.bytes ?? 0) / 2 ** 30
}
