import type { AccessPlan } from '../access/plan-access'
import { withheldBelow } from '../access/withheld'
import type { Catalogue } from '../catalogue/catalogue'
import type { SelectedField } from '../catalogue/select'
import { changePaths, readablePaths } from '../query/change-paths'

/** What the journal keeps of one root field, as bits of the dictionary. */
export interface SelectedBits {
  /** Shown where all the conditions are true of the row. */
  readonly shown: readonly { readonly bit: number; readonly conditions: readonly number[] }[]
  readonly withheld: readonly number[]
  /** Of all that is shown of anybody. */
  readonly all: readonly number[]
}

export function selectedBits(catalogue: Catalogue, plan: AccessPlan, root: SelectedField): SelectedBits {
  const shown: { bit: number; conditions: number[] }[] = []
  const walk = (selected: SelectedField, above: number[]) => {
    const decision = plan.decide(selected)
    if (decision.show === 'no' || !selected.field) return
    const conditions = decision.show === 'if' ? [...above, decision.condition] : above
    shown.push({ bit: catalogue.dictionary.bit(selected.field.coordinate), conditions })
    // Which of them the pages hold is not told apart: what may be in them counts as shown.
    const changes = selected.field.worked === 'changes' ? readablePaths(catalogue, plan) : []
    for (const bit of bitsOfPaths(catalogue, changes)) shown.push({ bit, conditions })
    for (const child of selected.children) walk(child, conditions)
  }
  const whole = plan.decide(root)
  const above = whole.show === 'if' ? [whole.condition] : []
  if (whole.show !== 'no') for (const child of root.children) walk(child, above)
  const withheld = withheldBelow(plan, root.children, { marked: false }).filter(
    (mark) => mark.condition === undefined,
  )
  return {
    shown,
    withheld: withheld.map((mark) => catalogue.dictionary.bit(mark.coordinate)),
    all: [...new Set(shown.map(({ bit }) => bit))],
  }
}

/** What of a root field is kept of one row: together all that was selected, each bit in one of them. */
export interface RowBits {
  readonly fields: readonly number[]
  readonly withheld: readonly number[]
}

const rows = new WeakMap<SelectedBits, Map<string, RowBits>>()

/** By which of the plan's conditions are true of the row; worked out once for rows alike. */
export function bitsOfRow(selected: SelectedBits, conditions: readonly boolean[]): RowBits {
  const alike = rows.get(selected) ?? new Map<string, RowBits>()
  rows.set(selected, alike)
  const key = conditions.join()
  const known = alike.get(key)
  if (known) return known
  const holds = (needed: readonly number[]) => needed.every((condition) => conditions[condition] === true)
  const fields = selected.shown.filter((field) => holds(field.conditions)).map(({ bit }) => bit)
  const missed = selected.all.filter((bit) => !fields.includes(bit))
  const withheld = [...selected.withheld.filter((bit) => !fields.includes(bit)), ...missed]
  const row = { fields, withheld }
  alike.set(key, row)
  return row
}

/** One that needs no other is given as it is: the journal knows it by itself. */
export function union(...lists: readonly (readonly number[])[]): readonly number[] {
  const [first, ...others] = lists
  return first && others.length === 0 ? first : [...new Set(lists.flat())]
}

/** The fields that names of changes stand for. */
export function bitsOfPaths(catalogue: Catalogue, paths: readonly string[]): number[] {
  const ways = changePaths(catalogue)
  const fields = paths.flatMap((path) => {
    const way = ways.get(path)
    if (!way) throw new Error(`nothing of the record is called ${path}`)
    return way
  })
  return [...new Set(fields.map(({ coordinate }) => catalogue.dictionary.bit(coordinate)))]
}
