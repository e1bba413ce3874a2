import type { AccessPlan } from '../access/plan-access'
import type { Binds } from '../domain/binds'
import type { RequestContext } from '../domain/caller'
import { Refusal } from '../domain/refusal'

export type Row = Readonly<Record<string, unknown>>
export type Query = (text: string, values: readonly unknown[]) => Promise<readonly Row[]>

/** Who asks, and what of it they may have. */
export interface Asked {
  readonly args: Readonly<Record<string, unknown>>
  readonly plan: AccessPlan
  readonly context: RequestContext
}

export function officersOnly({ role }: AccessPlan): void {
  if (role.name === 'DATA_PROTECTION_OFFICER') return
  throw new Refusal('FORBIDDEN', `${role.name} does not look after access: a data protection officer does.`)
}

/** Whether an agency holds a record of somebody. */
export function heldBySql(offender: string, agency: string, binds: Binds): string {
  return `exists (select from record.source_record sr where sr.offender_id = ${offender} and sr.agency = ${binds.bind(agency, 'text')})`
}

export function isoOf(value: unknown): string | null {
  return value instanceof Date ? value.toISOString() : null
}

/** The person of a row, as the schema's `Viewer`. */
export function viewerOf(row: Row) {
  const { subject, name, role, agency, client } = row
  return { subject, name, role, agency, client }
}
