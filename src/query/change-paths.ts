import { showsAlways, type AccessPlan } from '../access/plan-access'
import type { Catalogue, Field } from '../catalogue/catalogue'
import { onceFor } from '../domain/once-for'

/** Where the other id of a merge or a separation is found below `Offender`. */
export const FORMER_IDS = 'formerIds'

export type ChangePaths = ReadonlyMap<string, readonly Field[]>

/** What changes call things by, with the fields from `Offender` down that each name stands for; the same for ever. */
export const changePaths = onceFor(pathsOf)

function pathsOf(catalogue: Catalogue): ChangePaths {
  const paths = catalogue.parts.flatMap((part) => [part, ...part.columns])
  return new Map([
    ...paths.map(({ path, way }) => [path, way] as const),
    [FORMER_IDS, [fieldOf(catalogue, 'Offender', FORMER_IDS), fieldOf(catalogue, 'FormerId', 'id')]],
  ])
}

/** Those of which the caller reads the values in every case. */
export function readablePaths(catalogue: Catalogue, plan: AccessPlan): string[] {
  return [...changePaths(catalogue)]
    .filter(([, way]) => way.every((field) => showsAlways(plan, field)))
    .map(([path]) => path)
}

function fieldOf(catalogue: Catalogue, type: string, name: string): Field {
  const field = catalogue.type(type).fields.get(name)
  if (!field) throw new Error(`${type}.${name} is not in the catalogue`)
  return field
}
