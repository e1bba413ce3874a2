import type { IngestLine, IngestOptions } from './ingest'
import type { CostsOptions } from './costs'
import { median } from './figures'
import type { Growth, GrowthOptions } from './growth'
import type { MemoryOptions, MemoryPart } from './memory'
import type { Overload, Second } from './overload'
import type { Cost } from './profile'
import type { PushLine, PushOptions } from './push'
import type { StartOptions, StartTime } from './start'
import type { ReadsLine, ReadsOptions } from './reads'
import type { Medians } from './rounds'

export function ingestReport(lines: readonly IngestLine[], { documents, rounds }: IngestOptions): string {
  const rows = lines.map((line) => [
    line.writers,
    line.batch,
    Math.round(line.gateway),
    Math.round(line.bare),
    (line.gateway / line.bare).toFixed(2),
    Math.round(line.bareEmpty),
    (line.gateway / line.bareEmpty).toFixed(2),
    line.p50.toFixed(1),
    line.p99.toFixed(1),
    line.rowsPerDocument.toFixed(1),
    line.memoryMiB,
  ])
  const heads = [
    'writers',
    'batch',
    'documents/s',
    'bare insert/s',
    'ratio',
    'empty tables/s',
    'ratio',
    'p50 ms',
    'p99 ms',
  ]
  return [
    `Documents applied a second, each changing three facts: ${documents} a round, medians of ${rounds} rounds. The bare insert goes into tables as full as the gateway's, and into empty ones.`,
    '',
    ...table([...heads, 'rows a document', 'gateway MiB'], rows),
    '',
  ].join('\n')
}

const BESIDE_OTHERS = [
  'gateway/s',
  'limit/s',
  'DataLoader/s',
  'of the limit',
  'times DataLoader',
  'p99 ms',
  'p99 to the limit’s',
]

/** What the gateway came to, beside the limit and the usual stack. */
function besideOthers({ perSecond, p99 }: Medians<'gateway' | 'limit' | 'stack'>): (string | number)[] {
  return [
    Math.round(perSecond.gateway),
    Math.round(perSecond.limit),
    Math.round(perSecond.stack),
    (perSecond.gateway / perSecond.limit).toFixed(2),
    (perSecond.gateway / perSecond.stack).toFixed(2),
    p99.gateway.toFixed(1),
    (p99.gateway / p99.limit).toFixed(2),
  ]
}

export function pushReport(lines: readonly PushLine[], { people, rounds, ms }: PushOptions): string {
  const rows = lines.map(({ connections, perSecond, p99 }) => [
    connections,
    ...besideOthers({ perSecond, p99 }),
    Math.round(perSecond.limitOfEmpty),
    (perSecond.gateway / perSecond.limitOfEmpty).toFixed(2),
  ])
  const heads = ['connections', ...BESIDE_OTHERS, 'limit of empty tables/s', 'of it']
  return [
    `Single documents of ${people} people taken in a second, each changing three facts: medians of ${rounds} rounds of ${ms / 1000} s.`,
    '',
    ...table(heads, rows),
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
    ...besideOthers({ perSecond, p99 }),
  ])
  const heads = ['question', 'connections', ...BESIDE_OTHERS]
  return [
    `Answers a second over ${offenders} offenders: medians of ${rounds} rounds of ${ms / 1000} s. The gateway held ${memoryMiB} MiB at the end.`,
    '',
    ...table(heads, rows),
    '',
  ].join('\n')
}

export function growthReport(
  { lines, size }: Growth,
  { offenders, times, entries, rounds, ms }: GrowthOptions,
): string {
  const rows = lines.map(({ question, perSecond, p99 }) => [
    question,
    Math.round(perSecond.small),
    Math.round(perSecond.large),
    (perSecond.large / perSecond.small).toFixed(2),
    p99.small.toFixed(1),
    p99.large.toFixed(1),
  ])
  const heads = ['question', 'small/s', 'large/s', 'large to small', 'p99 ms, small', 'p99 ms, large']
  return [
    `Answers a second over ${offenders} offenders (${size.small.toFixed(1)} GiB), and over ${offenders * times} with ${entries} journal entries (${size.large.toFixed(1)} GiB): medians of ${rounds} rounds of ${ms / 1000} s, 16 connections.`,
    '',
    ...table(heads, rows),
    '',
  ].join('\n')
}

export function memoryReport(parts: readonly MemoryPart[], { offenders }: MemoryOptions): string {
  const held = parts.map(({ residentMiB }) => residentMiB)
  const rows = parts.map(({ requests, residentMiB }) => [requests, residentMiB])
  return [
    `Case summaries, risk histories and caseloads over ${offenders} offenders in turn, 16 connections: the gateway held ${Math.min(...held)} to ${Math.max(...held)} MiB.`,
    '',
    ...table(['answered', 'resident MiB'], rows),
    '',
  ].join('\n')
}

export function startReport({ median, most }: StartTime, { offenders, rounds }: StartOptions): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(1)
  return `From npm start to readiness over ${offenders} offenders, ${rounds} times: ${seconds(median)} s (median), ${seconds(most)} s (slowest).\n`
}

export function costsReport(costs: readonly Cost[], { offenders, ms }: CostsOptions): string {
  const rows = costs.slice(0, 20).map(({ what, share }) => [what, `${(share * 100).toFixed(1)} %`])
  return [
    `The gateway's own processor time, without waiting and without writing to sockets: case summary, risk history and caseload over ${offenders} offenders, ${ms / 1000} s each, 16 connections.`,
    '',
    ...table(['where', 'share'], rows),
    '',
  ].join('\n')
}

export function overloadReport({ peak, seconds, memoryMiB }: Overload): string {
  const of = (phase: Second['phase']) => seconds.filter((second) => second.phase === phase)
  const phases = ['held', 'three times', 'after'] as const
  const rows = phases.map((phase) => {
    const middle = (pick: (second: Second) => number) => median(of(phase).map(pick))
    const answered = middle((second) => second.answered)
    return [
      phase,
      Math.round(middle(({ sent }) => sent)),
      Math.round(answered),
      (answered / peak).toFixed(2),
      Math.round(middle(({ turnedAway }) => turnedAway)),
      of(phase).reduce((sum, { failed }) => sum + failed, 0),
      middle(({ p50 }) => p50).toFixed(1),
      middle(({ p99 }) => p99).toFixed(1),
    ]
  })
  const held = median(of('held').map(({ p99 }) => p99))
  const recovered = of('after').findIndex(({ turnedAway, p99 }) => turnedAway === 0 && p99 <= held)
  const heads = ['load', 'sent/s', 'answered/s', 'of the peak', 'turned away/s', 'failed', 'p50 ms', 'p99 ms']
  return [
    `Case summaries; ${Math.round(peak)} a second at the peak; medians of seconds. ${recovered < 0 ? 'Not as before within 10 s' : `As before in second ${recovered + 1}`} after the overload. The gateway held ${memoryMiB} MiB at the end.`,
    '',
    ...table(heads, rows),
    '',
  ].join('\n')
}

function table(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map(() => '---:')), ...rows.map(line)]
}
