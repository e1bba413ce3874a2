import type { Transaction } from '../updates/store'
import { numberClasses, replacementsIn, separatedNumbers, type IdentityRecord } from './cluster'
import { afterStatement, isNotice, type StatedIdentity } from './identity-record'
import { neighbourhoodOf } from './neighbourhood'

/**
 * `MERGE_LOOP`: a number would have been replaced, by way of others, by itself. `MERGE_CONTRADICTED`: two
 * numbers that the supplier says are apart would be one person's.
 */
export type Contradiction = 'MERGE_LOOP' | 'MERGE_CONTRADICTED'

/** Which of these notices (by `SYSTEM:localId`) cannot all be meant as they stand; the newer of two is the one that is not. */
export async function contradictionsAmong(
  tx: Transaction,
  stated: ReadonlyMap<string, StatedIdentity>,
): Promise<ReadonlyMap<string, Contradiction>> {
  const notices = [...stated].filter(([, { localId, numbers }]) => isNotice(localId) && numbers)
  if (notices.length === 0) return new Map()
  const keys = notices.map(([key]) => key)
  const numbers = notices.flatMap(([, each]) => (each.numbers ?? []).map(([number]) => number))
  const { records } = await neighbourhoodOf(tx, keys, numbers)
  const standing = new Map<string, IdentityRecord>(records)
  const found = new Map<string, Contradiction>()
  for (const [key, each] of notices.sort(([, a], [, b]) => ((a.at ?? '') < (b.at ?? '') ? -1 : 1))) {
    const notice = afterStatement(each, standing.get(key))
    const others = [...standing.values()].filter((other) => other.key !== key)
    const contradiction = contradictionOf(notice, others)
    if (contradiction) found.set(key, contradiction)
    else standing.set(key, notice)
  }
  return found
}

/** Whether what the notice says of a merge cannot be true beside what the others say. */
export function contradictionOf(
  notice: IdentityRecord,
  others: readonly IdentityRecord[],
): Contradiction | undefined {
  const all = [...others, notice]
  const own = replacementsIn([notice])
  if (own.some(({ now, former }) => leadsTo(now, former, all))) return 'MERGE_LOOP'
  const classOf = numberClasses(all, [])
  const joined = own.map(({ now }) => classOf(now))
  const broken = separatedNumbers(all).some(([one, other]) => {
    return classOf(one) === classOf(other) && joined.includes(classOf(one))
  })
  return broken ? 'MERGE_CONTRADICTED' : undefined
}

function leadsTo(from: string, to: string, records: readonly IdentityRecord[]): boolean {
  const all = replacementsIn(records)
  const seen = new Set<string>()
  let next = [from]
  while (next.length > 0) {
    if (next.includes(to)) return true
    for (const number of next) seen.add(number)
    next = all.filter(({ former, now }) => next.includes(former) && !seen.has(now)).map(({ now }) => now)
  }
  return false
}
