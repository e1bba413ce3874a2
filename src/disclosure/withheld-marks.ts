import type { AccessPlan, Decision } from '../access/plan-access'
import { withheldBelow, type Withheld } from '../access/withheld'
import type { SelectedField, Selection } from '../catalogue/select'
import { Refusal } from '../domain/refusal'
import type { Prepared } from './forms'
import type { Disclosed, ShownOffender } from './sightings'

/** One line of `extensions.withheld`. */
export interface WithheldMark {
  readonly path: readonly (string | number)[]
  readonly group?: string
  readonly reason: string
  readonly message?: string
}

/** Once per field where it holds for every row, with list indexes where it does not. */
export function withheldMarks({ selection, plan, withheld }: Prepared, disclosed: Disclosed): WithheldMark[] {
  return selection.roots.flatMap((root, i) => {
    const sighting = disclosed.sightings[i]
    return [
      ...fieldMarks(root, plan.decide(root), withheld[i] ?? [], sighting?.shown ?? []),
      ...(sighting?.unseen ?? []).flatMap((unseen) =>
        unseen.limited && root.name === 'offender' ? [limitedMark(root, unseen.notice)] : [],
      ),
    ]
  })
}

function limitedMark(root: SelectedField, notice: string | null): WithheldMark {
  return { path: [root.key], reason: 'LIMITED_ACCESS', ...(notice !== null && { message: notice }) }
}

function fieldMarks(
  root: SelectedField,
  decision: Decision,
  withheld: readonly Withheld[],
  shown: readonly ShownOffender[],
): WithheldMark[] {
  if (decision.show === 'no') return [{ path: [root.key], group: decision.group, reason: decision.reason }]
  const whole = decision.show === 'if' ? decision.condition : undefined
  if (whole !== undefined && !shown.some((offender) => offender.conditions[whole])) {
    return [
      { path: [root.key], ...(decision.show === 'if' && { group: decision.group }), reason: 'RELATIONSHIP' },
    ]
  }
  return withheld.flatMap(({ keys, names, group, reason, condition }) => {
    if (condition === undefined) return [{ path: [root.key, ...keys], group, reason }]
    const without = shown.flatMap((offender, row) => (offender.conditions[condition] === true ? [] : [row]))
    if (without.length === 0) return []
    const list = listDepth(names)
    if (list === undefined || without.length === shown.length)
      return [{ path: [root.key, ...keys], group, reason }]
    return without.map((row) => ({
      path: [root.key, ...keys.slice(0, list), row, ...keys.slice(list)],
      group,
      reason,
    }))
  })
}

/** How deep the list of offenders lies, by schema names; undefined where there is one offender. */
function listDepth(names: readonly string[]): number | undefined {
  const lists: readonly string[] = ['nodes', 'edges', 'cases']
  return lists.includes(names[0] ?? '') ? 1 : undefined
}

/** `access-mode: strict`: refused rather than have fields withheld. */
export function refuseWithheld(selection: Selection, plan: AccessPlan): void {
  const withheld = selection.roots.flatMap((root) => {
    if (plan.decide(root).show === 'no') return [root.name]
    return withheldBelow(plan, root.children).map((mark) => mark.coordinate)
  })
  if (withheld.length > 0) {
    throw new Refusal('FORBIDDEN', `Withheld from ${plan.role.name}: ${[...new Set(withheld)].join(', ')}.`)
  }
}
