import { median } from './figures'
import type { Load } from './load'

/** Medians of the rounds, of each of those that were asked in turn. */
export interface Medians<Name extends string> {
  readonly perSecond: Readonly<Record<Name, number>>
  /** Milliseconds. */
  readonly p99: Readonly<Record<Name, number>>
}

/** Loads each in turn, round by round; the first round warms up and is not counted. */
export async function inTurn<Name extends string>(
  names: readonly Name[],
  rounds: number,
  loadOf: (name: Name) => Promise<Load>,
): Promise<Medians<Name>> {
  const loads = new Map<Name, Load[]>(names.map((name) => [name, []]))
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const result = await loadOf(name)
      if (round > 0) loads.get(name)?.push(result)
    }
  }
  const of = (pick: (load: Load) => number) =>
    Object.fromEntries(names.map((name) => [name, median((loads.get(name) ?? []).map(pick))])) as Record<
      Name,
      number
    >
  return { perSecond: of(({ perSecond }) => perSecond), p99: of(({ p99 }) => p99) }
}
