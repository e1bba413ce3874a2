import { showsAlways, type AccessPlan } from '../access/plan-access'
import type { Catalogue, Field } from '../catalogue/catalogue'
import type { RecordPart } from '../catalogue/record-parts'

/** A part of the record as far as the caller reads it. */
export interface ReadablePart extends RecordPart {
  /** Whether the caller reads whose record states it. */
  readonly isSourceShown: boolean
}

/**
 * The parts of the record, and their columns, that the caller reads of every case. What the caller reads of
 * some cases only (meeting minutes, while invited) is none of them.
 */
export function readableParts(catalogue: Catalogue, plan: AccessPlan): ReadablePart[] {
  const isShown = (way: readonly Field[]) => way.every((field) => showsAlways(plan, field))
  return catalogue.parts
    .filter(({ way }) => isShown(way))
    .map((part) => ({
      ...part,
      columns: part.columns.filter(({ way }) => isShown(way)),
      isSourceShown: part.source !== undefined && isShown(part.source),
    }))
    .filter(({ columns }) => columns.length > 0)
}
