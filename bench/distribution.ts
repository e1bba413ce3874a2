import { percentile } from './figures'

/** Whether two samples come from one distribution. */
export interface Comparison {
  /** That a value of the second is greater than one of the first: 0.5 where neither is. */
  readonly superiority: number
  /** The chance of a difference as large as this one where there is none (Mann-Whitney, two-sided). */
  readonly p: number
}

/** Mann-Whitney U by ranks, ties at their middle rank, normal approximation: for samples of more than twenty. */
export function mannWhitney(first: readonly number[], second: readonly number[]): Comparison {
  const [n, m] = [first.length, second.length]
  const all = [
    ...first.map((value) => ({ value, isSecond: false })),
    ...second.map((value) => ({ value, isSecond: true })),
  ]
  all.sort((a, b) => a.value - b.value)
  let [ranks, ties] = [0, 0]
  for (let begin = 0; begin < all.length;) {
    let end = begin
    while (all[end]?.value === all[begin]?.value && end < all.length) end += 1
    const rank = (begin + 1 + end) / 2
    ranks += rank * all.slice(begin, end).filter(({ isSecond }) => isSecond).length
    ties += (end - begin) ** 3 - (end - begin)
    begin = end
  }
  const u = ranks - (m * (m + 1)) / 2
  const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)))
  const z = (u - (n * m) / 2) / Math.sqrt(variance)
  return { superiority: u / (n * m), p: 2 * (1 - normal(Math.abs(z))) }
}

/** The normal distribution up to z ≥ 0 (Abramowitz and Stegun 26.2.17, error below 10⁻⁷). */
function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * z)
  const series = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429]
  const sum = series.reduce((total, factor, i) => total + factor * t ** (i + 1), 0)
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum
}

export const PERCENTILES = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const

export function percentiles(values: readonly number[]): number[] {
  return PERCENTILES.map((share) => percentile(values, share))
}
