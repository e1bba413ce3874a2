import { callerSlots } from '../access/relationships'
import { Binds } from '../domain/binds'
import { isMachineRole } from '../domain/caller'
import type { Given } from '../query/roots'
import type { Asked } from '../commands/asked'
import { stewardsOnly, type StewardshipDeps } from './deps'
import { ownFeedSql, sameFeedSql } from './feed'
import { readSources, type Source } from './sources'

const LISTED_MAX = 100

/** A steward's own agency's feeds; a system's own. */
export async function giveSources({ plan, context }: Asked, deps: StewardshipDeps): Promise<Given> {
  const { caller } = context
  const machine = isMachineRole(caller.role)
  if (!machine) stewardsOnly(plan)
  const binds = new Binds()
  const now = deps.commands.now()
  const own = machine
    ? `${sameFeedSql('s', caller, (value) => binds.bind(value, 'text'))} and s.role = ${binds.bind(caller.role, 'text')}`
    : ownFeedSql('s', callerSlots(caller, now, binds))
  const { text, values } = binds.finish(own)
  const sources = await readSources(deps.query, deps.silence, now, { condition: text, values })
  return { values: { sources: sources.slice(0, LISTED_MAX).map(sourceValues) } }
}

function sourceValues({
  client,
  system,
  agency,
  lastHeardAt,
  everyHours,
  overdue,
  nextNumber,
  gaps,
}: Source) {
  return {
    client,
    system,
    agency,
    lastHeardAt: lastHeardAt.toISOString(),
    expectedEvery: `PT${everyHours}H`,
    overdue,
    nextNumber,
    gaps,
  }
}
