import type { Sender } from '../updates/item'
import type { Format } from '../suppliers'

/** A document and the moment its sender observed it, in days and minutes from today. */
export interface Draft {
  readonly format: Format
  readonly sender: Sender
  readonly payload: Readonly<Record<string, unknown>>
  readonly day: number
  readonly minutes: number
}

export const PRISON_SYSTEM: Sender = { client: 'prison-system', role: 'PRISON_SYSTEM' }
export const PROBATION_SYSTEM: Sender = { client: 'probation-system', role: 'PROBATION_SYSTEM' }
