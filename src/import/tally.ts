import type { Place } from './items'

const WELL = ['APPLIED', 'DUPLICATE', 'LATE']
const BADLY = ['REJECTED', 'CONFLICT', 'FAILED']

/** What became of the documents, of all runs: a line at once for each that did not simply go well. */
export class Tally {
  private readonly counts: Map<string, number>

  constructor(
    private readonly print: (line: string) => void,
    /** Documents by outcome, of earlier runs. */
    readonly earlier: Readonly<Record<string, number>> = {},
  ) {
    this.counts = new Map(Object.entries(earlier))
  }

  get outcomes(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts)
  }

  get hasBad(): boolean {
    return BADLY.some((outcome) => this.counts.has(outcome))
  }

  /** Documents that nobody answered for: they are to be sent again. */
  get hasFailed(): boolean {
    return this.counts.has('FAILED')
  }

  count({ source, index }: Place, outcome: string, why: readonly string[]): void {
    this.counts.set(outcome, (this.counts.get(outcome) ?? 0) + 1)
    if (WELL.includes(outcome)) return
    const told = why.map((reason) => reason.replace(/\s+/g, ' ').trim()).join('; ')
    this.print(`${source.path}#${index}  ${outcome}  ${told}`)
  }

  printSummary(): void {
    const earlier = total(this.earlier)
    const rows = [...this.counts, ['items', total(this.outcomes)] as const]
    if (earlier > 0) rows.push(['earlier', earlier])
    for (const [name, count] of rows) this.print(`${name.padEnd(12)}${String(count).padStart(9)}`)
  }
}

export function total(outcomes: Readonly<Record<string, number>>): number {
  return Object.values(outcomes).reduce((sum, count) => sum + count, 0)
}
