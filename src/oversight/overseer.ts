import type { Command } from '../commands/command'
import { Refusal } from '../domain/refusal'

/** The manager who acts, as an entry names them. */
export interface Overseer {
  readonly issuer: string
  readonly subject: string
  readonly name: string
  readonly role: string
  readonly agency: string | null
}

const OVERSEERS: readonly string[] = ['SENIOR_PROBATION_OFFICER', 'HEAD_OF_OFFENDER_MANAGEMENT']

/** Who puts oversight on record (contract: roles): refuses everybody else. */
export function overseerOf({ caller }: Command): Overseer {
  const { issuer, person, role, agency } = caller
  if (!person || !OVERSEERS.includes(role)) {
    throw new Refusal('FORBIDDEN', `${role} does not oversee cases: ${OVERSEERS.join(' or ')} does.`)
  }
  return {
    issuer,
    subject: person.subject,
    name: person.name ?? person.username,
    role,
    agency: agency ?? null,
  }
}
