import { badInput } from '../commands/command'
import type { Standing } from './decide'

/** What a decision says of the referral that it follows. */
interface Following {
  readonly referral?: string | null
  readonly supersedes?: string | null
}

/**
 * The referral that a decision for the area follows: the one that is named, else that of the decision which it corrects.
 * Refuses one that is not this person's, not accepted, of another area, or followed by another decision already.
 */
export async function referralFollowed(
  { tx, offender }: Standing,
  { referral, supersedes }: Following,
  area: string | null,
): Promise<string | null> {
  const [row] = await tx.query(
    `select r.id, r.state, r.area, exists (select from record.mappa_level_decision d where d.referral_id = r.id
       and d.id::text is distinct from lower($3)
       and not exists (select from record.mappa_level_decision c where c.supersedes = d.id)) as followed
     from record.mappa_referral r where r.offender_id = $2 and r.id::text = coalesce(lower($1),
       (select d.referral_id::text from record.mappa_level_decision d where d.id::text = lower($3) and d.offender_id = $2))`,
    [referral ?? null, offender, supersedes ?? null],
  )
  if (!row) {
    if (referral === null || referral === undefined) return null
    throw refused('There is no such referral of this person.', offender)
  }
  if (row['state'] !== 'ACCEPTED')
    throw refused('Only an accepted referral is followed by a decision.', offender)
  if (row['area'] !== area) throw refused('The referral asks another area.', offender)
  if (row['followed'] === true) throw refused('A decision followed this referral already.', offender)
  return String(row['id'])
}

function refused(message: string, offender: string) {
  return badInput('input.referral', message, [offender])
}
