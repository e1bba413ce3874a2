import type { AccessPlan } from '../access/plan-access'
import type { RequestContext } from '../domain/caller'
import type { ListCursors } from '../query/cursor'

export type Row = Readonly<Record<string, unknown>>
export type Query = (text: string, values: readonly unknown[]) => Promise<readonly Row[]>

/** A question that the gateway answers itself: who asks, and what of it they may have. */
export interface Asked {
  readonly args: Readonly<Record<string, unknown>>
  readonly plan: AccessPlan
  readonly context: RequestContext
  /** Of the list that is asked for. */
  readonly cursors: ListCursors
}
