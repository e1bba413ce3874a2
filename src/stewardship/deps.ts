import type { AccessPlan } from '../access/plan-access'
import { Refusal } from '../domain/refusal'
import type { Query } from '../commands/asked'
import type { CommandDeps } from '../commands/command'
import type { ReadFormat } from '../updates/item'
import type { Silence } from './sources'

/** What stewardship needs of the world. */
export interface StewardshipDeps {
  readonly commands: CommandDeps
  readonly read: ReadFormat
  readonly silence: Silence
  /** Reads the record. */
  readonly query: Query
}

/** Quarantine is a data steward's work (contract: roles). */
export function stewardsOnly({ role }: AccessPlan): void {
  if (role.name === 'DATA_STEWARD') return
  throw new Refusal('FORBIDDEN', `${role.name} does not look after what was put aside: a data steward does.`)
}

/** An id that cannot be one of ours is refused: it names nothing. */
export function asNumber(text: string, field: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new Refusal('BAD_USER_INPUT', `${field} is not an id of ours.`, field)
}
