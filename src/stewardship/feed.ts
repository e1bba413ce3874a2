import type { CallerSlots } from '../access/relationships'
import type { Caller, MachineRole } from '../domain/caller'

/** A feed: a client that pushes in a role, for an agency or for none in particular. */
export interface FeedRow {
  readonly client: string
  readonly role: MachineRole
  readonly agency: string | null
}

/** Whose records a system states, and what kind of organisation answers for a feed that names no agency. */
const KINDS: Readonly<Record<MachineRole, { system: string; organisations: readonly string[] }>> = {
  PRISON_SYSTEM: { system: 'NOMIS', organisations: ['PRISON'] },
  PROBATION_SYSTEM: {
    system: 'DELIUS',
    organisations: ['NPS_DIVISION', 'PROBATION_TRUST', 'PROBATION_REGION'],
  },
  CRC_SYSTEM: { system: 'CRC', organisations: ['CRC', 'CRS_PROVIDER'] },
}

export function systemOf(role: MachineRole): string {
  return KINDS[role].system
}

/** Whether a row with the columns `role` and `agency` is of a feed that the steward's own agency answers for. */
export function ownFeedSql(feed: string, { agency }: CallerSlots): string {
  if (agency === undefined) return 'false'
  const kinds = Object.entries(KINDS).flatMap(([role, { organisations }]) =>
    organisations.map((type) => `('${role}', '${type}')`),
  )
  return `(${feed}.agency = ${agency} or (${feed}.agency is null and exists (
    select from record.organisation oc where oc.code = ${agency} and (${feed}.role, oc.type) in (${kinds.join(', ')}))))`
}

/** Whether a row with the columns `client` and `agency` is of the calling system's own feed. */
export function sameFeedSql(
  feed: string,
  { client, agency }: Caller,
  bind: (value: string) => string,
): string {
  const forAgency = agency === undefined ? `${feed}.agency is null` : `${feed}.agency = ${bind(agency)}`
  return `${feed}.client = ${bind(client)} and ${forAgency}`
}
