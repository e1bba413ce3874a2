import type { Asked } from './asked'
import type { Person, Reason, Rights } from './rights'
import type { RootAnswer } from './root-answer'
import { withheldIn } from './withheld'

/** One line of `extensions.withheld`. */
export interface Mark {
  readonly path: readonly (string | number)[]
  readonly group?: string
  readonly reason: Reason
  readonly message?: string
}

/** Once for each field where it holds for every item, with the item's index where it does not. */
export function markedIn(rights: Rights, root: Asked, answer: RootAnswer | undefined): Mark[] {
  const right = root.field ? rights.of(root.field) : undefined
  if (right?.shown === 'never') return [{ path: [root.key], group: right.group, reason: right.reason }]
  const people = peopleOf(answer)
  if (right?.shown === 'perCase' && !people.some((person) => right.isShownOf(person)))
    return [{ path: [root.key], group: right.group, reason: 'RELATIONSHIP' }]
  const fields = withheldIn(rights, root.children).flatMap(({ keys, names, right: one }): Mark[] => {
    const { group } = one
    if (one.shown === 'never') return [{ path: [root.key, ...keys], group, reason: one.reason }]
    const without = people.flatMap((person, i) => (one.isShownOf(person) ? [] : [i]))
    const isOfList = answer?.items !== undefined && LISTS.includes(names[0] ?? '')
    const mark = (path: readonly (string | number)[]): Mark => ({ path, group, reason: 'RELATIONSHIP' })
    if (without.length === 0) return []
    if (without.length === people.length || !isOfList) return [mark([root.key, ...keys])]
    const [list = '', ...below] = keys
    return without.map((i) => mark([root.key, list, i, ...below]))
  })
  return [...fields, ...limitedMarks(root, answer)]
}

const LISTS: readonly string[] = ['nodes', 'edges', 'cases']

function peopleOf(answer: RootAnswer | undefined): readonly Person[] {
  return answer?.items ?? (answer?.sights ?? []).filter(({ isShown }) => isShown).map(({ person }) => person)
}

/** To a reader for whom the limitation is the only bar. */
function limitedMarks({ key, name }: Asked, answer: RootAnswer | undefined): Mark[] {
  return (answer?.sights ?? [])
    .filter(({ isLimited }) => isLimited && name === 'offender')
    .map(({ notice }) => ({
      path: [key],
      reason: 'LIMITED_ACCESS',
      ...(notice !== null && { message: notice }),
    }))
}
