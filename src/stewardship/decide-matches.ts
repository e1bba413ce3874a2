import { identityRecordsOf, keepDecision } from '../identity/resettle'
import { run, type Command, type Done, type Transaction } from '../commands/command'
import type { Given } from '../query/roots'
import { stewardsOnly, type StewardshipDeps } from './deps'
import { decidedBy, reasonOf, resettleAndTell } from './merge-offenders'
import { findMatches, type SuspectedMatch } from './suspected-matches'

/** A steward says of a suspected match that these are one person; they are joined when a steward of each agency has. */
export async function confirmSuspectedMatch(command: Command, deps: StewardshipDeps): Promise<Given | null> {
  return decide(command, deps, async (tx, match, now, reason): Promise<Done> => {
    await keepConfirmation(tx, command, match, reason, now)
    const [row] = await tx.query(
      `select bool_and(exists (select from record.match_confirmation c
           join record.suspected_match m on m.one = c.one and m.other = c.other
           join record.source_record sr on sr.offender_id = o.id and sr.agency = c.agency where m.id = $1)) as agreed
       from unnest($2::uuid[]) o(id)`,
      [match.id, match.offenders],
    )
    const joined = row?.['agreed'] === true
    if (joined) await conclude(tx, command, match, 'JOIN', reason, now)
    return {
      given: { values: { joined } },
      offenders: [...match.offenders],
      tables: ['identifier', 'person'],
    }
  })
}

/** A steward says of a suspected match that these are different people; it leaves the queue. */
export async function dismissSuspectedMatch(command: Command, deps: StewardshipDeps): Promise<Given | null> {
  return decide(command, deps, async (tx, match, now, reason): Promise<Done> => {
    await conclude(tx, command, match, 'SEPARATE', reason, now)
    return { given: { values: { dismissed: true } }, offenders: [...match.offenders], tables: ['identifier'] }
  })
}

type Decide = (tx: Transaction, match: SuspectedMatch, now: Date, reason: string) => Promise<Done>

/** Null alike for a match that is not there and for one that is not the steward's to know of. */
async function decide(command: Command, { commands }: StewardshipDeps, work: Decide): Promise<Given | null> {
  stewardsOnly(command.plan)
  const { match: id, reason: given } = command.args as { match: string; reason: string }
  const reason = reasonOf(given)
  return run(command, commands, async (tx, now): Promise<Done> => {
    const found = await findMatches(
      (text, values) => tx.query(text, values),
      command.caller,
      now,
      (binds) => ` and m.id::text = ${binds.bind(id.toLowerCase(), 'text')}`,
    )
    const [match] = found
    return match ? work(tx, match, now, reason) : { given: null, offenders: [], tables: [] }
  })
}

async function keepConfirmation(
  tx: Transaction,
  { caller }: Command,
  match: SuspectedMatch,
  reason: string,
  now: Date,
): Promise<void> {
  await tx.query(
    `insert into record.match_confirmation (one, other, agency, confirmed_by, reason, confirmed_at)
     select m.one, m.other, $2, $3, $4, $5 from record.suspected_match m where m.id = $1 on conflict do nothing`,
    [
      match.id,
      caller.agency,
      caller.person?.name ?? caller.person?.username ?? '',
      reason,
      now.toISOString(),
    ],
  )
}

async function conclude(
  tx: Transaction,
  command: Command,
  { offenders: [one, other] }: SuspectedMatch,
  kind: 'JOIN' | 'SEPARATE',
  reason: string,
  now: Date,
): Promise<void> {
  const [ones, others] = [await identityRecordsOf(tx, one), await identityRecordsOf(tx, other)]
  await keepDecision(tx, ones.values(), others.values(), decidedBy(command, kind, reason, now))
  await resettleAndTell(tx, [...ones.values(), ...others.values()], now)
  // The decision is a change of the record, also where no row of it moved.
  await tx.query('select record.next_ordinal()')
}
