import { showsAlways, type AccessPlan } from '../access/plan-access'
import type { Catalogue, Field } from '../catalogue/catalogue'
import type { RecordPart } from '../catalogue/record-parts'

/**
 * The parts of the record, and their columns, that the caller reads of every case. What the caller reads of
 * some cases only (meeting minutes, while invited) is none of them.
 */
export function readableParts(catalogue: Catalogue, plan: AccessPlan): RecordPart[] {
  const isReadable = ({ way }: { way: readonly Field[] }) => way.every((field) => showsAlways(plan, field))
  return catalogue.parts
    .filter(isReadable)
    .map((part) => ({ ...part, columns: part.columns.filter(isReadable) }))
    .filter(({ columns }) => columns.length > 0)
}
