import { isHiddenGroup } from '../../src/domain/field-group'
import type { Asked } from './asked'
import type { Right, Rights } from './rights'

/** A field of an answer that is withheld, of all cases or of some. */
export interface Withheld {
  readonly coordinate: string
  /** From the object down: as the answer has it, and as the schema does. */
  readonly keys: readonly string[]
  readonly names: readonly string[]
  readonly right: Exclude<Right, { readonly shown: 'always' }>
}

/**
 * By policy alone, the topmost field on each way. Groups whose very existence would disclose bear no mark;
 * `all`: they too.
 */
export function withheldIn(rights: Rights, asked: readonly Asked[], { all = false } = {}): Withheld[] {
  return asked.flatMap(({ key, name, field, children }) => {
    if (!field) return []
    const right = rights.of(field)
    const below = () =>
      withheldIn(rights, children, { all }).map((one) => ({
        ...one,
        keys: [key, ...one.keys],
        names: [name, ...one.names],
      }))
    if (right.shown === 'always') return below()
    const isMarked = all || !isHiddenGroup(right.group)
    const own = isMarked ? [{ coordinate: field.coordinate, keys: [key], names: [name], right }] : []
    return right.shown === 'never' ? own : [...own, ...below()]
  })
}
