import { Client } from 'pg'
import type { Connection } from '../../src/store/database'
import { aCase, aManager } from './documents'
import type { As, Body, ItemAnswer, TestGateway } from './gateway'

export const PRISON: As = { role: 'PRISON_SYSTEM' }
export const PROBATION: As = { role: 'PROBATION_SYSTEM', agency: 'N02' }
/** Stewards: of a probation provider, of another, of a prison. */
export const STEWARD: As = {
  role: 'DATA_STEWARD',
  agency: 'N02',
  subject: 'steward-n02',
  username: 'steward.n02',
}
export const OTHER_STEWARD: As = { role: 'DATA_STEWARD', agency: 'N07', subject: 'steward-n07' }
export const PRISON_STEWARD: As = { role: 'DATA_STEWARD', agency: 'MDI', subject: 'steward-mdi' }

export const codeOf = (body: Body): string | undefined => body.errors?.[0]?.extensions.code

export function rootOf(body: Body, name: string): unknown {
  if (body.errors) throw new Error(JSON.stringify(body.errors))
  return body.data?.[name]
}

export interface QuarantinedItem {
  readonly id: string
  readonly messageId: string | null
  readonly client: string
  readonly agency: string | null
  readonly format: string
  readonly reason: { readonly code: string; readonly message: string }
  readonly waitingFor: readonly string[]
  readonly state: string
  readonly attempts: number
  readonly settlement: { readonly by: string | null; readonly reason: string | null } | null
  readonly offenderId: string | null
}

export const ITEM = `{ id messageId client agency format receivedAt reason { code message } waitingFor state attempts
  settlement { at by reason } offenderId }`

const QUARANTINE = `query($where: QuarantineFilter, $first: Int, $after: String) {
  quarantine(where: $where, first: $first, after: $after) { nodes ${ITEM} pageInfo { hasNextPage endCursor } } }`

/** Everything that is listed for this steward. */
export async function quarantineOf(t: TestGateway, as: As, where: object = {}): Promise<QuarantinedItem[]> {
  const body = await t.ask(as, QUARANTINE, { where, first: 100 })
  return (rootOf(body, 'quarantine') as { nodes: QuarantinedItem[] }).nodes
}

export async function itemOf(t: TestGateway, as: As, messageId: string, where: object = {}) {
  const items = await quarantineOf(t, as, where)
  return items.find((item) => item.messageId === messageId)
}

export async function pushOne(
  t: TestGateway,
  as: As,
  format: string,
  body: unknown,
  query = '',
): Promise<ItemAnswer> {
  const { results } = await t.ingest(as, format, body, query)
  const [only] = results
  if (!only || results.length > 1) throw new Error(`${results.length} results`)
  return only
}

/** A case that is held by this provider. */
export function caseOf(crn: string, provider = 'N02', more: object = {}) {
  return aCase(crn, {
    offenderManagers: [aManager({ staff: `${provider}ABC1`, team: `${provider}ABC`, provider })],
    ...more,
  })
}

/** Reference data is loaded by operators, at a revision like everything else. */
export async function typeOrganisation(record: Client, code: string, type: string): Promise<void> {
  await record.query('begin')
  await record.query('select record.begin_revision()')
  await record.query(
    'insert into record.organisation (code, type) values ($1, $2) on conflict (code) do update set type = $2',
    [code, type],
  )
  await record.query('select record.end_revision()')
  await record.query('commit')
}

export async function openRecord(connection: Connection): Promise<Client> {
  const record = new Client({ ...connection })
  await record.connect()
  return record
}
