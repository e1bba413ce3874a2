import type { SelectedField } from '../catalogue/select'

/** Picks a selected field out of a plain value, in response shape. */
export function givenValue(value: unknown, selected: SelectedField): unknown {
  if (selected.name === '__typename') return selected.parent.name
  const own = (value as Record<string, unknown> | null)?.[selected.name]
  const { first } = selected.args
  const page = Array.isArray(own) && typeof first === 'number' ? own.slice(0, Math.max(first, 0)) : own
  return shape(page, selected.children)
}

function shape(value: unknown, children: readonly SelectedField[]): unknown {
  if (Array.isArray(value)) return value.map((item) => shape(item, children))
  if (value === undefined || value === null) return null
  if (children.length === 0) return value
  return Object.fromEntries(children.map((child) => [child.key, givenValue(value, child)]))
}
