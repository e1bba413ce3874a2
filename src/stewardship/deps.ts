import type { AccessPlan } from '../access/plan-access'
import type { RequestContext } from '../domain/caller'
import { Refusal } from '../domain/refusal'
import type { CommandDeps } from '../commands/command'
import type { ReadFormat } from '../updates/item'
import type { Silence } from './sources'

export type Row = Readonly<Record<string, unknown>>
export type Query = (text: string, values: readonly unknown[]) => Promise<readonly Row[]>

/** What stewardship needs of the world. */
export interface StewardshipDeps {
  readonly commands: CommandDeps
  readonly read: ReadFormat
  readonly silence: Silence
  /** Reads the record. */
  readonly query: Query
}

/** Who asks, and what of it they may have. */
export interface Asked {
  readonly args: Readonly<Record<string, unknown>>
  readonly plan: AccessPlan
  readonly context: RequestContext
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

export function isoOf(value: unknown): string | null {
  return value instanceof Date ? value.toISOString() : null
}
