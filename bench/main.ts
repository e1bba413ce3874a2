import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchIngest, type IngestLine } from './ingest'

const HELP = `npm run bench -- [ingest] [--quick] [--documents N] [--rounds N]

ingest   supplier documents applied a second, one writer and four, batches of 1, 100 and 500, as a ratio to
         a bare set-based insert of the same rows in the same run; writes bench/results/ingest.md

  --quick         fewer documents and rounds: about two minutes
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
  if (values.help === true || (positionals[0] ?? 'ingest') !== 'ingest') {
    process.stdout.write(HELP)
    return
  }
  const isQuick = values.quick === true
  const documents = Number(values.documents ?? (isQuick ? 500 : 2000))
  const rounds = Number(values.rounds ?? (isQuick ? 3 : 5))
  const lines = await benchIngest({ documents, rounds, writers: [1, 4], batches: [1, 100, 500] }, (line) =>
    process.stdout.write(`${line}\n`),
  )
  const report = reportOf(lines, documents, rounds)
  const folder = join(__dirname, '..', '..', 'bench', 'results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'ingest.md'), report)
  process.stdout.write(`\n${report}`)
}

function reportOf(lines: readonly IngestLine[], documents: number, rounds: number): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB`
  const rows = lines.map(
    (line) =>
      `| ${line.writers} | ${line.batch} | ${line.gateway} | ${line.bare} | ${line.ratio.toFixed(2)} | ${line.p50.toFixed(1)} | ${line.p99.toFixed(1)} | ${line.rowsPerDocument.toFixed(1)} | ${line.memoryMiB} |`,
  )
  return [
    `Documents applied a second, each changing three facts: ${documents} a round, medians of ${rounds} rounds.`,
    `Node.js ${process.version}, PostgreSQL 18, ${machine}; load generator, gateway and database on one machine.`,
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
