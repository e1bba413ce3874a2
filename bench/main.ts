import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchGrowth } from './growth'
import { benchIngest } from './ingest'
import { benchMemory } from './memory'
import { benchOracle, oracleReport } from './oracle'
import { benchCosts } from './costs'
import { benchOverload } from './overload'
import { benchPush } from './push'
import { benchReads } from './reads'
import { benchStart } from './start'
import {
  costsReport,
  growthReport,
  ingestReport,
  memoryReport,
  overloadReport,
  pushReport,
  readsReport,
  startReport,
} from './reports'

const HELP = `npm run bench -- [ingest | push | reads | growth | memory | start | oracle | overload] [--profile] [--quick] [--batch N] [--documents N] [--offenders N] [--requests N] [--rounds N] [--seconds N]

ingest   supplier documents applied a second, one writer and four, batches of 1, 100 and 500, and single documents
         by 16 and 64 at once, as a ratio to a bare set-based insert of the same rows in the same run
push     single documents a second by 16 and 64 at once, as ratios to the limit (node:http and group-committed inserts of
         the same rows) and to Express, Apollo Server, DataLoader and one awaited transaction a document
reads    case summary, risk history and caseload a second, with 16 and 64 connections, as ratios to the limit
         (node:http, one hand-written statement, group-committed journal rows of the same size) and to Express,
         Apollo Server, DataLoader and one awaited insert a request; all over the same data in one run
growth   the same questions to two gateways in turn: one over 5,000 offenders and a young journal, one over 500,000 and
         5,000,000 entries; takes half an hour and some 30 GB of disk (--quick: ten times as many, a minute or two)
memory   what the gateway holds while it answers a million of these questions (--quick: 50,000)
start    how long npm start takes until it is ready, where it was started before
oracle   how long a reader waits for people whom they may not know of and for nobody, 2,000 times each: medians,
         percentiles and a test of the distributions

overload three times as many case summaries as the gateway can answer: what is answered, what is turned away, and
         how soon it is as before

Each writes its table to bench/results. Without a name all are run.

  --profile       reads: no table of speeds, but where the gateway's processor time goes
  --quick         less data and fewer rounds: about two minutes each
  --batch N       ingest: batches of 1, 100 or 500 documents alone
  --documents N   ingest: documents a round (default 2000)
  --offenders N   how many are loaded (default: reads 50000, the others 5000)
  --requests N    memory: in all (default 1000000)
  --rounds N      rounds, of which the median counts (default 5)
  --seconds N     reads, push: of one server in one round (default 4 and 5); overload: how long (default 10)
`

/** Writers, and documents of each at a time. */
const PUSHES = [
  [1, 1],
  [4, 1],
  [16, 1],
  [64, 1],
  [1, 100],
  [4, 100],
  [1, 500],
  [4, 500],
] as const

const BENCHES: Readonly<Record<string, (flags: Flags) => Promise<string>>> = {
  ingest: async ({ isQuick, number }) => {
    const documents = number('documents', isQuick ? 500 : 2000)
    const rounds = number('rounds', isQuick ? 3 : 5)
    const batches = PUSHES.map(([, batch]) => batch)
    const loads = PUSHES.filter(([, batch]) => batch === number('batch', batch))
    if (loads.length === 0) throw new Error(`--batch is one of ${[...new Set(batches)].join(', ')}`)
    const options = { documents, rounds, loads }
    return ingestReport(await benchIngest(options, tell), options)
  },
  push: async ({ isQuick, number }) => {
    const options = {
      people: isQuick ? 100 : 500,
      rounds: number('rounds', isQuick ? 2 : 5),
      connections: [16, 64],
      ms: number('seconds', isQuick ? 3 : 5) * 1000,
    }
    return pushReport(await benchPush(options, tell), options)
  },
  reads: async ({ isQuick, isProfile, number }) => {
    if (isProfile) {
      const options = { offenders: number('offenders', 1000), ms: number('seconds', isQuick ? 3 : 10) * 1000 }
      return costsReport(await benchCosts(options, tell), options)
    }
    const options = {
      offenders: number('offenders', isQuick ? 2000 : 50_000),
      rounds: number('rounds', isQuick ? 2 : 5),
      ms: number('seconds', isQuick ? 2.5 : 4) * 1000,
      connections: isQuick ? [16] : [16, 64],
    }
    return readsReport(await benchReads(options, tell), options)
  },
  growth: async ({ isQuick, number }) => {
    const options = {
      offenders: number('offenders', isQuick ? 500 : 5000),
      times: isQuick ? 10 : 100,
      entries: isQuick ? 50_000 : 5_000_000,
      rounds: number('rounds', isQuick ? 2 : 5),
      ms: number('seconds', isQuick ? 3 : 5) * 1000,
    }
    return growthReport(await benchGrowth(options, tell), options)
  },
  memory: async ({ isQuick, number }) => {
    const options = {
      offenders: number('offenders', isQuick ? 1000 : 5000),
      requests: number('requests', isQuick ? 50_000 : 1_000_000),
    }
    return memoryReport(await benchMemory(options, tell), options)
  },
  start: async ({ isQuick, number }) => {
    const options = { offenders: number('offenders', isQuick ? 500 : 5000), rounds: number('rounds', 5) }
    return startReport(await benchStart(options, tell), options)
  },
  oracle: async ({ isQuick }) => {
    const options = { pairs: isQuick ? 300 : 2000 }
    return oracleReport(await benchOracle(options, tell), options)
  },
  overload: async ({ isQuick, number }) => {
    const options = {
      offenders: number('offenders', isQuick ? 1000 : 5000),
      seconds: number('seconds', isQuick ? 5 : 10),
    }
    return overloadReport(await benchOverload(options, tell))
  },
}

interface Flags {
  readonly isQuick: boolean
  readonly isProfile: boolean
  number(name: string, otherwise: number): number
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      profile: { type: 'boolean' },
      batch: { type: 'string' },
      documents: { type: 'string' },
      offenders: { type: 'string' },
      requests: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
  })
  const isProfile = values.profile === true
  const all = isProfile ? ['reads'] : Object.keys(BENCHES)
  const names = positionals.length > 0 ? positionals : all
  if (values.help === true || names.some((name) => !BENCHES[name])) {
    process.stdout.write(HELP)
    process.exitCode = values.help === true ? 0 : 1
    return
  }
  const flags: Flags = {
    isQuick: values.quick === true,
    isProfile,
    number: (name, otherwise) => {
      const given = Number((values as Record<string, unknown>)[name] ?? otherwise)
      if (!(given > 0)) throw new Error(`--${name} is a number above 0`)
      return given
    },
  }
  for (const name of names) await run(name, flags)
}

async function run(name: string, flags: Flags): Promise<void> {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB`
  const report = [
    (await BENCHES[name]?.(flags)) ?? '',
    `Node.js ${process.version}, PostgreSQL 18, ${machine}; load generator, servers and database on one machine.`,
    '',
  ].join('\n')
  const folder = join(__dirname, '..', '..', 'bench', 'results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${flags.isProfile ? 'costs' : name}.md`), report)
  tell(`\n${report}`)
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`)
}

void main()
