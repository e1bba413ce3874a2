import { isMachineRole, type Caller, type MachineRole } from '../domain/caller'
import { Refusal } from '../domain/refusal'
import { badInput, run, type Command, type Done, type Transaction } from '../commands/command'
import { asUuid, type Given } from '../query/roots'
import type { Row } from '../commands/asked'
import { isoOf } from '../domain/dates'
import { type StewardshipDeps } from './deps'
import { systemOf } from './feed'

/** A feed begins to send all that it holds; an earlier snapshot of its that is still open is abandoned. */
export async function beginSnapshot(command: Command, deps: StewardshipDeps): Promise<Given | null> {
  const role = machineRoleOf(command)
  return run(command, deps.commands, async (tx, now): Promise<Done> => {
    const { client, agency } = command.caller
    const left = await tx.query(
      `update record.snapshot n set ended_at = $4 where n.ended_at is null and ${SAME_FEED} returning n.id`,
      [client, role, agency ?? null, now.toISOString()],
    )
    for (const { id } of left) await forgetSeen(tx, String(id))
    const [begun] = await tx.query(
      'insert into record.snapshot (client, role, agency, system, begun_at) values ($1, $2, $3, $4, $5) returning *',
      [client, role, agency ?? null, systemOf(role), now.toISOString()],
    )
    return done(begun)
  })
}

interface EndInput {
  readonly snapshot: string
  readonly records: number
}

/**
 * Flags the records that the snapshot lacks: those of people, of its system and agency, of which nobody spoke
 * since it began. A snapshot that did not arrive as its sender says is not believed, for it would flag what is there.
 */
export async function endSnapshot(command: Command, deps: StewardshipDeps): Promise<Given | null> {
  const { snapshot, records } = command.args['input'] as EndInput
  const role = machineRoleOf(command)
  const id = asUuid(snapshot, 'input.snapshot')
  return run(command, deps.commands, async (tx, now): Promise<Done> => {
    await checkCount(tx, await findOpen(tx, command.caller, role, id), records)
    await tx.query(
      `insert into record.snapshot_lack (snapshot_id, source_record_id)
       select n.id, sr.id from record.snapshot n join record.source_record sr
         on sr.system = n.system and (n.agency is null or sr.agency = n.agency)
       join record.person p on p.source_record_id = sr.id
       where n.id = $1 and not exists (
         select from record.snapshot_seen seen where seen.snapshot_id = n.id and seen.local_id = sr.local_id)`,
      [id],
    )
    await forgetSeen(tx, id)
    const [ended] = await tx.query(
      `update record.snapshot n set ended_at = $2, records = $3,
         lacking = (select count(*) from record.snapshot_lack l where l.snapshot_id = n.id)
       where n.id = $1 returning n.*`,
      [id, now.toISOString(), records],
    )
    return done(ended)
  })
}

const SAME_FEED = 'n.client = $1 and n.role = $2 and n.agency is not distinct from $3'

async function findOpen(
  tx: Transaction,
  { client, agency }: Caller,
  role: MachineRole,
  id: string,
): Promise<string> {
  const [row] = await tx.query(
    `select n.id from record.snapshot n where n.id = $4 and n.ended_at is null and ${SAME_FEED}`,
    [client, role, agency ?? null, id],
  )
  if (row) return String(row['id'])
  throw badInput('input.snapshot', 'You have no open snapshot with this id.')
}

async function checkCount(tx: Transaction, id: string, records: number): Promise<void> {
  const [row] = await tx.query(
    'select count(*) as seen from record.snapshot_seen s where s.snapshot_id = $1 and s.part',
    [id],
  )
  const seen = Number(row?.['seen'])
  if (seen === records && seen > 0) return
  throw new Refusal(
    'CONFLICT',
    `The snapshot is said to hold ${records} records and ${seen} were heard of, so nothing is flagged; receipts tell what was refused or could not be read.`,
    'input.records',
  )
}

/** What was seen has no use once it was counted. */
async function forgetSeen(tx: Transaction, id: string): Promise<void> {
  await tx.query('delete from record.snapshot_seen where snapshot_id = $1', [id])
}

function machineRoleOf({ caller }: Command): MachineRole {
  if (isMachineRole(caller.role)) return caller.role
  throw new Refusal('FORBIDDEN', 'Only the systems of prisons, probation and CRCs send snapshots.')
}

function done(row: Row | undefined): Done {
  return {
    given: { values: { snapshot: snapshotValues(row ?? {}) } },
    offenders: [],
    tables: [],
    noted: true,
  }
}

export function snapshotValues(row: Row): Readonly<Record<string, unknown>> {
  const ended = row['ended_at'] !== null
  return {
    id: row['id'],
    client: row['client'],
    system: row['system'],
    agency: row['agency'],
    state: !ended ? 'OPEN' : row['records'] === null ? 'ABANDONED' : 'ENDED',
    begunAt: isoOf(row['begun_at']),
    endedAt: isoOf(row['ended_at']),
    records: row['records'],
    lacking: row['lacking'],
  }
}
