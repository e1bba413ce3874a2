import type { SelectedField } from '../catalogue/select'
import { isHiddenGroup, type FieldGroup } from '../domain/field-group'
import type { AccessPlan, Reason } from './plan-access'

/** One field withheld from an answer: always, or from the rows of which a condition is not true. */
export interface Withheld {
  readonly coordinate: string
  /** Response keys from the given field down, without list indexes. */
  readonly keys: readonly string[]
  /** Schema names from the given field down, e.g. `risk.latest.rosh.whoIsAtRisk`. */
  readonly names: readonly string[]
  readonly group: FieldGroup
  readonly reason: Reason
  readonly condition?: number
}

/**
 * What is withheld from a selection, by policy alone: a value's existence plays no part. Groups whose
 * existence would disclose leave no mark; the journal, which asks for all, lists them too.
 */
export function withheldBelow(
  plan: AccessPlan,
  children: readonly SelectedField[],
  { marked = true } = {},
): Withheld[] {
  return children.flatMap((child) => walk(plan, child, [], [], marked))
}

function walk(
  plan: AccessPlan,
  selected: SelectedField,
  keys: string[],
  names: string[],
  marked: boolean,
): Withheld[] {
  const here = { keys: [...keys, selected.key], names: [...names, selected.name] }
  const decision = plan.decide(selected)
  const below = () => selected.children.flatMap((child) => walk(plan, child, here.keys, here.names, marked))
  if (decision.show === 'yes') return below()
  if (marked && isHiddenGroup(decision.group)) return decision.show === 'no' ? [] : below()
  const coordinate = selected.field?.coordinate ?? selected.name
  if (decision.show === 'no') return [{ coordinate, ...here, group: decision.group, reason: decision.reason }]
  return [
    { coordinate, ...here, group: decision.group, reason: 'RELATIONSHIP', condition: decision.condition },
    ...below(),
  ]
}
