import { MAPPA_RULES } from '../domain/mappa-rules'
import type { Given } from '../query/roots'

/** The rules in force, as configuration has them. */
export function giveRules(): Given {
  const { version, reviewIntervals, deadlines, criteria, addressing } = MAPPA_RULES
  const named = <T extends object>(by: Readonly<Record<string, T>>, key: string) =>
    Object.entries(by).map(([name, each]) => ({ [key]: name, ...each }))
  return {
    values: {
      version,
      reviewIntervals,
      deadlines: named(deadlines, 'name'),
      criteria,
      addressing: named(addressing, 'kind'),
    },
  }
}
