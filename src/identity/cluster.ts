import { Groups } from './groups'

/** A record that says who somebody is, as it stands now. */
export interface IdentityRecord {
  /** `SYSTEM:localId`. */
  readonly key: string
  readonly system: string
  /** `PRISON_NUMBER:A1234BC` of a prison’s record, `CRN:X123456` of a case; none for a notice of a merge. */
  readonly own?: string
  /** Valid identifiers, as `TYPE:value`. */
  readonly states: readonly string[]
  /** Numbers that its own number took the place of. */
  readonly replaces: readonly string[]
  /** Numbers that the supplier says are somebody else’s after all. */
  readonly notThese: readonly string[]
  readonly dateOfBirth?: string
  /** Of a notice alone: when it was given, ISO instant; of two about the same numbers the newer counts. */
  readonly at?: string
}

/** What a person decided of two records; the newest of each pair. */
export interface IdentityDecision {
  readonly kind: 'JOIN' | 'SEPARATE'
  readonly one: string
  readonly other: string
}

/**
 * Which records are one person: a function of what the records say now and of what people decided, of
 * nothing else, so that no order of arrival matters (docs/decisions/0006).
 */
export function clusters(
  records: readonly IdentityRecord[],
  decisions: readonly IdentityDecision[],
): IdentityRecord[][] {
  const sorted = [...records].sort((a, b) => (a.key < b.key ? -1 : 1))
  const apart = keptApart(sorted, decisions)
  const classOf = numberClasses(sorted, apart)
  const groups = new Groups(sorted, apart)
  for (const { kind, one, other } of [...decisions].sort(byPair)) if (kind === 'JOIN') groups.join(one, other)
  joinByPrisonNumbers(sorted, classOf, groups)
  joinByCrns(sorted, classOf, groups)
  joinByPoliceNumbers(classOf, groups)
  return groups.all()
}

/** Names a number by the first of all that were merged with it. */
export type NumberClass = (number: string) => string

export function numberClasses(records: readonly IdentityRecord[], apart: readonly Pair[]): NumberClass {
  const holders = holdersOf(records)
  const separated = new Set(apart.map(([one, other]) => pairKey(one, other)))
  const first = new Map<string, string>()
  const find = (number: string): string => {
    const next = first.get(number)
    return next === undefined ? number : find(next)
  }
  for (const { now, former } of replacementsIn(records)) {
    if (separated.has(pairKey(holders.get(now) ?? '', holders.get(former) ?? ''))) continue
    const [a, b] = [find(now), find(former)].sort()
    if (a !== undefined && b !== undefined && a !== b) first.set(b, a)
  }
  return find
}

export interface Replacement {
  readonly now: string
  readonly former: string
}

/** Which numbers took others' places, but for those that a newer notice gave back. What a CRC states proves nothing. */
export function replacementsIn(records: readonly IdentityRecord[]): Replacement[] {
  const newest = newestNotices(records)
  return records
    .filter(({ system }) => system !== 'CRC')
    .flatMap(replacements)
    .filter(({ now, former }) => newest.get(pairKey(now, former)) !== 'SEPARATED')
}

/** A notice of a merge has no number of its own: the one that it does not call replaced is the one that stays. */
function replacements({ own, states, replaces }: IdentityRecord): Replacement[] {
  return replaces.flatMap((former) => {
    const type = `${former.slice(0, former.indexOf(':'))}:`
    const now = own ?? states.find((each) => each.startsWith(type) && !replaces.includes(each))
    return now?.startsWith(type) === true ? [{ now, former }] : []
  })
}

/** Numbers that the newest notice about the two says are two people's. */
export function separatedNumbers(records: readonly IdentityRecord[]): Pair[] {
  const newest = newestNotices(records)
  return records.flatMap(separations).filter((pair) => newest.get(pairKey(...pair)) === 'SEPARATED')
}

/** What the newest notice about two numbers says of them; of two of one instant that they are apart. */
function newestNotices(records: readonly IdentityRecord[]): ReadonlyMap<string, 'MERGED' | 'SEPARATED'> {
  const said = records
    .filter(({ at, system }) => at !== undefined && system !== 'CRC')
    .flatMap((notice) => [
      ...replacements(notice).map(({ now, former }) => [notice.at, 'MERGED', pairKey(now, former)] as const),
      ...separations(notice).map((pair) => [notice.at, 'SEPARATED', pairKey(...pair)] as const),
    ])
  const inOrder = said.sort((a, b) => (`${a[0]} ${a[1]}` < `${b[0]} ${b[1]}` ? -1 : 1))
  return new Map(inOrder.map(([, kind, pair]) => [pair, kind]))
}

/** The record's number and each that it says is somebody else's. */
function separations({ own, states, notThese }: IdentityRecord): Pair[] {
  const number = own ?? states.find((each) => !notThese.includes(each))
  return number === undefined ? [] : notThese.map((other): Pair => [number, other])
}

/** The record that goes by a number. */
function holdersOf(records: readonly IdentityRecord[]): Map<string, string> {
  return new Map(
    records.flatMap(({ own, key, system }) =>
      own === undefined || system === 'CRC' ? [] : [[own, key] as const],
    ),
  )
}

type Pair = readonly [string, string]

