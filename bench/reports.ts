import type { IngestLine, IngestOptions } from './ingest'
import type { ReadsLine, ReadsOptions } from './reads'

export function ingestReport(lines: readonly IngestLine[], { documents, rounds }: IngestOptions): string {
  const rows = lines.map((line) => [
    line.writers,
    line.batch,
    line.gateway,
    line.bare,
    line.ratio.toFixed(2),
    line.p50.toFixed(1),
    line.p99.toFixed(1),
    line.rowsPerDocument.toFixed(1),
    line.memoryMiB,
  ])
  const heads = ['writers', 'batch', 'documents/s', 'bare insert/s', 'ratio', 'p50 ms', 'p99 ms']
  return [
    `Documents applied a second, each changing three facts: ${documents} a round, medians of ${rounds} rounds.`,
    '',
    ...table([...heads, 'rows a document', 'gateway MiB'], rows),
    '',
  ].join('\n')
}

export function readsReport(
  { lines, memoryMiB }: { readonly lines: readonly ReadsLine[]; readonly memoryMiB: number },
  { offenders, rounds, ms }: ReadsOptions,
): string {
  const rows = lines.map(({ question, connections, perSecond, p99 }) => [
    question,
    connections,
    Math.round(perSecond.gateway),
    Math.round(perSecond.limit),
    Math.round(perSecond.stack),
    (perSecond.gateway / perSecond.limit).toFixed(2),
    (perSecond.gateway / perSecond.stack).toFixed(2),
    p99.gateway.toFixed(1),
    (p99.gateway / p99.limit).toFixed(2),
  ])
  const heads = [
    'question',
    'connections',
    'gateway/s',
    'limit/s',
    'DataLoader/s',
    'of the limit',
    'times DataLoader',
  ]
  return [
    `Answers a second over ${offenders} offenders: medians of ${rounds} rounds of ${ms / 1000} s. The gateway held ${memoryMiB} MiB at the end.`,
    '',
    ...table([...heads, 'p99 ms', 'p99 to the limit’s'], rows),
    '',
  ].join('\n')
}

function table(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map(() => '---:')), ...rows.map(line)]
}
