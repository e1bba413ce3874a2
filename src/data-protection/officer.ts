import type { AccessPlan } from '../access/plan-access'
import type { Row } from '../commands/asked'
import type { Binds } from '../domain/binds'
import { Refusal } from '../domain/refusal'

export function officersOnly({ role }: AccessPlan): void {
  if (role.name === 'DATA_PROTECTION_OFFICER') return
  throw new Refusal('FORBIDDEN', `${role.name} does not look after access: a data protection officer does.`)
}

/** Whether an agency holds a record of somebody. */
export function heldBySql(offender: string, agency: string, binds: Binds): string {
  return `exists (select from record.source_record sr where sr.offender_id = ${offender} and sr.agency = ${binds.bind(agency, 'text')})`
}

/** The person of a row, as the schema's `Viewer`. */
export function viewerOf(row: Row) {
  const { subject, name, role, agency, client } = row
  return { subject, name, role, agency, client }
}
