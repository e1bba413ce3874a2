import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchIngest, type IngestLine } from './ingest'
import { benchOracle, oracleReport } from './oracle'

const HELP = `npm run bench -- [ingest|oracle] [--quick] [--documents N] [--rounds N]

ingest   supplier documents applied a second, one writer and four, batches of 1, 100 and 500, as a ratio to
         a bare set-based insert of the same rows in the same run; writes bench/results/ingest.md

oracle   how long a reader waits for people whom they may not know of and for nobody, 2,000 times each:
         medians, percentiles and a test of the distributions; writes bench/results/oracle.md

  --quick         fewer documents and rounds: about two minutes; 300 times each
  --documents N   documents a round (default 2000)
  --rounds N      rounds, of which the median counts (default 5)
`

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      documents: { type: 'string' },
      rounds: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
  })
  const isQuick = values.quick === true
  const [what = 'ingest'] = positionals
  if (values.help === true || !['ingest', 'oracle'].includes(what)) process.stdout.write(HELP)
  else if (what === 'oracle') keep(what, await oracle(isQuick ? 300 : 2000))
  else
    keep(
      what,
      await ingest(
        Number(values.documents ?? (isQuick ? 500 : 2000)),
        Number(values.rounds ?? (isQuick ? 3 : 5)),
      ),
    )
}

async function ingest(documents: number, rounds: number): Promise<string> {
  const options = { documents, rounds, writers: [1, 4], batches: [1, 100, 500] }
  return reportOf(await benchIngest(options, tell), documents, rounds)
}

async function oracle(pairs: number): Promise<string> {
  return `${oracleReport(await benchOracle({ pairs }, tell), { pairs })}\n${machine()}\n`
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`)
}

function keep(name: string, report: string): void {
  const folder = join(__dirname, '..', '..', 'bench', 'results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.md`), report)
  process.stdout.write(`\n${report}`)
}

function machine(): string {
  const processors = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB`
  return `Node.js ${process.version}, PostgreSQL 18, ${processors}; load generator, gateway and database on one machine.`
}

function reportOf(lines: readonly IngestLine[], documents: number, rounds: number): string {
  const rows = lines.map(
    (line) =>
      `| ${line.writers} | ${line.batch} | ${line.gateway} | ${line.bare} | ${line.ratio.toFixed(2)} | ${line.p50.toFixed(1)} | ${line.p99.toFixed(1)} | ${line.rowsPerDocument.toFixed(1)} | ${line.memoryMiB} |`,
  )
  return [
    `Documents applied a second, each changing three facts: ${documents} a round, medians of ${rounds} rounds.`,
    machine(),
    '',
    '| writers | batch | documents/s | bare insert/s | ratio | p50 ms | p99 ms | rows a document | gateway MiB |',
    '| ------: | ----: | ----------: | ------------: | ----: | -----: | -----: | --------------: | ----------: |',
    ...rows,
    '',
  ].join('\n')
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 1
})
