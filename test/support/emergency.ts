import { ROLES } from '../../src/access/roles'
import { ROLE_NAMES } from '../../src/domain/caller'
import type { As, Body, TestGateway } from './gateway'
import { operation } from './operations'

export const ENOUGH = 'Self-harm was reported from the wing, and we must know the triggers tonight.'

export const BREAKABLE_ROLES = ROLE_NAMES.filter((name) => ROLES[name].breakGlass !== undefined)

export interface Grant {
  readonly id: string
  readonly until: string
  readonly groups: readonly string[]
}

export function breakGlass(t: TestGateway, as: As, offender: object, justification = ENOUGH): Promise<Body> {
  return t.ask(as, operation('BreakGlass'), { offender, justification })
}

/** The grant that a caller gets; undefined where there is nobody to open. */
export async function grantBy(t: TestGateway, as: As, offender: object): Promise<Grant | undefined> {
  const { data, errors } = await breakGlass(t, as, offender)
  if (errors) throw new Error(JSON.stringify(errors))
  return (data?.['breakGlass'] as { grant: Grant } | null)?.grant
}