/** Pairs that must not meet: separated by a person, or by the supplier whose numbers they are. */
function keptApart(records: readonly IdentityRecord[], decisions: readonly IdentityDecision[]): Pair[] {
  const holders = holdersOf(records)
  const decided = new Set(decisions.map(({ one, other }) => pairKey(one, other)))
  const newest = newestNotices(records)
  const bySupplier = records.flatMap(separations).flatMap((numbers): Pair[] => {
    const pair: Pair = [holders.get(numbers[0]) ?? '', holders.get(numbers[1]) ?? '']
    // A person’s decision about the two stands above the supplier’s.
    if (pair.includes('') || decided.has(pairKey(...pair))) return []
    return newest.get(pairKey(...numbers)) === 'MERGED' ? [] : [pair]
  })
  const byPerson = decisions.flatMap(({ kind, one, other }): Pair[] =>
    kind === 'SEPARATE' ? [[one, other]] : [],
  )
  return [...byPerson, ...bySupplier]
}

function pairKey(one: string, other: string): string {
  return [one, other].sort().join('|')
}

function byPair(a: IdentityDecision, b: IdentityDecision): number {
  return pairKey(a.one, a.other) < pairKey(b.one, b.other) ? -1 : 1
}

/** Prison records that were merged, and the cases that state their number; one that names two prisoners proves neither. */
function joinByPrisonNumbers(records: readonly IdentityRecord[], classOf: NumberClass, groups: Groups): void {
  const stating = (record: IdentityRecord) => {
    const stated = prisonNumbersOf(record)
    const classes = [...new Set(stated.map(classOf))]
    return classes.length > 1 ? [] : classes
  }
  joinClasses(records, stating, groups, () => true)
}

/** A prison’s record is its own number’s, whatever else it states; what a CRC states of other systems’ numbers proves nothing. */
function prisonNumbersOf({ system, own, states }: IdentityRecord): string[] {
  if (system === 'NOMIS' && own !== undefined) return [own]
  return system === 'CRC' ? [] : states.filter((each) => each.startsWith('PRISON_NUMBER:'))
}

/** Cases under a number and its former numbers, and a CRC’s copy of a case; never two prisoners. */
function joinByCrns(records: readonly IdentityRecord[], classOf: NumberClass, groups: Groups): void {
  const stating = ({ system, own, states }: IdentityRecord) => {
    const numbers = system === 'CRC' ? [own ?? ''] : states.filter((each) => each.startsWith('CRN:'))
    return [...new Set(numbers.filter(Boolean).map(classOf))]
  }
  joinClasses(records, stating, groups, (one, other) =>
    oneOf(groups.prisonNumbers(one), groups.prisonNumbers(other), classOf),
  )
}

/** Brings together the records of each class, those that go by its numbers first. */
function joinClasses(
  records: readonly IdentityRecord[],
  classesOf: (record: IdentityRecord) => readonly string[],
  groups: Groups,
  mayJoin: (one: string, other: string) => boolean,
): void {
  const members = new Map<string, string[]>()
  const ownFirst = [...records].sort((a, b) => Number(a.system !== 'NOMIS') - Number(b.system !== 'NOMIS'))
  for (const record of ownFirst) {
    for (const each of classesOf(record)) {
      const earlier = members.get(each) ?? []
      for (const one of earlier) if (mayJoin(one, record.key)) groups.join(one, record.key)
      members.set(each, [...earlier, record.key])
    }
  }
}

/** A police number that more than so many people share is nobody’s. */
const SHARED_MAX = 10

/**
 * PNC and CRO are no proof by themselves: two groups are joined where each is the only one that the other
 * fits, and nothing contradicts.
 */
function joinByPoliceNumbers(classOf: NumberClass, groups: Groups): void {
  for (let joined = true; joined;) {
    joined = false
    for (const [one, other] of onlyFits(classOf, groups)) joined = groups.join(one, other) || joined
  }
}

function onlyFits(classOf: NumberClass, groups: Groups): [string, string][] {
  const fitting = new Map<string, Set<string>>()
  for (const sharing of groups.sharingPoliceNumbers()) {
    if (sharing.length > SHARED_MAX) continue
    for (const one of sharing) {
      for (const other of sharing) {
        if (one === other || !fits(groups, one, other, classOf)) continue
        fitting.set(one, (fitting.get(one) ?? new Set()).add(other))
      }
    }
  }
  return [...fitting].flatMap(([one, others]): [string, string][] => {
    const [other] = others
    const isOnly = others.size === 1 && other !== undefined && fitting.get(other)?.size === 1
    return isOnly && one < other ? [[one, other]] : []
  })
}

/** Nothing contradicts that these are one person. */
function fits(groups: Groups, one: string, other: string, classOf: NumberClass): boolean {
  return (
    groups.mayMeet(one, other) &&
    oneOf(groups.prisonNumbers(one), groups.prisonNumbers(other), classOf) &&
    oneOf(groups.statedPrisonNumbers(one), groups.statedPrisonNumbers(other), classOf) &&
    oneOf(groups.crns(one), groups.crns(other), classOf) &&
    oneOf(groups.births(one), groups.births(other), (each) => each)
  )
}

/** Either says nothing, or they share one. */
function oneOf(one: readonly string[], other: readonly string[], classOf: NumberClass): boolean {
  const classes = new Set(other.map(classOf))
  return one.length === 0 || other.length === 0 || one.some((each) => classes.has(classOf(each)))
}
