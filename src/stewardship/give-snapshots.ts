import { limitedAccessSql } from '../access/limited-access'
import { callerSlots, relationshipSql } from '../access/relationships'
import { Binds } from '../domain/binds'
import { connectionOf, readPage } from '../query/cursor'
import { asUuid, type Given } from '../query/roots'
import type { Asked } from '../commands/asked'
import { stewardsOnly, type StewardshipDeps } from './deps'
import { ownFeedSql } from './feed'
import { snapshotValues } from './snapshots'

/** The snapshots that feeds of the steward's own agency declared, newest first. */
export async function giveSnapshots(
  { args, plan, context, cursors }: Asked,
  deps: StewardshipDeps,
): Promise<Given> {
  stewardsOnly(plan)
  const page = readPage(args, 1, cursors)
  const binds = new Binds()
  const slots = callerSlots(context.caller, deps.commands.now(), binds)
  const after = page.after ? ` and n.id < ${binds.bind(page.after[0], 'uuid')}` : ''
  const { text, values } = binds.finish(
    `select n.* from record.snapshot n where ${ownFeedSql('n', slots)}${after} order by n.id desc limit ${page.first + 1}`,
  )
  const rows = await deps.query(text, values)
  const nodes = rows.slice(0, page.first).map(snapshotValues)
  return { values: connectionOf(nodes, (node) => [String(node['id'])], page, rows.length > page.first) }
}

/**
 * The flagged records of the steward's own agency. Those whose limited access bars the steward are left
 * out; a snapshot of another agency's feed lacks nothing that the steward may know of.
 */
export async function giveLackingRecords(
  { args, plan, context, cursors }: Asked,
  deps: StewardshipDeps,
): Promise<Given> {
  stewardsOnly(plan)
  const page = readPage(args, 1, cursors)
  const binds = new Binds()
  const slots = callerSlots(context.caller, deps.commands.now(), binds)
  const snapshot = binds.bind(asUuid(args['snapshot'] as string, 'snapshot'), 'uuid')
  const after = page.after ? ` and l.source_record_id > ${binds.bind(page.after[0], 'uuid')}` : ''
  const { text, values } = binds.finish(
    `select sr.id, sr.system, sr.local_id, sr.offender_id
     from record.snapshot_lack l join record.snapshot n on n.id = l.snapshot_id join record.source_record sr on sr.id = l.source_record_id
     where l.snapshot_id = ${snapshot} and l.heard_at is null${after}
       and ${ownFeedSql('n', slots)} and sr.agency = ${slots.agency ?? 'null'} and ${relationshipSql('anyone', 'sr.offender_id', slots)}
       and not ${limitedAccessSql('sr.offender_id', slots).barred}
     order by l.source_record_id limit ${page.first + 1}`,
  )
  const rows = await deps.query(text, values)
  const nodes = rows.slice(0, page.first).map((row) => ({
    id: String(row['id']),
    system: row['system'],
    localId: row['local_id'],
    offenderId: String(row['offender_id']),
  }))
  return {
    values: connectionOf(nodes, ({ id }) => [id], page, rows.length > page.first),
    subjects: [...new Set(nodes.map(({ offenderId }) => offenderId))],
  }
}
