import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Client } from 'pg'
import { QUESTIONS, type Question } from './asking'
import { newFolder } from './gateway-process'
import { copyEntries } from './grow'
import { load } from './load'
import { copied, loadedData, open, type Opened } from './loaded'
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
  const copy = await newFolder()
  const folders = [copy]
  const both: Opened[] = []
  try {
    const data = await loadedData(options.offenders, tell)
    folders.push(data)
    await promisify(execFile)('cp', ['-a', `${data}/.`, copy])
    await grow(copy, options, tell)
    const large = await open(copy)
    both.push(large)
    const small = await open(data)
    both.push(small)
    const lines: GrowthLine[] = []
    for (const question of QUESTIONS) {
      const line = await measure({ small, large }, question, options)
      tell(JSON.stringify(line))
      lines.push(line)
    }
    return { lines, size: { small: await gibibytes(small.owner), large: await gibibytes(large.owner) } }
  } finally {
    for (const { gateway } of both) await gateway.stop()
    for (const folder of folders) await rm(folder, { recursive: true, force: true })
  }
}

const ENTRIES_COPIED = 5_000

/** Makes of a gateway's data a great deal more. */
async function grow(
  data: string,
  { times, entries }: GrowthOptions,
  tell: (line: string) => void,
): Promise<void> {
  const { gateway, owner, asking } = await open(data)
  try {
    await load((n) => asking.shot('gateway', gateway.url, 'CaseSummary', n), CONNECTIONS, ENTRIES_COPIED)
    await copied(gateway, times, tell)
    await copyEntries(await gateway.session(), entries, tell)
    await owner.query('vacuum analyze')
    await owner.query('checkpoint')
  } finally {
    await gateway.leave()
  }
}

async function measure(
  both: Readonly<Record<Size, Opened>>,
  question: Question,
  { rounds, ms }: GrowthOptions,
): Promise<GrowthLine> {
  const medians = await inTurn(SIZES, rounds, (size) => {
    const { gateway, asking } = both[size]
    return load((n) => asking.shot('gateway', gateway.url, question, n), CONNECTIONS, ms)
  })
  return { question, ...medians }
}

async function gibibytes(owner: Client): Promise<number> {
  const { rows } = await owner.query<{ bytes: number }>(
    'select pg_database_size(current_database())::float8 as bytes',
  )
  return (rows[0]?.bytes ?? 0) / 2 ** 30
}
