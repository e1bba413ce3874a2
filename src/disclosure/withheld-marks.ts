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
  all: readonly ShownOffender[],
): WithheldMark[] {
  if (decision.show !== 'yes' && isWithheldAsAWhole(decision, all)) {
    const reason = decision.show === 'no' ? decision.reason : 'RELATIONSHIP'
    return [{ path: [root.key], group: decision.group, reason }]
  }
  const shown = listed(decision, all)
  return withheld.flatMap(({ keys, names, group, reason, condition }) => {
    if (condition === undefined) return [{ path: [root.key, ...keys], group, reason }]
    const isWithout = ({ conditions }: ShownOffender) => conditions[condition] !== true
    if (!shown.some(isWithout)) return []
    const list = listDepth(names)
    if (list === undefined || shown.every(isWithout)) return [{ path: [root.key, ...keys], group, reason }]
    const rows = shown.flatMap((offender, row) => (isWithout(offender) ? (offender.places ?? [row]) : []))
    return rows
      .sort((one, other) => one - other)
      .map((row) => ({
        path: [root.key, ...keys.slice(0, list), row, ...keys.slice(list)],
        group,
        reason,
      }))
  })
}

/** Where the answer as a whole depends on the case, it lists only the cases of which its condition is true. */
function listed(decision: Decision, shown: readonly ShownOffender[]): readonly ShownOffender[] {
  return decision.show === 'if'
    ? shown.filter(({ conditions }) => conditions[decision.condition] === true)
    : shown
}

/** How deep the list of offenders lies, by schema names; undefined where there is one offender. */
function listDepth(names: readonly string[]): number | undefined {
  const lists: readonly string[] = ['nodes', 'edges', 'cases']
  return lists.includes(names[0] ?? '') ? 1 : undefined
}

/**
 * `access-mode: strict`: refused rather than have fields withheld. Once people were read it is known of whom; before
 * that a question is refused for what is withheld of everybody, and a command, which is not to be undone, for what may be.
 */
export function refuseWithheld(selection: Selection, plan: AccessPlan, disclosed?: Disclosed): void {
  const withheld = selection.roots.flatMap((root, i) => {
    const decision = plan.decide(root)
    const all = disclosed?.sightings[i]?.shown
    if (isWithheldAsAWhole(decision, all)) return [root.name]
    const shown = listed(decision, all ?? [])
    const isWithheld = ({ condition }: Withheld) =>
      condition === undefined ||
      selection.kind === 'mutation' ||
      shown.some(({ conditions }) => conditions[condition] !== true)
    return withheldBelow(plan, root.children)
      .filter(isWithheld)
      .map((mark) => mark.coordinate)
  })
  if (withheld.length > 0) {
    throw new Refusal('FORBIDDEN', `Withheld from ${plan.role.name}: ${[...new Set(withheld)].join(', ')}.`)
  }
}

function isWithheldAsAWhole(decision: Decision, shown: readonly ShownOffender[] | undefined): boolean {
  if (decision.show !== 'if') return decision.show === 'no'
  return shown?.some(({ conditions }) => conditions[decision.condition]) === false
}
